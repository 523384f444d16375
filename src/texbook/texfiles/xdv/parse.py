"""Read an XDV file into its pages.

Every command that XeTeX writes is known and every length is checked, so a file that is cut or
damaged is a clear error. The time is linear in the size of the file. Commands that mean the same
in each file stay together as bytes: a page of text is some dozens of parts, not thousands.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.texfiles.xdv.ends import (
    Postamble,
    defined_fonts,
    defines_font,
    read_font,
    read_postamble,
    read_preamble,
)
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError
from texbook.texfiles.xdv.opcodes import (
    BOP,
    EOP,
    FONT1,
    FONT_0,
    GLYPHS,
    NOP,
    PLAIN,
    POP,
    PUSH,
    SPECIAL1,
    SPECIAL4,
    TEXT_AND_GLYPHS,
)

if TYPE_CHECKING:
    from pathlib import Path

Fonts = dict[int, FontDefinition]
_BOP = struct.Struct(">10iI")
_NO_PAGE = 0xFFFFFFFF
_PAGE_COUNT = 1 << 16


def read_xdv(path: Path) -> Xdv:
    """Read a whole file from the disk.

    Raises:
        StorageError: when it cannot be read.
        XdvError: when it is cut or damaged, or no XDV file; the message names it.
    """
    with storage_errors("read", path):
        content = path.read_bytes()
    try:
        return parse(content)
    except XdvError as error:
        raise XdvError(f'"{path.name}" is {error}') from None


def parse(content: bytes) -> Xdv:
    """Read a whole file.

    Raises:
        XdvError: when it is cut or damaged, or no XDV file.
    """
    preamble, postamble = read_preamble(content), read_postamble(content)
    if (preamble.identification, preamble.units) != (postamble.identification, postamble.units):
        raise XdvError("a damaged XDV file: its postamble contradicts its preamble")
    if preamble.end > postamble.start:
        raise XdvError("a damaged XDV file: its preamble has no end")
    fonts = dict(defined_fonts(content, postamble))
    pages = _pages(content[: postamble.start], preamble.end, fonts, postamble)
    if any(page.depth > postamble.depth for page in pages):
        raise XdvError("a damaged XDV file: a page is deeper than its postamble says")
    return Xdv(
        preamble.identification,
        preamble.units,
        preamble.comment,
        pages,
        postamble.height,
        postamble.width,
        postamble.depth,
    )


def _pages(content: bytes, at: int, fonts: Fonts, postamble: Postamble) -> tuple[Page, ...]:
    """Read the pages of ``content``, which ends where the postamble begins."""
    pages: list[Page] = []
    previous = _NO_PAGE
    try:
        while at < len(content):
            command = content[at]
            if command == NOP:
                at += 1
            elif defines_font(command):
                at = _check_font(content, at, fonts)
            elif command == BOP:
                start = at
                *counts, back = _BOP.unpack_from(content, at + 1)
                if back != previous:
                    raise XdvError(f"a damaged XDV file: no page stands before byte {at}")
                parts, depth, at = _page(content, at + 1 + _BOP.size, fonts)
                pages.append(Page(tuple(counts), parts, depth))
                previous = start
            else:
                raise XdvError(f"a damaged XDV file: no page begins at byte {at}")
    except (IndexError, struct.error):
        raise XdvError(f"a damaged XDV file: page {len(pages) + 1} has no end") from None
    if previous != postamble.last_page or len(pages) % _PAGE_COUNT != postamble.page_count:
        raise XdvError("a damaged XDV file: its postamble counts other pages than there are")
    return tuple(pages)


def _check_font(content: bytes, at: int, fonts: Fonts) -> int:
    """Pass over the definition of a font, which must be that of the postamble."""
    number, font, end = read_font(content, at)
    if fonts.get(number) != font:
        raise XdvError(f"a damaged XDV file: font {number} is defined in two ways")
    return end


def _page(content: bytes, at: int, fonts: Fonts) -> tuple[tuple[Part, ...], int, int]:
    """Read what follows a bop.

    Returns:
        The parts, how deep they are nested, and where the next page may begin.

    Raises:
        IndexError: when the page is cut.
    """
    parts: list[Part] = []
    depth = deepest = 0
    while True:
        start = at
        at, depth, deepest = _stretch(content, at, depth, deepest)
        if at > start:
            parts.append(content[start:at])
        command = content[at]
        if command == EOP:
            break
        if SPECIAL1 <= command <= SPECIAL4:
            text = at + command - SPECIAL1 + 2
            end = text + int.from_bytes(content[at + 1 : text])
            parts.append(Special(content[text:end]))
            at = end
        elif FONT_0 <= command < SPECIAL1:
            end = at + 1 + max(0, command - FONT1 + 1)
            parts.append(_font(command, content[at + 1 : end], fonts))
            at = end
        elif defines_font(command):
            at = _check_font(content, at, fonts)
        else:
            raise XdvError(f"a damaged XDV file: byte {at} is no command of a page ({command})")
    if depth:
        raise XdvError(f"a damaged XDV file: a push is left open at byte {at}")
    return tuple(parts), deepest, at + 1


def _font(command: int, operand: bytes, fonts: Fonts) -> FontDefinition:
    number = int.from_bytes(operand) if operand else command - FONT_0
    font = fonts.get(number)
    if font is None:
        raise XdvError(f"a damaged XDV file: font {number} is not defined")
    return font


def _stretch(content: bytes, at: int, depth: int, deepest: int) -> tuple[int, int, int]:
    """Pass over commands that mean the same in each file.

    Returns:
        Where the next other command stands, the depth there, and the greatest depth so far.
    """
    while True:
        command = content[at]
        length = PLAIN[command]
        if length:
            at += length
        elif command == PUSH:
            depth += 1
            deepest = max(depth, deepest)
            at += 1
        elif command == POP:
            if not depth:
                raise XdvError(f"a damaged XDV file: a pop without a push at byte {at}")
            depth -= 1
            at += 1
        elif command == GLYPHS:
            at += 7 + 10 * (content[at + 5] << 8 | content[at + 6])
        elif command == TEXT_AND_GLYPHS:
            at += 3 + 2 * (content[at + 1] << 8 | content[at + 2])
            at += 6 + 10 * (content[at + 4] << 8 | content[at + 5])
        else:
            return at, depth, deepest
