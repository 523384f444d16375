"""Marks go in and come out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.render.marks import RESERVED, MarkError, Sites, strip_marks, take_marks

HOME = Path("q.j2.tex")

_line_texts = st.text(st.characters(max_codepoint=0x2FFF, exclude_characters="\r"), max_size=20)


@given(st.lists(st.tuples(st.integers(1, 5000), _line_texts, st.booleans())))
def test_marks_are_stripped_completely(pieces: list[tuple[int, str, bool]]) -> None:
    sites = Sites()
    raw = "".join(
        sites.call(HOME, line) + text + sites.returned() if call else sites.text(HOME, line) + text
        for line, text, call in pieces
    )
    plain = "".join(text for _, text, _ in pieces)
    text, origins = take_marks(raw, sites, (HOME, 1), lambda _: True)
    assert text == strip_marks(raw) == plain
    assert RESERVED.search(text) is None
    assert len(origins) == plain.count("\n") + (not plain.endswith("\n") and bool(plain))


@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1), slice(None, None, -1)])
def test_cut_marks_are_noticed(cut: slice) -> None:
    sites = Sites()
    sites.call(HOME, 1)
    raw = sites.call(HOME, 300) + "text" + sites.returned()
    with pytest.raises(MarkError):
        take_marks(raw[cut], sites, (HOME, 1), lambda _: True)
