"""Logs as TeX breaks them: after 79 characters, or bytes, anywhere."""

from __future__ import annotations

import pytest

from texbook.texfiles.unwrap import LONGEST_LINE, logical_lines, wrap_width


def lines(content: bytes) -> list[str]:
    return list(logical_lines(content))


def wrapped(text: str, width: int = 79) -> bytes:
    """Break at a number of bytes, as pdfTeX does, in the middle of a letter too."""
    content = text.encode()
    return b"\n".join(content[at : at + width] for at in range(0, len(content), width)) + b"\n"


def test_a_broken_line_is_joined() -> None:
    text = "LaTeX Warning: Reference `" + "very-long-label-" * 8 + "' on page 1 undefined."
    assert lines(wrapped(text)) == [text]


def test_a_letter_that_was_cut_in_two_is_whole_again() -> None:
    text = "x" + "ü" * 200
    assert lines(wrapped(text)) == [text]


def test_a_line_is_full_by_characters_too() -> None:
    pieces = ["ä" * 79, "ä" * 79, "end"]
    assert lines("\n".join(pieces).encode()) == ["".join(pieces)]


@pytest.mark.parametrize(
    "following",
    ["", "! Undefined control sequence.", "./a.tex:3: Missing $ inserted.", "l.12 a", "      b",
     "LaTeX Warning: x", "(babel)       more", "Overfull \\hbox (1.0pt too wide)"],
)  # fmt: skip
def test_a_line_that_happens_to_be_full_swallows_nothing(following: str) -> None:
    content = "x" * 79 + "\n" + following + "\nlast"
    assert lines(content.encode()) == ["x" * 79, following, "last"]


def test_a_log_that_was_not_wrapped_is_left_alone() -> None:
    content = b"x" * 300 + b"\n" + b"y" * 79 + b"\nz\n"
    assert wrap_width(content) is None
    assert lines(content) == ["x" * 300, "y" * 79, "z"]


def test_other_widths_are_recognised_when_they_are_met_often() -> None:
    text = "z" * 1000
    assert lines(wrapped(text, 200)) == [text]
    assert wrap_width(b"z" * 200 + b"\n") is None


def test_short_lines_tell_no_width() -> None:
    assert wrap_width(b"a\nb\n") is None
    assert lines(b"") == []


def test_an_endless_line_is_cut() -> None:
    assert [len(line) for line in lines(b"x" * (3 * LONGEST_LINE))] == [LONGEST_LINE]
    assert sum(map(len, lines(wrapped("x" * (3 * LONGEST_LINE))))) <= LONGEST_LINE + 79
