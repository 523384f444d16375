"""What is known of a segment once it has been typeset."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from texbook.texfiles.aux import label_names
from texbook.texfiles.engine_log import LogMessage, MessageKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.base.diagnostic import Diagnostic

Use = tuple[str, str]
"""A use of a label, ``p`` of its page, ``n`` of the rest, ``a`` of all, and its name.

Also ``e`` and the name of a file for which TeX has looked, and ``b`` for a bibliography.
"""

Cite = tuple[str, bool]
r"""The key of a bibliography entry, and whether it was only named by ``\nocite``."""


class NotChunkableError(Exception):
    """The book cannot be typeset in chunks; the build goes on in one run.

    Attributes:
        reason: why, in plain words for ``--explain``.
        segment: the one that is to blame; empty if it is the document as a whole. It is of no use
            to try again before that, the main file or what the preamble reads has changed.
        is_asked_for: the person wants one run, which says nothing of the book.
    """

    def __init__(self, reason: str, segment: str = "", *, is_asked_for: bool = False):
        super().__init__(reason)
        self.reason = reason
        self.segment = segment
        self.is_asked_for = is_asked_for


class JobFailedError(NotChunkableError):
    """A chunk job did not come to its end: the run in one piece has to say what is wrong.

    Attributes:
        suspects: what seems to be wrong by the job's own log.
    """

    def __init__(self, reason: str, suspects: tuple[Diagnostic, ...] = ()):
        super().__init__(reason)
        self.suspects = suspects


class EngineLostError(JobFailedError):
    """Its engine was ended from outside, or had read an old preamble: not the fault of the job."""


class ToolFailedError(Exception):
    """Biber or makeindex failed; what it said is with whoever ran it."""


@dataclass(frozen=True, slots=True)
class SegmentState:
    r"""What one segment hands to the next.

    Attributes:
        counters: LaTeX's counters by name, ``page`` among them.
        texts: contents of macros by their names, such as ``@themark``; ``botmark`` is TeX's
            mark, ``BKM@`` the levels of the bookmarks that are open (bkm-dvipdfm.def).
    """

    counters: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def page(self) -> int:
        """The number of the next page."""
        return self.counters.get("page", 1)

    def at_page(self, page: int) -> SegmentState:
        """Give the same state at another page number."""
        return replace(self, counters={**self.counters, "page": page})

    def to_json(self) -> dict[str, Any]:
        """Give the state as JSON can hold it."""
        return {"counters": dict(self.counters), "texts": dict(self.texts)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SegmentState:
        """Read what `to_json` gave."""
        counters = {str(name): int(number) for name, number in value["counters"].items()}
        return cls(counters, {str(name): str(text) for name, text in value["texts"].items()})


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What typesetting a segment gave, apart from its pages.

    Attributes:
        key: under which inputs it was typeset, by name; equal keys give equal pages.
        pages_digest: names its pages in the store.
        page_count: how many pages it ships.
        came_from: the page number that the segment before it left.
        first_page: the number of its first page; another than ``came_from`` if a declaration of
            the main file has set it.
        end: the state at its end; None for the last segment.
        is_regular: whether its page numbers run on from the first to its end; else it sets one.
        aux: what it wrote for LaTeX to read in the next run, page numbers as typeset.
        bookmarks: what it wrote to ``.out``.
        index: what it wrote to ``.idx``.
        uses: the labels that it asked for.
        cites: what it cites, in order.
        reads: names of the author's files that it read, in the working copy.
        lists: names of auxiliary files that it read (``main.toc``).
        files: other auxiliary files that it wrote, by name.
        leaks: what it left changed behind it that no state can carry.
        messages: what the engine complained of in it, and on which of its pages, from 0.
        boxes: how many underfull boxes it has.
        remarks: how many remarks of LaTeX and the packages.
        system: files outside the book that it read.
    """

    key: Mapping[str, str]
    pages_digest: str
    page_count: int
    came_from: int
    first_page: int
    end: SegmentState | None
    is_regular: bool = True
    aux: str = ""
    bookmarks: str = ""
    index: str = ""
    uses: frozenset[Use] = frozenset()
    cites: tuple[Cite, ...] = ()
    reads: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    leaks: tuple[str, ...] = ()
    messages: tuple[LogMessage, ...] = ()
    boxes: int = 0
    remarks: int = 0
    system: frozenset[str] = frozenset()

    @property
    def label_names(self) -> tuple[str, ...]:
        """The labels that it defines, as an author names them; repeated if defined twice."""
        return label_names(self.aux.encode("utf-8", "surrogatepass"))

    def to_json(self) -> dict[str, Any]:
        """Give the record as JSON can hold it."""
        return {
            "key": dict(self.key),
            "pages_digest": self.pages_digest,
            "page_count": self.page_count,
            "came_from": self.came_from,
            "first_page": self.first_page,
            "end": None if self.end is None else self.end.to_json(),
            "is_regular": self.is_regular,
            "aux": self.aux,
            "bookmarks": self.bookmarks,
            "index": self.index,
            "uses": sorted(map(list, self.uses)),
            "cites": list(map(list, self.cites)),
            "reads": sorted(self.reads),
            "lists": sorted(self.lists),
            "files": dict(self.files),
            "leaks": list(self.leaks),
            "messages": [asdict(message) for message in self.messages],
            "boxes": self.boxes,
            "remarks": self.remarks,
            "system": sorted(self.system),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SegmentRecord:
        """Read what `to_json` gave."""
        return cls(
            key=dict(value["key"]),
            pages_digest=str(value["pages_digest"]),
            page_count=int(value["page_count"]),
            came_from=int(value["came_from"]),
            first_page=int(value["first_page"]),
            end=None if value["end"] is None else SegmentState.from_json(value["end"]),
            is_regular=bool(value["is_regular"]),
            aux=str(value["aux"]),
            bookmarks=str(value["bookmarks"]),
            index=str(value["index"]),
            uses=frozenset((str(kind), str(name)) for kind, name in value["uses"]),
            cites=tuple((str(key), bool(silent)) for key, silent in value["cites"]),
            reads=frozenset(map(str, value["reads"])),
            lists=frozenset(map(str, value["lists"])),
            files={str(name): str(text) for name, text in value["files"].items()},
            leaks=tuple(map(str, value["leaks"])),
            messages=tuple(map(message_from_json, value["messages"])),
            boxes=int(value["boxes"]),
            remarks=int(value["remarks"]),
            system=frozenset(map(str, value["system"])),
        )


def message_from_json(value: dict[str, Any]) -> LogMessage:
    """Read a message that `dataclasses.asdict` has made plain."""
    lists = {name: tuple(value[name]) for name in ("context", "opened")}
    return LogMessage(**{**value, **lists, "kind": MessageKind(value["kind"])})
