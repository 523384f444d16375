"""Typeset what has changed, in rounds, until every segment has the inputs it was made from.

A round typesets all segments whose key differs from the one under which they were typeset. What
they leave (labels, lines of the contents, citations) may change the keys of others: those are the
next round.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from texbook.base.digest import digest_text
from texbook.build.chunks.bibliography import control_file
from texbook.build.chunks.collect import Collected, FolioTouchesTextError, collect
from texbook.build.chunks.findable import FindableFiles
from texbook.build.chunks.keys import Environment, changes, first_heading, segment_key
from texbook.build.chunks.leaks import refuse_leaks
from texbook.build.chunks.model import EngineLostError, NotChunkableError, ToolFailedError
from texbook.build.chunks.plan import (
    WORTH_A_WAITING_ENGINE,
    engines_for,
    job_text,
    preamble_text,
    predicted_contents,
    predicted_state,
    share,
)
from texbook.build.engine import LEFT_OUT
from texbook.build.model import EngineRun, RerunReason
from texbook.build.tree import PREAMBLE_ENDINGS
from texbook.texfiles.engine_log import EngineLog
from texbook.texfiles.xdv.binding import misfits
from texbook.texfiles.xdv.digits import Digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.book import ChunkedBook, Start
    from texbook.build.chunks.engine import ChunkEngine, EnginePool
    from texbook.build.chunks.model import SegmentRecord, SegmentState
    from texbook.build.origins import PageOrigins
    from texbook.build.surroundings import Surroundings
    from texbook.texfiles.xdv.open_pages import PageRun

NEW = "it is new"
_NUMBERS = "its page numbers have more digits, or fewer"
_UNKNOWN_LINES = "it is not known which lines its pages come from"
_START = "what comes before"
_MOST_ROUNDS = 8
_ROUNDS_BY_CHAPTER = 2
"""After so many rounds, what is handed from one segment to the next is no matter of a chapter."""
_REFERS = re.compile(r"\\(?:[A-Za-z]*[Rr]ef|[A-Za-z]*cite[A-Za-z]*)\b")


@dataclass(slots=True)
class ChunkRounds:
    """One build of a book in chunks.

    Attributes:
        book: what is known; brought up to date.
        pages: the pages of each segment.
        origins: which lines they come from, where that is known.
        preamble_files: the author's files that the preamble reads, by name.
        process: runs biber and makeindex where their inputs changed; None when one failed.
        cores: how many engines run at once.
        in_order: one engine typesets the round, since a segment waits for what another hands on.
        after_first: is told which segments the first round has typeset, and why.
        log: what an engine has said of the preamble.
    """

    shared: Surroundings
    book: ChunkedBook
    pages: dict[str, PageRun]
    preamble_files: frozenset[str]
    pool: EnginePool
    reasons: list[RerunReason]
    process: Callable[[Snapshot, frozenset[str]], Snapshot | None]
    cores: int
    origins: dict[str, PageOrigins] = field(default_factory=dict)
    bcf: bytes | None = None
    runs: list[EngineRun] = field(default_factory=list)
    system: frozenset[str] = frozenset()
    log: EngineLog = field(default_factory=EngineLog)
    logs: list[bytes] = field(default_factory=list)
    digits: Digits = field(default_factory=Digits)
    light: bool = False
    in_order: bool = False
    _findable: FindableFiles | None = None
    after_first: Callable[[Mapping[str, tuple[str, ...]]], None] = lambda _: None
    _preambles: dict[frozenset[str], str] = field(default_factory=dict)

    def settle(self) -> Environment:
        """Typeset until nothing is left to do; give what the segments then depend on.

        Raises:
            NotChunkableError: when the book cannot be typeset in chunks, or does not settle.
            TexbookError: as `texbook.build.build.build`.
        """
        for run in self.pages.values():
            self.digits.learn(run)
        for number in range(1, _MOST_ROUNDS + 1):
            environment = self.environment()
            self._refuse_leaks(environment)
            waiting = self._waiting(environment)
            if not waiting:
                return environment
            is_first = not self.book.records
            if is_first:
                contents = {f"{self.book.job}.toc": predicted_contents(self.book, self._source)}
                environment = replace(environment, auxiliary={**contents, **environment.auxiliary})
            if number > 1 and not is_first:
                self.in_order = number > _ROUNDS_BY_CHAPTER and _has_new_start(waiting)
                self._add_followers(waiting)
            for name, why in waiting.items():
                self.reasons.append(RerunReason(name, _spoken(why)))
            self.light = is_first and self._comes_again()
            try:
                with self._until_shown(number, waiting):
                    self._round(number, sorted(map(self._number, waiting)), environment)
                    if number == 1:
                        self.after_first(waiting)
            except FolioTouchesTextError:
                self._leave_folios_unmarked()
        raise NotChunkableError(f"the chapters do not settle after {_MOST_ROUNDS} rounds")

    def _until_shown(self, number: int, waiting: Iterable[str]) -> AbstractContextManager[None]:
        """Let a newer save wait until a few edited pages are shown, where somebody looks at them.

        Who saves twice a second would see none of it otherwise, for each save would end the engine
        that the one before has woken.
        """
        shared = self.shared
        is_short = sum(map(self._weight, waiting)) <= WORTH_A_WAITING_ENGINE
        if number == 1 and is_short and shared.request.on_pages is not None:
            return shared.cancel.finishing()
        return nullcontext()

    def _refuse_leaks(self, environment: Environment) -> None:
        mirror, book = self.shared.mirror, self.book
        segments = []
        for name in book.names:
            record = book.records.get(name)
            files = {mirror.named(f"{name}.tex"), *(record.reads if record else ())}
            segments.append((name, [environment.texts.get(file, "") for file in sorted(files)]))
        own = (mirror.text(file) or "" for file in sorted(self.preamble_files))
        refuse_leaks(segments, "\n".join((book.spine.text[: book.spine.begin], *own)))

    def _leave_folios_unmarked(self) -> None:
        """Begin again with pages that are typeset anew when their numbers change."""
        self.book.marks_folios = False
        self.book.records.clear()
        self.pages.clear()
        self.reasons.append(RerunReason("all chapters", "page numbers stand right beside text"))

    def _comes_again(self) -> bool:
        """Say whether shadows may be left out at first, as most segments come again for labels."""
        if not self.shared.mirror.mentions(b"shadow"):
            return False
        referring = [name for name in self.book.names if _REFERS.search(self._source(name))]
        return 2 * len(referring) > len(self.book.names)

    def environment(self) -> Environment:
        """Say what segments can depend on, after biber and makeindex."""
        book, mirror = self.book, self.shared.mirror
        starts = book.starts()
        files = dict(book.auxiliary(starts))
        if self.bcf is not None:
            files[f"{book.job}.bcf"] = control_file(self.bcf, book.citations())
        processed = self.process(files, frozenset(files) - frozenset(book.tool_files))
        if processed is None:
            raise ToolFailedError
        book.tool_files = {
            name: content for name, content in processed.items() if name not in files
        } | {name: processed[name] for name in book.tool_files if name in processed}
        names = {name for _, record in book.known for name in record.reads}
        names |= {mirror.named(f"{name}.tex") for name in book.names}
        return Environment(
            starts=starts,
            labels=book.labels(starts),
            entries=book.entries(),
            auxiliary=processed,
            digests=mirror.digests(names),
            texts={name: mirror.text(name) or "" for name in names if name.endswith(".tex")},
            preamble=self.preamble,
            findable=self.findable,
            date=datetime.now().astimezone().date().isoformat(),
        )

    @property
    def preamble(self) -> str:
        """The digest of all that comes before the first page, as far as it is the author's."""
        if (known := self._preambles.get(self.preamble_files)) is not None:
            return known
        mirror, spine = self.shared.mirror, self.book.spine
        names = {str(entry.name) for entry in mirror.entries}
        files = {name for name in names if name.endswith(PREAMBLE_ENDINGS)} | self.preamble_files
        texts = (spine.text[: spine.begin], *(mirror.text(name) or "" for name in sorted(files)))
        digests = sorted(mirror.digests(files).items())
        found = digest_text(repr((texts[0], digests, self.findable.named_in(texts))))
        self._preambles[self.preamble_files] = found
        return found

    @property
    def findable(self) -> FindableFiles:
        """The files that TeX could find in the working copy."""
        if self._findable is None:
            mirror = self.shared.mirror
            names = (str(entry.name) for entry in mirror.entries)
            self._findable = FindableFiles(names, mirror.job)
        return self._findable

    def _waiting(self, environment: Environment) -> dict[str, tuple[str, ...]]:
        """Say which segments have other inputs now, and which."""
        waiting: dict[str, tuple[str, ...]] = {}
        for name in self.book.names:
            record = self.book.records.get(name)
            if record is None or name not in self.pages:
                waiting[name] = (NEW,)
                continue
            start = environment.starts[name]
            now = segment_key(self.book, name, record, start, environment)
            why = changes(record.key, now)
            if not why and record.is_regular and misfits(self.pages[name], start.page, self.digits):
                why = (_NUMBERS,)
            if not why and self.shared.wants_synctex and name not in self.origins:
                why = (_UNKNOWN_LINES,)
            if why:
                waiting[name] = why
        return waiting

    def _add_followers(self, waiting: dict[str, tuple[str, ...]]) -> None:
        """Where a start changed, take what follows in the chapter: it would change one by one.

        If starts change still, it is something that no chapter sets, such as the depth of the
        contents. Then all that follows is typeset by one engine, which hands it on.
        """
        names = self.book.names
        for at, name in enumerate(names):
            if _START not in waiting.get(name, ()):
                continue
            for later in names[at + 1 : -1]:
                heading = first_heading([self._source(later)])
                if heading in {"part", "chapter"} and not self.in_order:
                    break
                waiting.setdefault(later, (_START,))

    def _round(self, number: int, numbers: Sequence[int], environment: Environment) -> None:
        names = self.book.spine.segments
        weights = {item: self._weight(names[item].name) for item in numbers}
        pages = sum(weights.values())
        engines = 1 if self.in_order else engines_for(pages, self.cores, self.pool.waiting)
        jobs = share(self.book, numbers, weights, engines, self._source)
        self.shared.progress.step(f"typesetting {len(numbers)} of {len(self.book.names)} segments")
        self.pool.tidy_up()
        with ExitStack() as exits:
            taken = []
            for _ in jobs:
                engine = self.pool.take(self.shared, self.preamble, preamble_text(self.book.spine))
                taken.append(exits.enter_context(closing(engine)))
            with ThreadPoolExecutor(len(jobs)) as threads:
                done = [
                    threads.submit(self._run, engine, job, environment, f"round {number}")
                    for engine, job in zip(taken, jobs, strict=True)
                ]
                results = [item.result() for item in done]
            exits.pop_all()  # they have ended, and their folders need not be removed now
        for collected, job, starts in results:
            self._absorb(collected, job, starts, environment)

    def _run(
        self, engine: ChunkEngine, job: Sequence[int], environment: Environment, label: str
    ) -> tuple[Collected, Sequence[int], dict[int, SegmentState]]:
        """Run a job, with a new engine if it is not the job's fault that the first failed."""
        try:
            return self._tried(engine, job, environment, label)
        except EngineLostError:
            main_text = preamble_text(self.book.spine)
            another = self.pool.start(self.shared, self.preamble, main_text)
            with closing(another):
                return self._tried(another, job, environment, label)

    def _tried(
        self, engine: ChunkEngine, job: Sequence[int], environment: Environment, label: str
    ) -> tuple[Collected, Sequence[int], dict[int, SegmentState]]:
        starts = self._start_states(job, environment.starts)
        text = job_text(self.book, job, starts, environment.auxiliary, light=self.light)
        result = engine.run(text, self.shared.cancel)
        pages_before = sum(
            self.book.records[name].page_count if name in self.book.records else 1
            for name in self.book.names[: self.book.names.index(self._name(job[0]))]
        )
        collected = collect(engine, result, self.book, job, leads=pages_before == 0)
        if collected.preamble_files & engine.renewed:
            raise EngineLostError("a file of the preamble was changed while the engine waited")
        shipped = sum(record.page_count for record in collected.records.values())
        self.runs.append(EngineRun("xelatex", label, result.seconds, result.cpu_seconds, shipped))
        self.logs.append((engine.work / f"{engine.mirror.job}.log").read_bytes())
        return collected, job, starts

    def _start_states(
        self, job: Sequence[int], starts: Mapping[str, Start]
    ) -> dict[int, SegmentState]:
        """Give the states to be set: where the segment before is not in the job right before."""
        order = self.book.numbers
        states: dict[int, SegmentState] = {}
        for at, number in enumerate(job):
            place = order.index(number)
            if place == 0 or (at and job[at - 1] == order[place - 1]):
                continue
            start = starts[self._name(number)]
            states[number] = (
                start.state if start.is_known else predicted_state(self.book, number, self._source)
            )
        return states

    def _absorb(
        self,
        collected: Collected,
        job: Sequence[int],
        starts: Mapping[int, SegmentState],
        environment: Environment,
    ) -> None:
        """Take over what a job gave, under the inputs that it had."""
        book, report = self.book, collected.report
        book.prologue, book.two_sided = report.prologue, report.two_sided
        book.resets = report.resets
        self.preamble_files = collected.preamble_files
        self.system = collected.system
        self.log = collected.log
        known = {key: it for key, it in self.origins.items() if key not in collected.records}
        self.origins = {**known, **collected.origins}
        if collected.bcf is not None:
            self.bcf = collected.bcf
        before: SegmentState | None = None
        environment = replace(environment, preamble=self.preamble)
        for number in job:
            name = self._name(number)
            record = collected.records[name]
            state = starts.get(number, before)
            start = environment.starts[name]
            if state is not None:
                start = replace(start, state=state)
                record = replace(record, came_from=state.page)
            start = replace(start, page=record.first_page)
            # The settings in a text of the main file are made in each job.
            if record.leaks and not book.spine.segments[number].settings:
                what = ", ".join(record.leaks)
                raise NotChunkableError(f'"{name}" changes {what} for all that follows', name)
            names = record.reads
            environment = replace(
                environment,
                digests={**environment.digests, **self.shared.mirror.digests(names)},
                texts={
                    **environment.texts,
                    **{n: self.shared.mirror.text(n) or "" for n in names if n.endswith(".tex")},
                },
            )
            key = segment_key(book, name, record, start, environment)
            if LEFT_OUT in collected.log.notes:
                key[LEFT_OUT] = "to be typeset again"
            book.records[name] = replace(record, key=key)
            self.pages[name] = collected.runs[name]
            self.digits.learn(collected.runs[name])
            before = record.end

    def _number(self, name: str) -> int:
        return self.book.number(name)

    def _name(self, number: int) -> str:
        return self.book.spine.segments[number].name

    def _source(self, name: str) -> str:
        mirror = self.shared.mirror
        return mirror.text(mirror.named(f"{name}.tex")) or ""

    def _weight(self, name: str) -> float:
        record: SegmentRecord | None = self.book.records.get(name)
        return 0.5 + (record.page_count if record else len(self._source(name)) / 2000)


def _has_new_start(waiting: Mapping[str, Sequence[str]]) -> bool:
    return any(_START in why for why in waiting.values())


def _spoken(why: Sequence[str]) -> str:
    shown = ", ".join(why[:3])
    more = f" and {len(why) - 3} more" if len(why) > 3 else ""  # noqa: PLR2004
    return shown + more if why[0] in {NEW, _NUMBERS, _UNKNOWN_LINES} else f"{shown}{more} changed"
