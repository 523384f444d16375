"""Both ends of an XDV file: the preamble, and the postamble with the definitions of the fonts."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.model import FontDefinition, XdvError
from texbook.texfiles.xdv.opcodes import (
    FONT_DEFINITION1,
    FONT_DEFINITION4,
    NATIVE_FONT_DEFINITION,
    PADDING,
    POST_POST,
    POSTAMBLE,
    PREAMBLE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENTIFICATIONS = (6, 7)
_PREAMBLE = struct.Struct(">BBIIIB")
_POSTAMBLE = struct.Struct(">BIIIIIIHH")
_TRAILER = struct.Struct(">BIB")
_LEAST_PADDING = 4
# Colour, extend, slant, embolden; each brings four bytes. Flags without a meaning bring none.
_FLAGGED_WORDS = (0x0200, 0x1000, 0x2000, 0x4000)


@dataclass(frozen=True, slots=True)
class Preamble:
    """How a file begins; ``end`` is where its first page may stand."""

    identification: int
    units: tuple[int, int, int]
    comment: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Postamble:
    """How a file ends.

    Attributes:
        start: where it begins.
        definitions: where its definitions of fonts begin.
        end: where they end.
        last_page: where the last bop stands.
        page_count: how many pages there are, modulo 65536 (tex.web section 642).
    """

    start: int
    definitions: int
    end: int
    identification: int
    last_page: int
    units: tuple[int, int, int]
    height: int
    width: int
    depth: int
    page_count: int


def read_preamble(content: bytes) -> Preamble:
    """Read how a file begins (tex.web section 587).

    Raises:
        XdvError: when it is no XDV file.
    """
    if len(content) < _PREAMBLE.size or content[0] != PREAMBLE:
        raise XdvError("no XDV file: it does not begin with a preamble")
    _, identification, *units, length = _PREAMBLE.unpack_from(content)
    if identification not in _IDENTIFICATIONS:
        raise XdvError(f"an XDV file of the kind {identification}; XeTeX writes 7")
    end = _PREAMBLE.size + length
    return Preamble(identification, (units[0], units[1], units[2]), content[15:end], end)


def read_postamble(content: bytes) -> Postamble:
    """Read how a file ends, but for the fonts (tex.web sections 590 to 592).

    Raises:
        XdvError: when it is cut or damaged.
    """
    end = len(content.rstrip(PADDING))
    trailer = end - _TRAILER.size
    if len(content) - end < _LEAST_PADDING or trailer < 0:
        raise XdvError("an XDV file that is cut: it has no end")
    post_post, start, identification = _TRAILER.unpack_from(content, trailer)
    if post_post != POST_POST or identification not in _IDENTIFICATIONS:
        raise XdvError("an XDV file that is cut or damaged at its end")
    definitions = start + _POSTAMBLE.size
    if definitions > trailer or content[start] != POSTAMBLE:
        raise XdvError("a damaged XDV file: its end does not lead to its postamble")
    _, last, *units, height, width, depth, pages = _POSTAMBLE.unpack_from(content, start)
    return Postamble(
        start=start,
        definitions=definitions,
        end=trailer,
        identification=identification,
        last_page=last,
        units=(units[0], units[1], units[2]),
        height=height,
        width=width,
        depth=depth,
        page_count=pages,
    )


def defines_font(command: int) -> bool:
    """Say whether a command defines a font."""
    return FONT_DEFINITION1 <= command <= FONT_DEFINITION4 or command == NATIVE_FONT_DEFINITION


def read_font(content: bytes, at: int) -> tuple[int, FontDefinition, int]:
    """Read the definition of a font that stands at ``at``.

    Returns:
        Its number, the definition, and where it ends.

    Raises:
        IndexError: when it is cut.
    """
    native = content[at] == NATIVE_FONT_DEFINITION
    start = at + 5 if native else at + 1 + content[at] - 242
    if native:
        flags = content[start + 4] << 8 | content[start + 5]
        words = sum(bool(flags & flag) for flag in _FLAGGED_WORDS)
        end = start + 11 + content[start + 6] + 4 * words
    else:
        end = start + 14 + content[start + 12] + content[start + 13]
    content[end - 1]
    number = int.from_bytes(content[at + 1 : start])
    return number, FontDefinition(native, content[start:end]), end


def defined_fonts(content: bytes, postamble: Postamble) -> Iterator[tuple[int, FontDefinition]]:
    """Go through the numbers and the definitions of all fonts that a file uses.

    Raises:
        XdvError: at a definition that is cut or damaged.
    """
    start = postamble.definitions
    content = content[start : postamble.end]
    at = 0
    while at < len(content):
        if not defines_font(content[at]):
            raise XdvError(f"a damaged XDV file: no font is defined at byte {start + at}")
        try:
            number, font, at = read_font(content, at)
        except IndexError:
            raise XdvError("a damaged XDV file: the definition of a font has no end") from None
        yield number, font


def spell_font(number: int, font: FontDefinition) -> bytes:
    """Write the definition of a font as XeTeX does (``dvi_font_def`` in xetex.web)."""
    if font.native:
        return bytes([NATIVE_FONT_DEFINITION]) + number.to_bytes(4) + font.body
    size = max(1, (number.bit_length() + 7) // 8)
    return bytes([FONT_DEFINITION1 + size - 1]) + number.to_bytes(size) + font.body


def spell_preamble(preamble: Preamble) -> bytes:
    """Write how a file begins; the comment must have at most 255 bytes."""
    comment = preamble.comment
    head = (PREAMBLE, preamble.identification, *preamble.units, len(comment))
    return _PREAMBLE.pack(*head) + comment


def spell_postamble(postamble: Postamble, definitions: bytes) -> bytes:
    """Write how a file ends: padded, as TeX does, to a multiple of four bytes."""
    head = _POSTAMBLE.pack(
        POSTAMBLE,
        postamble.last_page,
        *postamble.units,
        postamble.height,
        postamble.width,
        postamble.depth,
        postamble.page_count,
    )
    trailer = _TRAILER.pack(POST_POST, postamble.start, postamble.identification)
    written = postamble.start + len(head) + len(definitions) + len(trailer)
    padding = PADDING * (_LEAST_PADDING + -written % 4)
    return head + definitions + trailer + padding
