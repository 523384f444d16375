"""What engines are told, and how work is shared among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.driver import END_OF_PREAMBLE
from texbook.build.chunks.model import SegmentState
from texbook.build.chunks.plan import (
    engines_for,
    job_text,
    preamble_text,
    predicted_contents,
    predicted_state,
    share,
)
from texbook.latex.spine import read_spine

MAIN = r"""\documentclass{report}
\begin{document}
\tableofcontents
\include{one}
\appendix
\include{two}
\include{three}
\end{document}
"""
STOP = r"\csname texbook@stop\endcsname"
TWO = r"\csname texbook@begin\endcsname{3}\include{two}\csname texbook@end\endcsname{3}"
SOURCES = {
    "one": "\\chapter{Ebb}\n\\section{A}\n\\section{B}\n" + "x" * 4000,
    "two": "\\chapter{Flood}\n",
    "three": "\\section{C}\n",
}


@pytest.fixture
def book() -> ChunkedBook:
    return ChunkedBook(read_spine(MAIN))


def source_of(name: str) -> str:
    return SOURCES[name]


def test_the_preamble_ends_in_the_job(book: ChunkedBook) -> None:
    text = preamble_text(book.spine)
    assert text == f"\\documentclass{{report}}\n\\begin{{document}}{END_OF_PREAMBLE}\n"


def test_chosen_segments_stand_between_marks_in_their_own_lines(book: ChunkedBook) -> None:
    job = job_text(book, [1, 3], {}, {})
    assert job.body.splitlines() == [
        "%",
        "%",
        "%",
        r"\csname texbook@begin\endcsname{1}\include{one}\csname texbook@end\endcsname{1}",
        r"\appendix",
        TWO + STOP,
    ]
    assert set(job.files) == {
        f"texbook-{what}-{number}.mark"
        for what in ("begin", "end")
        for number in (1, 3, "document")
    }


def test_a_job_with_the_last_segment_ends_as_the_document_does(book: ChunkedBook) -> None:
    body = job_text(book, [5], {}, {}).body
    assert body.endswith("\\csname texbook@begin\\endcsname{5}\\end{document}\n")


def test_a_state_is_set_before_the_declarations_in_front_of_a_segment(book: ChunkedBook) -> None:
    state = SegmentState(
        {"page": 12, "chapter": 3, "Item": 7}, {"@themark": "{A}{}", "botmark": "{A}{}"}
    )
    job = job_text(book, [3], {3: state}, {"main.toc": b"x"})
    assert job.body.splitlines()[4] == r"\input{texbook-start-3.tex}\appendix"
    lines = job.files["texbook-start-3.tex"].splitlines()
    assert r"\texbook@set{chapter}{3}%" in lines
    assert r"\global\c@page=12\relax%" in lines
    assert r"\texbook@prime{{A}{}}%" in lines
    assert not any("Item" in line for line in lines)
    assert job.auxiliary == {"main.toc": b"x"}


def test_each_segment_has_a_base_for_its_anchors(book: ChunkedBook) -> None:
    one, two = (job_text(book, [number], {}, {}).setup for number in (1, 3))
    both = job_text(book, [1, 3], {}, {}).setup
    assert both == one + two
    assert one != two


def test_a_book_whose_folios_stand_beside_text_is_told_so(book: ChunkedBook) -> None:
    book.marks_folios = False
    assert "texbook@wrap" in job_text(book, [1], {}, {}).setup


def test_a_state_is_guessed_from_the_headings_before(book: ChunkedBook) -> None:
    before = predicted_state(book, 1, source_of)
    assert before.counters == {"chapter": 0, "section": 0, "page": 1}
    # The declaration before it stands between.
    assert predicted_state(book, 2, source_of).counters == {"chapter": 1, "section": 2, "page": 3}
    assert predicted_state(book, 3, source_of).counters["chapter"] == 0
    assert predicted_state(book, 4, source_of).counters["chapter"] == 1


def test_contents_are_guessed_from_the_headings(book: ChunkedBook) -> None:
    lines = predicted_contents(book, source_of).decode().splitlines()
    assert [line.split("}")[0].split("{")[1] for line in lines] == [
        "chapter",
        "section",
        "section",
        "chapter",
        "section",
    ]


@given(st.data(), st.integers(1, 5))
def test_work_is_shared_in_increasing_lists_of_all_segments(
    data: st.DataObject, engines: int
) -> None:
    names = [f"c{number}" for number in range(data.draw(st.integers(1, 9)))]
    includes = "".join(f"\\include{{{name}}}\n" for name in names)
    book = ChunkedBook(read_spine(f"\\begin{{document}}\n{includes}\\end{{document}}\n"))
    numbers = sorted(data.draw(st.sets(st.integers(0, len(names)), min_size=1)))
    weights = {number: data.draw(st.floats(0.5, 100)) for number in numbers}
    lists = share(book, numbers, weights, engines, lambda name: data.draw(HEADINGS))
    assert [number for part in lists for number in part] == numbers
    assert all(lists)
    assert len(lists) <= engines


HEADINGS = st.sampled_from(["\\chapter{A}", "\\section{A}", ""])


def test_a_list_of_what_is_new_begins_with_a_chapter(book: ChunkedBook) -> None:
    weights = {1: 4.0, 3: 3.0, 4: 4.0}
    assert share(book, [1, 3, 4], weights, 2, source_of) == [[1], [3, 4]]
    assert share(book, [1, 3, 4], {1: 4, 3: 1, 4: 4}, 1, source_of) == [[1, 3, 4]]


@pytest.mark.parametrize(
    ("pages", "waiting", "engines"),
    [(30, 2, 2), (30, 1, 1), (2, 2, 1), (200, 0, 2)],
    ids=["two wait", "one waits", "too few pages", "worth a new engine"],
)
def test_engines_share_what_is_worth_it(pages: int, waiting: int, engines: int) -> None:
    assert engines_for(pages, 2, waiting) == engines
