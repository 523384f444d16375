"""Row 22: other releases of TeX Live, as far as what they write tells; and of texbook itself.

One release is run here. In the place of its log the engine leaves one as another release writes it
(`releases/README.md`); the rest of the build is real. What an older or newer texbook has left, or
half of it, is no state: the book is built from its sources, and one line says so.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.shelf import open_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Answer, Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]

pytestmark = pytest.mark.tex

LOGS = Path(__file__).with_name("releases")
RELEASES = sorted(path.name for path in LOGS.iterdir() if path.is_dir())
LAST_WITHOUT_LAST_PAGE = "2020"
FAULTY = """\\documentclass{article}
\\usepackage{siunitx,fontspec}
\\setmainfont{Gone Serif}
\\begin{document}
\\input{part}
\\begin{gone}
\\end{gone}
\\end{document}
"""
PART = "A first line.\nA \\wrong word.\n"
DOUBTFUL = """\\documentclass{article}
\\begin{document}
See \\ref{gone}.

{\\bfseries\\scshape small}

xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
\\end{document}
"""
ENGINE = """#!/bin/sh
case "$*" in *--version*) exec {real} "$@" ;; esac
{run}
cp "{log}" main.log
exit {status}
"""
RUN = '{real} "$@" || exit 1'
DROP_LAST_PAGE = "sed -i '/abspage@last/d' main.aux"


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    return open_book(tmp_path / "book", monkeypatch, capsys)


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """Put a script before a program on the PATH; ``{real}`` in it is the program."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(script.replace("{real}", shutil.which(name) or ""))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def engine(log: Path, *, run: str, status: int) -> str:
    return ENGINE.replace("{log}", str(log)).replace("{run}", run).replace("{status}", str(status))


