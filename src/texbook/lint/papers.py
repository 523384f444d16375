r"""The papers that a book lists: the entries of the papers sections, and works of the bibliography.

An entry is an ``\item``, what stands below a subheading, an environment, or a paragraph that
begins with a title. Whatever the form, entries are only told by what they have: a title in quotes,
bold or italic, a year, an identifier, a key. A list whose items have none is no list of papers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.fold import fold
from texbook.latex.outline import LEVELS, Stretch
from texbook.lint.identifiers import Identifier, find_identifiers
from texbook.lint.paper_entries import EntryFinder, Title, find_title
from texbook.lint.works import Work, cited_keys, read_works, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.lint.book import Book

_YEAR = re.compile(r"(?<![\d.,])(?:1[89]\d\d|20[0-3]\d)(?![\d%]|[.,]\d)|['\u2019]\d\d(?!\d)")
_NO_YEAR_YET = re.compile(
    r"\b(?:in press|forthcoming|to appear|n\.\s?d\.|under review)", re.IGNORECASE
)
_COMMAND = re.compile(r"\\([a-z]+)")
_FIRST_AUTHOR = re.compile(r"([^\W\d_][\w'\u2019-]+)(?:,?[ ~]+(?:et[ ~]+al|and[ ~]|\\&))")


class Address(NamedTuple):
    """A web address that can be clicked: code-point offsets in the file, and the address."""

    start: int
    end: int
    target: str


@dataclass(frozen=True)
class Paper:
    r"""An entry of a papers section.

    Attributes:
        question: the title of its question.
        source: the file it stands in; ``start`` and ``end`` are code-point offsets.
        text: the whole file with comments and code blanked.
        addresses: what can be clicked in it.
        citing: commands of the book that cite, besides the known ones.
        shown: offsets of the texts that stand for addresses: the second arguments of ``\href``.
    """

    question: str
    source: SourceFile
    start: int
    end: int
    text: str
    addresses: tuple[Address, ...]
    shown: tuple[tuple[int, int], ...]
    citing: tuple[str, ...] = ()

    @cached_property
    def written(self) -> str:
        """The entry as it stands in the file, without comments."""
        return self.text[self.start : self.end]

    @cached_property
    def typed(self) -> str:
        """The same with blanks for addresses and the texts that stand for them."""
        parts = list(self.written)
        for start, end in (*((a.start, a.end) for a in self.addresses), *self.shown):
            parts[start - self.start : end - self.start] = " " * (end - start)
        return "".join(parts)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the bibliography that it names."""
        return tuple(cited_keys(self.written, self.citing))

    @cached_property
    def title(self) -> Title | None:
        """Its title, if it is set off in some way; offsets from the entry's start."""
        return find_title(self.written)

    @cached_property
    def typed_identifiers(self) -> tuple[Identifier, ...]:
        """Identifiers that are plain text; offsets from the entry's start."""
        found = find_identifiers(self.typed)
        return tuple(item for item in found if not self._in_address(item))

    def _in_address(self, item: Identifier) -> bool:
        before = self.typed[max(0, item.start - 40) : item.start].lower()
        return not item.labelled and before.endswith(("org/", "/abs/", "/pdf/", "/html/"))

    @cached_property
    def identifiers(self) -> tuple[Identifier, ...]:
        """All identifiers, those in addresses too; offsets from the entry's start."""
        return tuple(find_identifiers(self.written))

    @cached_property
    def has_address(self) -> bool:
        """Whether it names any place in the web, clickable or not."""
        return bool(self.addresses) or re.search(r"https?://|www\.", self.written) is not None

    @cached_property
    def without_identifiers(self) -> str:
        """The entry with blanks for identifiers and addresses, in which years can be looked for."""
        parts = list(self.typed)
        for item in find_identifiers(self.typed):
            parts[item.start : item.end] = " " * (item.end - item.start)
        return re.sub(r"(?:https?://|www\.)\S+", " ", "".join(parts))

    @property
    def has_year(self) -> bool:
        """Whether it says when the paper appeared, or that it has not yet."""
        text = self.without_identifiers
        return _YEAR.search(text) is not None or _NO_YEAR_YET.search(text) is not None

    @property
    def reference_year(self) -> str:
        """The first year near its title; empty if there is none."""
        if self.title is None:
            return ""
        start = max(0, self.title.start - 200)
        found = re.search(
            r"(?<!\d)(?:19|20)\d\d(?!\d)", self.without_identifiers[start : self.title.end + 200]
        )
        return found[0] if found else ""

    @property
    def first_author(self) -> str:
        """The folded family name that stands before "et al." or "and"; empty if there is none."""
        if self.title is None:
            return ""
        around = self.typed[max(0, self.title.start - 200) : self.title.start]
        around += ". " + self.typed[self.title.end : self.title.end + 100]
        found = _FIRST_AUTHOR.search(around)
        return fold(found[1]) if found else ""

    @property
    def name(self) -> str:
        """What to call it in a message."""
        if self.title is not None:
            return shortened(self.title.text)
        return shortened(" ".join(re.sub(r"\\[A-Za-z]+\*?|[{}~]", " ", self.written).split()))

    def span(self) -> Span:
        """Give the place of its title, else of its first line."""
        if self.title is not None:
            return self.source.span(self.start + self.title.start, self.start + self.title.end)
        text = self.written
        start = len(text) - len(text.lstrip())
        line_end = text.find("\n", start)
        stop = len(text.rstrip()) if line_end < 0 else line_end
        return self.source.span(self.start + start, self.start + max(start, stop))


