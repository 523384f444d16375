"""The documents that editions are typeset from, without an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import BookError
from texbook.render.edition import EditionRenderer, EditionText
from texbook.render.order import list_book

if TYPE_CHECKING:
    from tests.render.conftest import Book

MAIN = """\
% A book. \\begin{document} is spoken of here only.
\\documentclass{report}
\\newcommand{\\begins}{\\verb|\\begin{document}|}

\\title{T}\\begin{document}
\\input{one}
\\end{document}
"""


@pytest.fixture
def renderer(book: Book) -> EditionRenderer:
    book.write("main.tex", MAIN)
    book.write("one.j2.tex", book.question())
    return EditionRenderer(book.project, list_book(book.project))


def render(renderer: EditionRenderer, **edition: object) -> EditionText:
    return renderer.render("editions/mine.j2.tex", Path("edition-mine.tex"), edition)


def test_the_preamble_is_the_main_files_and_each_line_leads_there(
    book: Book, renderer: EditionRenderer
) -> None:
    template = book.write("templates/editions/mine.j2.tex", "\\VAR{book.preamble}\nmine\n")
    made = render(renderer)
    assert made.faults == ()
    assert made.text == MAIN.partition("\\begin{document}\n\\input")[0] + "\nmine\n"
    origins = [(item.path, item.line) for item in made.source_map.origins]
    main = book.folder / "main.tex"
    assert origins == [*((main, line) for line in range(1, 6)), (template, 2)]
    assert renderer.body.startswith("\\begin{document}\n\\input{one}")


def test_a_template_knows_the_book_its_question_and_its_edition(
    book: Book, renderer: EditionRenderer
) -> None:
    book.write(
        "templates/editions/mine.j2.tex",
        "\\VAR{book.preamble}\n\\VAR{question.title} \\VAR{edition.x} \\VAR{book.minutes}",
    )
    made = render(renderer, x=5, question=renderer.questions["one"])
    assert made.text.endswith("\nWinning Is Bad News 5 1")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\\VAR{book.preambel}", 'the book has no "preambel"'),
        ("x\n\\VAR{edition.nunber}", 'there is no key "nunber"'),
        ("% \\documentclass{x}\nx", "the edition has no \\documentclass"),
        ("%% if\n", "expected"),
    ],
)
def test_a_fault_in_a_template_is_told_there(
    book: Book, renderer: EditionRenderer, template: str, message: str
) -> None:
    path = book.write("templates/editions/mine.j2.tex", template)
    (fault,) = render(renderer, number="1").faults
    assert message in fault.message
    assert fault.span is not None
    assert fault.span.path == path


def test_a_template_that_is_not_there_is_told(renderer: EditionRenderer) -> None:
    (fault,) = render(renderer).faults
    assert fault.message == 'there is no template "editions/mine.j2.tex"'


def test_the_packaged_templates_can_be_read(renderer: EditionRenderer) -> None:
    made = renderer.render(
        "editions/cheat-sheet.j2.tex", Path("x.tex"), {"chapters": [], "numbers": {}}
    )
    assert made.faults == ()


@pytest.mark.parametrize("main", ["\\documentclass{x}\n\\input{all}\n", "% \\begin{document}\n"])
def test_a_main_file_without_its_beginning_cannot_be_used(book: Book, main: str) -> None:
    book.write("main.tex", main)
    with pytest.raises(BookError, match="at which an edition takes its place"):
        EditionRenderer(book.project, list_book(book.project))
