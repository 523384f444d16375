"""A segment's key changes if one of its inputs does, and only then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.build.chunks.book import ChunkedBook, Start
from texbook.build.chunks.findable import FindableFiles
from texbook.build.chunks.keys import (
    Environment,
    changes,
    first_heading,
    segment_key,
    start_digest,
)
from texbook.build.chunks.model import SegmentRecord, SegmentState
from texbook.latex.spine import read_spine
from texbook.texfiles.label_uses import LabelValue

if TYPE_CHECKING:
    from collections.abc import Callable

BOOK = ChunkedBook(
    read_spine("\\begin{document}\n\\include{one}\n\\include{two}\n\\end{document}\n")
)
RECORD = SegmentRecord(
    {},
    "",
    3,
    4,
    4,
    SegmentState({"page": 7}),
    uses=frozenset({("n", "number"), ("p", "page"), ("a", "all")}),
    cites=(("key", False),),
    reads=frozenset({"two.tex", "data.csv"}),
    lists=frozenset({"main.lof"}),
)
ENVIRONMENT = Environment(
    starts={},
    labels={
        name: LabelValue("9", "{1}{}") for name in ("number", "page", "all", "literal", "other")
    },
    entries={"key": "1 abc", "other": "2 def"},
    auxiliary={"main.lof": b"a", "main.toc": b"b", "main.out": b"c", "main.bbl": b"d"},
    digests={"two.tex": "1", "data.csv": "2", "one.tex": "3"},
    texts={"two.tex": "\\section{A} see \\ref{literal}"},
    preamble="p",
    findable=FindableFiles((), "main"),
)
START = Start(SegmentState({"page": 4, "chapter": 2}, {"@themark": "x"}), 4, 3, is_known=True)


def key(
    record: SegmentRecord = RECORD,
    start: Start = START,
    environment: Environment = ENVIRONMENT,
    book: ChunkedBook = BOOK,
    name: str = "two",
) -> dict[str, str]:
    book = replace(
        book, records={"one": replace(RECORD, first_page=1, came_from=1), **book.records}
    )
    return segment_key(book, name, record, start, environment)


def changed(now: dict[str, str]) -> set[str]:
    return set(changes(key(), now))


def with_label(name: str, value: LabelValue) -> Environment:
    return replace(ENVIRONMENT, labels={**ENVIRONMENT.labels, name: value})


def with_file(name: str, content: bytes) -> Environment:
    return replace(ENVIRONMENT, auxiliary={**ENVIRONMENT.auxiliary, name: content})


MOVED, RENUMBERED = LabelValue("10", "{1}{}"), LabelValue("9", "{2}{}")

EFFECTS: dict[str, tuple[Callable[[], dict[str, str]], set[str]]] = {
    "the preamble": (lambda: key(environment=replace(ENVIRONMENT, preamble="q")), {"the preamble"}),
    "its file": (
        lambda: key(
            environment=replace(ENVIRONMENT, digests={**ENVIRONMENT.digests, "two.tex": "9"})
        ),
        {"two.tex"},
    ),
    "a file that is gone": (
        lambda: key(environment=replace(ENVIRONMENT, digests={"two.tex": "1"})),
        {"data.csv"},
    ),
    "another file": (
        lambda: key(
            environment=replace(ENVIRONMENT, digests={**ENVIRONMENT.digests, "one.tex": "9"})
        ),
        set(),
    ),
    "a counter at its start": (
        lambda: key(
            start=replace(START, state=SegmentState({"page": 4, "chapter": 3}, {"@themark": "x"}))
        ),
        {"what comes before"},
    ),
    "its first page": (lambda: key(start=replace(START, page=5)), set()),
    "the number of a label": (
        lambda: key(environment=with_label("number", RENUMBERED)),
        {"label number"},
    ),
    "the page of a label that is asked for its number": (
        lambda: key(environment=with_label("number", MOVED)),
        set(),
    ),
    "the page of a label": (
        lambda: key(environment=with_label("page", MOVED)),
        {"page of label page"},
    ),
    "the number of a label that is asked for its page": (
        lambda: key(environment=with_label("page", RENUMBERED)),
        set(),
    ),
    "a label that is asked for all, moved": (
        lambda: key(environment=with_label("all", MOVED)),
        {"page of label all"},
    ),
    "a label that is asked for all, renumbered": (
        lambda: key(environment=with_label("all", RENUMBERED)),
        {"label all"},
    ),
    "a label that stands in the source": (
        lambda: key(environment=with_label("literal", RENUMBERED)),
        {"label literal"},
    ),
    "a label of others": (lambda: key(environment=with_label("other", RENUMBERED)), set()),
    "a label that is gone": (
        lambda: key(environment=replace(ENVIRONMENT, labels={})),
        {"label number", "page of label page", "label all", "page of label all", "label literal"},
    ),
    "an entry": (
        lambda: key(environment=replace(ENVIRONMENT, entries={"key": "2 abc"})),
        {"entry key"},
    ),
    "an entry of others": (
        lambda: key(environment=replace(ENVIRONMENT, entries={"key": "1 abc"})),
        set(),
    ),
    "a list that it prints": (lambda: key(environment=with_file("main.lof", b"z")), {"main.lof"}),
    "a list of others": (lambda: key(environment=with_file("main.toc", b"z")), set()),
    "the bookmarks, written on the first page of the book": (
        lambda: key(environment=with_file("main.out", b"z")),
        set(),
    ),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_key_changes_with_its_inputs_alone(name: str) -> None:
    now, expected = EFFECTS[name]
    assert changed(now()) == expected


def test_a_text_in_the_main_file_is_an_input() -> None:
    main = "\\begin{document}\n\\include{one} \\include{two}\n\\end{document}\n"
    assert changed(key(book=ChunkedBook(read_spine(main)))) == set()
    main = main.replace("two", "two.tex")
    assert changed(key(book=ChunkedBook(read_spine(main)))) == {"the main file"}


def test_the_segment_with_the_first_page_depends_on_the_bookmarks() -> None:
    assert "main.out" in key(name="one")
    assert "main.out" not in key(name="two")
    assert "what comes before" not in key(name="one")
    labels = with_file("main.aux", b"\\HyPL@Entry{0<</S/D>>}\n")
    assert changes(key(name="one"), key(name="one", environment=labels)) == ("the page labels",)


def test_a_bibliography_depends_on_the_list_that_was_made_for_it() -> None:
    for record, texts in (
        (replace(RECORD, uses=frozenset({("b", "bibliography")})), ENVIRONMENT.texts),
        (RECORD, {"two.tex": r"\printbibliography"}),
    ):
        environment = replace(ENVIRONMENT, texts=texts)
        later = replace(with_file("main.bbl", b"z"), texts=texts)
        then = key(record, environment=environment)
        assert changes(then, key(record, environment=later)) == ("main.bbl",)


def test_a_list_of_references_depends_on_what_it_made_of_its_entries() -> None:
    record = replace(RECORD, aux="\\bibcite{own}{{1}{1999}{{A}}{{}}}\n")
    later = replace(ENVIRONMENT, entries={**ENVIRONMENT.entries, "own": "{1}"})
    assert changes(key(record), key(record, environment=later)) == ("entry own",)


def test_a_file_that_the_segment_itself_writes_is_no_input() -> None:
    record = replace(RECORD, files={"own.tmp": "x"}, lists=frozenset({"own.tmp"}))
    assert "own.tmp" not in key(record)


def test_where_pages_have_two_sides_the_side_is_an_input() -> None:
    book = replace(BOOK, two_sided=True)
    odd = key(book=book, start=replace(START, page=5))
    assert changes(key(book=book), odd) == ("the side of its first page",)
    even = key(book=book, start=replace(START, page=6))
    assert changes(key(book=book), even) == ()


def test_a_segment_that_sets_a_page_number_must_begin_where_it_did() -> None:
    record = replace(RECORD, is_regular=False)
    moved = key(record, start=replace(START, state=START.state.at_page(5), page=5))
    assert changes(key(record), moved) == ("the number of its first page",)


@pytest.mark.parametrize(
    ("sources", "heading"),
    [
        ([r"\chapter{A}"], "chapter"),
        (["% words\n  \\section[a]{A}"], "section"),
        ([r"\include{two}", r"\part{A}"], "part"),
        ([r"\chapter*{A}"], ""),
        ([r"\chaptermark{A}"], ""),
        (["text\n\\chapter{A}"], ""),
        ([], ""),
        (["", "%\n"], ""),
    ],
)
def test_the_heading_with_which_a_text_begins(sources: list[str], heading: str) -> None:
    assert first_heading(sources) == heading


RESETS = {"chapter": ("section", "footnote"), "section": ("subsection",)}


def digest(heading: str = "", texts: dict[str, str] | None = None, **counters: int) -> str:
    return start_digest(SegmentState(counters, texts or {}), heading, RESETS)


def test_what_the_first_heading_sets_is_no_input() -> None:
    assert digest("chapter", chapter=1, section=3) == digest("chapter", chapter=1, section=4)
    assert digest("chapter", chapter=1) != digest("chapter", chapter=2)
    assert digest("section", section=3) != digest("section", section=4)
    assert digest(section=3) != digest(section=4)
    mark = {"@themark": "{Ebb}{1.1}", "@currentlabel": "1"}
    assert digest("chapter", mark) == digest("chapter")
    assert digest("", mark) != digest()


def test_only_the_left_half_of_a_mark_outlives_a_section() -> None:
    first = digest("section", {"@themark": "{Ebb}{1.1}"})
    assert first == digest("section", {"@themark": "{Ebb}{1.2}"})
    assert first != digest("section", {"@themark": "{Flood}{1.1}"})


def test_spaces_more_or_less_in_a_text_do_not_count() -> None:
    r"""``\MakeUppercase`` gains one each time that its expansion is written and read."""
    one, two = (digest("", {"@themark": rf"\MakeUppercase{gap}{{A}}"}) for gap in (" ", "   "))
    assert one == two


def test_a_counter_at_0_is_as_good_as_none_and_hidden_ones_do_not_count() -> None:
    assert digest(figure=0) == digest()
    assert digest(Item=12, page=4, mpfootnote=1, enumi=3) == digest()


@given(st.dictionaries(st.text("ab", max_size=2), st.text("xy", max_size=2)))
def test_a_key_does_not_differ_from_itself_and_from_others_as_they_from_it(
    then: dict[str, str],
) -> None:
    assert changes(then, then) == ()
    now = {**then, "ab": "other"}
    assert changes(then, now) == ("ab",)
    assert set(changes(now, then)) == {"ab"}


@pytest.mark.parametrize(("text", "counts"), [(r"\maketitle", True), (r"\todaysnews", False)])
def test_what_shows_the_day_is_typeset_again_on_another(text: str, *, counts: bool) -> None:
    texts = {**ENVIRONMENT.texts, **dict.fromkeys(RECORD.reads, text)}
    days = (
        key(environment=replace(ENVIRONMENT, texts=texts, date=day))
        for day in ("2026-11-21", "2026-11-22")
    )
    assert changes(*days) == (("the date",) if counts else ())
