"""What an earlier lint run found is used as long as nothing has changed, and no longer."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.app import judge
from texbook.app import lint as app_lint
from texbook.app.lint import LintOptions, lint_book
from texbook.base.regular import read_regular
from texbook.lint import book as book_module
from texbook.lint import kept_findings, runner
from texbook.lint.outcome import CRASHED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.lint.outcome import LintOutcome
    from texbook.lint.passage import Passage
    from texbook.lint.rule import Rule

MAIN = "\\documentclass{article}\n\\begin{document}\nWait... what?\n\\end{document}\n"
ELLIPSES = LintOptions(select=("TB506",))


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code look the same although somebody works on it while the tests run."""
    monkeypatch.setattr(app_lint, "code_version", lambda: "1")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count how often a book was judged since the last question."""
    calls = 0
    real = judge.judge_book

    def count(*arguments: object, **options: object) -> LintOutcome:
        nonlocal calls
        calls += 1
        return real(*arguments, **options)  # type: ignore[arg-type]

    def ask() -> int:
        nonlocal calls
        answer, calls = calls, 0
        return answer

    monkeypatch.setattr(judge, "judge_book", count)
    return ask


@pytest.fixture
def passages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the texts that a passage rule judges."""
    seen: list[str] = []
    real = kept_findings.judge_passage

    def watched(rule: Rule, passage: Passage, findings: object) -> object:
        check = rule.check_passage
        assert check is not None

        def told(text: Passage) -> object:
            seen.append(text.text)
            return check(text)

        return real(replace(rule, check_passage=told), passage, findings)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "judge_passage", watched)
    return seen


