"""Say of pages that one run sets otherwise which part of the book they are in, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.definitions import Definition, read_definitions
from texbook.latex.spine import SegmentKind
from texbook.latex.tokens import tokenize
from texbook.texfiles.pdf import page_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.build.chunks.book import ChunkedBook
    from texbook.build.rebuild import MadePdf
    from texbook.build.surroundings import Surroundings
    from texbook.latex.spine import Segment
    from texbook.texfiles.xdv.compare import PageDifference

_MOST_TOLD = 5
_CONTEXT_WORDS = 3
_LAST_HINT = (
    "from now on the book is built in one run, until its main file, a class or a package changes"
)
_USUAL_CAUSES = (
    "usual causes: a macro, a length or an option that one chapter sets and a later one finds, or "
    "a package that remembers something from chapter to chapter; such things belong in the preamble"
)

_ONLY_LOOKS = "the words are the same, their places or looks are not"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A page that one run sets otherwise.

    Attributes:
        page: which page of the document, from 1.
        detail: what differs in the pages as TeX has left them, the chunk's first; empty if it is
            seen in the images alone.
    """

    page: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PageFindings:
    """Turns discrepancies into findings.

    Attributes:
        book: as it was typeset in chunks.
        pdf: what was published of it.
        made: what one run has made.
    """

    shared: Surroundings
    book: ChunkedBook
    pdf: Path
    made: MadePdf

    def merge(
        self, differences: Iterable[PageDifference], drawn: Iterable[int]
    ) -> tuple[Discrepancy, ...]:
        """Put together what was seen in the pages and in their images."""
        found = {page: Discrepancy(page) for page in drawn}
        found |= {item.page: Discrepancy(item.page, item.message) for item in differences}
        return tuple(found[page] for page in sorted(found))

    def tell(self, found: Sequence[Discrepancy], code: str) -> tuple[Diagnostic, ...]:
        """Give a finding for each of the first pages.

        Args:
            found: in the order of the pages.
            code: of the findings.

        Raises:
            InvalidPdfError: when a PDF is damaged.
            StorageError: when a PDF cannot be read.
        """
        told = found[:_MOST_TOLD]
        numbers = [item.page for item in told]
        texts = page_texts(self.pdf, numbers), page_texts(self.made.file("pdf"), numbers)
        findings = [self._finding(item, code, *texts) for item in told]
        return tuple(findings)

    def _finding(
        self, item: Discrepancy, code: str, ours: Mapping[int, str], theirs: Mapping[int, str]
    ) -> Diagnostic:
        segment = self._segment(item.page)
        words = words_that_differ(ours.get(item.page), theirs.get(item.page))
        hints = []
        if item.detail and words == _ONLY_LOOKS:
            hints.append(f"in chapters and then in one run: {item.detail}")
        return Diagnostic(
            code,
            Severity.ERROR,
            f"page {item.page} is not as in one run of the whole book: {words}",
            self._span(segment),
            hints=(*hints, self._cause(segment), _LAST_HINT),
        )

    def _segment(self, page: int) -> Segment:
        """Give the segment that ships a page; the last one, if the book has not so many pages."""
        starts = self.book.starts()
        names = [
            name
            for name, record in self.book.known
            if record.page_count and starts[name].sheet < page
        ]
        return self.book.spine.segments[self.book.number(names[-1]) if names else -1]

    def _span(self, segment: Segment) -> Span | None:
        locator = self.made.typesetter.locator
        if segment.kind is SegmentKind.INCLUDE:
            return locator.span(f"{segment.name}.tex")
        line = self.book.spine.text.count("\n", 0, segment.start) + 1
        return locator.span(self.shared.mirror.main, line)

    def _cause(self, segment: Segment) -> str:
        own = self._source(segment)
        others = {
            other.name: self._source(other)
            for other in self.book.spine.segments
            if other.kind is SegmentKind.INCLUDE and other.name != segment.name
        }
        shared = shared_definition(own, others)
        if shared is None:
            return _USUAL_CAUSES
        name, definition = shared
        shown = definition.name if definition.is_environment else f"\\{definition.name}"
        return (
            f'likely cause: "{shown}" is defined in "{name}" and used here; what several chapters '
            "use belongs in the preamble"
        )

    def _source(self, segment: Segment) -> str:
        mirror = self.shared.mirror
        if segment.kind is SegmentKind.INCLUDE:
            return mirror.text(mirror.named(f"{segment.name}.tex")) or ""
        return self.book.spine.text[segment.start : segment.stop]


def words_that_differ(ours: str | None, theirs: str | None) -> str:
    """Say where two texts of a page part, in a few words of each.

    Args:
        ours: of the page that was typeset by itself; None if there is no such page.
        theirs: of the page of one run.

    >>> words_that_differ("See Figure 1.2 for more", "See Figure 1.3 for more")
    'it reads "See Figure 1.2 for more" and should read "See Figure 1.3 for more"'
    >>> words_that_differ(None, "The end")
    'it is missing'
    """
    if ours is None or theirs is None:
        return "it is missing" if ours is None else "one run has no such page"
    one, other = ours.split(), theirs.split()
    if one == other:
        return _ONLY_LOOKS
    pairs = zip(one, other, strict=False)
    same = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), None)
    at = min(len(one), len(other)) if same is None else same
    return f'it reads "{_excerpt(one, at)}" and should read "{_excerpt(other, at)}"'


def _excerpt(words: Sequence[str], at: int) -> str:
    return " ".join(words[max(0, at - _CONTEXT_WORDS) : at + _CONTEXT_WORDS])


def shared_definition(text: str, others: Mapping[str, str]) -> tuple[str, Definition] | None:
    r"""Find a command or an environment that a text uses and that another text defines.

    Args:
        text: the one.
        others: the others, by their names.

    Returns:
        The other's name and its definition; None if there is none, or the text has one itself.

    >>> name, found = shared_definition(r"\rate{} more", {"one": r"\gdef\rate{3}"})
    >>> name, found.name
    ('one', 'rate')
    """
    own = {(item.name, item.is_environment) for item in read_definitions(tokenize(text))}
    for name, other in others.items():
        for item in read_definitions(tokenize(other)):
            if (item.name, item.is_environment) not in own and _uses(text, item):
                return name, item
    return None


def _uses(text: str, definition: Definition) -> bool:
    name = re.escape(definition.name)
    pattern = rf"\\begin *\{{{name}\}}" if definition.is_environment else rf"\\{name}(?![A-Za-z@])"
    return re.search(pattern, text) is not None
