"""The segments of a book with what is known of each, and what follows from that for the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.digest import digest_text
from texbook.build.chunks.model import Cite, SegmentRecord, SegmentState
from texbook.latex.spine import SegmentKind
from texbook.texfiles.contents import read_group
from texbook.texfiles.contents_files import contents_lines
from texbook.texfiles.label_uses import label_value
from texbook.texfiles.moved_pages import move_aux, move_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from texbook.latex.spine import Spine
    from texbook.texfiles.label_uses import LabelValue
    from texbook.texfiles.xdv.open_pages import PageRun

_LAST_PAGE = re.compile(r"(?m)^(\\gdef ?\\@abspage@last ?)\{\d+\}")
_PAGE_LABEL = re.compile(r"(?m)^\\HyPL@Entry\{(?P<index>\d+)<<(?P<label>.*)>>\}\n")
_FIRST_NUMBER = re.compile(r" ?/St (\d+)")
_BOOKMARK_NUMBER = re.compile(r"% \d+$")
_ENTRY = re.compile(r"(?ms)^\s*\\entry\{([^{}]*)\}.*?^\s*\\endentry")
_SETS_PAGE = re.compile(r"\\(?:pagenumbering|(?:front|main)matter)\b|\{page\}")
_BIBCITE = re.compile(r"(?m)^\\bibcite\{([^{}]*)\}(.*)$")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a segment begins in the book as it is now.

    Attributes:
        state: what the segment before it leaves; its ``page`` is the book's.
        page: the number of the segment's first page.
        sheet: how many pages the book has before it.
        is_known: whether the segment before it has been typeset.
    """

    state: SegmentState
    page: int
    sheet: int
    is_known: bool


