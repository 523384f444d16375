"""Numbers and texts as LaTeX."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.render.faults import TemplateFault
from texbook.render.filters import FILTERS, fixed, percent, si, tex, thousands

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.render.conftest import Book

_WORDS = {
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textquotedbl": '"',
    "textasciigrave": "`",
}


def as_printed(latex: str) -> str:
    """Read escaped text as TeX would print it."""
    return re.sub(
        r"\\([a-z]+)\{\}|\\(.)", lambda found: _WORDS[found[1]] if found[1] else found[2], latex
    )


@given(st.text(st.characters(max_codepoint=0xFFFF)))
def test_escaping_makes_a_round_trip(text: str) -> None:
    escaped = tex(text)
    assert as_printed(escaped) == text
    assert not re.search(r"(?<!\\)[%#$&_]", escaped.replace("\\\\", ""))


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (0.1234, 1, r"12.3\%"),
        (0.285, 0, r"29\%"),
        (1, 0, r"100\%"),
        (0, 1, r"0.0\%"),
        (-0.05, 0, r"\ensuremath{-5}\%"),
        (-0.0001, 1, r"0.0\%"),
        (1e-9, 2, r"0.00\%"),
    ],
)
def test_percent(value: float, digits: int, printed: str) -> None:
    assert percent(value, digits) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (9999, "9999"),
        (10000, r"10\,000"),
        (1234567.6, r"1\,234\,568"),
        (-12345, r"\ensuremath{-12\,345}"),
        (999999.5, r"1\,000\,000"),
        (1e22, r"10\,000\,000\,000\,000\,000\,000\,000"),
        (-0.4, "0"),
    ],
)
def test_thousands(value: float, printed: str) -> None:
    assert thousands(value) == printed


def test_thousands_leaves_the_fraction_in_one_piece() -> None:
    assert thousands(12345.6789, 4) == r"12\,345.6789"


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (2.675, 2, "2.68"),
        (-2.5, 0, r"\ensuremath{-3}"),
        (-0.004, 2, "0.00"),
        (-0.0, 1, "0.0"),
        (3, 2, "3.00"),
        (1234.5, 1, "1234.5"),
        (155, -1, "160"),
    ],
)
def test_fixed(value: float, digits: int, printed: str) -> None:
    assert fixed(value, digits) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (1_200_000, r"\ensuremath{1.2\,\mathrm{M}}"),
        (999.96, r"\ensuremath{1\,\mathrm{k}}"),
        (999_999, r"\ensuremath{1\,\mathrm{M}}"),
        (-45_000, r"\ensuremath{-45\,\mathrm{k}}"),
        (7e9, r"\ensuremath{7\,\mathrm{G}}"),
        (12.34, "12.3"),
        (0.05, "0.05"),
        (-0.5, r"\ensuremath{-0.5}"),
        (2.5e-6, r"\ensuremath{2.5\times 10^{-6}}"),
        (6.02e23, r"\ensuremath{6.02\times 10^{23}}"),
        (0, "0"),
    ],
)
def test_si(value: float, printed: str) -> None:
    assert si(value) == printed


@pytest.mark.parametrize("name", ["percent", "thousands", "fixed", "si"])
@pytest.mark.parametrize("value", ["abc", "12", None, True, [1], math.nan, math.inf])
def test_only_finite_numbers_are_printed(name: str, value: object) -> None:
    number_filter: Callable[[Any], str] = FILTERS[name]
    with pytest.raises(TemplateFault, match=f'the filter "{name}" needs a'):
        number_filter(value)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_no_zero_has_a_sign_and_no_minus_is_a_hyphen(value: float, digits: int) -> None:
    for printed in (percent(value, digits), fixed(value, digits), thousands(value, digits)):
        assert not re.search(r"-0(\.0*)?(\\%|\}|$)", printed)
        assert "-" not in re.sub(r"\\ensuremath\{-[^}]*\}", "", printed)


@pytest.mark.parametrize("operator", ["*", "-", "/", "//", "%", "**", "+", "<", ">="])
@pytest.mark.parametrize("left", ["results.n", "2.5"])
def test_counting_with_what_a_filter_gave_explains_precedence(
    book: Book, operator: str, left: str
) -> None:
    book.results(n=3, m=12345)
    error = book.error(f"\\VAR{{{left} {operator} results.m | thousands}}")
    assert "a filter binds before the operator" in error.message
    assert "brackets" in error.hints[0]


def test_texts_may_be_joined_with_what_a_filter_gave(book: Book) -> None:
    book.results(n=3)
    assert book.text('\\VAR{"about " + (results.n | fixed(1)) ~ "!"}') == "about 3.0!"


def test_a_filter_after_a_filter_is_refused(book: Book) -> None:
    assert "another filter" in book.error(r"\VAR{0.5 | fixed(1) | percent}").message
