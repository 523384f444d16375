from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.base.fix import Edit, Fix
from texbook.base.source import SourceFile
from texbook.base.sourcemap import Origin, SourceMap
from texbook.lint.book import Document
from texbook.lint.fixes import apply_edits
from texbook.lint.literals import expressions, literal_places, literal_stretches
from texbook.lint.translate import moved_fix

TEMPLATE = Path("/b/q.j2.tex")
RENDERED = Path("/b/build/tex/q.tex")
EXPRESSION = r"\VAR{x}"
WORDS = st.text("ab- ", max_size=4)


def render(line: str, values: list[str]) -> str:
    """Put values in the place of the expressions of a line."""
    stretches = [line[start:end] for start, end in literal_stretches(line)]
    assert len(stretches) == len(values) + 1
    return "".join(a + b for a, b in zip_longest(stretches, values, fillvalue=""))


@pytest.mark.parametrize(
    ("line", "literal", "within"),
    [
        ("plain", ["plain"], []),
        (r"\VAR{x}", ["", ""], [r"\VAR{x}"]),
        (r"a\\VAR{x}b\\\VAR{y}", [r"a\\VAR{x}b\\", ""], [r"\VAR{y}"]),
        (r"a\BLOCK{if {}}b", ["a", "b"], [r"\BLOCK{if {}}"]),
        (r"a\VAR{x}b\VAR{f(", ["a", "b"], [r"\VAR{x}", r"\VAR{f("]),
        (r" % \VAR{x}", [r" % \VAR{x}"], []),
    ],
)
def test_a_line_is_literals_and_expressions(
    line: str, literal: list[str], within: list[str]
) -> None:
    assert [line[start:end] for start, end in literal_stretches(line)] == literal
    assert expressions(line) == within


def test_a_line_that_nobody_writes_by_hand_is_not_compared() -> None:
    long = "a" * 20_000
    assert literal_places(f"{long} {EXPRESSION}", f"{long} 7") == []


@given(st.data())
def test_moving_an_edit_and_rendering_commute(data: st.DataObject) -> None:
    literal = data.draw(st.lists(WORDS, min_size=2, max_size=5))
    values = data.draw(
        st.lists(WORDS, min_size=len(literal) - 1, max_size=len(literal) - 1), label="values"
    )
    template = EXPRESSION.join(literal)
    rendered = render(template, values)
    start = data.draw(st.integers(0, len(rendered)), label="start")
    end = data.draw(st.integers(start, min(len(rendered), start + 3)), label="end")
    edit = Edit(start, end, data.draw(st.text("ab~%\\", max_size=2), label="replacement"))
    made = Document(
        SourceFile(RENDERED, f"first\n{rendered}\n"),
        SourceMap(RENDERED, (Origin(TEMPLATE, 1), Origin(TEMPLATE, 2))),
        template=SourceFile(TEMPLATE, f"first\n{template}\n"),
    )
    shifted = Edit(start + 6, end + 6, edit.replacement)
    fix = moved_fix(Fix("mend", (shifted,), safe=True), made)
    if fix is None:
        return
    (moved,) = fix.edits
    assert made.template is not None
    after = apply_edits(made.template.text, [moved]).split("\n")[1]
    assert render(after, values) == apply_edits(rendered, [edit])


@given(st.lists(st.integers(0, 9).map(str), min_size=1, max_size=5), st.data())
def test_every_edit_of_a_literal_that_values_cannot_hold_is_moved(
    values: list[str], data: st.DataObject
) -> None:
    literal = ["abcdef"[index] * 3 for index in range(len(values) + 1)]
    template = EXPRESSION.join(literal)
    rendered = render(template, values)
    chosen = data.draw(st.sampled_from(literal))
    start = rendered.index(chosen)
    made = Document(
        SourceFile(RENDERED, rendered),
        SourceMap(RENDERED, (Origin(TEMPLATE, 1),)),
        template=SourceFile(TEMPLATE, template),
    )
    fix = moved_fix(Fix("mend", (Edit(start, start + 3, "x"),), safe=True), made)
    assert fix is not None
    assert apply_edits(template, fix.edits) == template.replace(chosen, "x")
