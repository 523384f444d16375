"""Runs the programs of one build: the `Typesetter` behind `passes.settle`."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.build.auxiliary import (
    Accesses,
    lay_down,
    name_in,
    read_accesses,
    regular_files,
    take_snapshot,
)
from texbook.build.bibliography import bibliography_jobs, placed_files
from texbook.build.engine import (
    LEFT_OUT,
    LIGHT_CODE,
    PageCounter,
    check_disk,
    engine_arguments,
    is_whole_xdv,
)
from texbook.build.highlight import HighlightService
from texbook.build.index import index_jobs
from texbook.build.model import EngineRun, RerunReason
from texbook.build.passes import EnginePass, pass_name
from texbook.build.profile_reader import OutputClock
from texbook.build.profile_tex import profile_code
from texbook.build.surroundings import LastRun
from texbook.build.tools import ToolJob, ToolRecord
from texbook.messages.diagnose import (
    ended_by_signal,
    engine_errors,
    refuse_by_policy,
)
from texbook.messages.entries import split_missing_entries
from texbook.messages.limits import engine_limit_error, limit_error
from texbook.messages.locate import Locator
from texbook.messages.search import SourceSearch
from texbook.messages.shell_index import shell_styles
from texbook.messages.tool_output import ToolOutput
from texbook.messages.warnings import missing_includes, shell_warnings
from texbook.system.process import ProcessResult, run_process
from texbook.texfiles.aux import announces_last_page, is_complete
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.build.auxiliary import Snapshot
    from texbook.build.mirror import Mirror
    from texbook.build.preload import Preloader
    from texbook.build.profile import PassProfile
    from texbook.build.surroundings import Surroundings
    from texbook.messages.listings import Refusal

_LOG_HEAD_BYTES = 1 << 20


@dataclass(slots=True)
class BookTypesetter:
    """Runs engine and tools in fresh folders and remembers what they said.

    Attributes:
        tools: the runs of tools that count, by job; kept in the state between builds.
        read_aside: files that the tools and the highlighting read.
        failures: the errors that ended the build.
        preloader: gives passes to an engine that has read the preamble; None for none.
        purpose: what the passes are for, to be told while they run; empty if that is plain.
    """

    shared: Surroundings
    reasons: list[RerunReason]
    tools: dict[str, ToolRecord] = field(default_factory=dict)
    runs: list[EngineRun] = field(default_factory=list)
    read_aside: set[Path] = field(default_factory=set)
    failures: tuple[Diagnostic, ...] = ()
    last: LastRun | None = None
    preloader: Preloader | None = None
    purpose: str = ""

    @property
    def log_path(self) -> Path:
        """Where the raw log of the last run is kept."""
        folder = self.shared.request.project.work_folder / "log"
        return folder / f"{self.shared.mirror.job}.log"

    def typeset(self, number: int, start: Snapshot, *, light: bool) -> EnginePass | None:
        """Run one pass; see `Typesetter`.

        Raises:
            RefusedError: when it failed for want of the shell.
            LimitError: when it hit a limit.
            StorageError: when the disk is full.
            CancelledError, MissingToolError: as `run_process`.
        """
        label = pass_name(number, light=light)
        self.shared.progress.step(f"{label}, {self.purpose}" if self.purpose else label)
        with self.shared.stopwatch.step("working copies"):
            folder, work = self.fresh_folder()
            brought = regular_files(work)
            lay_down(start, work)
        result, refusals = self._run_pass(work, start, label, light=light)
        with self.shared.stopwatch.step("logs of the passes"):
            self._keep_last(LastRun(folder, work, brought, refusals=refusals), result)
        if not self._ended_well(result, start):
            return None
        assert self.last is not None
        accesses = self.last.accesses
        aside = regular_files(work) - brought - frozenset(start) - accesses.written
        end = take_snapshot(work, frozenset(start) | accesses.written | aside)
        left_out = light and LEFT_OUT in self.last.log.notes
        return EnginePass(left_out, start, end, accesses, aside)

    def process(self, done: EnginePass) -> Snapshot | None:
        """Run biber, bibtex and makeindex where their inputs changed; see `Typesetter`."""
        last = self.last
        assert last is not None
        files = dict(done.end)
        jobs = bibliography_jobs(
            last.work, files, last.accesses.written, last.brought, self._find_bibliography
        )
        styles = (last.work / name for name in shell_styles(last.log.commands))
        self.read_aside.update(path for path in styles if path.is_file())
        jobs += index_jobs(files, last.accesses.written, last.log.commands)
        # What nobody asks for any more, LaTeX would still read: the index that was, say.
        for name in self.tools.keys() - {job.name for job in jobs}:
            files.pop(self.tools.pop(name).output, None)
        for job in jobs:
            self.read_aside.update(job.inputs)
            record = self.tools.get(job.name)
            why = job.why(record.key if record else None, has_output=job.output in files)
            if not why:
                continue
            self.reasons.append(RerunReason(job.name, why))
            if not self._run_tool(job, last):
                return None
            files.pop(job.output, None)
            files.update(take_snapshot(last.work, frozenset({job.output})))
        return files

    def fresh_folder(
        self, waiting: Callable[[Mirror, Path], Path | None] = lambda _mirror, _folder: None
    ) -> tuple[Path, Path]:
        """Make a working copy in a folder that was never used; give it and its working folder.

        Args:
            waiting: makes it of one that was there before, if there is one.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        mirror = self.shared.mirror
        if self.last is not None:
            shutil.rmtree(self.last.folder, ignore_errors=True)
        folder = self.shared.request.project.work_folder / "runs" / uuid.uuid4().hex
        with storage_errors("prepare", folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            work = waiting(mirror, folder) or mirror.materialise(folder)
        return folder, work

    def _run_pass(
        self, work: Path, start: Snapshot, label: str, *, light: bool
    ) -> tuple[ProcessResult, tuple[Refusal, ...]]:
        if self.preloader is not None:
            ran = self.preloader.run(self.shared, work, start, label, light=light)
            if ran is not None:
                self.runs.append(ran.run)
                self.read_aside.update(ran.inputs)
                return ran.result, ()
        return self._run_engine(work, label, light=light)

    def _run_engine(
        self, work: Path, label: str, *, light: bool
    ) -> tuple[ProcessResult, tuple[Refusal, ...]]:
        request, mirror = self.shared.request, self.shared.mirror
        counter = PageCounter(self.shared.progress, self.shared.expected_pages)
        clock = OutputClock(counter.read) if request.timings else None
        cache = request.project.work_folder / "highlight" / request.project.main.name
        with HighlightService(work, cache, request.shell_escape) as service:
            code = service.tex_code + (LIGHT_CODE if light else "")
            code += profile_code(light=light) if clock else ""
            result = run_process(
                engine_arguments(
                    mirror.job,
                    code + rf"\input{{{mirror.main}}}",
                    shell_escape=request.shell_escape,
                    keep_going=request.keep_going,
                    synctex=self.shared.wants_synctex,
                ),
                folder=work,
                environment=self.shared.environment,
                limits=self.shared.engine_limits,
                registry=self.shared.registry,
                on_output=clock.read if clock else counter.read,
                cancel=self.shared.cancel,
            )
        self.read_aside.update(service.inputs)
        self.runs.append(
            EngineRun(
                "xelatex",
                label,
                result.seconds,
                result.cpu_seconds,
                counter.pages,
                self._profile(clock, service, work, result.seconds) if clock else None,
            )
        )
        # What the shell was given in vain, too, if the book is at fault.
        handed_over = tuple(item for item in service.handed_over if not item.is_policy)
        return result, service.refusals + handed_over

    def _profile(
        self, clock: OutputClock, service: HighlightService, work: Path, seconds: float
    ) -> PassProfile:
        locator = Locator(work, self.shared.mirror.source_of, self.shared.maps)
        return replace(
            clock.profile(seconds, locator.author),
            listings=service.highlighted,
            listing_seconds=service.seconds,
            other_pygments=service.other_version,
        )

    def _keep_last(self, run: LastRun, result: ProcessResult) -> None:
        """Read what the run left, and keep its log in a known place."""
        job = self.shared.mirror.job
        written = run.work / f"{job}.log"
        with storage_errors("write", self.log_path):
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
            if written.is_file() and written.stat().st_size:
                shutil.copyfile(written, self.log_path)
            else:
                self.log_path.write_bytes(result.output)
        recorder = run.work / f"{job}.fls"
        accesses = read_accesses(recorder, run.work) if recorder.is_file() else Accesses()
        files = [f"./{name}" for name in accesses.read]
        log = read_log(_log_content(self.log_path, result), files)
        self.last = replace(run, log=log, accesses=accesses)

    def keep_log(self, content: bytes) -> None:
        """Keep a raw log in the known place.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        with storage_errors("write", self.log_path):
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
            self.log_path.write_bytes(content)

    @property
    def locator(self) -> Locator:
        """From places in the last run to the author's."""
        assert self.last is not None
        texts = tuple(sorted(n for n in self.last.accesses.read if n.endswith(".tex")))
        shared = self.shared
        recorder = self.last.work / f"{shared.mirror.job}.fls"
        return Locator(self.last.work, shared.mirror.source_of, shared.maps, texts, recorder)

    def _ended_well(self, result: ProcessResult, start: Snapshot) -> bool:
        """Judge a run; its failures are kept."""
        last, job = self.last, self.shared.mirror.job
        assert last is not None
        if result.limit is not None:
            raise engine_limit_error(
                last.log,
                self.locator,
                result.limit,
                self.runs[-1].pages or 0,
                self.shared.request.project.config.build,
            )
        xdv = last.work / f"{job}.xdv"
        whole = bool(last.log.pages) and is_whole_xdv(xdv) and self._is_aux_whole(last, start)
        self.failures = missing_includes(last.log, self.locator)
        if result.status == 0 and whole:
            return not self.failures
        if not last.log.errors:
            check_disk(last.folder)
        refuse_by_policy(last.log, self.locator, last.refusals)
        self.failures = self._failures(result, last)
        return False

    def _is_aux_whole(self, last: LastRun, start: Snapshot) -> bool:
        name = f"{self.shared.mirror.job}.aux"
        path = last.work / name
        if name not in last.accesses.written:
            return True
        announced = announces_last_page(start.get(name, b""))
        return path.is_file() and is_complete(path.read_bytes(), announces_last_page=announced)

    def _failures(self, result: ProcessResult, last: LastRun) -> tuple[Diagnostic, ...]:
        if result.status == 0 and self.failures:
            return self.failures  # why there are no pages: what holds them was not read
        if last.log.pages == 0 and result.status == 0:
            message = "the document has no pages"
            hints = ('is there any text between "\\begin{document}" and "\\end{document}"?',)
        elif result.status < 0:
            span = self.locator.span(last.log.last_file)
            return (ended_by_signal("the engine", -result.status, span),)
        elif result.status == 0:
            message = "the engine stopped before it had written everything"
            hints = ("run the command again",)
        else:
            errors = engine_errors(last.log, self.locator, last.refusals)
            return (*errors, *self.failures, *shell_warnings(last.log, self.locator))
        span = self.locator.span(last.log.last_file)
        return (Diagnostic("engine", Severity.ERROR, message, span, hints=hints, source="engine"),)

    def has_index_style(self, name: str) -> bool:
        """Say whether makeindex finds a style in the last run's folder, or where TeX keeps such."""
        assert self.last is not None
        return (self.last.work / name).is_file() or self._find("ist", name) is not None

    def _find_bibliography(self, name: str) -> Path | None:
        return self._find("bib", name)

    def _find(self, kind: str, name: str) -> Path | None:
        """Ask kpathsea for a file outside the book, as biber, BibTeX and makeindex do."""
        result = run_process(
            ("kpsewhich", f"-format={kind}", "--", name),
            folder=self.shared.mirror.project.root,
            environment=self.shared.environment,
            limits=self.shared.limits,
            registry=self.shared.registry,
            cancel=self.shared.cancel,
        )
        found = os.fsdecode(result.output).strip()
        return Path(found) if result.status == 0 and os.path.isabs(found) else None  # noqa: PTH117

    def _run_tool(self, job: ToolJob, last: LastRun) -> bool:
        self.shared.progress.step(job.name)
        result = run_process(
            job.arguments,
            folder=last.work,
            environment=self.shared.environment,
            limits=self.shared.limits,
            registry=self.shared.registry,
            cancel=self.shared.cancel,
        )
        self.runs.append(EngineRun(job.program, job.name, result.seconds, result.cpu_seconds))
        if result.limit is not None:
            raise limit_error(job.name, result.limit, self.shared.request.project.config.build)
        output = ToolOutput(result.status, result.output.decode("utf-8", "replace"), last.work)
        moved = (self.locator.translate(item) for item in job.read_problems(output))
        found = placed_files(moved, SourceSearch(self.locator))
        if result.status < 0:
            found = (ended_by_signal(job.program, -result.status),)
        if any(item.severity is Severity.ERROR for item in found):
            # What a bibliography lacks that could not be read is told when it can be.
            self.failures = split_missing_entries(list(found))[1]
            return False
        self.tools[job.name] = ToolRecord(job.key, job.output, found)
        return True

    def failed_in_auxiliary(self, start: Snapshot) -> str | None:
        """Name the auxiliary file of an earlier build in which the engine failed, if it did."""
        if self.last is None:
            return None
        for message in self.last.log.errors:
            name = name_in(self.last.work, message.file) if message.file else None
            if name in start:
                return name
        return None


def _log_content(path: Path, result: ProcessResult) -> bytes:
    """Give the log of a run; of one that was stopped, where it began and its last words.

    Such a log may be as large as the limit, and it stops in the middle of a buffer.
    """
    with storage_errors("read", path), path.open("rb") as log:
        if result.limit is None:
            return log.read()
        return log.read(_LOG_HEAD_BYTES) + b"\n" + result.output
