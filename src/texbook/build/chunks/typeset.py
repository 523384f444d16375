"""Typeset a whole book in chunks, and say what came of it in the terms of a build."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.digest import digest_text
from texbook.build.ahead import Advance, book_looks
from texbook.build.auxiliary import Accesses, lay_down, regular_files
from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.engine import remove_abandoned
from texbook.build.chunks.model import JobFailedError, NotChunkableError, ToolFailedError
from texbook.build.chunks.plan import preamble_text
from texbook.build.chunks.rounds import ChunkRounds
from texbook.build.chunks.store import ChunkStore, StoredBook
from texbook.build.chunks.workshop import EngineWish
from texbook.build.passes import EnginePass
from texbook.build.surroundings import LastRun
from texbook.build.tree import PREAMBLE_ENDINGS
from texbook.build.typeset import BookTypesetter
from texbook.latex.spine import SpineError, read_spine
from texbook.messages.warnings import missing_includes
from texbook.texfiles.engine_log import EngineLog, LogMessage, MessageKind
from texbook.texfiles.xdv.binding import bind, misfits, write_book
from texbook.texfiles.xdv.digits import Digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.workshop import Workshop
    from texbook.build.model import RerunReason
    from texbook.build.surroundings import Surroundings
    from texbook.build.tools import ToolRecord
    from texbook.latex.spine import Spine
    from texbook.texfiles.xdv.open_pages import PageRun

_UNDEFINED = re.compile(r"(?:Hyper r|R)eference `.* undefined|Citation `.* undefined")
"""What LaTeX itself says; biblatex, which sums nothing up, has other quotes."""


@dataclass(frozen=True, slots=True)
class ChunkedPages:
    """A book that was typeset in chunks.

    Attributes:
        desk: holds the working folder with the whole book's XDV, and all complaints.
        stored: what the next build may use.
        auxiliary: the auxiliary files of the whole book.
        store: keeps it.
        spelled: names for what each page looks like, in their order, made of how it is spelled.
        looks: the same, where a page has the name under which it is known to this process.
        typeset: how many segments were typeset for it.
    """

    desk: BookTypesetter
    stored: StoredBook
    auxiliary: Snapshot
    store: ChunkStore
    typeset: int
    spelled: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()


class ChunksFailedError(Exception):
    """The book is at fault: a tool failed or a chapter is missing; what is wrong is at the desk."""

    def __init__(self, desk: BookTypesetter):
        super().__init__()
        self.desk = desk


def read_book_spine(shared: Surroundings) -> Spine:
    """Take the main file apart.

    Raises:
        NotChunkableError: when that cannot be.
    """
    mirror = shared.mirror
    text = mirror.text(mirror.named(mirror.main))
    if text is None:
        raise NotChunkableError("the main file is too large")
    for is_asked_for, option in (
        (shared.request.keep_going, "--keep-going"),
        (shared.request.timings, "--timings"),
    ):
        if is_asked_for:
            raise NotChunkableError(f"{option} is about whole passes", is_asked_for=True)
    try:
        return read_spine(text)
    except SpineError as error:
        raise NotChunkableError(error.reason) from None


def obstacle_digest(shared: Surroundings, segment: str) -> str:
    """Digest what has to change before chunks may become possible.

    Args:
        shared: what all programs of the build share.
        segment: the segment that is to blame; empty for none.
    """
    mirror = shared.mirror
    names = {str(entry.name) for entry in mirror.entries}
    wanted = {name for name in names if name.endswith(PREAMBLE_ENDINGS)}
    wanted |= {mirror.named(mirror.main), mirror.named(f"{segment}.tex")}
    return digest_text(repr(sorted(mirror.digests(wanted).items())))


def typeset_in_chunks(
    shared: Surroundings,
    reasons: list[RerunReason],
    tools: dict[str, ToolRecord],
    workshop: Workshop,
    kept: str | None,
) -> ChunkedPages:
    """Bring the pages of a book up to date, typesetting only what has changed.

    Args:
        shared: what all programs of the build share.
        reasons: is told why each segment is typeset.
        tools: the runs of biber and makeindex that count.
        workshop: engines and pages of earlier builds.
        kept: names the records of the last good build; None for none that hold.

    Raises:
        NotChunkableError: when the book has to be typeset in one run.
        ChunksFailedError: when biber or makeindex failed, or a chapter is missing.
        TexbookError: as `texbook.build.build.build`.
    """
    workshop.wanted = None
    stored = _stored(shared, workshop, kept)
    if not stored.book.records:
        # What was read in the preamble may be older than what is there now.
        workshop.pool.discard()
    rounds = _rounds(shared, reasons, workshop, stored)
    workshop.wanted = EngineWish(shared, rounds.preamble, preamble_text(stored.book.spine))
    workshop.pool.prepare(shared, workshop.wanted.preamble, workshop.wanted.main_text)
    desk = _desk(shared, reasons, tools, workshop)
    rounds.process = _Tools(desk).process
    desk.runs = rounds.runs
    if (drafter := shared.drafter) is not None:
        rounds.after_first = partial(drafter.draft_chunks, rounds, desk)
    elif shared.request.on_pages is not None:
        before = book_looks(stored.book, stored.pages, workshop.aliases)
        rounds.after_first = Advance(rounds, desk, before, workshop.aliases).show
    try:
        environment = rounds.settle()
    except ToolFailedError:
        raise ChunksFailedError(desk) from None
    except NotChunkableError as obstacle:
        if not isinstance(obstacle, JobFailedError):
            workshop.wanted = None
        raise
    workshop.wanted = replace(workshop.wanted, preamble=rounds.preamble)
    done = _finished(rounds, environment.auxiliary, desk, _store(shared, workshop))
    segments = book_looks(done.stored.book, done.stored.pages, {}).values()
    spelled = tuple(name for segment in segments for name in segment.names)
    workshop.forget_aliases(spelled)
    return replace(done, spelled=spelled, looks=workshop.known_looks(spelled))


def get_ready(shared: Surroundings, workshop: Workshop, kept: str) -> None:
    """Read what the last build has kept, and say which engines the next one will want.

    Args:
        shared: what all programs of a build share.
        workshop: keeps both.
        kept: names the records of the last good build.

    Raises:
        NotChunkableError: when the book has to be typeset in one run.
    """
    stored = _stored(shared, workshop, kept)
    if stored.book.records:
        preamble = _rounds(shared, [], workshop, stored).preamble
        workshop.wanted = EngineWish(shared, preamble, preamble_text(stored.book.spine))


def _store(shared: Surroundings, workshop: Workshop) -> ChunkStore:
    project = shared.request.project
    return workshop.store(project.work_folder / "chunks" / project.main.name)


def _stored(shared: Surroundings, workshop: Workshop, kept: str | None) -> StoredBook:
    """Give what is known of the book; nothing but its main file if there is nothing that holds."""
    spine, job = read_book_spine(shared), shared.mirror.job
    remove_abandoned(shared.request.project.work_folder)
    stored = _store(shared, workshop).load(kept, spine, job) if kept is not None else None
    empty = StoredBook(ChunkedBook(spine, job=job), {}, frozenset(), frozenset(), None)
    return stored or empty


def _rounds(
    shared: Surroundings, reasons: list[RerunReason], workshop: Workshop, stored: StoredBook
) -> ChunkRounds:
    return ChunkRounds(
        shared,
        stored.book,
        dict(stored.pages),
        stored.preamble_files,
        workshop.pool,
        reasons,
        lambda files, _: files,
        cores=workshop.pool.size,
        origins=dict(stored.origins),
        bcf=stored.bcf,
        system=stored.system,
        log=stored.log,
    )


def _desk(
    shared: Surroundings,
    reasons: list[RerunReason],
    tools: dict[str, ToolRecord],
    workshop: Workshop,
) -> BookTypesetter:
    """Make the folder in which the tools and the converter work."""
    desk = BookTypesetter(shared, reasons, tools)
    with shared.stopwatch.step("working copies"):
        folder, work = desk.fresh_folder(workshop.take_copy)
    desk.last = LastRun(folder, work, regular_files(work))
    return desk


@dataclass(slots=True)
class _Tools:
    """Runs biber and makeindex at the desk."""

    desk: BookTypesetter

    def process(self, files: Snapshot, written: frozenset[str]) -> Snapshot | None:
        last = self.desk.last
        assert last is not None
        lay_down(files, last.work)
        texts = frozenset(name for name in last.brought if name.endswith(".tex"))
        accesses = Accesses(read=texts, written=written)
        self.desk.last = replace(last, accesses=accesses)
        return self.desk.process(EnginePass(light=False, start={}, end=files))


def _finished(
    rounds: ChunkRounds, auxiliary: Snapshot, desk: BookTypesetter, store: ChunkStore
) -> ChunkedPages:
    book, shared = rounds.book, rounds.shared
    last = desk.last
    assert last is not None
    if not book.page_count:
        raise NotChunkableError("no part of it has a page")  # the run in one piece says why
    with shared.stopwatch.step("joining the pages"):
        content = write_book(book.numbered(rounds.pages), rounds.digits)
    xdv = last.work / f"{shared.mirror.job}.xdv"
    with storage_errors("write", xdv):
        xdv.write_bytes(content)
    messages = [*rounds.log.messages, *_duplicates(book)]
    starts = book.starts()
    for name, record in book.known:
        sheet = starts[name].sheet
        messages += (replace(message, page=message.page + sheet) for message in record.messages)
    messages += _summaries(messages)
    log = EngineLog(
        tuple(messages),
        pages=book.page_count,
        banner=rounds.log.banner,
        underfull=rounds.log.underfull + sum(record.boxes for _, record in book.known),
        remarks=rounds.log.remarks + sum(record.remarks for _, record in book.known),
    )
    desk.last = replace(last, log=log)
    desk.keep_log(b"\n".join(rounds.logs))
    _write_recorder(rounds, last)
    desk.failures = missing_includes(log, desk.locator)
    if desk.failures:
        raise ChunksFailedError(desk)
    pages = _kept_pages(rounds)
    stored = StoredBook(
        book, pages, rounds.preamble_files, rounds.system, rounds.bcf, rounds.log, rounds.origins
    )
    typeset = len({reason.what for reason in rounds.reasons} & set(book.names))
    return ChunkedPages(desk, stored, auxiliary, store, typeset)


def _kept_pages(rounds: ChunkRounds) -> dict[str, PageRun]:
    """Give the pages that are kept, which must fit together by themselves.

    What a number looks like may have been seen in pages that are gone now; where only they tell,
    the pages are kept with the number that they have got.
    """
    book = rounds.book
    pages = {name: rounds.pages[name] for name, _ in book.known}
    digits = Digits()
    for run in pages.values():
        digits.learn(run)
    for (name, _), (run, first) in zip(book.known, book.numbered(pages), strict=True):
        if first is not None and misfits(run, first, digits):
            pages[name] = bind(run, first, rounds.digits)
    return pages


def _write_recorder(rounds: ChunkRounds, last: LastRun) -> None:
    """List what was read for the pages of the whole book, as one run would have."""
    own, system = set(rounds.preamble_files), set(rounds.system)
    for _, record in rounds.book.known:
        own |= record.reads
        system |= record.system
    read = [rounds.shared.mirror.main, *(str(last.folder / name) for name in sorted(own))]
    lines = (f"INPUT {name}\n" for name in (*read, *sorted(system)))
    path = last.work / f"{rounds.shared.mirror.job}.fls"
    with storage_errors("write", path):
        path.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))


def _duplicates(book: ChunkedBook) -> Iterator[LogMessage]:
    """Say of labels that two segments define what LaTeX says when it reads them."""
    seen: set[str] = set()
    for _, record in book.known:
        for name in record.label_names:
            if name in seen:
                text = f"Label `{name}' multiply defined"
                yield LogMessage(MessageKind.WARNING, text, "LaTeX")
            seen.add(name)


def _summaries(messages: Iterable[LogMessage]) -> Iterator[LogMessage]:
    """Say what LaTeX says at the end of a run that could not tell all references."""
    if any(_UNDEFINED.match(message.text) for message in messages):
        text = "There were undefined references"
        yield LogMessage(MessageKind.WARNING, text, "LaTeX")
