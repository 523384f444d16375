"""Gather what a chunk job left: a record and the pages of each segment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.build.auxiliary import name_in, take_snapshot
from texbook.build.chunks.driver import BODY
from texbook.build.chunks.model import (
    EngineLostError,
    JobFailedError,
    NotChunkableError,
    SegmentRecord,
)
from texbook.build.chunks.report import (
    JobReport,
    SegmentReport,
    read_job_aux,
    split_reads,
    split_stream,
)
from texbook.build.engine import is_whole_xdv
from texbook.build.origins import PageOrigins, read_origins
from texbook.messages.diagnose import engine_errors
from texbook.messages.locate import Locator
from texbook.texfiles.contents_files import EntryError, contents_lines
from texbook.texfiles.log import read_log
from texbook.texfiles.moved_pages import move_aux
from texbook.texfiles.xdv.open_pages import NO_PAGES, PageRun, folio_touches_text, open_runs
from texbook.texfiles.xdv.parse import read_xdv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.build.chunks.book import ChunkedBook
    from texbook.build.chunks.engine import ChunkEngine
    from texbook.system.process import ProcessResult
    from texbook.texfiles.engine_log import EngineLog, LogMessage
    from texbook.texfiles.xdv.model import Xdv

_OWN = "texbook-"
_OF_THE_RUN = re.compile(
    r"^There were (?:undefined|multiply)|^Label\(s\) may have changed|[Rr]erun|has changed"
    r"|multiply defined"
)
_LOG_MARK = re.compile(rb"(?m)^texbook-log (?:begin|end) (\w+)$")
# What every job writes for itself, and what is put together again by other means.
_JOB_FILES = (".aux", ".out", ".idx", ".log", ".xdv", ".bcf", ".run.xml", ".pyg", ".fls")
# Packages and classes that keep in memory what the pages before said, or measure a whole run.
_STATEFUL = frozenset(
    {"glossaries", "acro", "acronym", "minitoc", "endnotes", "enotez", "perpage", "zref-base"}
    | {"pythontex", "nomencl", "imakeidx", "tocbibind", "etoc", "titletoc", "polyglossia"}
    | {"memoir", "scrbook", "scrreprt", "scrartcl"}
)
_KINDS = {"sty": "package", "cls": "class"}
_STATELESS_CITES = re.compile(
    r"(?:numeric(?:-comp|-verb)?|alphabetic(?:-verb)?|authoryear(?:-comp)?|authortitle(?:-comp)?"
    r"|draft|standard|biblatex)\.cbx"
)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a job gave.

    Attributes:
        records: by segment; their keys are still empty.
        runs: the pages of each.
        report: what the auxiliary files said.
        preamble_files: the author's files that were read before the first segment, by name.
        system: files outside the book that were read before the first segment.
        bcf: biblatex's control file, if the job came to the end of the document.
        log: of the job, with those messages and counts alone that concern no segment.
        origins: which lines the pages of each segment come from; empty if nobody wants to know.
    """

    records: Mapping[str, SegmentRecord]
    runs: Mapping[str, PageRun]
    report: JobReport
    preamble_files: frozenset[str]
    system: frozenset[str]
    bcf: bytes | None
    log: EngineLog
    origins: Mapping[str, PageOrigins] = field(default_factory=dict)


class FolioTouchesTextError(Exception):
    """A page has its number right beside text, which a mark between them parts."""


def collect(
    engine: ChunkEngine,
    result: ProcessResult,
    book: ChunkedBook,
    numbers: Sequence[int],
    *,
    leads: bool,
) -> Collected:
    """Gather what an ended engine left.

    Args:
        engine: the engine.
        result: how it ended.
        book: the book.
        numbers: the segments of the job, by their numbers in the spine.
        leads: the job's first page is the book's.

    Raises:
        EngineLostError: when somebody ended the engine.
        FolioTouchesTextError: when the marks of page numbers change what is set.
        JobFailedError: when the job failed.
        NotChunkableError: when what it left cannot be put together again.
        StorageError: when a file cannot be read.
    """
    work, job = engine.work, engine.mirror.job
    content = _read_log(work, job)
    log = read_log(content)
    _check(engine, result, log)
    opened = split_reads(_opened(work / f"{job}.fls"))
    _refuse_state(opened[None])
    names = {number: book.spine.segments[number].name for number in numbers}
    report = read_job_aux(_text(work / f"{job}.aux"), lambda name: _text(work / name), names)
    if set(report.segments) != set(numbers):
        raise JobFailedError("a chunk of the book was not typeset to its end")
    xdv = read_xdv(work / f"{job}.xdv") if log.pages else NO_PAGES
    if any(map(folio_touches_text, xdv.pages)):
        raise FolioTouchesTextError
    spans = _spans(report, numbers, xdv)
    runs = open_runs(xdv, spans, leads=leads)
    gathered = _Gathered(engine, report, opened, _list_kinds(report, book))
    said = split_log(content, engine.mirror.main)
    records = {
        names[number]: gathered.record(number, xdv.select(*span), said.get(number, Said()))
        for number, span in zip(numbers, spans, strict=True)
    }
    own, system = gathered.split(path for action, path in opened[None] if action == "INPUT")
    bcf = work / f"{job}.bcf"
    ends = numbers[-1] == len(book.spine.segments) - 1
    return Collected(
        records,
        {names[number]: run for number, run in zip(numbers, runs, strict=True)},
        report,
        own,
        system,
        bcf.read_bytes() if ends and bcf.is_file() else None,
        said[None].alone_in(log),
        _origins(engine, book, records, dict(zip(records, spans, strict=True))),
    )


