r"""Which destination of one file is which of another, whatever number it runs under.

hyperref names a destination after its kind and a counter: ``(section.1.2)``, ``(Hfootnote.7)``.
Some counters run through the whole document and are printed nowhere: ``Item``, ``Hfootnote``, and
``\Hy@linkcounter`` behind ``section*.N``, ``chapter*.N``, ``AMS.N`` and ``figure.caption.N``. Where
they start anew, or not, nothing that is seen depends on it, so long as every link leads where it
did. The specials are those of hxetex.def in hyperref.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.model import Page, Special

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAMED = re.compile(
    rb"(\Apdf: ?dest ?\(|/S ?/GoTo ?/D ?\()"
    # A string whose inner parentheses are escaped, as hyperref writes them.
    rb"((?:[^()\\]|\\.)*)(?=\))",
    re.DOTALL,
)
_MAKES = b"pdf"
_LEADS = b"/S"
_NUMBER = re.compile(rb"\.-?\d+(?:\.-?\d+)*\Z")
_PAGE = b"page"
"""Pages are not renamed: what their names say can be read on them, and is used from outside."""
_FOREIGN = b" of the second file"


class Destinations:
    """A pairing of the names of two files, one to one."""

    def __init__(self) -> None:
        self._second: dict[bytes, bytes] = {}
        self._first: dict[bytes, bytes] = {}

    def pair(self, first: Sequence[Page], second: Sequence[Page]) -> None:
        """Pair the names of what stands at the same place of the same page in two files.

        Destinations go before links: when a link leads elsewhere, it is the link that is wrong.
        Where two pages have not the same kinds of destinations in the same order, no more is
        paired; the pages differ anyway. A name that was paired before keeps its partner.
        """
        for begins in (_MAKES, _LEADS):
            for one, other in zip(first, second, strict=False):
                self.pair_names(_names(one, begins), _names(other, begins))

    def pair_names(self, first: Iterable[bytes], second: Iterable[bytes]) -> None:
        """Pair names one by one, until two are not of one kind."""
        for one, other in zip(first, second, strict=False):
            if one != other and _kind(one) != _kind(other):
                return
            if one not in self._second and other not in self._first:
                self._second[one] = other
                self._first[other] = one

    def in_first(self, page: Page) -> Page:
        """Give a page of the second file with the names that the first has for its destinations."""
        parts = (
            Special(self.spell(part.text)) if isinstance(part, Special) else part
            for part in page.parts
        )
        return replace(page, parts=tuple(parts))

    def spell(self, text: bytes) -> bytes:
        """Give the text of a special of the second file with the first file's names."""
        if b"/GoTo" not in text and b"dest" not in text:
            return text
        return _NAMED.sub(lambda found: found[1] + self._name(found[2]), text)

    def _name(self, name: bytes) -> bytes:
        if name in self._first:
            return self._first[name]
        # The first file has this name for another destination.
        return name + _FOREIGN if name in self._second else name


def names_in(text: bytes) -> list[bytes]:
    """List the destinations that the text of a special makes or leads to.

    >>> names_in(b"pdf:dest (Item.1) [@thispage /XYZ @xpos @ypos null]")
    [b'Item.1']
    """
    return [found[2] for found in _NAMED.finditer(text)]


def _names(page: Page, begins: bytes) -> Iterator[bytes]:
    for part in page.parts:
        if isinstance(part, Special):
            for found in _NAMED.finditer(part.text):
                if found[1].startswith(begins):
                    yield found[2]


def _kind(name: bytes) -> tuple[bytes, int]:
    """Give the part of a name before its numbers, and how many these are; all if it has none."""
    found = _NUMBER.search(name)
    if found is None or name[: found.start()] == _PAGE:
        return name, 0
    return name[: found.start()], found[0].count(b".")
