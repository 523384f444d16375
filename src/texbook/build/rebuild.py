"""The part of a build that runs programs: passes until they settle, then the PDF."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.base.atomic import write_atomically
from texbook.base.diagnostic import Diagnostic, Severity, in_order
from texbook.base.errors import CancelledError, StorageError, TexbookError
from texbook.base.stamps import stamp_file
from texbook.build.ahead import one_run_looks
from texbook.build.auxiliary import Generation, generations_folder, new_generation, remove_others
from texbook.build.chunks.model import NotChunkableError
from texbook.build.chunks.typeset import get_ready
from texbook.build.complaints import gather_warnings, unsettled
from texbook.build.converter import make_pdf
from texbook.build.draft import NOTHING_EDITED, Drafter
from texbook.build.engine import check_disk, program_environment
from texbook.build.mirror import plan_mirror
from texbook.build.model import BuildResult, EngineRun, Outcome, RerunReason
from texbook.build.origins import (
    AuthorLines,
    join_origins,
    publish_origins,
    read_origins,
    withdraw_origins,
)
from texbook.build.passes import Ending, Settlement
from texbook.build.profile import Stopwatch
from texbook.build.publish import publish
from texbook.build.settling import Settler, kept_chunks
from texbook.build.state import (
    find_candidates,
    processes_folder,
    state_path,
    take_state,
    text_digests,
)
from texbook.build.surroundings import Surroundings
from texbook.build.used import files_used, programs_used
from texbook.build.warmup import warm_up
from texbook.system.process import ProcessRegistry
from texbook.texfiles.pdf import InvalidPdfError
from texbook.texfiles.xdv.model import XdvError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.base.stamps import FileStamp
    from texbook.build.model import BuildRequest
    from texbook.build.state import BuildState
    from texbook.build.typeset import BookTypesetter
    from texbook.messages.warnings import Warnings


def rebuild(
    request: BuildRequest,
    state: BuildState | None,
    reasons: Iterable[RerunReason],
    *,
    started: float,
    progress: Progress,
    cancel: CancelToken,
) -> BuildResult:
    """Typeset and publish; the caller holds the lock. Raises as `texbook.build.build.build`.

    Args:
        request: as for `texbook.build.build.build`.
        state: of the last good build; None to begin from nothing.
        reasons: why this build runs at all; those of each step are added.
        started: when the build began, as `time.monotonic` gives it.
        progress: as for `texbook.build.build.build`.
        cancel: as for `texbook.build.build.build`.
    """
    work = Rebuild(request, state, list(reasons), started, progress, cancel)
    made = work.make()
    return work.finish(made) if isinstance(made, MadePdf) else made


@dataclass(frozen=True, slots=True)
class _Before:
    """What was there before anything was read, so that a change during the build is seen later."""

    seen_ns: int
    candidates: frozenset[str]
    stamps: dict[Path, FileStamp]


@dataclass(frozen=True, slots=True)
class MadePdf:
    """A PDF in a build's own folder, which may be published.

    Attributes:
        typesetter: with the last run's folder, in which it is.
        settlement: the auxiliary files that belong to it.
        before: what was there before the build.
        warned: what there is to say of it.
    """

    typesetter: BookTypesetter
    settlement: Settlement
    before: _Before
    warned: Warnings

    def file(self, ending: str) -> Path:
        """Give what the last run has left of an ending: its ``pdf``, its ``xdv``."""
        assert self.typesetter.last is not None
        return self.typesetter.last.work / f"{self.typesetter.shared.mirror.job}.{ending}"


@dataclass(slots=True)
class Rebuild:
    """One build that runs programs.

    Attributes:
        shared: what the programs share, once it is known.
        settler: typesets the book, and keeps what the next build begins with.
    """

    request: BuildRequest
    state: BuildState | None
    reasons: list[RerunReason]
    started: float
    progress: Progress
    cancel: CancelToken
    runs: list[EngineRun] = field(default_factory=list)
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    shared: Surroundings | None = None
    settler: Settler = field(init=False)

    def __post_init__(self) -> None:
        self.settler = Settler(self.state, self.reasons)

    def make(self) -> MadePdf | BuildResult:
        """Typeset and make the PDF; how the build failed if it did.

        Raises:
            TexbookError: as `texbook.build.build.build`.
        """
        project = self.request.project
        ignored = project.work_folder / ".gitignore"
        if not ignored.exists():
            write_atomically(ignored, b"*\n")
        registry = ProcessRegistry(processes_folder(project))
        shutil.rmtree(project.work_folder / "runs", ignore_errors=True)
        if self.state is not None:
            remove_others(generations_folder(project), self.state.generation)
        before = _Before(time.time_ns(), find_candidates(project), self._first_stamps())
        if self.request.regenerate is not None:
            with self.stopwatch.step("templates"):
                self.request = replace(self.request, generated=self.request.regenerate())
        shared = self.shared = self._surroundings(registry)
        warm_up(shared.mirror)
        typesetter, settlement = self.settler.settle(shared)
        self.runs = typesetter.runs
        if shared.drafter is not None:
            shared.drafter.refuse(NOTHING_EDITED)
            self.runs[:0] = shared.drafter.runs
        if settlement.ending is not Ending.SETTLED:
            return self._failed(typesetter, settlement)
        warned = gather_warnings(typesetter)
        if any(item.severity is Severity.ERROR for item in warned.findings):
            # TeX was content, and yet pages are wrong: an index that was lost, say.
            found = sorted(warned.findings, key=lambda item: item.severity.rank)
            return self._result(Outcome.FAILED, typesetter, found, warned.noise)
        if findings := make_pdf(typesetter):
            return self._result(Outcome.FAILED, typesetter, findings)
        return MadePdf(typesetter, settlement, before, warned)

    def finish(self, made: MadePdf) -> BuildResult:
        """Publish a PDF and keep what the next build begins with.

        Raises:
            InvalidPdfError: when the PDF is not whole.
            StorageError: when the disk is full or access is denied.
            CancelledError: when cancelled.
        """
        typesetter, warned = made.typesetter, made.warned
        # Before the PDF: a disk that is full now must leave the old PDF where it is.
        generation = self._save_auxiliary(typesetter, made.settlement)
        with self.stopwatch.step("checking the PDF"):
            self._publish(typesetter)
        with self.stopwatch.step("lines of the pages"):
            synctex = self._publish_origins(typesetter)
        result = self._result(Outcome.BUILT, typesetter, warned.findings, warned.noise)
        result = replace(result, looks=self._looks(typesetter))
        self._save_state(typesetter, generation, made.before, result, synctex)
        return result

    def get_ready(self) -> None:
        """Start engines and read the pages of a book that is up to date, for its next build.

        That build says what is wrong with the book, if anything is.

        Raises:
            CancelledError: when cancelled.
        """
        workshop, kept = self.request.workshop, kept_chunks(self.request, self.state)
        if workshop is None or kept is None:
            return
        registry = ProcessRegistry(processes_folder(self.request.project))
        try:
            get_ready(self._surroundings(registry), workshop, kept)
        except CancelledError:
            raise
        except (NotChunkableError, TexbookError):
            return

    def _surroundings(self, registry: ProcessRegistry) -> Surroundings:
        project = self.request.project
        known = self.state.known_inputs if self.state is not None else ()
        with self.stopwatch.step("working copies"):
            mirror = plan_mirror(project, self.request.generated, known)
        return Surroundings(
            request=self.request,
            mirror=mirror,
            environment=program_environment(project.root),
            registry=registry,
            progress=self.progress,
            cancel=self.cancel,
            maps={item.source_map.rendered: item.source_map for item in self.request.generated},
            expected_pages=self.state.pages if self.state is not None else None,
            stopwatch=self.stopwatch,
            drafter=self._drafter(),
        )

    def _first_stamps(self) -> dict[Path, FileStamp]:
        """Stamp the configuration and what the generated files were made from."""
        paths = {path for item in self.request.generated for path in item.inputs}
        if (config := self.request.project.config.path) is not None:
            paths.add(config)
        stamps = {path: stamp_file(path) for path in paths}
        return {path: stamp for path, stamp in stamps.items() if stamp is not None}

    def _drafter(self) -> Drafter | None:
        tell = self.request.on_draft
        if tell is None or self.request.one_run:
            return None
        return Drafter(tell, self.request.project.draft, self.started)

    def _failed(self, typesetter: BookTypesetter, settlement: Settlement) -> BuildResult:
        if settlement.ending is Ending.FAILED:
            return self._result(Outcome.FAILED, typesetter, typesetter.failures)
        finding = unsettled(settlement)
        warned = gather_warnings(typesetter)
        # LaTeX's own "labels may have changed" says less.
        found = (finding, *(item for item in warned.findings if item.code != "unsettled-label"))
        return self._result(Outcome.FAILED, typesetter, found, warned.noise)

    def _publish(self, typesetter: BookTypesetter) -> None:
        last = typesetter.last
        assert last is not None
        assert last.log.pages is not None
        self.cancel.check()
        pdf = last.work / f"{typesetter.shared.mirror.job}.pdf"
        try:
            publish(pdf, self.request.project.pdf, last.log.pages)
        except InvalidPdfError:
            check_disk(last.folder)
            raise

    def _looks(self, typesetter: BookTypesetter) -> tuple[str, ...] | None:
        """Name what the pages look like; of pages of one run only if somebody wants to know."""
        if (chunked := self.settler.chunked) is not None:
            return chunked.looks
        if self.request.on_pages is None:
            return None
        with suppress(XdvError):
            return one_run_looks(typesetter)
        return None

    def _publish_origins(self, typesetter: BookTypesetter) -> FileStamp | None:
        """Say beside the PDF which lines its pages come from; that never fails a build."""
        target = self.request.project.synctex
        shared, last, chunked = typesetter.shared, typesetter.last, self.settler.chunked
        assert last is not None
        if not shared.wants_synctex:
            withdraw_origins(target)
            return None
        if chunked is not None:
            book, known = chunked.stored.book, chunked.stored.origins
            parts = [(known[name], book.line(name)) for name, _ in book.known]
        else:
            run = read_origins(last.work / f"{shared.mirror.job}.synctex", shared.mirror)
            whole = run.whole()
            parts = [(whole, whole.line)]
        lines = AuthorLines(shared.mirror, shared.maps)
        try:
            return publish_origins(join_origins(parts, lines), target)
        except StorageError as fault:
            self.progress.note(f"no line of the book can be found in the PDF: {fault.message}")
            withdraw_origins(target)
            return None

    def _save_auxiliary(self, typesetter: BookTypesetter, settlement: Settlement) -> Generation:
        """Keep the auxiliary files; they count only when the state names them."""
        last = typesetter.last
        assert last is not None
        outputs = {record.output for record in typesetter.tools.values()}
        used = last.accesses.read | last.accesses.written | outputs
        generation = new_generation(
            {name: settlement.auxiliary[name] for name in settlement.auxiliary if name in used}
        )
        generation.save(generations_folder(self.request.project))
        return generation

    def _save_state(
        self,
        typesetter: BookTypesetter,
        generation: Generation,
        before: _Before,
        result: BuildResult,
        synctex: FileStamp | None,
    ) -> None:
        last = typesetter.last
        assert last is not None
        project = self.request.project
        own, system = files_used(typesetter)
        chunked = self.settler.chunked
        extra = {
            **self.settler.keep(typesetter.shared),
            "auxiliary": generation.digests(),
            "tools": {name: record.to_json() for name, record in typesetter.tools.items()},
            "noise": dict(result.noise),
            "generated": text_digests(self.request.generated),
            # Names that this process alone has given mean nothing to the next one.
            "looks": result.looks if chunked is None else chunked.spelled,
        }
        take_state(
            project,
            shell_escape=self.request.shell_escape,
            engine=last.log.banner,
            generation=generation.name,
            pages=last.log.pages or 0,
            inputs={**typesetter.shared.mirror.stamps(own), **before.stamps},
            system={*system, *programs_used(typesetter.tools)},
            candidates=before.candidates,
            seen_ns=before.seen_ns,
            findings=result.diagnostics,
            synctex=synctex,
            extra=extra,
        ).save(state_path(project))
        remove_others(generations_folder(project), generation.name)
        if chunked is not None:
            chunked.store.remove_others(extra["chunks"])

    def _result(
        self,
        outcome: Outcome,
        typesetter: BookTypesetter,
        findings: Iterable[Diagnostic],
        noise: Mapping[str, int] | None = None,
    ) -> BuildResult:
        own, _ = files_used(typesetter)
        made_from = {path for item in self.request.generated for path in item.inputs}
        known = self.state.inputs if self.state is not None and outcome is Outcome.FAILED else ()
        last = typesetter.last if outcome is Outcome.BUILT else None
        chunked = self.settler.chunked
        return BuildResult(
            outcome,
            self.request.project.pdf,
            diagnostics=tuple(in_order(list(dict.fromkeys(findings)))),
            pages=last.log.pages if last is not None else None,
            runs=tuple(self.runs),
            reasons=tuple(self.reasons),
            inputs=frozenset({*own, *made_from, *known}),
            log=typesetter.log_path if typesetter.log_path.is_file() else None,
            seconds=time.monotonic() - self.started,
            steps=dict(self.stopwatch.seconds),
            noise=noise or {},
            typeset=(chunked.typeset, len(chunked.stored.book.names)) if chunked else None,
        )
