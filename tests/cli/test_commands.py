"""What each verb does, as seen from outside."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]

NINE = '[structure]\npreset = "nine-sections"\nminimum-words = 0\nfewest-takeaways = 0\n'
EIGHT = (
    *("The Interview Scenario", "The Trap Explained", "Technical Deep Dive", "Why It Fails"),
    *("The Solution", "Why The Solution Works", "Related Research Papers", "Key Takeaways"),
)
CHAPTERS = (
    "\\documentclass{report}\n\\begin{document}\n\\include{chapters/01-loss/chapter}\n"
    "\\end{document}\n"
)


@pytest.mark.tex
def test_build_tells_what_it_made_and_then_that_nothing_changed(book: Book) -> None:
    answer = book.texbook("build")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.startswith("main.pdf: 1 page in ")
    answer = book.texbook("build")
    assert (answer.status, answer.out, answer.err) == (0, "", "main.pdf is up to date (1 page)\n")
    assert book.sources() == {"main.tex", "main.pdf", "main.synctex.gz"}
    assert book.texbook("build", "-q").err == ""


@pytest.mark.tex
def test_build_explains_times_and_forces(book: Book) -> None:
    answer = book.texbook("build", "--explain", "--timings")
    assert "no earlier build" in answer.out
    assert "writing main.pdf" in answer.out
    assert "pass 1" in answer.err
    answer = book.texbook("-v", "build", "--force", "--explain")
    assert "it was asked for" in answer.out


@pytest.mark.tex
def test_build_for_machines(book: Book) -> None:
    value = json.loads(book.texbook("build", "--format", "json").out)
    assert (value["outcome"], value["pages"], value["output"]) == ("built", 1, "main.pdf")
    assert value["runs"][-1]["program"] == "xdvipdfmx"
    assert json.loads(book.texbook("build", "--format", "json").out)["outcome"] == "up to date"
    book.document("\\undefinedthing")
    answer = book.texbook("build", "--format", "json")
    value = json.loads(answer.out)
    assert answer.status == 1
    assert value["outcome"] == "failed"
    assert value["log"] == "build/texbook/log/main.log"
    assert value["diagnostics"][0]["line"] == 3


@pytest.mark.tex
def test_build_keeps_going_over_errors_but_publishes_nothing(book: Book) -> None:
    book.keep_old_pdf()
    book.document("\\onething\n\n\\otherthing")
    one = book.texbook("build").out
    both = book.texbook("build", "--keep-going")
    assert "onething" in one
    assert "otherthing" not in one
    assert both.status == 1
    assert "onething" in both.out
    assert "otherthing" in both.out
    assert (book.root / "main.pdf").read_bytes() == book.OLD_PDF


def test_build_without_a_pdf_yet_says_so(book: Book) -> None:
    book.put("q.j2.tex", book.question(trap="\\VAR{results.gone}"))
    assert "the build failed; there is no main.pdf" in book.texbook("build").err


def test_build_refuses_what_the_book_forbids(book: Book) -> None:
    book.put("texbook.toml", "[build]\nforbid-shell-escape = true\n")
    answer = book.texbook("build", "--shell-escape")
    assert answer.status == 7
    assert "this book forbids --shell-escape" in answer.err
    assert "texbook.toml:2:1" in answer.err


@pytest.mark.tex
def test_build_of_a_folder(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = book.texbook("build", "book/")
    assert answer.status == 0
    assert answer.err.startswith("book/main.pdf: 1 page")


def test_lint_of_a_plain_book_has_one_note(book: Book) -> None:
    answer = book.texbook("lint")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.count("note: ") == 1
    assert "no required sections are configured" in answer.err
    assert answer.err.endswith("no findings; checked 1 file\n")


def test_lint_counts_and_fails_by_gravity(book: Book) -> None:
    book.put("texbook.toml", NINE)
    book.document("\\input{q}")
    book.put("q.j2.tex", book.question())
    answer = book.texbook("lint")
    assert answer.status == 0
    assert answer.err == "no findings; checked 2 files, 1 question, 9 sections\n"
    book.document("\\section{Leak}\n" + "".join(f"\\subsection{{{name}}}x\n" for name in EIGHT))
    answer = book.texbook("lint")
    assert answer.status == 1
    assert "error[TB001]" in answer.out
    assert book.texbook("lint", "--fail-on", "never").status == 0
    assert book.texbook("lint", "--ignore", "TB102, TB001").status == 0
    assert book.texbook("lint", "--ignore=TB0").status == 0
    assert book.texbook("lint", "--select", "TB102").status == 0
    answer = book.texbook("lint", "--select", "TB777")
    assert answer.status == 2
    assert "TB777" in answer.err


def test_lint_takes_paths_as_people_type_them(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.put("texbook.toml", NINE)
    book.document("\\input{one/a}\\input{two/b}")
    for name in ("one/a", "two/b"):
        book.put(f"{name}.j2.tex", book.question().replace("%% block papers", "%% block paperss"))
    for path in ("one", "./one/", "two/../one", str(book.root / "one"), "one/a.j2.tex"):
        answer = book.texbook("lint", path)
        assert answer.status == 1
        assert "one/a.j2.tex" in answer.out
        assert "two/b.j2.tex" not in answer.out
    monkeypatch.chdir(book.root / "two")
    answer = book.texbook("lint", "../one")
    assert "one/a.j2.tex" in answer.out
    assert "b.j2.tex" not in answer.out


def test_lint_of_another_book(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.put("main.tex", b"\\documentclass{article}\n\xf6")
    monkeypatch.chdir(tmp_path)
    for path in ("book", "book/main.tex", "./book/../book/"):
        answer = book.texbook("lint", path)
        assert answer.status == 1
        assert "book/main.tex:2" in answer.out


def test_lint_says_when_a_path_holds_nothing_of_the_book(book: Book) -> None:
    book.put("images/x.png", b"")
    answer = book.texbook("lint", "images")
    assert answer.status == 0
    assert "checked 0 files" in answer.err
    answer = book.texbook("lint", "gone")
    assert answer.status == 2
    assert 'there is no file or folder "gone"' in answer.err


def test_render_writes_where_it_is_told(book: Book, tmp_path: Path) -> None:
    book.put("q.j2.tex", book.question())
    answer = book.texbook("render")
    assert answer.status == 0
    assert answer.err == "rendered 1 template to build/tex, 1 changed\n"
    assert book.texbook("render").err == "rendered 1 template to build/tex, 0 changed\n"
    assert book.texbook("render", "-o", str(tmp_path / "out")).status == 0
    assert (tmp_path / "out" / "q.tex").is_file()
    book.put("q.j2.tex", book.question(trap="\\VAR{1 +}"))
    assert book.texbook("render").status == 1


def test_new_adds_a_question_and_its_line(book: Book) -> None:
    book.put("main.tex", CHAPTERS)
    book.put("chapters/01-loss/chapter.tex", "\\chapter{Loss}\n")
    answer = book.texbook("new", "The Leak", "--chapter", "1", "--level", "mid/senior")
    assert answer.status == 0
    assert "wrote chapters/01-loss/the-leak.j2.tex" in answer.err
    assert "main.tex:4: \\include{chapters/01-loss/the-leak}" in answer.err
    assert "\\include{chapters/01-loss/the-leak}\n" in (book.root / "main.tex").read_text()
    assert book.texbook("render").status == 0


@pytest.mark.parametrize("chapter", ["7", "²", "gone"])
def test_new_without_such_a_chapter_says_what_it_needs(book: Book, chapter: str) -> None:
    answer = book.texbook("new", "X", "--chapter", chapter)
    assert answer.status in {1, 2}
    assert "chapter" in answer.err
    assert "= hint: " in answer.err
    assert book.sources() == {"main.tex"}


def test_rules_are_listed_and_explained(book: Book) -> None:
    listing = book.texbook("rules").out
    assert [line.split()[0] for line in listing.splitlines()] == sorted(
        line.split()[0] for line in listing.splitlines()
    )
    assert "TB001  [ ] missing-section" in listing
    assert "information, off  Nothing refers to a label." in listing
    assert [line.split()[0] for line in book.texbook("rules", "tb80").out.splitlines()] == [
        f"TB80{number}" for number in range(1, 10)
    ]
    assert "TB001" in book.texbook("rules", "missing-section").out
    assert book.texbook("rules", "--markdown").out.startswith("#")
    answer = book.texbook("rules", "TB999")
    assert answer.status == 2
    assert "TB999" in answer.err


def test_clean_removes_only_what_was_made(book: Book) -> None:
    book.put("q.j2.tex", book.question())
    book.keep_old_pdf()
    book.texbook("render")
    answer = book.texbook("clean")
    assert answer.err == "removed build/tex, build/texbook\n"
    assert not (book.root / "build").exists()
    assert book.sources() == {"main.tex", "main.pdf", "q.j2.tex"}
    assert book.texbook("clean").err == "there was nothing to remove\n"
    assert book.texbook("clean", "--all").err == "removed main.pdf\n"


def test_view_hands_the_pdf_to_the_desktop(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    fake = tmp_path / "bin" / opener
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened.tmp\n'
        f"mv {tmp_path}/opened.tmp {tmp_path}/opened\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    pdf = book.keep_old_pdf()
    answer = book.texbook("view")
    assert (answer.status, answer.err) == (0, "opening main.pdf\n")
    wait_until((tmp_path / "opened").exists, "nothing was opened")
    assert (tmp_path / "opened").read_text() == str(pdf)


def test_view_needs_a_pdf_and_an_opener(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = book.texbook("view")
    assert answer.status == 1
    assert 'run "texbook build" first' in answer.err
    book.keep_old_pdf()
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = book.texbook("view")
    assert answer.status == 3
    assert "main.pdf" in answer.err


def test_lint_judges_a_file_by_itself_where_there_is_no_book(book: Book) -> None:
    (book.root / "snippet.tex").write_text("\\begin{itemize}\n", encoding="utf-8")
    answer = book.texbook("lint", "snippet.tex")
    assert answer.status == 1
    assert "snippet.tex:1" in answer.out
