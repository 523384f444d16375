"""What is known of a segment, as JSON and back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from texbook.build.chunks.model import SegmentRecord, SegmentState
from texbook.texfiles.engine_log import LogMessage, MessageKind

# What LaTeX writes into files; texbook reads bytes that are no UTF-8 as surrogates.
TEXT = st.text(max_size=8) | st.sampled_from(["", "\udcff", "\\section{A}", "a\nb"])
NAMES = st.frozensets(TEXT, max_size=3)
STATES = st.builds(
    SegmentState,
    st.dictionaries(TEXT, st.integers(), max_size=3),
    st.dictionaries(TEXT, TEXT, max_size=3),
)
MESSAGES = st.builds(
    LogMessage,
    st.sampled_from(MessageKind),
    TEXT,
    line=st.none() | st.integers(0),
    file=st.none() | TEXT,
    context=st.lists(TEXT, max_size=2).map(tuple),
    opened=st.lists(TEXT, max_size=2).map(tuple),
)
RECORDS = st.builds(
    SegmentRecord,
    key=st.dictionaries(TEXT, TEXT, max_size=3),
    pages_digest=TEXT,
    page_count=st.integers(0),
    came_from=st.integers(),
    first_page=st.integers(),
    end=st.none() | STATES,
    is_regular=st.booleans(),
    aux=TEXT,
    bookmarks=TEXT,
    index=TEXT,
    uses=st.frozensets(st.tuples(st.sampled_from("pnab"), TEXT), max_size=3),
    cites=st.lists(st.tuples(TEXT, st.booleans()), max_size=3).map(tuple),
    reads=NAMES,
    lists=NAMES,
    files=st.dictionaries(TEXT, TEXT, max_size=3),
    leaks=st.lists(TEXT, max_size=2).map(tuple),
    messages=st.lists(MESSAGES, max_size=2).map(tuple),
    boxes=st.integers(0),
    remarks=st.integers(0),
    system=NAMES,
)


@given(RECORDS)
def test_a_record_is_the_same_after_it_was_written_and_read(record: SegmentRecord) -> None:
    written = json.dumps(record.to_json(), ensure_ascii=True)
    assert SegmentRecord.from_json(json.loads(written)) == record


@given(STATES, st.integers())
def test_a_state_at_another_page_is_otherwise_the_same(state: SegmentState, page: int) -> None:
    moved = state.at_page(page)
    assert moved.page == page
    assert moved.texts == state.texts
    assert moved.at_page(state.page).counters == {**state.counters, "page": state.page}


def test_a_state_without_a_page_is_at_the_first() -> None:
    assert SegmentState().page == 1


def test_a_record_names_the_labels_of_its_author() -> None:
    aux = r"\newlabel{a}{{1}{2}}" "\n" r"\newlabel{a@cref}{{[x][1][]1}{[1][2][]2}}" "\n"
    record = SegmentRecord({}, "", 0, 1, 1, None, aux=aux + r"\newlabel{a}{{2}{3}}" "\n")
    assert record.label_names == ("a", "a")
