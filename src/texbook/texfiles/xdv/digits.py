"""What the digits of each font look like, learned from the page numbers that pages show."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.glyph_runs import GlyphRun, are_of_one_width, glyph_run, is_even

if TYPE_CHECKING:
    from texbook.texfiles.xdv.model import FontDefinition
    from texbook.texfiles.xdv.open_pages import PageRun

_END = b" "


class Digits:
    """Tells which glyphs show a number, as far as pages have shown it.

    A font shapes a number by its own rules, of which an XDV file tells nothing: it may have digits
    of several widths, several forms of a digit, and kerns. So a number is known only if each of its
    digits has been seen before the same neighbour, and only in a font whose digits were all of one
    width and always had one glyph.
    """

    def __init__(self) -> None:
        self._faces: dict[FontDefinition, _Face] = {}

    def learn(self, run: PageRun) -> None:
        """Learn from the page numbers that a segment shows."""
        for page in run.pages:
            for folio in page.folios:
                if folio.font is not None and folio.text.isdigit():
                    face = self._faces.setdefault(folio.font, _Face())
                    face.learn(folio.text, glyph_run(page.body, folio.at))

    def glyphs(self, font: FontDefinition, number: bytes, shape: bytes) -> bytes | None:
        """Give the glyphs that show a number.

        Args:
            font: the font.
            number: the number, in decimal digits.
            shape: the width and the positions of the glyph run that is to show it.

        Returns:
            The numbers of the glyphs, two bytes each; None if they are not known for sure.
        """
        face = self._faces.get(font)
        return face.glyphs(number, shape) if face else None


class _Face:
    """What is known of the digits of one font."""

    def __init__(self) -> None:
        self._is_sure = True
        self._glyphs: dict[int, bytes] = {}
        self._shapes: dict[int, bytes] = {}
        self._pairs: set[tuple[int, int]] = set()

    def learn(self, number: bytes, run: GlyphRun) -> None:
        count = len(number)
        spelled = number.decode("ascii").encode("utf-16-be")
        if len(run.glyphs) != 2 * count or run.text not in (None, spelled):
            return
        for place, digit in enumerate(number):
            glyph = run.glyphs[2 * place : 2 * place + 2]
            if self._glyphs.setdefault(digit, glyph) != glyph:
                self._is_sure = False
        if count not in self._shapes:
            self._is_sure &= is_even(run.shape)
            self._is_sure &= all(
                are_of_one_width(run.shape, other) for other in self._shapes.values()
            )
            self._shapes[count] = run.shape
        elif self._shapes[count] != run.shape:
            self._is_sure = False
        self._pairs.update(pairwise(number + _END))

    def glyphs(self, number: bytes, shape: bytes) -> bytes | None:
        known = self._is_sure and self._shapes.get(len(number)) == shape
        if not known or not self._pairs.issuperset(pairwise(number + _END)):
            return None
        return b"".join(self._glyphs[digit] for digit in number)
