"""Edited pages that are shown before the PDF of the whole book, with the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from PIL import Image

from texbook.build.model import Outcome, PagesAhead

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

HEAD = "\\documentclass{report}\n\\usepackage{xcolor}\n\\begin{document}\n\\tableofcontents\n"
FILL = "Some words that fill a line of the page and then another one.\n\n" * 30
CHAPTER = "\\chapter{{{0}}}\nOf {0}.\n\\clearpage\nMiddle of {0}.\n\\clearpage\nEnd of {0}.\n"


def put(book: BuiltBook, **chapters: str) -> None:
    texts = {name: CHAPTER.format(name) for name in ("one", "two", "three")} | chapters
    for name, text in texts.items():
        book.put(f"{name}.tex", text)
    includes = "".join(f"\\include{{{name}}}\n" for name in texts)
    book.put("main.tex", f"{HEAD}{includes}\\end{{document}}\n")


def built(book: BuiltBook) -> tuple[BuildResult, list[PagesAhead]]:
    told: list[PagesAhead] = []
    result = book.build(on_pages=told.append)
    assert result.outcome is not Outcome.FAILED, result.diagnostics
    assert result.looks is not None
    assert len(result.looks) == result.pages
    return result, told


def assert_same_pixels(book: BuiltBook, ahead: PagesAhead) -> None:
    """See that each page that was shown ahead is that of the exact PDF."""
    small, whole = pypdfium2.PdfDocument(ahead.pdf), pypdfium2.PdfDocument(book.pdf)
    try:
        assert len(small) == len(ahead.places)
        for index, place in enumerate(ahead.places):
            pictures = [
                document[number].render(scale=1).to_pil().tobytes()
                for document, number in ((small, index), (whole, place - 1))
            ]
            assert pictures[0] == pictures[1], f"page {place}"
    finally:
        small.close()
        whole.close()


def test_only_the_edited_page_is_shown_ahead_and_is_the_exact_one(book: BuiltBook) -> None:
    put(book)
    before, told = built(book)
    assert told == []  # there was nothing before
    put(book, two=CHAPTER.format("two").replace("Middle", "The middle"))
    after, (ahead,) = built(book)
    assert ahead.places == (6,)
    assert ahead.looks == after.looks
    assert [a == b for a, b in zip(before.looks or (), after.looks or (), strict=True)] == [
        place != 6 for place in range(1, 11)
    ]
    assert_same_pixels(book, ahead)


def test_a_page_more_moves_the_names_of_the_others(book: BuiltBook) -> None:
    put(book)
    built(book)
    put(book, two=CHAPTER.format("two").replace("\\clearpage", "\\clearpage More.\\clearpage", 1))
    after, (ahead,) = built(book)
    assert ahead.places == (6, 7, 8)
    assert len(ahead.looks) == after.pages == 11
    assert after.looks is not None
    assert ahead.looks[1:8] == after.looks[1:8]  # the contents follow
    assert_same_pixels(book, ahead)


def test_a_colour_that_goes_on_over_pages_is_right_ahead(book: BuiltBook) -> None:
    two = f"\\chapter{{two}}\n{{\\color{{red}}\n{FILL * 3}}}\n\nBlack.\n"
    put(book, two=two)
    built(book)
    put(book, two=two.replace("}\n\nBlack", "Red.}\n\nBlack"))
    _, (ahead,) = built(book)
    assert len(ahead.places) > 1
    assert_same_pixels(book, ahead)


def test_an_edit_that_changes_no_page_shows_none(book: BuiltBook) -> None:
    put(book)
    before, _ = built(book)
    put(book, two=CHAPTER.format("two") + "% a remark\n")
    after, told = built(book)
    assert told == []
    assert after.looks == before.looks


def test_a_new_picture_gives_its_page_another_look(book: BuiltBook) -> None:
    def draw(colour: str) -> None:
        Image.new("RGB", (20, 20), colour).save(book.root / "figure.png")

    two = CHAPTER.format("two").replace(
        "Middle", "\\fbox{\\includegraphics[width=2cm,height=2cm]{figure}}"
    )
    put(book, two=two)
    main = (book.root / "main.tex").read_text().replace("{xcolor}", "{xcolor,graphicx}")
    book.put("main.tex", main)
    draw("red")
    before, _ = built(book)
    draw("blue")
    after, (ahead,) = built(book)
    assert ahead.places == (6,)
    assert before.looks is not None
    assert after.looks is not None
    assert before.looks[5] != after.looks[5]
    assert before.looks[:5] + before.looks[6:] == after.looks[:5] + after.looks[6:]


def test_a_book_in_one_run_is_only_shown_whole(book: BuiltBook) -> None:
    text = "\\documentclass{article}\n\\begin{document}\nOne.\\newpage Two.\n\\end{document}\n"
    book.put("main.tex", text)
    before, told = built(book)
    book.put("main.tex", text.replace("Two", "Three"))
    after, more = built(book)
    assert told == more == []
    assert before.looks is not None
    assert after.looks is not None
    assert before.looks[0] == after.looks[0]
    assert before.looks[1] != after.looks[1]


def test_an_up_to_date_book_still_knows_the_looks_of_its_pages(book: BuiltBook) -> None:
    put(book)
    before, _ = built(book)
    again, told = built(book)
    assert again.outcome is Outcome.UP_TO_DATE
    assert (again.looks, told) == (before.looks, [])


def test_a_new_process_knows_the_pages_by_the_names_that_were_kept(book: BuiltBook) -> None:
    put(book)
    built(book)
    two = CHAPTER.format("two").replace("Middle", "The middle")
    put(book, two=two)  # its first page is spelled in another way now, and looks the same
    built(book)
    again, _ = built(book)
    put(book, two=two, three=CHAPTER.format("three").replace("End", "The end"))
    _, (ahead,) = built(book)
    shown = {look for at, look in enumerate(ahead.looks, 1) if at not in ahead.places}
    assert shown <= set(again.looks or ())
