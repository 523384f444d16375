"""The documents that browsers may ask for, and what was read and drawn of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes
from texbook.preview.cache import Cache
from texbook.preview.document import Document, Leaf
from texbook.preview.pdfium import Bookmark, Link, Pdf, UnreadablePdfError
from texbook.preview.text import Hit, Line, PageText

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

_KEPT = 2
"""Documents that can be read: browsers may still ask for pages of the one before."""
_IMAGE_BYTES, _TEXT_BYTES = 64_000_000, 256_000_000
"""A page's text takes some 60,000. A book whose texts find no room is read anew by each search."""
MOST_HITS = 500


class Library:
    """Keeps the last documents with their PDFs; may be used by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[Document] = [Document()]
        self._last_exact = self._kept[0]
        self._width = 0
        self._images: Cache[bytes] = Cache(_IMAGE_BYTES, len)
        self._texts: Cache[PageText] = Cache(_TEXT_BYTES, lambda text: text.size)
        self._searching = threading.Lock()

    @property
    def newest(self) -> Document:
        """The document that is shown."""
        return self._kept[-1]

    def close(self) -> None:
        """Free the memory of all PDFs."""
        with self._lock:
            kept, self._kept = self._kept, [Document(self.newest.number + 1)]
        for pdf in {pdf for document in kept for pdf in document.pdfs}:
            pdf.close()

    def show_document(
        self,
        data: bytes,
        *,
        name: str,
        made: datetime,
        keys: Sequence[str] | None,
        edited: Sequence[int] | None,
        sources: Callable[[], Collection[int]] = frozenset,
    ) -> bool:
        """Show a whole book.

        Args:
            data: the PDF.
            name: its file name.
            made: when it was made.
            keys: of its pages; made from the PDF's digest if they are None or do not fit it.
            edited: numbers of the pages that the last save changed; None to find them by the keys.
            sources: gives the pages that the changed files have printed, which come first.

        Returns:
            False if the same was shown already.

        Raises:
            UnreadablePdfError: when it is no PDF; what was shown stays.
        """
        now = self.newest
        is_same = now.exact and now.whole is not None and now.whole.data == data
        if is_same and (keys is None or tuple(keys) == now.keys):
            return False
        pdf = Pdf(data)
        count = len(pdf.sizes)
        if keys is None or len(keys) != count:
            digest = digest_bytes(data)[:24]
            keys = [f"{digest}{index:06x}" for index in range(count)]
        leaves = tuple(Leaf(pdf, index) for index in range(count))
        shown = Document(now.number + 1, tuple(keys), leaves, pdf, name, made)
        if edited is None:
            # While a chapter is ahead, its pages are what the save changed, though they are known.
            own = sources if now.exact else lambda: now.edited
            edited = _edited(shown.changed_since(self._last_exact), count, own)
        shown = replace(shown, edited=tuple(edited))
        self._last_exact = shown
        self._show(shown)
        return True

    def show_ahead(
        self, data: bytes, keys: Sequence[str], chosen: Sequence[int], first: int, count: int
    ) -> bool:
        """Show newer pages of a chapter in the place of those that are shown.

        Args:
            data: a PDF with some of these pages.
            keys: of all pages of the chapter.
            chosen: which of the keys, from 0, are the pages of the PDF.
            first: number of the first page that is replaced.
            count: how many are.

        Returns:
            False if nothing could be shown: the places do not fit the document that is shown, or
            a page that is not in the PDF is unknown.

        Raises:
            UnreadablePdfError: when it is no PDF.
        """
        now = self.newest
        if now.whole is None or not 1 <= first <= first + count <= len(now.keys) + 1:
            return False
        pdf = Pdf(data)
        fresh = {place: index for index, place in enumerate(chosen)}
        leaves = [
            Leaf(pdf, fresh[place]) if place in fresh else self.leaf(key)
            for place, key in enumerate(keys)
        ]
        known = [leaf for leaf in leaves if leaf is not None]
        if len(known) != len(keys) or len(pdf.sizes) < len(chosen):
            pdf.close()
            return False
        shown = Document(
            now.number + 1,
            (*now.keys[: first - 1], *keys, *now.keys[first - 1 + count :]),
            (*now.leaves[: first - 1], *known, *now.leaves[first - 1 + count :]),
            now.whole,
            now.name,
            now.made,
            exact=False,
        )
        changed = shown.changed_since(self._last_exact)
        self._show(replace(shown, edited=_edited(changed, len(shown.keys))))
        return True

    def withdraw_ahead(self) -> bool:
        """Show the last whole book again, if pages are ahead of it; say whether there were any."""
        now = self.newest
        if now.exact:
            return False
        self._show(replace(self._last_exact, number=now.number + 1, edited=()))
        return True

    def _show(self, document: Document) -> None:
        with self._lock:
            gone = self._kept[: 1 - _KEPT]
            self._kept = [*self._kept[1 - _KEPT :], document]
            held = {pdf for kept in self._kept for pdf in kept.pdfs}
        for pdf in {pdf for old in gone for pdf in old.pdfs} - held:
            pdf.close()
        self._texts.keep({key for kept in self._kept for key in kept.keys})

    def leaf(self, key: str) -> Leaf | None:
        """Find a page by what it looks like, in the newest document that has it."""
        found = (document.leaf(key) for document in reversed(self._kept))
        return next((leaf for leaf in found if leaf is not None), None)

    def draw_edited(self) -> None:
        """Draw the page that the last save is about, as wide as one was asked for last.

        The browsers are about to ask for it, and the thread that has built it is at work anyway.
        """
        if self._width and self.newest.edited:
            self.image(self.newest.keys[self.newest.edited[0] - 1], self._width)

    def image(self, key: str, width: int) -> bytes | None:
        """Give a page as PNG, so many pixels wide; None if it is not known any more."""
        self._width = width
        leaf = self.leaf(key)
        if leaf is None:
            return None
        try:
            return self._images.get((key, width), lambda: leaf.pdf.image(leaf.index, width))
        except UnreadablePdfError:
            return None

    def text(self, key: str) -> PageText | None:
        """Give the text of a page; None if it is not known any more."""
        leaf = self.leaf(key)
        if leaf is None:
            return None
        try:
            return self._texts.get(key, lambda: leaf.pdf.text(leaf.index))
        except UnreadablePdfError:
            return None

    def lines(self, key: str) -> list[Line] | None:
        """Give the lines of a page; None if it is not known any more."""
        text = self.text(key)
        return None if text is None else text.lines()

    def links(self, key: str, number: int) -> list[Link] | None:
        """Give the links of a page, with the page numbers (from 1) of the document ``number``."""
        document = next((kept for kept in self._kept if kept.number == number), None)
        leaf = document.leaf(key) if document is not None else None
        if document is None or leaf is None:
            return None
        try:
            links = leaf.pdf.links(leaf.index)
        except UnreadablePdfError:
            return None
        moved = [
            replace(link, page=document.number_of(leaf.pdf, link.page))
            if link.page is not None
            else link
            for link in links
        ]
        return [link for link in moved if link.page is not None or link.url]

    def outline(self) -> list[Bookmark]:
        """Give the bookmarks of the book, with page numbers (from 1) of the newest document."""
        document = self.newest
        if document.whole is None:
            return []
        try:
            marks = document.whole.outline()
        except UnreadablePdfError:
            return []
        numbers = (document.number_of(document.whole, mark.page) for mark in marks)
        return [
            replace(mark, page=number)
            for mark, number in zip(marks, numbers, strict=True)
            if number is not None
        ]

    def search(self, query: str) -> tuple[Document, list[tuple[int, Hit]], bool]:
        """Find a text: the document searched, pages and hits, and whether there are more."""
        # One after the other: whoever types asks again while the first search reads the book.
        with self._searching:
            return self._search(query)

    def _search(self, query: str) -> tuple[Document, list[tuple[int, Hit]], bool]:
        document, hits = self.newest, list[tuple[int, Hit]]()
        for number, key in enumerate(document.keys, 1):
            text = self.text(key)
            for hit in text.find(query) if text is not None else ():
                if len(hits) == MOST_HITS:
                    return document, hits, True
                hits.append((number, hit))
        return document, hits, False


def _edited(
    changed: Sequence[int], count: int, sources: Callable[[], Collection[int]] = frozenset
) -> tuple[int, ...]:
    """Say which changed pages a save is about: what it moved elsewhere comes last.

    Args:
        changed: numbers of all pages that look otherwise.
        count: how many pages there are; where most have changed, a save is about none of them.
        sources: gives the pages that the changed files have printed.
    """
    if len(changed) < 2:  # noqa: PLR2004
        return tuple(changed)
    own = sources()
    about = [number for number in changed if number in own]
    if 2 * len(changed) > count:
        return tuple(about) if 2 * len(about) <= count else ()
    return (*about, *(number for number in changed if number not in own))
