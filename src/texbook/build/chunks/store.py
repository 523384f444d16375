"""What a build in chunks keeps for the next one, on disk.

The records stand in one file named by its own digest, which the build's state names; each
segment's pages stand in a file named by theirs. So a build that is killed leaves the last one's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from texbook import __version__
from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_bytes
from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.model import SegmentRecord, message_from_json
from texbook.texfiles.engine_log import EngineLog
from texbook.texfiles.xdv.model import XdvError
from texbook.texfiles.xdv.run_files import decode_run, encode_run

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.latex.spine import Spine
    from texbook.texfiles.xdv.open_pages import PageRun

_SCHEMA = 3


@dataclass(slots=True)
class ChunkStore:
    """Records and pages below a folder, and those that were read or written before in memory.

    Attributes:
        folder: where they are; one for each main file.
    """

    folder: Path
    _runs: dict[str, PageRun] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)

    def load(self, digest: str, spine: Spine, job: str) -> StoredBook | None:
        """Read what a build has kept; None if it is damaged or of another texbook.

        Args:
            digest: names the records.
            spine: the main file as it is now.
            job: the name of the job.
        """
        try:
            content = (self.folder / f"{digest}.json").read_bytes()
        except OSError:
            return None
        if digest_bytes(content) != digest:
            return None
        try:
            return self._stored(json.loads(content), spine, job)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def _stored(self, value: dict[str, Any], spine: Spine, job: str) -> StoredBook | None:
        if (value["schema"], value["texbook"]) != (_SCHEMA, __version__):
            return None
        records = {name: SegmentRecord.from_json(item) for name, item in value["records"].items()}
        pages = {name: self._pages(record.pages_digest) for name, record in records.items()}
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
        )

    def save(self, stored: StoredBook) -> str:
        """Write what is not there yet; give the digest that names it.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        book = stored.book
        names = frozenset(book.names)
        records: dict[str, Any] = {}
        for name, record in book.records.items():
            if name in names:
                digest = self._keep(stored.pages[name])
                records[name] = {**record.to_json(), "pages_digest": digest}
        value = {
            "schema": _SCHEMA,
            "texbook": __version__,
            "records": records,
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
            value = json.loads((self.folder / f"{digest}.json").read_bytes())
            kept = {f"{item['pages_digest']}.pages" for item in value["records"].values()}
        except (OSError, ValueError, KeyError):
            kept = set()
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name not in {*kept, f"{digest}.json"}:
                path.unlink(missing_ok=True)
        named = {name.removesuffix(".pages") for name in kept}
        self._runs = {name: run for name, run in self._runs.items() if name in named}
        self._digests = {id(run): name for name, run in self._runs.items()}

    def _pages(self, digest: str) -> PageRun | None:
        if digest not in self._runs:
            try:
                content = (self.folder / f"{digest}.pages").read_bytes()
                if digest_bytes(content) != digest:
                    return None
                self._remember(digest, decode_run(content))
            except (OSError, XdvError):
                return None
        return self._runs[digest]

    def _keep(self, run: PageRun) -> str:
        known = self._digests.get(id(run))
        is_known = known is not None and self._runs.get(known) is run
        if known is not None and is_known and (self.folder / f"{known}.pages").is_file():
            return known
        content = encode_run(run)
        digest = digest_bytes(content)
        path = self.folder / f"{digest}.pages"
        if not _holds(path, content):
            write_atomically(path, content)
        self._remember(digest, run)
        return digest

    def _remember(self, digest: str, run: PageRun) -> None:
        self._runs[digest] = run
        self._digests[id(run)] = digest


def _holds(path: Path, content: bytes) -> bool:
    """Say whether a file is there and whole."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
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
    """

    book: ChunkedBook
    pages: dict[str, PageRun]
    preamble_files: frozenset[str]
    system: frozenset[str]
    bcf: bytes | None
    log: EngineLog = field(default_factory=EngineLog)


def _text(content: bytes) -> str:
    """Give bytes as JSON can hold them, UTF-8 or not."""
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
