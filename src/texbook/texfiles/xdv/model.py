"""What an XDV file holds: pages, fonts and specials."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from texbook.base.errors import TexbookError


class XdvError(TexbookError):
    """An XDV file is cut or damaged, or files do not fit together."""

    code = "invalid-xdv"


@dataclass(frozen=True, slots=True)
class FontDefinition:
    """A font as a file defines it, without the number that it has there.

    Numbers differ from run to run; two definitions that are equal are the same font.

    Attributes:
        native: whether XeTeX opened a font file (opcode 252) and not TeX's metrics (243 to 246).
        body: what follows the number. For a native font: size[4] flags[2] length[1] name[length]
            face[4], and four bytes for each of the flags colour (0x0200), extend (0x1000), slant
            (0x2000) and embolden (0x4000); 0x0100, vertical, has none (``make_font_def`` in
            XeTeX_ext.c, ``read_native_font_record`` in dvipdfmx's dvi.c). For one with metrics:
            checksum[4] size[4] design size[4] length of area[1] length of name[1] area name
            (tex.web section 588).
    """

    native: bool
    body: bytes

    @property
    def name(self) -> str:
        """The font file of a native font; the name of the metrics of another, with its area."""
        end = 7 + self.body[6] if self.native else len(self.body)
        return os.fsdecode(self.body[7 if self.native else 14 : end])

    @property
    def size(self) -> int:
        """The size at which it is used, in DVI units."""
        start = 0 if self.native else 4
        return int.from_bytes(self.body[start : start + 4])


@dataclass(frozen=True, slots=True)
class Special:
    r"""The text of a ``\special`` (opcodes 239 to 242)."""

    text: bytes


Part = bytes | FontDefinition | Special
"""A part of a page: commands whose bytes mean the same in every file (characters, rules, movements,
push and pop, glyph runs), the choice of a font, or a special."""


@dataclass(frozen=True, slots=True)
class Page:
    r"""What stands between bop and eop. It depends on no other page.

    TeX forgets the font and sets all six registers to 0 at each bop (tex.web section 586).

    Attributes:
        counts: the values of ``\count0`` to ``\count9``.
        parts: what is on it, in order; definitions of fonts are left out.
        depth: how deep push is nested.
    """

    counts: tuple[int, ...]
    parts: tuple[Part, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Xdv:
    """A whole file, or some pages of one.

    Attributes:
        identification: 7 as XeTeX writes since 0.99998, or 6 as it did before text could stand
            beside glyphs (``XDV_ID`` and ``XDV_ID_OLD`` in dvipdfmx's dvicodes.h).
        units: numerator, denominator and magnification, which make a length of a DVI unit.
        comment: what the preamble says of the run.
        height: height plus depth of the tallest page, in DVI units.
        width: the width of the widest one.
        depth: how deep push is nested at most.
    """

    identification: int
    units: tuple[int, int, int]
    comment: bytes
    pages: tuple[Page, ...]
    height: int
    width: int
    depth: int

    def select(self, start: int, stop: int | None = None) -> Xdv:
        """Give some of the pages; what holds for the whole file holds for them.

        Args:
            start: the first page, from 0.
            stop: the first page that is left out; None for none.
        """
        return replace(self, pages=self.pages[start:stop])
