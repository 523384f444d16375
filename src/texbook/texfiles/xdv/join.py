"""Write the pages of several XDV files into one."""

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
from texbook.texfiles.xdv.opcodes import BOP, EOP, choose_font, special

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BOP = struct.Struct(">B10iI")
_NO_PAGE = 0xFFFFFFFF
_MOST = 0x7FFFFFFF
"""xdvipdfmx takes no file that is longer (``find_post`` in dvi.c)."""


def join(files: Sequence[Xdv]) -> bytes:
    """Write all pages of ``files``, in this order, as one file.

    All fonts are defined at the first page, numbered in the order of their first use: a font must
    be defined before it is used, and once more in the postamble (tex.web section 588). The comment
    is that of the first file; the maxima are those of all.

    Raises:
        XdvError: when there is no page, which xdvipdfmx refuses; when the files measure in
            different units; when the result would be too long.
    """
    pages = [page for file in files for page in file.pages]
    if not pages:
        raise XdvError("no page to join")
    first = files[0]
    if any(file.units != first.units for file in files):
        raise XdvError("XDV files of different magnification cannot be joined")
    identification = max(file.identification for file in files)
    numbers = number_fonts(pages)
    definitions = b"".join(spell_font(number, font) for font, number in numbers.items())
    choices = {font: choose_font(number) for font, number in numbers.items()}
    written = bytearray(spell_preamble(Preamble(identification, first.units, first.comment, 0)))
    previous = _NO_PAGE
    for page in pages:
        start = len(written)
        written += _BOP.pack(BOP, *page.counts, previous)
        if previous == _NO_PAGE:
            written += definitions
        written += spell_parts(page, choices)
        written.append(EOP)
        previous = start
    if len(written) > _MOST:
        raise XdvError("the pages are too many for one XDV file")
    written += spell_postamble(_postamble(files, len(written), previous), definitions)
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


def _postamble(files: Sequence[Xdv], start: int, last_page: int) -> Postamble:
    pages = [page for file in files for page in file.pages]
    return Postamble(
        start=start,
        definitions=0,
        end=0,
        identification=max(file.identification for file in files),
        last_page=last_page,
        units=files[0].units,
        height=max(file.height for file in files),
        width=max(file.width for file in files),
        depth=max(*(file.depth for file in files), *(page.depth for page in pages)),
        page_count=len(pages) % (1 << 16),
    )
