"""Write the pages of several XDV files as one file."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.ends import (
    Postamble,
    Preamble,
    spell_font,
    spell_postamble,
    spell_preamble,
)
from texbook.texfiles.xdv.model import FontDefinition, Page, Special, Xdv, XdvError
from texbook.texfiles.xdv.opcodes import BOP, EOP, special

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BOP = struct.Struct(">B10iI")
_NO_PAGE = 0xFFFFFFFF
_MOST = 0x7FFFFFFF
"""xdvipdfmx takes no file that is longer (``find_post`` in dvi.c)."""


def write_pages(
    bodies: Sequence[tuple[Sequence[int], bytes]],
    numbers: Mapping[FontDefinition, int],
    frames: Sequence[Xdv],
) -> bytes:
    """Write pages that are spelled already as one file.

    All fonts are defined at the first page: a font must be defined before it is used, and once more
    in the postamble (tex.web section 588).

    Args:
        bodies: the ten counts of each page, and what stands between its bop and its eop.
        numbers: the number by which the pages choose each font.
        frames: files whose maxima hold for the pages; the comment is that of the first.

    Raises:
        XdvError: when there is no page, which xdvipdfmx refuses; when the files measure in
            different units; when the result would be too long.
    """
    if not bodies:
        raise XdvError("no page to join")
    first = frames[0]
    if any(frame.units != first.units for frame in frames):
        raise XdvError("XDV files of different magnification cannot be joined")
    definitions = b"".join(spell_font(number, font) for font, number in numbers.items())
    identification = max(frame.identification for frame in frames)
    written = bytearray(spell_preamble(Preamble(identification, first.units, first.comment, 0)))
    previous = _NO_PAGE
    for counts, body in bodies:
        start = len(written)
        written += _BOP.pack(BOP, *counts, previous)
        if previous == _NO_PAGE:
            written += definitions
        written += body
        written.append(EOP)
        previous = start
    if len(written) > _MOST:
        raise XdvError("the pages are too many for one XDV file")
    postamble = Postamble(
        start=len(written),
        definitions=0,
        end=0,
        identification=identification,
        last_page=previous,
        units=first.units,
        height=max(frame.height for frame in frames),
        width=max(frame.width for frame in frames),
        depth=max(frame.depth for frame in frames),
        page_count=len(bodies) % (1 << 16),
    )
    written += spell_postamble(postamble, definitions)
    return bytes(written)


def number_fonts(pages: Iterable[Page]) -> dict[FontDefinition, int]:
    """Number the fonts of pages in the order of their first use."""
    numbers: dict[FontDefinition, int] = {}
    for page in pages:
        for part in page.parts:
            if isinstance(part, FontDefinition):
                numbers.setdefault(part, len(numbers))
    return numbers


def spell_parts(page: Page, choices: Mapping[FontDefinition, bytes]) -> bytes:
    """Write what stands between bop and eop.

    Args:
        page: the page.
        choices: the command that chooses each font.
    """
    return b"".join(
        part
        if isinstance(part, bytes)
        else special(part.text)
        if isinstance(part, Special)
        else choices[part]
        for part in page.parts
    )
