from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from texbook.preview.library import MOST_HITS, Library
from texbook.preview.pdfium import Pdf, UnreadablePdfError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.preview.conftest import MakePdf
    from texbook.preview.text import PageText

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINK = "/Annots[<</Type/Annot/Subtype/Link/Rect[50 520 90 540]/Dest[{page} 0 R/Fit]>>]"


def key(letter: str) -> str:
    return letter * 16


def show(
    library: Library, pdf: bytes, keys: str | None, edited: Sequence[int] | None = None
) -> bool:
    """Show a whole book whose pages have one letter each for a key."""
    made = None if keys is None else [key(letter) for letter in keys]
    return library.show_document(pdf, name="main.pdf", made=NOON, keys=made, edited=edited)


def ahead(
    library: Library, pdf: bytes, keys: str, chosen: Sequence[int], place: tuple[int, int]
) -> bool:
    """Show pages of a chapter; the place is the first page and the number of those replaced."""
    return library.show_ahead(pdf, [key(letter) for letter in keys], chosen, *place)


def letters(library: Library) -> str:
    return "".join(key[0] for key in library.newest.keys)


@pytest.fixture
def library() -> Library:
    return Library()


def test_at_first_there_is_nothing(library: Library) -> None:
    assert library.newest.keys == ()
    assert library.outline() == []
    assert library.search("one")[1:] == ([], False)
    assert library.image(key("a"), 100) is None


