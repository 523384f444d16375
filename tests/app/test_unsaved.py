from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.fix import fix_book
from texbook.app.lint import LintOptions, lint_book
from texbook.app.unsaved import NAMELESS, lint_unsaved, open_book_of
from texbook.base.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.lint.outcome import LintOutcome

MAIN = "\\documentclass{{article}}\n\\begin{{document}}\n{}\n\\end{{document}}\n"


def places(outcome: LintOutcome, book: Book) -> list[tuple[str, str]]:
    found = []
    for item in outcome.diagnostics:
        assert item.span is not None
        place = str(item.span).removeprefix(f"{book.root}/")
        found.append((item.code, place))
    return found


def lint_text(book: Book, path: Path, text: str, *select: str) -> LintOutcome:
    options = LintOptions((path,), select=select)
    return lint_unsaved(book.project, options, SourceFile(path, text))


def test_the_text_takes_the_place_of_its_file_in_the_book(book: Book) -> None:
    book.put("main.tex", MAIN.format("Wait... \\input{a}"))
    path = book.put("a.tex", "Good.\n")
    outcome = lint_text(book, path, "Wait...\n\nAnd...\n", "TB506")
    assert places(outcome, book) == [("TB506", "a.tex:1:5"), ("TB506", "a.tex:3:4")]
    assert path.read_text() == "Good.\n"
    assert lint_book(book.project, LintOptions((path,), select=("TB506",))).diagnostics == ()


def test_the_text_of_a_template_is_rendered(book: Book) -> None:
    book.put("texbook.toml", '[structure]\npreset = "nine-sections"\nminimum-words = 0\n')
    book.put("main.tex", MAIN.format("\\include{a}"))
    path = book.put("a.j2.tex", book.question())
    book.put("b.j2.tex", book.question(trap="Wait..."))
    text = book.question(trap="\\VAR{1 + 1} is\ntwo...")
    line = text.split("\n").index("two...") + 1
    outcome = lint_text(book, path, text, "TB506", "TB0")
    assert places(outcome, book) == [("TB506", f"a.j2.tex:{line}:4")]
    broken = lint_text(book, path, book.question(trap="\\VAR{gone}"))
    assert [code for code, _ in places(broken, book)] == ["template-undefined"]
    assert lint_book(book.project, LintOptions((path,), select=("TB506",))).diagnostics == ()


def test_a_parent_template_that_is_not_saved_is_used(book: Book) -> None:
    book.put("main.tex", MAIN.format("\\include{a}"))
    book.put("a.j2.tex", '%% include "part.tex"\n')
    part = book.put("templates/part.tex", "Good.\n")
    options = LintOptions(select=("TB506",))
    outcome = lint_unsaved(book.project, options, SourceFile(part, "Wait...\n"))
    assert places(outcome, book) == [("TB506", "templates/part.tex:1")]


def test_comments_in_a_parent_template_silence_what_stands_there(book: Book) -> None:
    book.put("main.tex", MAIN.format("\\include{a}"))
    book.put("a.j2.tex", '%% include "part.tex"\n')
    book.put("templates/part.tex", "Wait...\nAnd... % texbook: ignore[TB506]\n")
    outcome = lint_book(book.project, LintOptions(select=("TB506", "TB900")))
    assert places(outcome, book) == [("TB506", "templates/part.tex:1")]


def test_a_file_that_is_not_there_yet(book: Book) -> None:
    path = book.root / "new.tex"
    assert places(lint_text(book, path, "Wait...\n", "TB506"), book) == [("TB506", "new.tex:1:5")]
    template = book.root / "sub" / "new.j2.tex"
    outcome = lint_text(book, template, "%% set x = 1\nWait...\n", "TB506")
    assert places(outcome, book) == [("TB506", "sub/new.j2.tex:2:5")]


def test_the_main_file_that_is_not_saved_says_what_the_book_reads(book: Book) -> None:
    book.put("a.tex", "Good.\n")
    text = MAIN.format("\\input{gone}")
    outcome = lint_text(book, book.root / "main.tex", text, "TB402")
    assert [code for code, _ in places(outcome, book)] == ["TB402"]


def test_fixes_are_those_of_the_text(book: Book) -> None:
    book.put("main.tex", MAIN.format("\\input{a}"))
    path = book.put("a.tex", "Something else that is longer than the text...\n")
    options = LintOptions((path,), select=("TB506",))
    texts = {path: SourceFile(path, "Wait...")}
    outcome = fix_book(book.project, options, texts=texts)
    (change,) = outcome.changes
    assert (change.before.text, change.after.text) == ("Wait...", "Wait\\ldots{}")


@pytest.mark.parametrize("here", [".", "sub", ".."])
def test_the_book_is_found_from_the_file(
    book: Book, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.put("sub/deep/a.tex", "x\n")
    monkeypatch.chdir(book.root / here)
    for name in ("main.tex", "sub/deep/a.tex", "sub/new/b.tex"):
        assert open_book_of(book.root / name).main == book.root / "main.tex"


def test_a_text_that_belongs_to_no_book_is_one_by_itself(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.root)
    (tmp_path / "other").mkdir()
    for path in (tmp_path / "other" / "x.tex", book.root / NAMELESS):
        assert open_book_of(path).main == path
    outcome = lint_unsaved(
        open_book_of(path), LintOptions((path,), select=("TB506",)), SourceFile(path, "Wait...")
    )
    assert places(outcome, book) == [("TB506", f"{NAMELESS}:1:5")]


def test_several_documents_beside_each_other_are_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.tex", "b.tex"):
        (tmp_path / name).write_text(MAIN.format("x"))
    monkeypatch.chdir(tmp_path)
    assert open_book_of(tmp_path / "a.tex").main == tmp_path / "a.tex"
    assert open_book_of(tmp_path / "c.tex").main == tmp_path / "c.tex"