def old(path: Path) -> Path:
    """Make a file look as if it had been changed long ago."""
    os.utime(path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    return path


def lint(book: Book, options: LintOptions = LintOptions()) -> LintOutcome:  # noqa: B008  (frozen)
    return lint_book(book.project, options)


def test_an_unchanged_book_is_not_judged_again(book: Book, judged: Callable[[], int]) -> None:
    book.put("main.tex", MAIN)
    first = lint(book, ELLIPSES)
    assert [item.code for item in first.diagnostics] == ["TB506"]
    assert first.diagnostics[0].fix is not None
    assert judged() == 1
    second = lint(book, ELLIPSES)
    assert judged() == 0
    assert second == replace(first, written=())


def test_an_edit_is_seen_even_if_size_and_time_stay(book: Book, judged: Callable[[], int]) -> None:
    path = book.put("main.tex", MAIN)
    before = path.stat()
    lint(book, ELLIPSES)
    path.write_text(MAIN.replace("Wait...", "Waiting"), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert lint(book, ELLIPSES).diagnostics == ()
    assert judged() == 2


def test_a_touched_file_of_the_same_content_is_not_judged_again(
    book: Book, judged: Callable[[], int]
) -> None:
    path = book.put("main.tex", MAIN)
    lint(book, ELLIPSES)
    old(path)
    assert len(lint(book, ELLIPSES).diagnostics) == 1
    path.write_text(MAIN, "utf-8")
    assert len(lint(book, ELLIPSES).diagnostics) == 1
    assert judged() == 1


def test_an_included_file_that_comes_or_goes_is_seen(book: Book, judged: Callable[[], int]) -> None:
    book.put("main.tex", MAIN.replace("Wait... what?", "\\input{part}"))
    assert lint(book, ELLIPSES).diagnostics == ()
    part = book.put("part.tex", "Wait... what?\n")
    assert len(lint(book, ELLIPSES).diagnostics) == 1
    part.unlink()
    assert lint(book, ELLIPSES).diagnostics == ()
    assert judged() == 3


def test_a_file_outside_the_book_that_was_looked_for_in_vain_is_seen(
    book: Book, judged: Callable[[], int]
) -> None:
    book.put("main.tex", MAIN.replace("Wait... what?", "\\input{../shared/part}"))
    lint(book, ELLIPSES)
    book.put("../shared/part.tex", "Wait... what?\n")
    assert len(lint(book, ELLIPSES).diagnostics) == 1
    assert judged() == 2


def test_a_bibliography_that_a_rule_has_missed_is_seen(
    book: Book, judged: Callable[[], int]
) -> None:
    body = "\\cite{one}\n\\bibliography{../shared/refs}"
    book.put("../shared/README", "For all our books.\n")
    book.put("main.tex", MAIN.replace("Wait... what?", body))
    options = LintOptions(select=("missing-bib-entry",))
    (gone,) = lint(book, options).diagnostics
    assert "does not exist" in gone.message
    bibliography = book.put("../shared/refs.bib", "@book{two, title = {Two}}\n")
    (unknown,) = lint(book, options).diagnostics
    assert "one" in unknown.message
    bibliography.write_text("@book{one, title = {One}}\n", "utf-8")
    assert lint(book, options).diagnostics == ()
    assert judged() == 3


def test_another_configuration_or_class_or_bibliography_is_seen(
    book: Book, judged: Callable[[], int]
) -> None:
    book.put("main.tex", MAIN)
    lint(book)
    book.put("texbook.toml", '[lint]\nignore = ["TB506"]\n')
    assert "TB506" not in {item.code for item in lint(book).diagnostics}
    book.put("notes.cls", "\\newcommand{\\x}{}\n")
    lint(book)
    book.put("notes.cls", "\\newcommand{\\y}{}\n")
    lint(book)
    assert judged() == 4


def test_a_changed_bibliography_of_a_template_is_seen(
    book: Book, judged: Callable[[], int]
) -> None:
    book.put("main.tex", MAIN.replace("Wait... what?", "\\input{q}"))
    book.put("q.j2.tex", book.question(papers="\\VAR{paper('key')}"))
    entry = "@article{key, author = {A}, title = {%s}, year = 2020, doi = {10.1/x}}\n"
    book.put("references.bib", entry % "One")
    lint(book)
    lint(book)
    assert judged() == 1
    book.put("references.bib", entry % "Two... or three")
    lint(book)
    assert judged() == 1


def test_experiments_and_results_are_seen(book: Book, judged: Callable[[], int]) -> None:
    book.put("main.tex", MAIN.replace("Wait... what?", "\\input{q}"))
    book.put("q.j2.tex", book.question())
    lint(book)
    script = book.put("q.py", "def results():\n    return {}\n")
    assert "TB403" in {item.code for item in lint(book).diagnostics}
    script.unlink()
    assert "TB403" not in {item.code for item in lint(book).diagnostics}
    assert judged() == 3


def test_a_new_template_is_seen(book: Book, judged: Callable[[], int]) -> None:
    book.put("main.tex", MAIN.replace("Wait... what?", "\\input{q}"))
    lint(book, ELLIPSES)
    book.put("q.j2.tex", book.question(trap="Wait... what?"))
    assert len(lint(book, ELLIPSES).diagnostics) == 1
    assert judged() == 2


def test_other_options_have_outcomes_of_their_own(book: Book, judged: Callable[[], int]) -> None:
    main = book.put("main.tex", MAIN)
    several = (ELLIPSES, LintOptions(select=("TB1",)), LintOptions(paths=(main,)))
    first = [lint(book, options) for options in several]
    assert judged() == 3
    assert [lint(book, options).diagnostics for options in several] == [
        outcome.diagnostics for outcome in first
    ]
    assert judged() == 0


def test_another_version_of_the_code_judges_anew(
    book: Book, judged: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    book.put("main.tex", MAIN)
    lint(book)
    monkeypatch.setattr(app_lint, "code_version", lambda: "2")
    lint(book)
    assert judged() == 2


def test_without_the_cache_everything_is_judged_and_nothing_kept(
    book: Book, judged: Callable[[], int]
) -> None:
    book.put("main.tex", MAIN)
    for _ in range(2):
        lint(book, LintOptions(cache=False))
    assert judged() == 2
    assert not (book.root / "build").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\x00", b"[" * 100_000])
def test_damaged_files_count_as_none(book: Book, judged: Callable[[], int], content: bytes) -> None:
    book.put("main.tex", MAIN)
    first = lint(book, ELLIPSES)
    for path in (book.root / "build" / "texbook" / "lint").glob("*.json"):
        path.write_bytes(content)
    assert lint(book, ELLIPSES).diagnostics == first.diagnostics
    assert judged() == 2


def test_files_damaged_in_any_of_their_values_count_as_none(book: Book) -> None:
    book.put("main.tex", MAIN)
    first = lint(book, ELLIPSES)
    folder = book.root / "build" / "texbook" / "lint"
    values: tuple[object, ...] = (None, 7, "x", [], {}, [[]], {"x": 7})
    values += ({"x": [None, {"TB506": [[1]]}]},)
    for path in list(folder.glob("*.json")):
        whole = json.loads(path.read_bytes())
        for key in whole:
            for value in values:
                path.write_text(json.dumps({**whole, key: value}), "utf-8")
                for other in folder.glob("run-*.json"):
                    if path.name == "main.tex.json":
                        other.unlink()
                assert lint(book, ELLIPSES).diagnostics == first.diagnostics, (key, value)


def test_a_folder_that_cannot_be_written_means_no_cache(
    book: Book, judged: Callable[[], int]
) -> None:
    book.put("main.tex", MAIN)
    book.put("build", "a file in the place of the folder\n")
    for _ in range(2):
        assert len(lint(book, ELLIPSES).diagnostics) == 1
    assert judged() == 2


def test_few_outcomes_are_kept_and_git_is_told_to_ignore_them(book: Book) -> None:
    book.put("main.tex", MAIN)
    for number in range(12):
        lint(book, LintOptions(ignore=("TB506",) * (number + 1)))
    folder = book.root / "build" / "texbook" / "lint"
    assert len(list(folder.glob("run-*.json"))) == 8
    assert (folder / ".gitignore").read_text("utf-8") == "*\n"


def test_after_an_edit_only_the_changed_passage_is_judged(book: Book, passages: list[str]) -> None:
    def text(*words: str) -> str:
        body = "".join(
            f"\\section{{{word}}}\n" + f"{word}... and more words. " * 100 for word in words
        )
        return MAIN.replace("Wait... what?", body)

    book.put("main.tex", text("one", "two", "three"))
    assert len(lint(book, ELLIPSES).diagnostics) == 300
    passages.clear()
    path = book.put("main.tex", "%\n" + text("one", "deux", "three"))
    found = lint(book, ELLIPSES)
    assert len(found.diagnostics) == 300
    assert [("deux" in passage, "one" in passage) for passage in passages] == [
        (False, False),  # the preamble, which has a comment more
        (True, False),
    ]
    path.write_text(path.read_text("utf-8"), "utf-8")
    anew = lint(book, replace(ELLIPSES, cache=False))
    assert anew.diagnostics == found.diagnostics


def test_choosing_other_rules_forgets_nothing(book: Book, passages: list[str]) -> None:
    book.put("main.tex", MAIN)
    for options in (ELLIPSES, LintOptions(select=("TB501",))):
        lint(book, options)
    passages.clear()
    book.put("other.tex", "")
    assert len(lint(book, LintOptions(select=("TB501", "TB506"))).diagnostics) == 1
    assert passages == []


def test_what_a_rule_that_failed_left_out_is_not_kept(
    book: Book, judged: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    book.put("main.tex", MAIN)

    def fail(rule: Rule, passage: Passage, findings: object) -> object:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(runner, "judge_passage", fail)
        assert {item.code for item in lint(book, ELLIPSES).diagnostics} == {CRASHED}
    assert {item.code for item in lint(book, ELLIPSES).diagnostics} == {"TB506"}
    assert judged() == 2


def test_a_file_that_cannot_be_read_is_looked_at_again(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.put("main.tex", MAIN)
    real = read_regular

    def refuse(path: Path, limit: int) -> bytes:
        if path.name == "main.tex":
            raise PermissionError(13, "Permission denied")
        return real(path, limit)

    with monkeypatch.context() as patch:
        patch.setattr("texbook.lint.files.read_regular", refuse)
        assert {item.code for item in lint(book).diagnostics} == {"storage"}
    assert "storage" not in {item.code for item in lint(book).diagnostics}


def test_nothing_is_read_that_no_selected_rule_needs(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise AssertionError

    book.put("texbook.toml", '[structure]\nsections = ["One", "Two"]\n')
    body = "\\section{Q}\n\\subsection{One}\nWait... what?"
    book.put("main.tex", MAIN.replace("Wait... what?", body))
    for name in ("cut_passages", "read_nesting", "read_keys_of_book", "read_inputs"):
        monkeypatch.setattr(book_module, name, refuse)
    found = lint(book, LintOptions(select=("TB001",))).diagnostics
    assert [item.code for item in found] == ["TB001"]
