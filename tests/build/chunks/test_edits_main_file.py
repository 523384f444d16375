"""Which chapters an edit of the main file concerns, told from keys and page numbers alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.findable import FindableFiles
from texbook.build.chunks.keys import Environment, changes, segment_key
from texbook.build.chunks.model import SegmentRecord, SegmentState
from texbook.latex.spine import read_spine

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAME = r"\documentclass{report}\begin{document}@\end{document}"


def book(body: str, *records: SegmentRecord) -> ChunkedBook:
    """Make a book of chapters ``a``, ``b``, ... with records for the first of them."""
    spine = read_spine(FRAME.replace("@", body))
    return ChunkedBook(spine, dict(zip("abcdef", records, strict=False)))


def record(first: int, pages: int, *, came_from: int | None = None) -> SegmentRecord:
    end = SegmentState({"page": first + pages})
    return SegmentRecord({}, "", pages, first if came_from is None else came_from, first, end)


def key(of: ChunkedBook, name: str, texts: Mapping[str, str] | None = None) -> dict[str, str]:
    files = FindableFiles((), "main")
    environment = Environment(of.starts(), {}, {}, {}, {}, texts or {}, "", files)
    return segment_key(of, name, of.records[name], environment.starts[name], environment)


def changed(before: ChunkedBook, after: ChunkedBook) -> dict[str, tuple[str, ...]]:
    """Name the inputs that are others now, by chapter; those without any are left out."""
    found = {name: changes(key(before, name), key(after, name)) for name in after.records}
    return {name: what for name, what in found.items() if what}


def test_an_appendix_that_begins_earlier_concerns_the_chapter_that_is_now_in_it() -> None:
    three = (record(1, 2), record(3, 2), record(5, 2))
    before = book(r"\include{a}\include{b}\appendix\include{c}", *three)
    after = book(r"\include{a}\appendix\include{b}\include{c}", *three)
    assert changed(before, after) == {"b": ("what the main file sets before it",)}


def test_a_setting_that_is_gone_concerns_all_that_follows() -> None:
    three = (record(1, 2), record(3, 2), record(5, 2))
    before = book(r"\include{a}\sloppy\include{b}\include{c}", *three)
    after = book(r"\include{a}\include{b}\include{c}", *three)
    assert set(changed(before, after)) == {"b", "c"}


def test_a_page_number_that_the_main_file_sets_stays_whatever_comes_before() -> None:
    longer = (record(1, 3), record(5, 2, came_from=3))
    starts = book(r"\include{a}\setcounter{page}{5}\include{b}", *longer).starts()
    assert starts["b"].page == 5


def test_a_page_number_that_happens_to_run_on_is_set_all_the_same() -> None:
    longer = (record(1, 3), record(3, 2))
    starts = book(r"\include{a}\setcounter{page}{3}\include{b}", *longer).starts()
    assert starts["b"].page == 3


def test_a_chapter_behind_a_declared_page_number_is_made_again_when_pages_move() -> None:
    body = r"\include{a}\addtocounter{page}{4}\include{b}"
    first, moved = record(1, 2), record(1, 3)
    second = record(7, 2, came_from=3)
    assert changed(book(body, first, second), book(body, moved, second)) == {
        "b": ("the page number before it",)
    }


def test_a_chapter_that_sets_its_own_page_numbers_is_made_again_when_pages_move() -> None:
    body = r"\include{a}\include{b}\include{c}"
    jumping = replace(record(3, 2), is_regular=False)
    before = book(body, record(1, 2), jumping, record(5, 2))
    after = book(body, record(1, 3), jumping, record(5, 2))
    assert changed(before, after) == {"b": ("the number of its first page",)}


def test_other_chapters_only_move() -> None:
    body = r"\include{a}\include{b}\include{c}"
    before = book(body, record(1, 2), record(3, 2), record(5, 2))
    after = book(body, record(1, 3), record(3, 2), record(5, 2))
    assert changed(before, after) == {}
    assert after.starts()["c"].page == 6


def test_the_first_page_keeps_the_number_that_the_preamble_has_set() -> None:
    assert book(r"\include{a}\include{b}", record(7, 2)).starts()["a"].page == 7


def test_a_file_that_is_read_within_a_chapter_is_not_taken_for_its_heading() -> None:
    """``aside.tex`` begins with a section, but the chapter does not."""
    two = book(r"\include{a}\include{b}", record(1, 2), record(3, 2))
    two.records["b"] = replace(two.records["b"], reads=frozenset({"aside.tex", "b.tex"}))
    two.resets = {"section": ("figure",)}
    texts = {"aside.tex": "\\section{Aside}", "b.tex": "Words. \\input{aside}"}
    keys = []
    for figures in (1, 2):
        before = record(1, 2)
        end = SegmentState({"page": 3, "figure": figures})
        two.records["a"] = replace(before, end=end)
        keys.append(key(two, "b", texts))
    assert changes(*keys) == ("what comes before",)
