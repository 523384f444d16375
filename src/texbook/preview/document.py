"""A document as it is shown: a list of pages, which may come from several PDFs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from texbook.preview.pdfium import Pdf


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a PDF, from 0."""

    pdf: Pdf
    index: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.pdf.sizes[self.index]


@dataclass(frozen=True, slots=True)
class Document:
    """What the browsers show.

    Attributes:
        number: counts the documents of this preview; 0 for the one without pages.
        keys: what each page looks like: equal keys, equal images.
        leaves: where each page is read.
        whole: the PDF of the whole book; None if there is none yet.
        name: the file name of that.
        made: when that was made.
        exact: False while pages of a chapter are ahead of the whole PDF.
        edited: numbers of the pages that the last save changed.
    """

    number: int = 0
    keys: tuple[str, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    whole: Pdf | None = None
    name: str = "book.pdf"
    made: datetime | None = None
    exact: bool = True
    edited: tuple[int, ...] = ()
    _by_key: dict[str, Leaf] = field(init=False, repr=False, compare=False)
    _numbers: dict[Leaf, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, Leaf] = {}
        numbers: dict[Leaf, int] = {}
        for number, (key, leaf) in enumerate(zip(self.keys, self.leaves, strict=True), 1):
            by_key.setdefault(key, leaf)
            numbers.setdefault(leaf, number)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_numbers", numbers)

    @property
    def pdfs(self) -> set[Pdf]:
        """All PDFs that its pages are read from."""
        found = {leaf.pdf for leaf in self.leaves}
        return found | {self.whole} if self.whole is not None else found

    def leaf(self, key: str) -> Leaf | None:
        """Give the page that looks so."""
        return self._by_key.get(key)

    def number_of(self, pdf: Pdf, index: int) -> int | None:
        """Give the number in this document of a page of a PDF, from 0 there and from 1 here.

        A page of the whole book in whose place stands one of a newer chapter has the number behind
        the last page before it that is still there.
        """
        number = self._numbers.get(Leaf(pdf, index))
        if number is not None or pdf is not self.whole:
            return number
        before = (self._numbers.get(Leaf(pdf, i)) for i in range(index - 1, -1, -1))
        last = next((number for number in before if number is not None), 0)
        return min(last + 1, len(self.keys)) or None

    def number_in_whole(self, number: int) -> int | None:
        """Give the number that a page has in the PDF of the whole book; None for one ahead of it.

        Args:
            number: of the page as it is shown, from 1.
        """
        leaf = self.leaves[number - 1]
        return leaf.index + 1 if leaf.pdf is self.whole else None

    def number_here(self, number: int) -> int:
        """Give the number under which a page of the PDF of the whole book is shown."""
        if self.whole is None or not 1 <= number <= len(self.whole.sizes):
            return number
        return self.number_of(self.whole, number - 1) or number

    def changed_since(self, older: Document) -> tuple[int, ...]:
        """List the numbers of the pages that look like none of an older document."""
        known = set(older.keys)
        return tuple(n for n, key in enumerate(self.keys, 1) if key not in known)
