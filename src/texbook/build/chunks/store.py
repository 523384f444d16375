"""What a build in chunks keeps for the next one, on disk.

The records stand in one file named by its own digest, which the build's state names; each
segment's pages, and the lines from which they come, stand in files named by theirs. So a build that
is killed leaves the last one's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from texbook import __version__
from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_bytes
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.model import SegmentRecord, message_from_json
from texbook.build.origins import PageOrigins
from texbook.texfiles.engine_log import EngineLog
from texbook.texfiles.synctex import SyncTexError
from texbook.texfiles.xdv.model import XdvError
from texbook.texfiles.xdv.run_files import decode_run, encode_run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from texbook.latex.spine import Spine
    from texbook.texfiles.xdv.open_pages import PageRun

Kept = TypeVar("Kept")

_SCHEMA = 4


class _Codec(NamedTuple, Generic[Kept]):
    """How a value is kept in a file.

    Attributes:
        suffix: of the file's name.
        encode: gives its content.
        decode: reads it again.
        fault: what that raises if it is damaged.
    """

    suffix: str
    encode: Callable[[Kept], bytes]
    decode: Callable[[bytes], Kept]
    fault: type[Exception]


@dataclass(slots=True)
class _Files(Generic[Kept]):
    """Values in files named by their digests, and those that were read or written in memory."""

    folder: Path
    codec: _Codec[Kept]
    _values: dict[str, Kept] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)

    def load(self, digest: str) -> Kept | None:
        """Read a value; None if it is gone or damaged."""
        if digest not in self._values:
            try:
                content = read_regular(self._path(digest), LARGEST_KEPT)
                if digest_bytes(content) != digest:
                    return None
                self._remember(digest, self.codec.decode(content))
            except (OSError, self.codec.fault):
                return None
        return self._values[digest]

    def keep(self, value: Kept) -> str:
        """Write a value if it is not there; give its digest."""
        known = self._digests.get(id(value))
        is_known = known is not None and self._values.get(known) is value
        if known is not None and is_known and self._path(known).is_file():
            return known
        content = self.codec.encode(value)
        digest = digest_bytes(content)
        path = self._path(digest)
        if not _holds(path, content):
            write_atomically(path, content)
        self._remember(digest, value)
        return digest

    def forget_others(self, kept: Collection[str]) -> None:
        """Drop from memory what is not among these file names."""
        suffix = self.codec.suffix
        self._values = {key: it for key, it in self._values.items() if key + suffix in kept}
        self._digests = {id(it): key for key, it in self._values.items()}

    def _path(self, digest: str) -> Path:
        return self.folder / f"{digest}{self.codec.suffix}"

    def _remember(self, digest: str, value: Kept) -> None:
        self._values[digest] = value
        self._digests[id(value)] = digest


_PAGES = _Codec(".pages", encode_run, decode_run, XdvError)
_ORIGINS = _Codec(".synctex", PageOrigins.encode, PageOrigins.decode, SyncTexError)


@dataclass(slots=True)
class ChunkStore:
    """Records and pages below a folder, and those that were read or written before in memory.

    Attributes:
        folder: where they are; one for each main file.
    """

    folder: Path
    _pages: _Files[PageRun] = field(init=False)
    _origins: _Files[PageOrigins] = field(init=False)

    def __post_init__(self) -> None:
        self._pages = _Files(self.folder, _PAGES)
        self._origins = _Files(self.folder, _ORIGINS)

    def load(self, digest: str, spine: Spine, job: str) -> StoredBook | None:
        """Read what a build has kept; None if it is damaged or of another texbook.

        Args:
            digest: names the records.
            spine: the main file as it is now.
            job: the name of the job.
        """
        try:
            content = read_regular(self.folder / f"{digest}.json", LARGEST_KEPT)
        except OSError:
            return None
        if digest_bytes(content) != digest:
            return None
        try:
            return self._stored(json.loads(content), spine, job)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return None

    def _stored(self, value: dict[str, Any], spine: Spine, job: str) -> StoredBook | None:
        if (value["schema"], value["texbook"]) != (_SCHEMA, __version__):
            return None
        records = {name: SegmentRecord.from_json(item) for name, item in value["records"].items()}
        pages = {name: self._pages.load(item.pages_digest) for name, item in records.items()}
        origins = {name: self._origins.load(digest) for name, digest in value["origins"].items()}
        book = ChunkedBook(
            spine,
            records={name: record for name, record in records.items() if pages[name] is not None},
            prologue=value["prologue"],
            tool_files={name: _bytes(text) for name, text in value["tool_files"].items()},
            two_sided=value["two_sided"],
            resets={name: tuple(items) for name, items in value["resets"].items()},
            job=job,
            marks_folios=value["marks_folios"],
        )
        return StoredBook(
            book,
            {name: run for name, run in pages.items() if run is not None},
            frozenset(value["preamble_files"]),
            frozenset(value["system"]),
            _bytes(value["bcf"]) if value["bcf"] is not None else None,
            EngineLog(
                tuple(map(message_from_json, value["messages"])),
                banner=value["banner"],
                underfull=value["underfull"],
                remarks=value["remarks"],
            ),
            {name: item for name, item in origins.items() if item is not None},
        )

    def save(self, stored: StoredBook) -> str:
        """Write what is not there yet; give the digest that names it.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        book = stored.book
        names = frozenset(book.names)
        records: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for name, record in book.records.items():
            if name in names:
                digest = self._pages.keep(stored.pages[name])
                records[name] = {**record.to_json(), "pages_digest": digest}
                if name in stored.origins:
                    origins[name] = self._origins.keep(stored.origins[name])
        value = {
            "schema": _SCHEMA,
            "texbook": __version__,
            "records": records,
            "origins": origins,
            "prologue": book.prologue,
            "tool_files": {name: _text(content) for name, content in book.tool_files.items()},
            "two_sided": book.two_sided,
            "marks_folios": book.marks_folios,
            "resets": {name: list(items) for name, items in book.resets.items()},
            "preamble_files": sorted(stored.preamble_files),
            "system": sorted(stored.system),
            "bcf": None if stored.bcf is None else _text(stored.bcf),
            "messages": [asdict(message) for message in stored.log.messages],
            "banner": stored.log.banner,
            "underfull": stored.log.underfull,
            "remarks": stored.log.remarks,
        }
        content = json.dumps(value, ensure_ascii=True).encode("ascii")
        digest = digest_bytes(content)
        write_atomically(self.folder / f"{digest}.json", content)
        return digest

    def remove_others(self, digest: str) -> None:
        """Remove what the records of this name do not speak of."""
        try:
            value = json.loads(read_regular(self.folder / f"{digest}.json", LARGEST_KEPT))
            kept = {f"{item['pages_digest']}.pages" for item in value["records"].values()}
            kept |= {f"{item}.synctex" for item in value["origins"].values()}
        except (OSError, ValueError, KeyError, RecursionError):
            kept = set()
        self._pages.forget_others(kept)
        self._origins.forget_others(kept)
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name not in {*kept, f"{digest}.json"}:
                path.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    """Say whether a file is there and whole."""
    try:
        return read_regular(path, len(content)) == content
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class StoredBook:
    """What one build hands to the next.

    Attributes:
        book: the segments.
        pages: the pages of each.
        preamble_files: the author's files that the preamble reads, by name.
        system: files outside the book that it reads.
        bcf: biblatex's control file of a run that came to the end of the document.
        log: what an engine has said of the preamble, and which engine it was.
        origins: which lines the pages of each segment come from, where that is known.
    """

    book: ChunkedBook
    pages: dict[str, PageRun]
    preamble_files: frozenset[str]
    system: frozenset[str]
    bcf: bytes | None
    log: EngineLog = field(default_factory=EngineLog)
    origins: dict[str, PageOrigins] = field(default_factory=dict)


def _text(content: bytes) -> str:
    """Give bytes as JSON can hold them, UTF-8 or not."""
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