def test_keys_are_made_of_the_file_where_none_are_given(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two"), None)
    first = library.newest.keys
    assert len(set(first)) == 2
    assert all(16 <= len(key) <= 40 and int(key, 16) for key in first)
    show(library, make_pdf("one", "too"), None)
    assert not set(first) & set(library.newest.keys)


def test_keys_that_do_not_fit_the_pdf_are_not_used(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one", "two"), "abc")
    assert len(library.newest.keys) == 2
    assert key("a") not in library.newest.keys


def test_the_same_document_is_not_shown_twice(library: Library, make_pdf: MakePdf) -> None:
    pdf = make_pdf("one", "two")
    assert show(library, pdf, "ab")
    assert not show(library, pdf, "ab")
    assert not show(library, pdf, None)
    assert library.newest.number == 1
    assert show(library, pdf, "ac")


def test_edited_pages_are_those_that_were_not_there(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one", "two", "three", "four"), "abcd")
    assert list(library.newest.edited) == []
    show(library, make_pdf("one", "two", "tree", "four"), "abed")
    assert list(library.newest.edited) == [3]


def test_most_of_the_book_is_no_edit(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one", "two", "three"), "abc")
    show(library, make_pdf("on", "to", "three"), "dec")
    assert library.newest.edited == ()


def test_whoever_knows_the_edited_pages_tells_them(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one", "two"), "ab", [2])
    assert library.newest.edited == (2,)


def test_what_is_no_pdf_leaves_what_is_shown(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one"), "a")
    with pytest.raises(UnreadablePdfError):
        show(library, b"no PDF", None)
    assert letters(library) == "a"
    assert library.image(key("a"), 100)


def test_pages_of_the_document_before_can_still_be_read(
    library: Library, make_pdf: MakePdf
) -> None:
    for text, keys in (("one", "a"), ("two", "b"), ("three", "c")):
        show(library, make_pdf(text), keys)
    assert library.image(key("a"), 100) is None
    assert library.image(key("b"), 100) is not None
    assert library.lines(key("c")) is not None
    assert library.links(key("b"), 2) == []
    assert library.links(key("a"), 1) is None


def test_a_page_that_comes_back_is_not_drawn_again(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one", "two"), "ab")
    image = library.image(key("b"), 100)
    show(library, make_pdf("one more", "two"), "cb")
    show(library, make_pdf("one less", "two"), "db")
    assert library.image(key("b"), 100) is image


def test_newer_pages_of_a_chapter_take_the_place_of_those_shown(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three", "four"), "abcd")
    assert ahead(library, make_pdf("new", "newer"), "xby", (0, 2), (2, 2))
    shown = library.newest
    assert letters(library) == "axbyd"
    assert (shown.exact, shown.edited, shown.made) == (False, (2, 4), NOON)
    lines = [library.lines(key(letter)) for letter in "axbyd"]
    assert [line[0].text for line in lines if line] == ["one", "new", "two", "newer", "four"]


def test_the_whole_book_says_again_which_pages_were_edited(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three"), "abc")
    ahead(library, make_pdf("new"), "x", (0,), (2, 1))
    show(library, make_pdf("one", "new", "three"), "axc")
    assert (library.newest.exact, library.newest.edited) == (True, (2,))


def test_after_a_chapter_ahead_the_book_from_before_may_come_back(
    library: Library, make_pdf: MakePdf
) -> None:
    pdf = make_pdf("one", "two")
    show(library, pdf, "ab")
    ahead(library, make_pdf("new"), "x", (0,), (2, 1))
    assert show(library, pdf, "ab")
    assert (letters(library), library.newest.exact) == ("ab", True)


@pytest.mark.parametrize(
    ("keys", "chosen", "place"),
    [
        ("xz", (0,), (1, 1)),  # z is unknown
        ("x", (0,), (0, 1)),
        ("x", (0,), (3, 1)),
        ("x", (0,), (1, 3)),
        ("x", (0,), (1, -1)),
        ("xy", (0, 1), (1, 1)),  # the PDF has one page
    ],
)
def test_what_does_not_fit_is_not_shown_ahead(
    library: Library, make_pdf: MakePdf, keys: str, chosen: tuple[int, ...], place: tuple[int, int]
) -> None:
    show(library, make_pdf("one", "two"), "ab")
    assert not ahead(library, make_pdf("new"), keys, chosen, place)
    assert letters(library) == "ab"


def test_without_a_whole_book_nothing_is_shown_ahead(library: Library, make_pdf: MakePdf) -> None:
    assert not ahead(library, make_pdf("new"), "x", (0,), (1, 0))


def test_links_lead_to_the_numbers_of_the_document_that_is_shown(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three", page=LINK.format(page=8)), "abc")
    assert [link.page for link in library.links(key("a"), 1) or []] == [3]
    ahead(library, make_pdf("new", "newer", page=LINK.format(page=6)), "xy", (0, 1), (2, 1))
    assert [link.page for link in library.links(key("a"), 2) or []] == [4]
    assert [link.page for link in library.links(key("x"), 2) or []] == [3]


def test_a_link_to_a_page_that_was_replaced_leads_to_its_chapter(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three", page=LINK.format(page=6)), "abc")
    ahead(library, make_pdf("new"), "x", (0,), (2, 1))
    assert [link.page for link in library.links(key("a"), 2) or []] == [2]


def test_the_outline_follows_the_pages(library: Library, make_pdf: MakePdf) -> None:
    marks = (
        "<</First 11 0 R/Last 12 0 R/Count 2>>",
        "<</Title(A)/Parent 10 0 R/Dest[4 0 R/Fit]/Next 12 0 R>>",
        "<</Title(B)/Parent 10 0 R/Dest[8 0 R/Fit]>>",
    )
    show(library, make_pdf("one", "two", "three", more=marks), "abc")
    assert [(mark.title, mark.page) for mark in library.outline()] == [("A", 1), ("B", 3)]
    ahead(library, make_pdf("new", "newer"), "xy", (0, 1), (2, 1))
    assert [(mark.title, mark.page) for mark in library.outline()] == [("A", 1), ("B", 4)]


def test_a_search_names_the_pages_of_what_it_finds(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("the leak", "no", "a Leak, a leak"), "abc")
    document, hits, more = library.search("LEAK")
    assert (document.number, [page for page, _ in hits], more) == (1, [1, 3, 3], False)


def test_a_search_ends_after_many_hits(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("aa " * 300, "aa " * 300), "ab")
    _, hits, more = library.search("aa")
    assert (len(hits), more) == (MOST_HITS, True)


@pytest.fixture
def read_pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages whose text was read, from 0, in the order in which that was done."""
    read: list[int] = []
    text = Pdf.text

    def noted(pdf: Pdf, index: int) -> PageText:
        read.append(index)
        return text(pdf, index)

    monkeypatch.setattr(Pdf, "text", noted)
    return read


def test_a_search_waits_for_the_one_that_reads_the_book(
    library: Library, make_pdf: MakePdf, read_pages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    show(library, make_pdf("one", "two"), None)
    second = threading.Thread(target=library.search, args=("two",))
    text = Pdf.text

    def interrupted(pdf: Pdf, index: int) -> PageText:
        if second.ident is None:
            second.start()
            second.join(0.2)  # it would read the page, if it did not wait
        return text(pdf, index)

    monkeypatch.setattr(Pdf, "text", interrupted)
    library.search("one")
    second.join()
    assert read_pages == [0, 1]


def test_a_long_book_is_read_by_the_first_search_alone(
    library: Library, make_pdf: MakePdf, read_pages: list[int]
) -> None:
    pages = 2_000
    line = "a line of a page"  # which makes a page's text as large as that of 50 pages
    monstrous = make_pdf(*("\n".join([line] * 50 * 50),) * (pages // 50))
    show(library, monstrous, None)
    library.search("one")
    library.search("two")
    assert len(read_pages) == pages // 50


def test_the_text_of_pages_that_are_gone_is_forgotten(
    library: Library, make_pdf: MakePdf, read_pages: list[int]
) -> None:
    for keys in ("a", "b", "c", "a"):
        show(library, make_pdf(keys), keys)
        library.search("one")
    assert read_pages == [0, 0, 0, 0]


def test_after_its_end_there_is_nothing(library: Library, make_pdf: MakePdf) -> None:
    show(library, make_pdf("one"), "a")
    library.close()
    library.close()
    assert library.image(key("a"), 100) is None
    assert library.newest.keys == ()


def test_what_the_changed_files_printed_comes_before_what_moved_with_it(
    library: Library, make_pdf: MakePdf
) -> None:
    def edited(keys: str, sources: set[int]) -> tuple[int, ...]:
        pdf = make_pdf(*keys)
        made = [key(letter) for letter in keys]
        library.show_document(
            pdf, name="main.pdf", made=NOON, keys=made, edited=None, sources=lambda: sources
        )
        return library.newest.edited

    edited("abcdef", set())
    assert edited("aBcdEf", {5, 6}) == (5, 2)
    assert edited("aBcdEF", set()) == (6,)
    # All page numbers have moved: the save is about the pages of its own file, if they are few.
    assert edited("mnopqr", {3}) == (3,)
    assert edited("stuvwx", {1, 2, 3, 4}) == ()
    assert edited("yzklgh", set()) == ()


def test_pages_ahead_that_are_most_of_the_book_are_no_edit(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three"), "abc")
    assert ahead(library, make_pdf("One", "Two"), "de", [0, 1], (1, 2))
    assert library.newest.edited == ()


def test_after_pages_ahead_nobody_asks_where_the_changed_files_stand(
    library: Library, make_pdf: MakePdf
) -> None:
    show(library, make_pdf("one", "two", "three", "four"), "abcd")
    ahead(library, make_pdf("Three"), "e", [0], (3, 1))
    whole = make_pdf("One", "two", "Three", "four")
    keys = [key(letter) for letter in "fbed"]
    library.show_document(
        whole, name="main.pdf", made=NOON, keys=keys, edited=None, sources=pytest.fail
    )
    assert library.newest.edited == (3, 1)
