"""The commands of DVI and XDV, by their first byte.

0 to 249 are TeX's (tex.web sections 585 to 591, "Device-independent file format"). XeTeX adds 252,
which defines a native font, 253, a glyph run, and 254, a glyph run with its text (xetex.web,
"Device-independent file format"; do_glyphs in dvipdfmx's dvi.c):

    253 width[4] count[2] (x[4] y[4])[count] glyph[2][count]
    254 length[2] utf16[2][length] width[4] count[2] (x[4] y[4])[count] glyph[2][count]

The reflections 250 and 251 are of TeX--XeT, direction 255 of pTeX. XeTeX writes neither: it puts
what runs from right to left in order before it ships a page (etex.ch, "reverse").
"""

from __future__ import annotations

SET_CHARACTERS = 128
SET_RULE = 132
PUT1 = 133
PUT_RULE = 137
NOP = 138
BOP = 139
EOP = 140
PUSH = 141
POP = 142
RIGHT4 = 146
DOWN4 = 160
FONT_0 = 171
FONT1 = 235
FONT4 = 238
SPECIAL1 = 239
SPECIAL4 = 242
FONT_DEFINITION1 = 243
FONT_DEFINITION4 = 246
PREAMBLE = 247
POSTAMBLE = 248
POST_POST = 249
NATIVE_FONT_DEFINITION = 252
GLYPHS = 253
TEXT_AND_GLYPHS = 254
PADDING = b"\xdf"

NUMBERED_FONTS = 64
"""Fonts 0 to 63 have a command of one byte."""

NO_AXIS, HORIZONTAL, VERTICAL = range(3)

# (first command, how many operand bytes) of the families set, put, right, w, x, down, y and z.
_SIZED = (128, 133, 143, 148, 153, 157, 162, 167)
# The registers w, x, y and z are 1 to 4; 0 is for movements that set none.
_MOVEMENTS = (
    (range(143, 147), HORIZONTAL, 0),
    (range(147, 152), HORIZONTAL, 1),
    (range(152, 157), HORIZONTAL, 2),
    (range(157, 161), VERTICAL, 0),
    (range(161, 166), VERTICAL, 3),
    (range(166, 171), VERTICAL, 4),
)


def _operands() -> bytes:
    table = bytearray(256)
    for first in _SIZED:
        for size in range(1, 5):
            table[first + size - 1] = size
    for rule in (SET_RULE, PUT_RULE):
        table[rule] = 8
    return bytes(table)


def _plain() -> bytes:
    alone = {*range(SET_CHARACTERS), NOP, 147, 152, 161, 166}
    return bytes(
        operands + 1 if operands or command in alone else 0
        for command, operands in enumerate(OPERANDS)
    )


def _by_movement(field: int) -> bytes:
    table = bytearray(256)
    for commands, *fields in _MOVEMENTS:
        for command in commands:
            table[command] = fields[field]
    return bytes(table)


OPERANDS = _operands()
"""How many bytes follow a command whose length is always the same."""

PLAIN = _plain()
"""The length of a command that means the same in each file and on each depth; else 0."""

AXIS = _by_movement(0)
"""Where a command moves to."""

REGISTER = _by_movement(1)
"""Which register a movement sets, or moves by if no operand follows."""


def choose_font(number: int) -> bytes:
    """Spell the choice of a font as TeX does (tex.web section 621)."""
    if number < NUMBERED_FONTS:
        return bytes([FONT_0 + number])
    size = max(1, (number.bit_length() + 7) // 8)
    return bytes([FONT1 + size - 1]) + number.to_bytes(size)


def special(text: bytes) -> bytes:
    """Spell a special as TeX does: its length in one byte, or in four (tex.web section 1368)."""
    if len(text) <= 255:  # noqa: PLR2004  (what one byte holds)
        return bytes([SPECIAL1, len(text)]) + text
    return bytes([SPECIAL4]) + len(text).to_bytes(4) + text
