from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Span

RENDERED = Path("/b/build/tex/q.tex")
TEMPLATE = Path("/b/q.j2.tex")
MACROS = Path("/b/templates/macros.j2.tex")
MAP = SourceMap(
    RENDERED, (Origin(TEMPLATE, 9), Origin(MACROS, 2, ((TEMPLATE, 12),)), Origin(TEMPLATE, 13))
)
ORIGINS = st.builds(
    Origin,
    st.sampled_from([TEMPLATE, MACROS]),
    st.integers(1, 999),
    st.lists(st.tuples(st.sampled_from([TEMPLATE, MACROS]), st.integers(1, 99))).map(tuple),
)


def finding(span: Span | None) -> Diagnostic:
    return Diagnostic("TB001", Severity.ERROR, "missing", span)


def test_a_finding_moves_to_the_template_and_loses_its_column() -> None:
    moved = MAP.translate(finding(Span.at(RENDERED, 1, 5)))
    assert moved.span == Span.at(TEMPLATE, 9)
    assert moved.related == ()


def test_text_of_a_macro_also_names_its_caller() -> None:
    moved = MAP.translate(finding(Span.at(RENDERED, 2)))
    assert moved.span == Span.at(MACROS, 2)
    assert moved.related == (Related(Span.at(TEMPLATE, 12), "expanded from here"),)


@pytest.mark.parametrize(
    "span", [None, Span(RENDERED), Span.at(Path("/b/main.tex"), 1)], ids=["no", "file", "other"]
)
def test_other_findings_come_back_unchanged(span: Span | None) -> None:
    assert MAP.translate(finding(span)) == finding(span)


def test_lines_past_the_end_take_the_last_origin_and_no_others() -> None:
    assert MAP.origin(99) == Origin(TEMPLATE, 13)
    assert MAP.origin(0) is None
    assert SourceMap(RENDERED, ()).span(1) is None
    assert SourceMap(RENDERED, ()).translate(finding(Span.at(RENDERED, 1))).span == Span.at(
        RENDERED, 1
    )
    assert MAP.span(3, 4) == Span.at(TEMPLATE, 13, 4)


@given(st.lists(ORIGINS, max_size=8).map(tuple))
def test_json_round_trip(origins: tuple[Origin, ...]) -> None:
    source_map = SourceMap(RENDERED, origins)
    assert SourceMap.from_json(json.loads(json.dumps(source_map.to_json()))) == source_map


@pytest.mark.parametrize("damage", [{}, {"rendered": "x"}, {"rendered": "x", "paths": 3}])
def test_damaged_json_raises_what_callers_expect(damage: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, IndexError)):
        SourceMap.from_json(damage)
    with pytest.raises(IndexError):
        SourceMap.from_json({"rendered": "x", "paths": [], "lines": [[0, 1, []]]})
