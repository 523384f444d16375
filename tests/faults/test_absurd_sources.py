"""Row 11: this repository's own book, damaged in thousands of ways.

Every command that reads sources says what it finds, and none ends with a traceback. A fixer changes
nothing where nothing was found, and finds nothing more to do when it is run again.
"""

from __future__ import annotations

import json
import shutil
import time
from difflib import SequenceMatcher
from random import Random
from typing import TYPE_CHECKING
from unicodedata import category

import pytest

from tests.faults.mutations import mutate, untidy
from tests.faults.shelf import copy_sources, open_book
from texbook.app import lint as app_lint
from texbook.lint.outcome import CRASHED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer, Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]

FORMS = ("terminal", "json", "concise", "github", "sarif")
ENDINGS = (".tex", ".cls", ".bib", ".json")
SETTINGS = "texbook.toml"
FEWEST, MOST = 12, 24
"""Files that are damaged at once; the others stay, so that the book is still one."""
STATUSES = {0, 1, 2}
"""Nothing, findings, a faulty configuration: all that a damaged text may lead to."""
BESIDE = 2
"""Lines beside an edit that may change, too: a fix may bring the next thing to light."""


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code look the same although somebody works on it while the tests run."""
    monkeypatch.setattr(app_lint, "code_version", lambda: "1")


@pytest.fixture
def original(tmp_path: Path) -> Path:
    folder = tmp_path / "original"
    folder.mkdir()
    copy_sources(folder)
    return folder


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    return open_book(tmp_path / "book", monkeypatch, capsys)


def sources(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in ENDINGS)
    return sorted(path.relative_to(folder) for path in found if "build" not in path.parts)


def damage(
    original: Path,
    root: Path,
    chance: Random,
    spoil: Callable[[bytes, Random], bytes] = mutate,
) -> list[Path]:
    """Lay down the book with some of its files damaged; give those."""
    names = sources(original)
    # Without its main file there is no book, so that one is spared more often than not.
    chosen = set(chance.sample(names, chance.randint(FEWEST, MOST)))
    if chance.random() < 0.9:
        chosen = {name for name in chosen if str(name) != "main.tex"}
    for name in names:
        content = (original / name).read_bytes()
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(spoil(content, chance) if name in chosen else content)
    shutil.copyfile(original / SETTINGS, root / SETTINGS)
    return sorted(chosen)


def is_clean(text: str) -> bool:
    """Say whether no control character goes through to the terminal."""
    return not any(category(sign) == "Cc" for sign in text.replace("\n", ""))


def ended(book: Book, seed: int, *arguments: str) -> Answer:
    """Run a command; a failure names the seed with which `damage` makes the book again."""
    try:
        answer = book.texbook(*arguments)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, {arguments}") from error
    assert answer.status in STATUSES, (seed, arguments, answer)
    return answer


def test_commands_end_well_on_damaged_sources(
    book: Book, original: Path, times: Times, record_property: Record
) -> None:
    wanted = times(60, 10_000)
    seed = done = 0
    slowest = 0.0
    while done < wanted:
        damaged = damage(original, book.root, Random(seed))
        form = FORMS[seed % len(FORMS)]
        started = time.perf_counter()
        for arguments in (("lint", "--format", form), ("stats",), ("render",)):
            answer = ended(book, seed, *arguments)
            said = answer.out + answer.err
            assert CRASHED not in said, (seed, arguments, said)
            assert form in ("json", "sarif") or is_clean(said), (seed, arguments)
        slowest = max(slowest, time.perf_counter() - started)
        done += len(damaged)
        seed += 1
    record_property(
        "figure",
        f"row 11: lint, stats and render of {done:,} damaged files: no traceback;"
        f" the slowest round, of {len(sources(original))} files, took {slowest:.1f} s",
    )


def changed_lines(before: bytes, after: bytes) -> set[int]:
    """Give the lines (from 1) of the first text that the second has not as they were."""
    old, new = before.split(b"\n"), after.split(b"\n")
    changed: set[int] = set()
    for kind, start, end, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            changed.update(range(start + 1, max(end, start + 1) + 1))
    return changed


def told_lines(book: Book) -> dict[str, set[int]]:
    """Give by file the lines on which lint says that there is something to fix, and some beside."""
    found = json.loads(book.texbook("lint", "--format", "json").out)
    told: dict[str, set[int]] = {}
    for item in found["diagnostics"]:
        edits = item["fix"]["edits"] if item.get("fix") and item["fix"]["safe"] else ()
        for edit in edits:
            near = range(edit["line"] - BESIDE, edit["end_line"] + BESIDE + 1)
            told.setdefault(item["path"], set()).update(near)
    return told


def untidy_and_damaged(content: bytes, chance: Random) -> bytes:
    content = untidy(content, chance)
    return mutate(content, chance) if chance.random() < 0.5 else content


def contents(book: Book) -> dict[str, bytes]:
    return {str(name): (book.root / name).read_bytes() for name in sources(book.root)}


def test_fixes_stay_where_something_was_found(
    book: Book, original: Path, times: Times, record_property: Record
) -> None:
    wanted = times(20, 2_500)
    seed = done = fixed = 0
    while done < wanted:
        damaged = damage(original, book.root, Random(f"fix {seed}"), untidy_and_damaged)
        before, told = contents(book), told_lines(book)
        ended(book, seed, "lint", "--fix")
        after = contents(book)
        for name, content in before.items():
            changed = changed_lines(content, after[name]) if content != after[name] else set()
            assert changed <= told.get(name, set()), (seed, name, changed - told.get(name, set()))
            fixed += bool(changed)
        ended(book, seed, "lint", "--fix")
        assert contents(book) == after, seed
        done += len(damaged)
        seed += 1
    record_property(
        "figure",
        f"row 11: lint --fix of {done:,} damaged files changed {fixed}, each only where something"
        " was found; once more changed none",
    )
