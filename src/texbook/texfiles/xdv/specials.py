r"""What to do with the specials of a run whose pages will stand among those of other runs.

Some speak for the whole document (docinfo, outlines), and each run writes them. Each run also
chooses its first colour and never goes back from it, since in one run nothing comes after.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.model import Page, Special

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# What hyperref and the kernel write once a run; the names are those of spc_pdfm.c and
# spc_dvipdfmx.c in dvipdfmx. A destination "Doc-Start" stands on hyperref's first page.
_JOB = re.compile(
    rb"pdf: ?(?:docinfo|docview|majorversion|minorversion|encrypt|trailerid|outline)\b"
    rb"|pdf: ?put @(?:catalog|docinfo|names)\b"
    rb"|pdf: ?dest \(Doc-Start\)"
    rb"|dvipdfmx:config\b"
)
# Both spellings work on one stack (spc_color.c and spc_pdfm.c in dvipdfmx).
_BLACK = b"color push gray 0"
COLOUR_PUSHES = re.compile(rb"color push\b|pdf: ?(?:begincolor|bcolor|bc)\b")
COLOUR_POPS = re.compile(rb"color pop\b|pdf: ?(?:endcolor|ecolor|ec)\b")


def is_job_special(text: bytes) -> bool:
    """Say whether a special speaks for the whole document, and not for its page.

    >>> is_job_special(b"pdf:docinfo<</Title(A)>>"), is_job_special(b"pdf:dest (page.1) [...]")
    (True, False)
    """
    return _JOB.match(text) is not None


def without_specials(page: Page, leave_out: Callable[[bytes], bool]) -> Page:
    """Give a page without some of its specials.

    Args:
        page: the page.
        leave_out: says of the text of a special whether it is left out.
    """
    kept = (part for part in page.parts if not (isinstance(part, Special) and leave_out(part.text)))
    return replace(page, parts=tuple(kept))


def open_colours(pages: Sequence[Page]) -> tuple[tuple[int, int], ...]:
    """Find the colours that are pushed and never popped.

    Returns:
        The page and the part of each, from 0, in the order of the pages.
    """
    found: list[tuple[int, int]] = []
    for place, text in _specials(pages):
        if COLOUR_PUSHES.match(text):
            found.append(place)
        elif COLOUR_POPS.match(text) and found:
            found.pop()
    return tuple(found)


def without_open_colours(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Give the pages of a run without the colours that its first page leaves open.

    The first run of a document keeps its own, and so all pages have it. A colour that a later page
    leaves open is the author's: it would hold on in a single run, too.
    """
    left = {part for page, part in open_colours(pages) if page == 0}
    if not left:
        return tuple(pages)
    kept = (part for number, part in enumerate(pages[0].parts) if number not in left)
    return replace(pages[0], parts=tuple(kept)), *pages[1:]


def without_idle_colours(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Give the pages of a document without the pushes that change no colour and are never popped.

    Each run begins with one, mostly of black, which is what a document begins with. Whether there
    is one at each joint of several runs is not seen; any other colour that stays open is.
    """
    left: dict[int, set[int]] = {}
    present = _BLACK
    # A push that is never popped lies on none but such: what it covers cannot be popped either.
    for number, at in open_colours(pages):
        part = pages[number].parts[at]
        assert isinstance(part, Special)
        if part.text == present:
            left.setdefault(number, set()).add(at)
        present = part.text
    shown = list(pages)
    for number, places in left.items():
        kept = (part for at, part in enumerate(pages[number].parts) if at not in places)
        shown[number] = replace(pages[number], parts=tuple(kept))
    return tuple(shown)


class ColourStack:
    """Follows which colour is chosen by the specials of a run."""

    def __init__(self) -> None:
        self._open: list[bytes] = []

    @property
    def top(self) -> bytes:
        """The special that chose the present colour; nothing for black, as a page begins."""
        return self._open[-1] if self._open and self._open[-1] != _BLACK else b""

    def special(self, text: bytes) -> None:
        """Take the next special."""
        if COLOUR_PUSHES.match(text):
            self._open.append(text)
        elif COLOUR_POPS.match(text) and self._open:
            self._open.pop()


def _specials(pages: Sequence[Page]) -> Iterator[tuple[tuple[int, int], bytes]]:
    for number, page in enumerate(pages):
        for at, part in enumerate(page.parts):
            if isinstance(part, Special):
                yield (number, at), part.text