def _origins(
    engine: ChunkEngine,
    book: ChunkedBook,
    records: Mapping[str, SegmentRecord],
    spans: Mapping[str, tuple[int, int]],
) -> dict[str, PageOrigins]:
    if not engine.shared.wants_synctex:
        return {}
    run = read_origins(engine.work / f"{engine.mirror.job}.synctex", engine.mirror)
    return {
        name: run.select(*span, book.line(name), records[name].reads | records[name].system)
        for name, span in spans.items()
    }


def _list_kinds(report: JobReport, book: ChunkedBook) -> frozenset[str]:
    """Give the endings of the lists for which anything in the book has written a line."""
    texts = [segment.aux for segment in report.segments.values()]
    texts += [record.aux for _, record in book.known]
    try:
        return frozenset(kind for text in texts for kind in _kinds_in(text))
    except EntryError as error:
        raise NotChunkableError(error.message) from None


@lru_cache(maxsize=1024)
def _kinds_in(aux: str) -> frozenset[str]:
    return frozenset(contents_lines(aux))


def _check(engine: ChunkEngine, result: ProcessResult, log: EngineLog) -> None:
    if result.status < 0 and not result.limit:
        raise EngineLostError(f"an engine was ended by signal {-result.status}")
    has_pages = log.pages == 0 or is_whole_xdv(engine.work / f"{engine.mirror.job}.xdv")
    if result.status or result.limit or log.errors or not has_pages:
        said = f": {log.errors[0].text}" if log.errors else ""
        raise JobFailedError(f"a chunk of the book failed{said}", _suspects(engine, log))
    if any(command.allowed for command in log.commands):
        raise NotChunkableError("the document runs programs of its own")


def _suspects(engine: ChunkEngine, log: EngineLog) -> tuple[Diagnostic, ...]:
    """Explain the errors of a job, if somebody waits to hear of them."""
    shared, mirror = engine.shared, engine.mirror
    if shared.request.on_suspects is None or not log.errors:
        return ()
    messages = tuple(_in_main_file(message, mirror.main) for message in log.messages)
    locator = Locator(engine.work, mirror.source_of, shared.maps)
    return engine_errors(replace(log, messages=messages), locator)


def _refuse_state(opened: Sequence[tuple[str, str]]) -> None:
    for _, path in opened:
        name = path.rpartition("/")[2]
        stem, _, ending = name.rpartition(".")
        if ending in _KINDS and stem in _STATEFUL:
            raise NotChunkableError(f"the {_KINDS[ending]} {stem} carries state from page to page")
        if name.endswith(".cbx") and not _STATELESS_CITES.fullmatch(name):
            style = name.removesuffix(".cbx")
            raise NotChunkableError(f'the citation style "{style}" may look at earlier pages')


def _spans(report: JobReport, numbers: Sequence[int], xdv: Xdv) -> list[tuple[int, int]]:
    """Give the first page of each segment in the job and that behind its last."""
    segments = [report.segments[number] for number in numbers]
    spans = [(item.start, len(xdv.pages) if item.stop is None else item.stop) for item in segments]
    if sum(stop - start for start, stop in spans) != len(xdv.pages):
        raise NotChunkableError(
            "a declaration between chapters ends in an empty page, as \\mainmatter does in a "
            "two-sided layout"
        )
    return spans


def _is_regular(segment: SegmentReport, xdv: Xdv) -> bool:
    """Say whether its page numbers run on from the first to its end."""
    numbers = [page.counts[0] for page in xdv.pages]
    behind = segment.first_page + len(numbers)
    runs_on = numbers == list(range(segment.first_page, behind))
    return runs_on and (segment.stop is None or segment.end_page == behind)


def _read_log(work: Path, job: str) -> bytes:
    path = work / f"{job}.log"
    with storage_errors("read", path):
        return path.read_bytes() if path.is_file() else b""


@dataclass(frozen=True, slots=True)
class Said:
    """What a log says of a segment.

    Attributes:
        messages: what the engine complained of.
        boxes: how many underfull boxes there were.
        remarks: how many remarks LaTeX and the packages made.
    """

    messages: tuple[LogMessage, ...] = ()
    boxes: int = 0
    remarks: int = 0

    def alone_in(self, log: EngineLog) -> EngineLog:
        """Give a log that says this and nothing else of its pages."""
        return replace(log, messages=self.messages, underfull=self.boxes, remarks=self.remarks)