@pytest.mark.parametrize("release", RELEASES)
def test_errors_have_their_cause_and_line(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    book.put("main.tex", FAULTY)
    book.put("part.tex", PART)
    log = LOGS / release / "errors.log"
    stand_in(tmp_path, monkeypatch, "xelatex", engine(log, run="", status=1))
    answer = book.texbook("build", "--keep-going", "--format", "json")
    found = {
        (item["code"], item["path"], item["line"]) for item in json.loads(answer.out)["diagnostics"]
    }
    assert answer.status == 1
    assert found == {
        ("missing-font", "main.tex", 3),
        ("undefined-macro", "part.tex", 2),
        ("undefined-environment", "main.tex", 6),
    }


@pytest.mark.parametrize("release", RELEASES)
def test_a_missing_package_is_named_with_what_brings_it(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    book.put("main.tex", FAULTY)
    log = LOGS / release / "missing.log"
    stand_in(tmp_path, monkeypatch, "xelatex", engine(log, run="", status=1))
    answer = book.texbook("build")
    assert answer.status == 1
    assert 'the package "siunitx" is not installed\n --> main.tex:2:13' in answer.out
    assert "tlmgr install siunitx" in answer.out


@pytest.mark.parametrize("release", RELEASES)
def test_warnings_and_pages_are_read(
    book: Book,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: str,
    record_property: Record,
) -> None:
    book.put("main.tex", DOUBTFUL)
    run = RUN + (f"\n{DROP_LAST_PAGE}" if release <= LAST_WITHOUT_LAST_PAGE else "")
    log = LOGS / release / "warnings.log"
    stand_in(tmp_path, monkeypatch, "xelatex", engine(log, run=run, status=0))
    answer = book.texbook("build", "--format", "json")
    found = json.loads(answer.out)
    assert answer.status == 0, found
    codes = {(item["code"], item["line"]) for item in found["diagnostics"]}
    wanted = {"undefined-reference": 3, "font-substitution": 5, "overfull": 7}
    assert wanted.items() <= codes, codes
    assert any("✓" in item["message"] for item in found["diagnostics"]), found["diagnostics"]
    assert found["pages"] == 1
    record_property(
        "figure",
        f"row 22: logs of {', '.join(RELEASES)} (constructed; one release is run): errors, missing"
        f" package, warnings and pages read {len(RELEASES)} of {len(RELEASES)}",
    )


BIBER_SAYS = {
    "2.4": "WARN - Warning: Found biblatex control file version 3.1, expected version 3.0",
    "2.12": "ERROR - Error: Found biblatex control file version 3.3, expected version 3.5.",
    "2.19": "ERROR - Error: Found biblatex control file version 3.9, expected version 3.10.",
    "2.21": "ERROR - Error: Found biblatex control file version 3.10, expected version 3.11.",
}


@pytest.mark.parametrize(("version", "said"), BIBER_SAYS.items(), ids=BIBER_SAYS)
def test_biber_of_another_time_is_told(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, said: str
) -> None:
    book.put("refs.bib", "@book{a, title = {T}, author = {A}, year = 2000}\n")
    book.document(
        "\\cite{a}\\printbibliography", "\\usepackage{biblatex}\\addbibresource{refs.bib}\n"
    )
    is_fatal = said.startswith("ERROR")
    end = "exit 2" if is_fatal else 'exec {real} "$@"'
    script = f'#!/bin/sh\necho "INFO - This is Biber {version}"\necho "{said}"\n{end}\n'
    stand_in(tmp_path, monkeypatch, "biber", script)
    answer = book.texbook("build")
    assert answer.status == is_fatal, answer
    assert "control file" in answer.out
    assert (book.root / "main.pdf").exists() is not is_fatal
    if is_fatal:
        assert "of different times" in answer.out
        assert "install both from one source" in answer.out


def damaged(content: bytes, step: int) -> Iterator[tuple[str, bytes]]:
    """Give what may have become of a file of JSON with a schema."""
    whole = json.loads(content)
    for schema in (0, 1, whole["schema"] + 1, 999, None, "2", [2], -1):
        yield f"schema {schema}", json.dumps({**whole, "schema": schema}).encode()
    yield "another texbook", json.dumps({**whole, "texbook": "0.0.1"}).encode()
    yield "no schema", json.dumps({k: v for k, v in whole.items() if k != "schema"}).encode()
    yield "empty", b""
    yield "no object", b"[]"
    yield "zeros", bytes(len(content))
    yield "garbage", bytes(range(256)) * 8
    yield "nested", b"[" * 100_000
    yield "reversed", content[::-1]
    for length in range(0, len(content), step):
        yield f"cut at {length}", content[:length]


def said_once(answer: Answer) -> bool:
    """Say whether one line tells that all is built anew, and why."""
    lines = [line for line in answer.err.splitlines() if line.startswith("rebuilding: ")]
    reasons = ("rebuilding: state of another version of texbook", "rebuilding: damaged state")
    return len(lines) == 1 and lines[0] in reasons


def test_a_state_of_another_version_or_half_of_one_gives_a_clean_build(
    book: Book, times: Times, record_property: Record
) -> None:
    book.document("Words of now.")
    assert book.texbook("build").status == 0
    [state] = (book.root / "build" / "texbook" / "state").iterdir()
    content = state.read_bytes()
    count = 0
    for what, other in list(damaged(content, 100))[:: times(25, 1)]:
        state.write_bytes(other)
        (book.root / "main.pdf").unlink(missing_ok=True)
        answer = book.texbook("build", "-v")
        assert answer.status == 0, (what, answer)
        assert said_once(answer), (what, answer.err)
        assert "Words of now." in book.text(), what
        count += 1
    assert book.texbook("build").status == 0
    record_property(
        "figure", f"row 22: states of texbook of other versions and damaged {count} of {count}"
    )


def test_other_caches_that_are_damaged_give_the_right_pages(
    book: Book, times: Times, record_property: Record
) -> None:
    """Pages of chapters, auxiliary files, rendered templates, what lint has found."""
    book.put(
        "main.tex",
        "\\documentclass{book}\n\\begin{document}\n\\include{one}\\include{q}\n\\end{document}\n",
    )
    book.put("one.tex", "\\chapter{One}\\label{one} First.\n")
    book.put("q.j2.tex", "\\chapter{Two} Second, see \\ref{one}.\n")
    assert book.texbook("build").status == 0
    book.texbook("lint")
    work = book.root / "build" / "texbook"
    kept = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    skipped = {"lock", "state", "log"}
    names = [path for path in kept if not skipped & set(path.relative_to(work).parts)]
    assert len(names) >= 5
    count = 0
    for path in names[:: times(8, 1)]:
        for other in (b"", b"garbage", kept[path][: len(kept[path]) // 2])[: times(1, 3)]:
            for each, content in kept.items():
                each.parent.mkdir(parents=True, exist_ok=True)
                each.write_bytes(content)
            path.write_bytes(other)
            book.put("one.tex", f"\\chapter{{One}}\\label{{one}} First {count}.\n")
            answer = book.texbook("build")
            assert answer.status == 0, (path, other, answer)
            assert f"First {count}." in book.text(), (path, other)
            assert "Second, see 1." in book.text(), (path, other)
            assert book.texbook("lint").status in (0, 1)
            count += 1
    record_property("figure", f"row 22: other damaged caches {count} of {count}")
