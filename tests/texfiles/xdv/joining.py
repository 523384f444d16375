"""Write whole files again, page for page, as the inverse of what is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.join import number_fonts, spell_parts, write_pages
from texbook.texfiles.xdv.opcodes import choose_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.texfiles.xdv.model import Xdv


def join(files: Sequence[Xdv]) -> bytes:
    """Write all pages of files as one, with fonts in the order of their first use.

    Raises:
        XdvError: as `write_pages`.
    """
    pages = [page for file in files for page in file.pages]
    numbers = number_fonts(pages)
    choices = {font: choose_font(number) for font, number in numbers.items()}
    bodies = [(page.counts, spell_parts(page, choices)) for page in pages]
    depth = max((page.depth for page in pages), default=0)
    frames = [replace(file, pages=(), depth=max(file.depth, depth)) for file in files]
    return write_pages(bodies, numbers, frames)
