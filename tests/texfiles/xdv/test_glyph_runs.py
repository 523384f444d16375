from __future__ import annotations

from struct import pack

import pytest

from texbook.texfiles.xdv.glyph_runs import are_of_one_width, glyph_run, is_even, shown_commands

POSITIONS = pack(">iiii", 0, 0, 500, 0)
RUN = pack(">BiH", 253, 1000, 2) + POSITIONS + pack(">HH", 17, 18)
TEXT = "12".encode("utf-16-be")
RUN_WITH_TEXT = pack(">BH", 254, 2) + TEXT + RUN[1:]


def shape(width: int, *places: tuple[int, int]) -> bytes:
    return pack(">i", width) + b"".join(pack(">ii", *place) for place in places)


def test_a_glyph_run_is_read_by_its_fields() -> None:
    run = glyph_run(b"\x8d" + RUN + b"\x8e", 1)
    assert run.text is None
    assert run.shape == shape(1000, (0, 0), (500, 0))
    assert run.glyphs == pack(">HH", 17, 18)
    assert (run.glyphs_at, run.end) == (24, 28)


def test_a_glyph_run_with_text_has_the_same_fields_and_the_text() -> None:
    run = glyph_run(RUN_WITH_TEXT, 0)
    plain = glyph_run(RUN, 0)
    assert (run.text, run.text_at) == (TEXT, 3)
    assert (run.shape, run.glyphs) == (plain.shape, plain.glyphs)
    assert RUN_WITH_TEXT[run.glyphs_at : run.end] == run.glyphs
    assert run.end == len(RUN_WITH_TEXT)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(0, 0), (500, 0)], True),
        ([(0, 0), (501, 0)], True),
        ([(0, 0), (503, 0)], False),
        ([(0, 0), (500, 1)], False),
        ([(7, 0), (507, 0)], False),
    ],
)
def test_whether_the_glyphs_of_a_run_are_of_one_width(
    places: list[tuple[int, int]], expected: bool
) -> None:
    assert is_even(shape(1001, *places)) is expected


@pytest.mark.parametrize(("width", "expected"), [(1500, True), (1501, True), (1510, False)])
def test_whether_the_glyphs_of_two_runs_are_of_one_width(width: int, expected: bool) -> None:
    two = shape(1000, (0, 0), (500, 0))
    three = shape(width, (0, 0), (500, 0), (1000, 0))
    assert are_of_one_width(two, three) is expected
    assert are_of_one_width(three, two) is expected


def test_what_shows_something_is_found_among_movements() -> None:
    moves = b"\x8d\x8f\x05\x93\x8a\x9d\x07"
    rule = pack(">Bii", 137, 5, 5)
    commands = moves + b"a" + RUN + moves + rule + b"\x80\xff" + RUN_WITH_TEXT + b"\x8e\x8e"
    found = [commands[at] for at in shown_commands(commands)]
    assert found == [ord("a"), 253, 137, 128, 254]
    assert list(shown_commands(moves)) == []
