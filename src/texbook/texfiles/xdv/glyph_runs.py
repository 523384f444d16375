"""The glyph runs of XeTeX (opcodes 253 and 254), by their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from texbook.texfiles.xdv.opcodes import GLYPHS, PLAIN, PUT_RULE, TEXT_AND_GLYPHS

if TYPE_CHECKING:
    from collections.abc import Iterator

_POSITION = 8
_GLYPH = 2


class GlyphRun(NamedTuple):
    """A glyph run in the body of a page.

    Attributes:
        text: the text that it stands for, as UTF-16; None for opcode 253.
        text_at: where that stands in the body.
        shape: its width and the positions of its glyphs.
        glyphs: the numbers of its glyphs, two bytes each.
        glyphs_at: where these stand in the body.
        end: where it ends.
    """

    text: bytes | None
    text_at: int
    shape: bytes
    glyphs: bytes
    glyphs_at: int
    end: int


def glyph_run(body: bytes, at: int) -> GlyphRun:
    """Read the glyph run whose command stands at ``at``."""
    text, start = None, at + 1
    if body[at] == TEXT_AND_GLYPHS:
        start = at + 3 + 2 * int.from_bytes(body[at + 1 : at + 3])
        text = body[at + 3 : start]
    count = int.from_bytes(body[start + 4 : start + 6])
    glyphs_at = start + 6 + _POSITION * count
    end = glyphs_at + _GLYPH * count
    shape = body[start : start + 4] + body[start + 6 : glyphs_at]
    return GlyphRun(text, at + 3, shape, body[glyphs_at:end], glyphs_at, end)


def is_even(shape: bytes) -> bool:
    """Say whether the glyphs of a run stand in one line and are all of one width.

    XeTeX rounds each position to a DVI unit, and so may be one unit beside the exact place.
    """
    width, *places = _numbers(shape)
    across, down = places[::2], places[1::2]
    count = len(across)
    return not any(down) and all(
        abs(count * x - number * width) <= count for number, x in enumerate(across)
    )


def are_of_one_width(one: bytes, other: bytes) -> bool:
    """Say whether the glyphs of two even runs, each with glyphs, are of the same width."""
    width, *places = _numbers(one)
    second, *others = _numbers(other)
    count, number = len(places), len(others)
    return abs(width * number - second * count) <= count + number


def shown_commands(commands: bytes) -> Iterator[int]:
    """Find the commands that show something: characters, rules and glyph runs.

    Args:
        commands: commands that mean the same in each file, without specials.
    """
    at = 0
    while at < len(commands):
        command = commands[at]
        if command <= PUT_RULE:
            yield at
        if command in (GLYPHS, TEXT_AND_GLYPHS):
            yield at
            at = glyph_run(commands, at).end
        else:
            at += PLAIN[command] or 1  # push and pop have no length there


def _numbers(shape: bytes) -> list[int]:
    places = range(0, len(shape), 4)
    return [int.from_bytes(shape[at : at + 4], signed=True) for at in places]