class Papers:
    """The papers of a book, read once for all rules."""

    def __init__(self, book: Book):
        self._book = book
        self._finders: dict[Path, EntryFinder] = {}

    @cached_property
    def entries(self) -> tuple[Paper, ...]:
        """The entries of all papers sections, in reading order; none of stubs."""
        return tuple(self._entries())

    def _entries(self) -> Iterator[Paper]:
        structure = self._book.config.structure
        if structure.papers_section not in structure.sections:
            return
        for title, source, start, end in self.stretches:
            finder = self._finder(source.path)
            for entry_start, entry_end in finder.entries(start, end):
                addresses, shown = finder.addresses(entry_start, entry_end)
                found = tuple(Address(*item) for item in addresses)
                yield Paper(title, source, entry_start, entry_end, finder.text, found, tuple(shown))

    def _finder(self, path: Path) -> EntryFinder:
        if path not in self._finders:
            self._finders[path] = EntryFinder(self._book.tokenized[path])
        return self._finders[path]

    @cached_property
    def stretches(self) -> tuple[tuple[str, SourceFile, int, int], ...]:
        """The texts of the papers sections: title of the question, file, start and end."""
        structure = self._book.config.structure
        if structure.papers_section not in structure.sections:
            return ()
        wanted = structure.sections.index(structure.papers_section)
        return tuple(
            (item.heading.title, *stretch)
            for item in self._book.questions
            if item.heading.source.path not in self._book.stubs
            for placed in item.placed
            if placed.index == wanted
            for stretch in _joined(placed.section.body)
        )

    @cached_property
    def listed(self) -> tuple[Work, ...]:
        """The works of the bibliography that papers sections name, each once."""
        keys: dict[str, None] = {}
        for _, source, start, end in self.stretches:
            text = self._finder(source.path).text[start:end]
            keys.update(dict.fromkeys(cited_keys(text, self._citing)))
        return tuple(self.works[key] for key in keys if key in self.works)

    @cached_property
    def works(self) -> dict[str, Work]:
        """The works of the bibliography that the book cites, by key, in the order of the files."""
        return read_works(self._book, self._cited_keys) if self._cited_keys else {}

    @cached_property
    def _cited_keys(self) -> frozenset[str]:
        texts = (document.source.text for document in self._book.documents)
        return frozenset(key for text in texts for key in cited_keys(text, self._citing))

    @property
    def _citing(self) -> tuple[str, ...]:
        return self._book.config.lint.citation_commands


def _joined(body: list[Stretch]) -> Iterator[Stretch]:
    """Join the stretches between which there is nothing but a subheading."""
    last: Stretch | None = None
    for stretch in body:
        if last is None:
            last = stretch
        elif stretch.source is last.source and _is_heading(stretch.source, last.end):
            last = Stretch(last.source, last.start, stretch.end)
        else:
            yield last
            last = stretch
    if last is not None:
        yield last


def _is_heading(source: SourceFile, offset: int) -> bool:
    found = _COMMAND.match(source.text, offset)
    return found is not None and found[1] in LEVELS