def split_log(log: bytes, main: str) -> dict[int | None, Said]:
    """Take the log of a job apart by segments; under None stands what came before all.

    What LaTeX says at the end of a run of the whole document is left out: it is about this job.

    Args:
        log: the log, with the marks of the driver.
        main: the main file's name, in whose lines the job's text stands.
    """
    parts = _LOG_MARK.split(log)
    said: dict[int | None, Said] = {None: Said()}
    shipped = 0
    for name, part in zip((b"", *parts[1::2]), parts[::2], strict=True):
        number = int(name) if name.isdigit() else None
        # Behind the first mark the text of the job is the file that is open.
        read = read_log(b"(./%s\n%s" % (BODY.encode(), part) if name else part)
        messages = (
            _in_main_file(replace(message, page=message.page + shipped), main)
            for message in read.messages
            if not _OF_THE_RUN.search(message.text)
        )
        before = said.get(number, Said())
        said[number] = Said(
            (*before.messages, *messages),
            before.boxes + read.underfull,
            before.remarks + read.remarks,
        )
        shipped += read.shipped
    return said


def _opened(recorder: Path) -> list[tuple[str, str]]:
    with storage_errors("read", recorder):
        lines = recorder.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return [(action, path) for action, _, path in pairs if action in {"INPUT", "OUTPUT"}]


def _in_main_file(message: LogMessage, main: str) -> LogMessage:
    def renamed(file: str | None) -> str | None:
        return f"./{main}" if file is not None and file.endswith(BODY) else file

    opened = tuple(renamed(file) or "" for file in message.opened)
    return replace(
        message, file=renamed(message.file), opened=opened, closed=renamed(message.closed)
    )


def _text(path: Path) -> str:
    with storage_errors("read", path):
        return path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""


@dataclass(slots=True)
class _Gathered:
    """The parts of what a job left, from which records are made."""

    engine: ChunkEngine
    report: JobReport
    opened: Mapping[int | None, list[tuple[str, str]]]
    kinds: frozenset[str]
    _names: frozenset[str] = frozenset()
    _streams: dict[str, dict[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names = frozenset(str(entry.name) for entry in self.engine.mirror.entries)
        work, job = self.engine.work, self.engine.mirror.job
        for ending in (".out", ".idx"):
            self._streams[ending] = split_stream(_text(work / f"{job}{ending}"))

    def record(self, number: int, xdv: Xdv, said: Said) -> SegmentRecord:
        segment = self.report.segments[number]
        opened = self.opened.get(number, [])
        reads, system = self.split(path for action, path in opened if action == "INPUT")
        aux = move_aux(segment.aux, 0, by_absolute=-segment.start)
        lists, files = self._written(opened)
        asked = {name for kind, name in segment.uses if kind == "f"}
        return SegmentRecord(
            key={},
            pages_digest="",
            page_count=len(xdv.pages),
            came_from=segment.first_page,
            first_page=segment.first_page,
            end=segment.end,
            is_regular=_is_regular(segment, xdv),
            aux=aux,
            bookmarks=self._streams[".out"].get(number, ""),
            index=self._streams[".idx"].get(number, ""),
            uses=frozenset(use for use in segment.uses if use[0] != "f"),
            cites=segment.cites,
            reads=reads,
            lists=frozenset(lists | {name for name in asked if name not in reads}),
            files=files,
            leaks=segment.leaks,
            messages=tuple(
                replace(message, page=message.page - segment.start) for message in said.messages
            ),
            boxes=said.boxes,
            remarks=said.remarks,
            system=system,
        )

    def _written(self, opened: Sequence[tuple[str, str]]) -> tuple[set[str], dict[str, str]]:
        """Tell the lists that a segment prints from other files that it writes."""
        job = self.engine.mirror.job
        lists: set[str] = set()
        files: dict[str, str] = {}
        for action, path in opened:
            name = name_in(self.engine.work, path)
            if action != "OUTPUT" or name is None or name.startswith(_OWN):
                continue
            if name.endswith(_JOB_FILES):
                continue
            content = take_snapshot(self.engine.work, frozenset({name})).get(name, b"")
            is_list = any(name == f"{job}.{kind}" for kind in self.kinds)
            if content and not is_list:
                files[name] = content.decode("utf-8", "surrogateescape")
            else:
                # A list is opened for writing where it is printed; LaTeX fills it at the very end.
                lists.add(name)
        return lists, files

    def split(self, paths: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Tell the author's files, by name, from those outside the book."""
        own: set[str] = set()
        system: set[str] = set()
        for path in paths:
            name = name_in(self.engine.folder, os.path.join(self.engine.work, path))  # noqa: PTH118
            if name is None:
                system.add(path)
            elif name in self._names and name != self.engine.mirror.main:
                own.add(name)
        return frozenset(own), frozenset(system)
