r"""Pages whose number is still open: those of a segment that is put into a book again and again.

When a segment grows by a page, all later ones keep their pages but for the numbers on them. So the
pages of a segment are kept spelled, with the places where their number stands. Whoever typesets
marks what ``\thepage`` shows: the special ``texbook:folio 23``, the glyphs, and the special
``texbook:folio-end``. The marks are taken out here.

A page is spelled as it stands in the book: each font is chosen by a number made from its
definition (``font_number``), which is the same in every segment.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.glyph_runs import glyph_run, shown_commands
from texbook.texfiles.xdv.join import number_fonts
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv
from texbook.texfiles.xdv.objects import PdfObject, group_step, lift_objects, needed_objects
from texbook.texfiles.xdv.opcodes import FONT4, GLYPHS, PLAIN, SET_RULE, TEXT_AND_GLYPHS, special
from texbook.texfiles.xdv.specials import is_job_special, without_open_colours, without_specials

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLIO = b"texbook:folio "
_FOLIO_END = b"texbook:folio-end"
# hyperref gives each page a destination "page." with the number, and links to it by GoTo actions
# (hxetex.def; the commands are those of spc_pdfm.c in dvipdfmx).
_DESTINATION = re.compile(rb"pdf: ?dest ?\(page\.([^()]*)\)")
_LINK = re.compile(rb"pdf: ?(?:beginann|bann|ban|annotation|annotate|annot|ann)\b")
_TARGET = re.compile(rb"/D ?\(page\.([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Folio:
    r"""A place where a page shows its number.

    Attributes:
        text: what ``\thepage`` expanded to.
        font: the font that shows it; None if something else than one glyph run shows it.
        at: where the command of the glyph run stands in the body.
    """

    text: bytes
    font: FontDefinition | None
    at: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class OpenPage:
    r"""A page, spelled, and where its number stands.

    Attributes:
        counts: the values of ``\count0`` to ``\count9``; the first is the page number.
        body: what stands between bop and eop.
        depth: how deep push is nested.
        folios: where its number is shown.
        names: where its number stands in the body as part of its own destination's name.
        has_other_name: whether a destination is named ``page.`` and not with this number.
    """

    counts: tuple[int, ...]
    body: bytes
    depth: int
    folios: tuple[Folio, ...]
    names: tuple[int, ...]
    has_other_name: bool


@dataclass(frozen=True, slots=True)
class PageRun:
    """The pages of one segment with all that is needed to put them into a book.

    Attributes:
        pages: the pages, maybe none.
        objects: what they use of pgf's objects, in the order of definition.
        fonts: what they choose of fonts, in the order of first use.
        frame: the file that they come from, without its pages.
    """

    pages: tuple[OpenPage, ...]
    objects: tuple[PdfObject, ...]
    fonts: tuple[FontDefinition, ...]
    frame: Xdv


def open_runs(job: Xdv, spans: Sequence[tuple[int, int]], *, leads: bool) -> tuple[PageRun, ...]:
    """Split the pages of a run of XeTeX into segments whose page numbers are open.

    Args:
        job: the run.
        spans: for each segment its first page in the run, from 0, and the first page behind it.
        leads: whether the run's first page is the book's first, which speaks for the whole document
            and chooses its first colour.
    """
    cleared = [_without_folios_in_groups(page) for page in job.pages]
    lifted = lift_objects([page for page, _ in cleared])
    pages = lifted.pages
    if pages and not leads:
        first = without_specials(pages[0], is_job_special)
        pages = without_open_colours([first, *pages[1:]])
    opened = [_open(page, lost) for page, (_, lost) in zip(pages, cleared, strict=True)]
    frame = replace(job, pages=())
    return tuple(
        PageRun(
            tuple(opened[start:stop]),
            needed_objects(pages[start:stop], lifted.objects),
            tuple(number_fonts(pages[start:stop])),
            frame,
        )
        for start, stop in spans
    )


NO_PAGES = Xdv(identification=7, units=(1, 1, 1), comment=b"", pages=(), height=0, width=0, depth=0)
"""What a run that ships nothing leaves of pages."""


def folio_touches_text(page: Page) -> bool:
    """Say whether a mark parts characters that TeX would have put into one word.

    XeTeX shapes a word as a whole, and TeX sets kerns between characters that follow each other
    (xetex.web, "native_word_node"; tex.web section 1034). Whatever stands between two words, a
    movement or another font, is seen between them on the page, too.
    """
    return any(
        isinstance(mark, Special)
        and mark.text.startswith(_FOLIO[:-1])
        and isinstance(before, bytes)
        and isinstance(after, bytes)
        and _ends_with_text(before)
        and _is_text(after[0])
        for before, mark, after in zip(page.parts, page.parts[1:], page.parts[2:], strict=False)
    )


def _is_text(command: int) -> bool:
    return command < SET_RULE or command in (GLYPHS, TEXT_AND_GLYPHS)


def _ends_with_text(commands: bytes) -> bool:
    *_, last = (0, *shown_commands(commands))
    if commands[last] in (GLYPHS, TEXT_AND_GLYPHS):
        return glyph_run(commands, last).end == len(commands)
    return _is_text(commands[last]) and last + PLAIN[commands[last]] == len(commands)


@lru_cache(maxsize=4096)
def font_number(font: FontDefinition) -> int:
    """Number a font by its definition; two fonts have one number in a book in a million."""
    digest = hashlib.blake2b(font.body, digest_size=4, key=bytes([font.native]))
    return int.from_bytes(digest.digest()) >> 1  # xdvipdfmx reads fnt4 and its like as signed


def _without_folios_in_groups(page: Page) -> tuple[Page, tuple[Folio, ...]]:
    """Take out the marks in groups, which are named by their content: no number changes there."""
    kept: list[Part] = []
    lost: list[Folio] = []
    depth = 0
    for part in page.parts:
        if isinstance(part, Special):
            depth += group_step(part.text)
            if depth and part.text.startswith(_FOLIO[:-1]):
                lost.append(Folio(b"", None, 0))
                continue
        kept.append(part)
    return (replace(page, parts=tuple(kept)) if lost else page), tuple(lost)


def _open(page: Page, lost: Sequence[Folio]) -> OpenPage:
    opening = _Opening(b"%d" % page.counts[0], lost)
    for part in page.parts:
        opening.part(part)
    return OpenPage(
        page.counts,
        bytes(opening.body),
        page.depth,
        opening.all_folios(),
        tuple(opening.destinations + opening.links) if opening.destinations else (),
        opening.has_other_name,
    )


class _Opening:
    """Spells a page, and notes where its number stands."""

    def __init__(self, number: bytes, lost: Sequence[Folio]) -> None:
        self.body = bytearray()
        self.destinations: list[int] = []
        self.links: list[int] = []
        self.has_other_name = False
        self._number = number
        self._font: FontDefinition | None = None
        self._folios = list(lost)
        self._text: bytes | None = None  # of the folio that is open
        self._shown: list[Folio] = []  # what shows it

    def part(self, part: Part) -> None:
        """Spell a part of the page."""
        if isinstance(part, bytes):
            if self._text is not None:
                self._show(part, self._text)
            self.body += part
        elif isinstance(part, FontDefinition):
            self._font = part
            self.body.append(FONT4)
            self.body += font_number(part).to_bytes(4)
        elif part.text.startswith(_FOLIO):
            self._end_folio()
            self._text, self._shown = part.text[len(_FOLIO) :], []
        elif part.text == _FOLIO_END:
            if self._text is None:
                self._folios.append(Folio(b"", None, 0))
            self._end_folio(closed=True)
        else:
            self._special(part.text)

    def all_folios(self) -> tuple[Folio, ...]:
        """Give the folios, when the page is at its end."""
        self._end_folio()
        return tuple(self._folios)

    def _show(self, commands: bytes, text: bytes) -> None:
        for at in shown_commands(commands):
            is_run = commands[at] in (GLYPHS, TEXT_AND_GLYPHS)
            self._shown.append(Folio(text, self._font if is_run else None, len(self.body) + at))

    def _end_folio(self, *, closed: bool = False) -> None:
        if self._text is None:
            return
        known = closed and len(self._shown) == 1
        self._folios.append(self._shown[0] if known else Folio(self._text, None, 0))
        self._text = None

    def _special(self, text: bytes) -> None:
        spelled = special(text)
        start = len(self.body) + len(spelled) - len(text)
        self.body += spelled
        if b"(page." not in text:
            return
        if found := _DESTINATION.match(text):
            if found[1] == self._number:
                self.destinations.append(start + found.start(1))
            else:
                self.has_other_name = True
        elif _LINK.match(text):
            targets = _TARGET.finditer(text)
            self.links += [start + t.start(1) for t in targets if t[1] == self._number]