@dataclass(slots=True)
class ChunkedBook:
    r"""The segments in the order of the book, and the records of those that were typeset.

    Attributes:
        spine: the main file, taken apart.
        records: by the names of the segments.
        prologue: what LaTeX writes to ``main.aux`` before the first segment.
        tool_files: results of biber and makeindex, by name.
        two_sided: odd and even pages differ.
        resets: which counters a heading sets to 0, by its command.
        job: the name of the job.
        marks_folios: the numbers on pages are marked, so that they can be changed afterwards. A
            mark parts what TeX would set as one word: a book with "3/12" in its foot has none.
    """

    spine: Spine
    records: dict[str, SegmentRecord] = field(default_factory=dict)
    prologue: str = ""
    tool_files: dict[str, bytes] = field(default_factory=dict)
    two_sided: bool = False
    resets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    job: str = "main"
    marks_folios: bool = True

    _numbers: dict[str, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = {
            segment.name: number
            for number, segment in enumerate(self.spine.segments)
            if segment.kind is not SegmentKind.DECLARATION
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the segments that may print, in their order."""
        return tuple(self._numbers)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of those segments in the spine."""
        return tuple(self._numbers.values())

    def number(self, name: str) -> int:
        """Give a segment's number in the spine."""
        return self._numbers[name]

    def text(self, name: str) -> str:
        """Give what stands in the main file for a segment."""
        segment = self.spine.segments[self._numbers[name]]
        return self.spine.text[segment.start : segment.stop]

    def line(self, name: str) -> int:
        """Give the line of the main file, from 1, in which a segment begins."""
        start = self.spine.segments[self.number(name)].start
        return self.spine.text.count("\n", 0, start) + 1

    def declarations(self, name: str) -> tuple[str, ...]:
        """Give what the main file sets before a segment: it holds for all that follows."""
        text = self.spine.text
        return tuple(
            text[start:stop]
            for segment in self.spine.segments[: self.number(name)]
            for start, stop in (
                ((segment.start, segment.stop),)
                if segment.kind is SegmentKind.DECLARATION
                else segment.settings
            )
        )

    def numbers_pages(self, name: str) -> bool:
        """Say whether a declaration right before a segment may set the number of its page."""
        number = self.number(name)
        if number == 0:
            return False
        before = self.spine.segments[number - 1]
        if before.kind is not SegmentKind.DECLARATION:
            return False
        return _SETS_PAGE.search(self.spine.text, before.start, before.stop) is not None

    @property
    def known(self) -> tuple[tuple[str, SegmentRecord], ...]:
        """The segments that were typeset, in the order of the book."""
        return tuple((name, self.records[name]) for name in self.names if name in self.records)

    @property
    def page_count(self) -> int:
        """How many pages the known segments have."""
        return sum(record.page_count for _, record in self.known)

    def starts(self) -> dict[str, Start]:
        """Say where each segment begins; a guess behind one that was never typeset."""
        starts: dict[str, Start] = {}
        state, page, sheet, known = SegmentState({"page": 1}), 1, 0, True
        for name in self.names:
            record = self.records.get(name)
            if record is None:
                starts[name] = Start(state.at_page(page), page, sheet, known)
                known = False
                continue
            fixed = name == self.names[0] or self.numbers_pages(name)
            first = record.first_page if fixed else page + record.first_page - record.came_from
            starts[name] = Start(state.at_page(page), first, sheet, known)
            sheet += record.page_count
            known = True
            if record.end is not None:
                state = record.end
                page = first + record.page_count if record.is_regular else record.end.page
        return starts

    def labels(self, starts: Mapping[str, Start]) -> dict[str, LabelValue]:
        """Give page and rest of every label of the book as it is now."""
        labels: dict[str, LabelValue] = {}
        for name, record in self.known:
            labels |= _labels(record.aux, starts[name].page - record.first_page)
        return labels

    def entries(self) -> dict[str, str]:
        """Give what each bibliography entry prints, and where it stands in the list, by its key."""
        entries: dict[str, str] = {}
        bbl = self.tool_files.get(f"{self.job}.bbl", b"").decode("utf-8", "replace")
        entries.update(_entries(bbl))
        for _, record in self.known:
            if "\\bibcite" in record.aux:
                entries.update(_BIBCITE.findall(record.aux))
        return entries

    def auxiliary(self, starts: Mapping[str, Start]) -> dict[str, bytes]:
        """Put the auxiliary files of the whole book together, as one run would have left them."""
        aux = [self.prologue]
        lists: dict[str, list[str]] = {}
        bookmarks: list[str] = []
        index: list[str] = []
        files: dict[str, bytes] = {}
        for name, record in self.known:
            by = starts[name].page - record.first_page
            moved, contents = _moved(record.aux, by, starts[name].sheet)
            aux.append(moved)
            for kind, lines in contents.items():
                lists.setdefault(kind, []).extend(lines)
            bookmarks += record.bookmarks.splitlines()
            index.append(move_index(record.index, by))
            files |= {file: _bytes(text) for file, text in record.files.items()}
        whole = _LAST_PAGE.sub(rf"\1{{{self.page_count}}}", _few_page_labels("".join(aux)))
        files[f"{self.job}.aux"] = _bytes(whole)
        for kind, lines in lists.items():
            files[f"{self.job}.{kind}"] = _bytes("".join(f"{line}\n" for line in lines))
        if bookmarks:
            files[f"{self.job}.out"] = _bytes(_numbered(bookmarks))
        if any(index):
            files[f"{self.job}.idx"] = _bytes("".join(index))
        return files | self.tool_files

    def numbered(self, pages: Mapping[str, PageRun]) -> list[tuple[PageRun, int | None]]:
        """Give the pages of the known segments in order, each with the number of the first page.

        None stands for the numbers with which they were typeset, where a segment sets one itself.
        """
        starts = self.starts()
        return [
            (pages[name], starts[name].page if record.is_regular else None)
            for name, record in self.known
        ]

    def leading(self) -> str | None:
        """Name the segment that ships the first page of the book, if it is known."""
        return next((name for name, record in self.known if record.page_count), None)

    def citations(self) -> tuple[Cite, ...]:
        """Give what is cited, in the order of the book."""
        return tuple(key for _, record in self.known for key in record.cites)


def _few_page_labels(aux: str) -> str:
    r"""Leave out page labels that only go on with the numbers of the one before.

    hyperref writes ``\HyPL@Entry{N<</S/D /St M>>}`` where a style or a number does not go on: from
    page N of the document, counted from 0, numbers begin with M, or 1 (hyperref.sty).
    """
    last: tuple[str, int] | None = None

    def kept(found: re.Match[str]) -> str:
        nonlocal last
        start = _FIRST_NUMBER.search(found["label"])
        number = int(start[1]) if start else 1
        now = (_FIRST_NUMBER.sub("", found["label"]), number - int(found["index"]))
        goes_on, last = now == last, now
        return "" if goes_on else found[0]

    return _PAGE_LABEL.sub(kept, aux)


def _numbered(bookmarks: Iterable[str]) -> str:
    """Number bookmarks through, as hyperref does in a comment behind each."""
    lines = (
        _BOOKMARK_NUMBER.sub(f"% {number}", line) for number, line in enumerate(bookmarks, start=1)
    )
    return "".join(f"{line}\n" for line in lines)


@lru_cache(maxsize=1024)
def _moved(aux: str, by: int, by_absolute: int) -> tuple[str, dict[str, list[str]]]:
    """Move the pages of a segment; give the lines with which it adds to the lists, too."""
    moved = move_aux(aux, by, by_absolute=by_absolute)
    return moved, contents_lines(moved)


@lru_cache(maxsize=1024)
def _labels(aux: str, by: int) -> dict[str, LabelValue]:
    aux = move_aux(aux, by)
    labels: dict[str, LabelValue] = {}
    at = aux.find("\\newlabel{")
    while at >= 0:
        name, end = read_group(aux, at + len("\\newlabel"))
        content, end = read_group(aux, end)
        labels[name] = label_value(content)
        at = aux.find("\\newlabel{", max(end, at + 1))
    return labels


@lru_cache(maxsize=4)
def _entries(bbl: str) -> dict[str, str]:
    found = enumerate(_ENTRY.finditer(bbl), start=1)
    return {entry[1]: f"{number} {digest_text(entry[0])}" for number, entry in found}


def _bytes(text: str) -> bytes:
    """Give what was read from a file, UTF-8 or not, as it was."""
    return text.encode("utf-8", "surrogateescape")
