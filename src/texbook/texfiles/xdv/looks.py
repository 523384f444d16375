"""Names for what pages look like: pages of one name are the same image."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from texbook.texfiles.xdv.model import FontDefinition, Page
from texbook.texfiles.xdv.specials import (
    COLOUR_POPS,
    COLOUR_PUSHES,
    is_job_special,
    without_specials,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.texfiles.xdv.open_pages import OpenPage, PageRun

_DIGEST = 12
_PICTURE = re.compile(rb"(?:pdf: ?(?:epdf|b?image|fstream)|x: ?image)\b")


def run_looks(run: PageRun, first: int | None, pictures: str) -> tuple[str, ...]:
    """Name what the pages of a segment look like.

    A segment that was typeset again gives its unchanged pages the names that they had, unless it
    begins at another page number.

    Args:
        run: the pages.
        first: the number that the first of them gets; None for that with which it was typeset.
        pictures: a digest of the pictures that they may show.
    """
    by = 0 if first is None or not run.pages else first - run.pages[0].counts[0]
    pages = ((page.counts[0] + by, _known_facts(page)) for page in run.pages)
    return tuple(_names(pages, pictures))


def file_looks(pages: Iterable[Page], pictures: str) -> tuple[str, ...]:
    """Name what the pages of a whole file look like; run and file give other names.

    Args:
        pages: the pages.
        pictures: a digest of the pictures that they may show.
    """
    return tuple(_names(((page.counts[0], _facts(_spelled(page))) for page in pages), pictures))


def carries_colour(run: PageRun) -> bool:
    """Say whether a page of a segment ends in a colour in which the next goes on."""
    return any(_known_facts(page).opened for page in run.pages)


def shows_pictures(page: OpenPage) -> bool:
    """Say whether a page shows what stands in other files."""
    return _known_facts(page).has_pictures


def _spelled(page: Page) -> bytes:
    # The outline of the whole book stands on its first page, and cannot be seen there.
    seen = without_specials(page, is_job_special)
    return b"\0".join(
        part
        if isinstance(part, bytes)
        else part.body
        if isinstance(part, FontDefinition)
        else part.text
        for part in seen.parts
    )


class _Facts(NamedTuple):
    """What counts of the body of a page.

    Attributes:
        digest: of all of it.
        has_pictures: whether it shows what stands in other files.
        opened: how many colours it leaves open, less those of the page before that it closes.
    """

    digest: str
    has_pictures: bool
    opened: int


_known: WeakKeyDictionary[OpenPage, _Facts] = WeakKeyDictionary()
"""A watch asks for the same pages after every save; those that are gone are forgotten."""


def _known_facts(page: OpenPage) -> _Facts:
    facts = _known.get(page)
    if facts is None:
        facts = _known[page] = _facts(page.body)
    return facts


def _facts(body: bytes) -> _Facts:
    return _Facts(
        hashlib.blake2b(body, digest_size=_DIGEST).hexdigest(),
        _PICTURE.search(body) is not None,
        len(COLOUR_PUSHES.findall(body)) - len(COLOUR_POPS.findall(body)),
    )


def _names(pages: Iterable[tuple[int, _Facts]], pictures: str) -> Iterator[str]:
    """Name pages in their order; where a colour goes on, a page's name depends on the one before.

    The stack of colours is the converter's and outlives a page (spc_color.c in dvipdfmx).
    """
    name, depth = "", 0
    for number, facts in pages:
        what = (number, facts.digest, name * (depth > 0), pictures * facts.has_pictures)
        name = hashlib.blake2b(repr(what).encode(), digest_size=_DIGEST).hexdigest()
        depth += facts.opened
        yield name
