r"""Give pages whose number is open the numbers that they get in a book.

With another number a page differs where it shows it, in the names of its own destination and in
``\count0``. What is not certain to be so is a misfit: the page must be typeset again. That the
number's parity moves the text, as in a two-sided layout, is not seen in a page.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.glyph_runs import glyph_run
from texbook.texfiles.xdv.join import spell_parts, write_pages
from texbook.texfiles.xdv.model import FontDefinition, Page, XdvError
from texbook.texfiles.xdv.objects import PdfObject, merge_objects, with_objects
from texbook.texfiles.xdv.open_pages import Folio, OpenPage, PageRun, font_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texbook.texfiles.xdv.digits import Digits

_Patch = tuple[int, bytes]  # where in the body, and what to write there


def misfits(run: PageRun, first: int, digits: Digits) -> bool:
    r"""Say whether a segment must be typeset again to begin at a page number.

    Args:
        run: its pages.
        first: the value of ``\count0`` that its first page is to get.
        digits: what is known of the digits of fonts, best learned from all pages of the book.
    """
    return _bound(run, first, digits) is None


def bind(run: PageRun, first: int, digits: Digits) -> PageRun:
    r"""Give the pages of a segment other numbers.

    Args:
        run: its pages.
        first: the value of ``\count0`` that its first page gets; the others follow.
        digits: what is known of the digits of fonts.

    Raises:
        XdvError: when the segment is a misfit at that number.
    """
    bound = _bound(run, first, digits)
    if bound is None:
        raise XdvError(f"pages from {run.pages[0].counts[0]} on cannot be numbered from {first} on")
    return bound


def write_book(runs: Sequence[tuple[PageRun, int | None]], digits: Digits) -> bytes:
    r"""Write the pages of segments, in this order, as one XDV file.

    All objects of pgf's are defined at the top of the first page, each once.

    Args:
        runs: the pages of each segment, and the value of ``\count0`` that its first page gets, None
            for that with which it was typeset.
        digits: what is known of the digits of fonts.

    Raises:
        XdvError: when a segment is a misfit at its number; when there is no page; when the segments
            measure in different units; when the result would be too long.
    """
    bound = [run if first is None else bind(run, first, digits) for run, first in runs]
    pages = [page for run in bound for page in run.pages]
    frames = [run.frame for run in bound if run.pages]
    if pages:
        objects = merge_objects(run.objects for run in bound)
        pages[0] = _with_objects(pages[0], objects)
        depth = max(page.depth for page in pages)
        frames[0] = replace(frames[0], depth=max(frames[0].depth, depth))
    bodies = [(page.counts, page.body) for page in pages]
    return write_pages(bodies, _font_numbers(bound), frames)


def _bound(run: PageRun, first: int, digits: Digits) -> PageRun | None:
    numbers = [page.counts[0] for page in run.pages]
    if not numbers or first == numbers[0]:
        return run
    if any(after != before + 1 for before, after in pairwise(numbers)):
        return None  # the segment itself sets the number somewhere
    pages: list[OpenPage] = []
    for number, page in enumerate(run.pages, first):
        patches = _patches(page, number, digits)
        if patches is None:
            return None
        pages.append(_patched(page, number, patches))
    return replace(run, pages=tuple(pages))


def _patched(page: OpenPage, number: int, patches: Iterable[_Patch]) -> OpenPage:
    body = bytearray(page.body)
    for at, written in patches:
        body[at : at + len(written)] = written
    text = b"%d" % number
    return replace(
        page,
        counts=(number, *page.counts[1:]),
        body=bytes(body),
        folios=tuple(replace(folio, text=text) for folio in page.folios),
    )


def _patches(page: OpenPage, number: int, digits: Digits) -> list[_Patch] | None:
    """List what changes in the body of a page with another number; None if that is not sure."""
    old, new = b"%d" % page.counts[0], b"%d" % number
    if min(page.counts[0], number) < 1 or len(old) != len(new) or page.has_other_name:
        return None
    patches = [(at, new) for at in page.names]
    for folio in page.folios:
        found = _folio_patches(page.body, folio, old, new, digits)
        if found is None:
            return None
        patches += found
    return patches


def _folio_patches(
    body: bytes, folio: Folio, old: bytes, new: bytes, digits: Digits
) -> list[_Patch] | None:
    if folio.font is None or folio.text != old:
        return None
    run = glyph_run(body, folio.at)
    glyphs = digits.glyphs(folio.font, new, run.shape)
    if glyphs is None or run.glyphs != digits.glyphs(folio.font, old, run.shape):
        return None
    patches = [(run.glyphs_at, glyphs)]
    if run.text is not None:
        if run.text != _utf16(old):
            return None
        patches.append((run.text_at, _utf16(new)))
    return patches


def _utf16(number: bytes) -> bytes:
    return number.decode("ascii").encode("utf-16-be")


def _with_objects(page: OpenPage, objects: Sequence[PdfObject]) -> OpenPage:
    """Define objects at the top of a page, where nothing of its number may be patched any more."""
    top = with_objects(Page(page.counts, (), page.depth), objects)
    return replace(page, body=spell_parts(top, {}) + page.body, depth=top.depth)


def _font_numbers(runs: Iterable[PageRun]) -> dict[FontDefinition, int]:
    numbers = {font: font_number(font) for run in runs for font in run.fonts}
    if len(set(numbers.values())) < len(numbers):
        raise XdvError("two fonts have the same number")
    return numbers
