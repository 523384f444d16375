"""What follows from what is known of the segments of a book."""

from __future__ import annotations

from dataclasses import replace

import pytest

from texbook.build.chunks.book import ChunkedBook, Start
from texbook.build.chunks.model import SegmentRecord, SegmentState
from texbook.latex.spine import read_spine
from texbook.texfiles.label_uses import LabelValue

MAIN = r"""\documentclass{report}
\begin{document}
\tableofcontents
\include{one}
\appendix
\include{two}
\end{document}
"""
FRONT = "text before one"


def record(
    pages: int, first: int, *, came_from: int | None = None, aux: str = "", **further: object
) -> SegmentRecord:
    made = SegmentRecord(
        {},
        "",
        pages,
        first if came_from is None else came_from,
        first,
        SegmentState({"page": first + pages, "chapter": first}),
        aux=aux,
    )
    return replace(made, **further)  # type: ignore[arg-type]


@pytest.fixture
def book() -> ChunkedBook:
    """A book of two pages of front matter and two chapters of three, typeset as they stand."""
    records = {
        FRONT: record(2, 1),
        "one": record(3, 3, aux="\\newlabel{a}{{1}{4}}\n"),
        "two": record(3, 6, aux="\\newlabel{b}{{2}{6}}\n"),
        "end": record(0, 9, end=None),
    }
    return ChunkedBook(read_spine(MAIN), records)


def test_the_segments_are_all_but_the_declarations(book: ChunkedBook) -> None:
    assert book.names == (FRONT, "one", "two", "end")
    assert list(book.numbers) == [0, 1, 3, 4]
    assert book.number("two") == 3
    assert book.text("one") == r"\include{one}"


def test_each_segment_begins_where_the_one_before_ends(book: ChunkedBook) -> None:
    starts = book.starts()
    assert [(starts[name].page, starts[name].sheet) for name in book.names] == [
        (1, 0),
        (3, 2),
        (6, 5),
        (9, 8),
    ]
    assert starts["two"].state.counters == {"page": 6, "chapter": 3}
    assert all(start.is_known for start in starts.values())


def test_a_longer_segment_moves_those_behind_it(book: ChunkedBook) -> None:
    book.records["one"] = record(5, 3, aux=book.records["one"].aux)
    starts = book.starts()
    assert (starts["two"].page, starts["two"].sheet) == (8, 7)
    assert starts["two"].state.page == 8
    assert book.labels(starts)["b"] == LabelValue("8", "{2}{}")
    assert b"\\newlabel{b}{{2}{8}}" in book.auxiliary(starts)["main.aux"]


def test_a_number_that_a_declaration_sets_does_not_move(book: ChunkedBook) -> None:
    spine = read_spine(MAIN.replace(r"\appendix", r"\pagenumbering{arabic}"))
    book = ChunkedBook(spine, book.records)
    book.records["two"] = record(3, 1, came_from=6)
    book.records["one"] = record(5, 3)
    starts = book.starts()
    assert (starts["two"].page, starts["two"].sheet) == (1, 7)
    assert starts["end"].page == 4


def test_behind_a_segment_with_a_number_of_its_own_the_book_goes_on_from_its_end(
    book: ChunkedBook,
) -> None:
    end = SegmentState({"page": 53})
    book.records["one"] = replace(book.records["one"], is_regular=False, end=end)
    assert book.starts()["two"].page == 53


def test_behind_a_segment_that_is_new_a_start_is_a_guess(book: ChunkedBook) -> None:
    del book.records["one"]
    starts = book.starts()
    assert starts["one"].is_known
    assert starts["two"] == Start(SegmentState({"page": 3, "chapter": 1}), 3, 2, is_known=False)


def test_the_auxiliary_files_are_those_of_one_run(book: ChunkedBook) -> None:
    entry = r"\contentsline {chapter}{\numberline {%s}x}{%s}{}\protected@file@percent "
    line = rf"\@writefile{{toc}}{{{entry}}}"
    book.prologue = "\\relax \n"
    book.records["one"] = replace(
        book.records["one"],
        aux=line % (1, 3) + "\n\\gdef \\@abspage@last{3}\n",
        bookmarks="\\BOOKMARK [0][-]{chapter.1}{Ebb}{}% 1\n",
        index="\\indexentry{tide}{4}\n",
        files={"own.tmp": "x"},
    )
    book.records["two"] = replace(
        book.records["two"],
        came_from=1,
        first_page=1,
        aux=line % (2, 1) + "\n",
        bookmarks="\\BOOKMARK [0][-]{chapter.2}{Flood}{}% 1\n",
        index="\\indexentry{tide}{2}\n",
    )
    book.records["two"] = replace(book.records["two"], came_from=6, first_page=1)
    files = book.auxiliary(book.starts())
    assert files["main.aux"].startswith(b"\\relax \n\\@writefile{toc}")
    assert b"\\gdef \\@abspage@last{8}" in files["main.aux"]
    assert files["main.toc"] == (
        b"\\contentsline {chapter}{\\numberline {1}x}{3}{}%\n"
        b"\\contentsline {chapter}{\\numberline {2}x}{1}{}%\n"
    )
    assert files["main.out"].splitlines() == [
        b"\\BOOKMARK [0][-]{chapter.1}{Ebb}{}% 1",
        b"\\BOOKMARK [0][-]{chapter.2}{Flood}{}% 2",
    ]
    assert files["main.idx"] == b"\\indexentry{tide}{4}\n\\indexentry{tide}{2}\n"
    assert files["own.tmp"] == b"x"


def test_page_labels_that_only_go_on_are_left_out(book: ChunkedBook) -> None:
    for name, at, number in ((FRONT, 0, 1), ("one", 2, 3), ("two", 5, 6)):
        start = f"/St {number}" if number > 1 else ""
        aux = f"\\HyPL@Entry{{0<</S/D{' ' if start else ''}{start}>>}}\n"
        book.records[name] = replace(book.records[name], aux=aux)
        assert book.starts()[name].sheet == at
    whole = book.auxiliary(book.starts())["main.aux"]
    assert whole == b"\\HyPL@Entry{0<</S/D>>}\n"


def test_entries_come_from_the_list_that_biber_made_and_from_bibcites(book: ChunkedBook) -> None:
    bbl = b"\\entry{a}{book}{}\n  x\n\\endentry\n\\entry{b}{book}{}\n  y\n\\endentry\n"
    book.tool_files["main.bbl"] = bbl
    before = book.entries()
    assert set(before) == {"a", "b"}
    book.tool_files["main.bbl"] = bbl.replace(b"  y", b"  z")
    assert book.entries()["a"] == before["a"]
    assert book.entries()["b"] != before["b"]
    book.records["end"] = replace(book.records["end"], aux="\\bibcite{c}{{3}{1999}{{X}}{{}}}\n")
    assert book.entries()["c"] == "{{3}{1999}{{X}}{{}}}"


def test_the_first_page_is_that_of_the_first_segment_that_ships_one(book: ChunkedBook) -> None:
    assert book.leading() == FRONT
    book.records[FRONT] = replace(book.records[FRONT], page_count=0)
    assert book.leading() == "one"
    book.records.clear()
    assert book.leading() is None


def test_citations_stand_in_the_order_of_the_book(book: ChunkedBook) -> None:
    book.records["two"] = replace(book.records["two"], cites=(("b", False),))
    book.records["one"] = replace(book.records["one"], cites=(("a", True), ("b", False)))
    assert book.citations() == (("a", True), ("b", False), ("b", False))
