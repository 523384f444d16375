"""Drafts of what was edited, and the exact PDF behind them, with the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from texbook.base.sourcemap import Origin, SourceMap
from texbook.build.model import Draft, GeneratedFile, NoDraft, Outcome

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

HEAD = "\\documentclass{report}\n\\begin{document}\n\\tableofcontents\n"
ONE = "\\chapter{First}\\label{first}\n\\begin{equation}x\\label{x}\\end{equation}\nOf one.\n"
TWO = (
    "\\chapter{Second}\nIntroduction.\n\\section{Early}\nSee \\ref{first}.\n\\clearpage\n"
    "\\section{Late}\nSee page \\pageref{first}.\n\\begin{equation}y\\label{y}\\end{equation}\n"
)


def put(book: BuiltBook, command: str, *, one: str = ONE, two: str = TWO) -> None:
    book.put("one.tex", one)
    book.put("two.tex", two)
    book.put("main.tex", f"{HEAD}\\{command}{{one}}\n\\{command}{{two}}\n\\end{{document}}\n")


def drafted(book: BuiltBook) -> tuple[BuildResult, Draft | NoDraft]:
    told: list[Draft | NoDraft] = []
    result = book.build(on_draft=told.append)
    assert len(told) == 1
    return result, told[0]


def text_of(draft: Draft | NoDraft) -> str:
    assert isinstance(draft, Draft), draft
    pages = PdfReader(draft.output).pages
    assert len(pages) == draft.pages
    return "\n".join(page.extract_text() for page in pages)


def refusal(draft: Draft | NoDraft) -> str:
    assert isinstance(draft, NoDraft)
    return draft.reason


@pytest.mark.parametrize("command", ["input", "include"])
def test_a_draft_holds_what_was_edited_and_the_exact_pdf_follows(
    book: BuiltBook, command: str
) -> None:
    put(book, command)
    _, first = drafted(book)
    assert refusal(first) == "there is no earlier build to take the numbers from"
    before = book.pdf.read_bytes()
    put(book, command, two=TWO.replace("Introduction", "Opening words"))
    result, draft = drafted(book)
    text = text_of(draft)
    assert isinstance(draft, Draft)
    assert draft.output == book.root / "build" / "draft.pdf"
    assert "Chapter 2" in text
    assert "Opening words" in text
    assert "Of one" not in text
    assert result.outcome is Outcome.BUILT
    assert result.pages == 4
    assert "Opening words" in book.text()
    assert book.pdf.read_bytes() != before


def test_the_edited_section_of_a_file_has_the_numbers_of_the_last_build(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    put(book, "input", two=TWO.replace("See page", "Now see page"))
    _, draft = drafted(book)
    text = text_of(draft)
    assert isinstance(draft, Draft)
    assert draft.parts == ("Late",)
    assert "2.2" in text
    assert "Late" in text
    assert "Now see page 2" in text
    assert "(2.1)" in text
    assert text.rstrip().endswith("4")
    assert "Early" not in text


def test_an_edit_on_two_places_is_one_draft(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    put(book, "input", one=ONE.replace("Of", "Now of"), two=TWO.replace("See page", "On page"))
    _, draft = drafted(book)
    text = text_of(draft)
    assert "Now of one" in text
    assert "On page" in text
    assert "Introduction" not in text


@pytest.mark.parametrize("command", ["input", "include"])
def test_a_book_that_has_not_changed_gets_no_draft(book: BuiltBook, command: str) -> None:
    put(book, command)
    book.build()
    result, draft = drafted(book)
    assert result.outcome is Outcome.UP_TO_DATE
    assert refusal(draft) == "nothing has changed"


@pytest.mark.parametrize("command", ["input", "include"])
def test_a_fault_in_what_was_edited_is_told_by_the_exact_build(
    book: BuiltBook, command: str
) -> None:
    put(book, command)
    book.build()
    before = book.pdf.read_bytes()
    put(book, command, two=TWO.replace("Introduction", "\\nothing"))
    result, draft = drafted(book)
    assert "Undefined control sequence" in refusal(draft)
    assert result.outcome is Outcome.FAILED
    span = result.diagnostics[0].span
    assert span is not None
    assert span.path == book.root / "two.tex"
    assert book.pdf.read_bytes() == before
    assert not (book.root / "build" / "draft.pdf").exists()


def test_a_brace_that_is_left_open_stops_no_build(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    put(book, "input", two=TWO.replace("Introduction", "{Introduction"))
    result, draft = drafted(book)
    assert result.outcome in {Outcome.BUILT, Outcome.FAILED}
    assert isinstance(draft, Draft | NoDraft)


def test_a_part_that_was_deleted_leaves_nothing_to_draft(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    put(book, "input", two=TWO.partition("\\section{Late}")[0])
    result, draft = drafted(book)
    assert refusal(draft) == "no part of the text was edited"
    assert result.outcome is Outcome.BUILT


@pytest.mark.parametrize("command", ["input", "include"])
def test_a_preamble_that_was_edited_concerns_every_page(book: BuiltBook, command: str) -> None:
    put(book, command)
    book.build()
    main = book.root / "main.tex"
    main.write_text(main.read_text().replace("{report}", "{report}\\def\\mine{}"))
    result, draft = drafted(book)
    assert refusal(draft) == "the preamble was edited, which concerns every page"
    assert result.outcome is Outcome.BUILT


@pytest.mark.parametrize("command", ["input", "include"])
def test_an_edited_template_is_drafted_as_it_is_rendered(book: BuiltBook, command: str) -> None:
    def generated(text: str) -> GeneratedFile:
        rendered = book.root / "build" / "tex" / "two.tex"
        origin = Origin(book.root / "two.j2.tex", 1)
        source_map = SourceMap(rendered, (origin,) * text.count("\n"))
        return GeneratedFile(Path("two.tex"), text, source_map, (origin.path,))

    put(book, command)
    template = book.put("two.j2.tex", "first")
    book.build(generated=(generated(TWO),))
    template.write_text("second")
    told: list[Draft | NoDraft] = []
    text = TWO.replace("Introduction", "Rendered")
    book.build(generated=(generated(text),), on_draft=told.append)
    assert "Rendered" in text_of(told[0])


def test_a_draft_that_cannot_be_written_stops_no_build(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    (book.root / "build" / "draft.pdf").mkdir()
    put(book, "input", two=TWO.replace("Introduction", "Opening words"))
    result, draft = drafted(book)
    assert "there is a folder of that name" in refusal(draft)
    assert result.outcome is Outcome.BUILT


def test_an_order_that_changed_leaves_nothing_to_draft(book: BuiltBook) -> None:
    put(book, "input")
    book.build()
    main = book.root / "main.tex"
    swapped = main.read_text().replace("one}", "x}").replace("two}", "one}").replace("x}", "two}")
    main.write_text(swapped)
    result, draft = drafted(book)
    assert refusal(draft) == "no part of the text was edited"
    assert result.outcome is Outcome.BUILT


def test_an_edited_picture_is_drafted_with_the_part_that_shows_it(book: BuiltBook) -> None:
    book.put("data.txt", "old listing\n")
    put(book, "input", one=f"{ONE}\\input{{data.txt}}\n\\section{{S}}more\n")
    book.build()
    book.put("data.txt", "new listing\n")
    _, draft = drafted(book)
    assert "new listing" in text_of(draft)
    assert "more" not in text_of(draft)
