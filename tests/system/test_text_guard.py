from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texbook.system.text_guard import TextGuard

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def guarded(*pieces: bytes) -> str:
    guard = TextGuard()
    return "".join([*(guard.feed(piece) for piece in pieces), guard.rest()])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "two\nlines\n",
        "tab\tand é, Ω, 漢, 🙂\n",
        "\x1b[1;31mred\x1b[0m\n",
        "\x1b[38;5;8mgrey\x1b[m",
    ],
)
def test_text_and_colours_pass(text: str) -> None:
    assert guarded(text.encode()) == text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x1b]8;;http://x\x1b\\y", "\\x1b]8;;http://x\\x1b\\y"),
        ("\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H"),
        ("\x1b[6n\x1b[c", "\\x1b[6n\\x1b[c"),
        ("a\rb\x08c", "a\\x0db\\x08c"),
        ("\x9b31m\x90x", "\\x9b31m\\x90x"),
        ("\x1bP+q\x1b\\", "\\x1bP+q\\x1b\\"),
        ("\x1b[8mhidden", "\\x1b[8mhidden"),
        ("\x1b[0;08mhidden", "\\x1b[0;08mhidden"),
        ("\x1b[38:5:1mx", "\\x1b[38:5:1mx"),
        ("\x1b[?25lm", "\\x1b[?25lm"),
        ("\x1b", "\\x1b"),
        ("\x00\x7f", "\\x00\\x7f"),
    ],
)
def test_what_steers_a_terminal_is_shown(said: str, shown: str) -> None:
    assert guarded(said.encode()) == shown
    assert guarded(*(bytes([byte]) for byte in said.encode())) == shown


def test_a_colour_ends_with_the_text() -> None:
    assert guarded(b"\x1b[31mred\n") == "\x1b[31mred\n\x1b[0m"
    assert guarded(b"\x1b[31mred\x1b[m\n") == "\x1b[31mred\x1b[m\n"


def test_lines_come_when_they_are_whole() -> None:
    guard = TextGuard()
    assert guard.feed(b"one\ntw") == "one\n"
    assert guard.feed(b"o") == ""
    assert guard.feed(b"\n\xc3") == "two\n"
    assert guard.feed(b"\xa9\xff") == ""
    assert guard.rest() == "é\N{REPLACEMENT CHARACTER}"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=300)
    | st.text(alphabet="\x1b[]0;8m\n\ra\x9b", max_size=60).map(str.encode),
    cut=st.integers(0, 300),
)
def test_nothing_else_ever_comes_through(data: bytes, cut: int) -> None:
    text = guarded(data[:cut], data[cut:])
    rest = COLOURS.sub("", text)
    assert not [c for c in rest if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert text == guarded(data)


def test_many_pieces_of_a_long_line_take_no_longer_than_one() -> None:
    guard = TextGuard()
    pieces = 300_000
    for _ in range(pieces):
        assert guard.feed(b"x") == ""
    assert len(guard.rest()) == pieces
