"""Engines that typeset segments: preloaded with the preamble, each good for one job."""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from texbook.base.atomic import storage_errors
from texbook.base.errors import CancelledError
from texbook.build.auxiliary import lay_down
from texbook.build.chunks.driver import BODY, DRIVER, JOB, READY, driver_code
from texbook.build.engine import PageCounter, engine_arguments
from texbook.build.highlight import HighlightService
from texbook.system.attended import AttendedProcess, start_attended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.build.auxiliary import Snapshot
    from texbook.build.mirror import Mirror
    from texbook.build.surroundings import Surroundings
    from texbook.system.process import ProcessResult

_PATIENCE_SECONDS = 60.0
_GO = b"\\relax\n"


@dataclass(frozen=True, slots=True)
class JobText:
    """What an engine is told to typeset.

    Attributes:
        body: the text of the segments, in the lines of the main file.
        setup: TeX code that is read before the auxiliary files.
        files: further files of texbook's own, by name.
        auxiliary: the auxiliary files that LaTeX finds.
    """

    body: str
    setup: str
    files: Mapping[str, str]
    auxiliary: Snapshot


@dataclass(slots=True, eq=False)
class ChunkEngine:
    """One engine that has read the preamble, or is about to, and waits for its job.

    Attributes:
        preamble: digest of the preamble that it reads.
        folder: its folder, which was never used before.
        work: the working folder inside.
        renewed: files, by name, that were brought up to date after the engine had been started: it
            may have read the text of before in the preamble.
        pages: how many it has shipped.
    """

    shared: Surroundings
    preamble: str
    folder: Path
    work: Path
    mirror: Mirror
    service: HighlightService
    process: AttendedProcess
    renewed: frozenset[str] = frozenset()
    pages: int = 0
    is_closed: bool = False
    _exits: ExitStack = field(default_factory=ExitStack)
    _closing: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, shared: Surroundings, preamble: str, main_text: str) -> Self:
        r"""Start an engine; it loads the preamble by itself.

        Args:
            shared: what all programs of a build share.
            preamble: digest of all that the preamble reads.
            main_text: the main file as far as ``\begin{document}``, and what runs the job.

        Raises:
            MissingToolError: when xelatex is not installed.
            StorageError: when the disk is full or access is denied.
        """
        request, mirror = shared.request, shared.mirror
        parent = engines_folder(request.project.work_folder)
        folder = parent / f"{os.getpid()}-{uuid.uuid4().hex}"
        with ExitStack() as exits:
            exits.callback(shutil.rmtree, folder, ignore_errors=True)
            with storage_errors("prepare", folder):
                parent.mkdir(parents=True, exist_ok=True)
                work = mirror.materialise(folder)
                (work / DRIVER).write_text(driver_code(waits=True), "utf-8")
                (work / mirror.main).write_text(main_text, "utf-8", newline="")
            cache = request.project.work_folder / "highlight" / request.project.main.name
            service = exits.enter_context(
                HighlightService(work, cache, request.shell_escape, prunes=False)
            )
            code = rf"{service.tex_code}\input{{{DRIVER}}}\input{{{mirror.main}}}"
            process = exits.enter_context(
                start_attended(
                    engine_arguments(
                        mirror.job,
                        code,
                        shell_escape=request.shell_escape,
                        synctex=shared.wants_synctex,
                    ),
                    folder=work,
                    environment=shared.environment,
                    limits=shared.engine_limits,
                    registry=shared.registry,
                )
            )
            return cls(
                shared, preamble, folder, work, mirror, service, process, _exits=exits.pop_all()
            )

    def run(self, job: JobText, cancel: CancelToken) -> ProcessResult:
        """Typeset; the engine then has ended.

        Raises:
            CancelledError: when cancelled.
            StorageError: when the disk is full or access is denied.
        """
        with storage_errors("write", self.work):
            for name, text in job.files.items():
                (self.work / name).write_text(text, "utf-8")
            (self.work / BODY).write_text(job.body, "utf-8", newline="")
            (self.work / JOB).write_text(job.setup, "utf-8")
        counter = PageCounter(self.shared.progress, None)
        if self.process.wait_for(READY, _PATIENCE_SECONDS, cancel):
            lay_down(self._unopened(job.auxiliary), self.work)
            self.process.send(_GO)
        result = self.process.finish(self.shared.engine_limits, cancel, counter.read)
        self.pages = counter.pages
        return result

    def _unopened(self, auxiliary: Snapshot) -> Snapshot:
        r"""Leave out what the preamble has begun to write, as ``\makeindex`` opens ``main.idx``.

        TeX goes on writing at the place that it has reached, into whatever stands there by then.
        """
        brought = {str(entry.name) for entry in self.mirror.entries}
        return {
            name: content
            for name, content in auxiliary.items()
            if self.mirror.named(name) in brought or not (self.work / name).exists()
        }

    def fits(self, shared: Surroundings, preamble: str) -> bool:
        """Say whether the engine may typeset for a build."""
        ours, theirs = self.shared, shared
        return (
            self.process.is_running()
            and self.work.is_dir()
            and self.preamble == preamble
            and (self.mirror.root, self.mirror.main) == (theirs.mirror.root, theirs.mirror.main)
            and ours.request.shell_escape is theirs.request.shell_escape
            and ours.wants_synctex is theirs.wants_synctex
            and ours.engine_limits == theirs.engine_limits
            and ours.environment == theirs.environment
        )

    def bring(self, shared: Surroundings) -> bool:
        """Bring the working copy up to date; False when the engine may not be used any more.

        A file that is new may be one that the preamble has looked for in vain.
        """
        mirror = shared.mirror
        self.shared = shared
        if mirror is self.mirror:
            return True
        names = {entry.name for entry in self.mirror.entries}
        if any(entry.name not in names for entry in mirror.entries):
            return False
        self.renewed |= mirror.renew(self.folder, self.mirror, keeps_main=True)
        self.mirror = mirror
        return True

    def close(self) -> None:
        """End the engine if it runs, keep its listings and remove its folder.

        May be called from any thread and more than once.
        """
        with self._closing:
            self.is_closed = True
            self._exits.close()


def engines_folder(work_folder: Path) -> Path:
    """Give the folder in which engines have their own."""
    return work_folder / "engines"


def remove_abandoned(work_folder: Path) -> None:
    """Remove the folders of engines whose texbook is gone."""
    parent = engines_folder(work_folder)
    if not parent.is_dir():
        return
    for folder in parent.iterdir():
        pid = folder.name.partition("-")[0]
        if not (pid.isdigit() and _is_alive(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(slots=True)
class EnginePool:
    """Engines, of which some wait for jobs; every method may be called from any thread.

    Attributes:
        size: how many wait at most, one for each core.
    """

    size: int
    _waiting: list[ChunkEngine] = field(default_factory=list)
    _at_work: list[ChunkEngine] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_closed: bool = False

    @property
    def waiting(self) -> int:
        """How many engines wait now."""
        return len(self._waiting)

    def prepare(
        self, shared: Surroundings, preamble: str, main_text: str, count: int | None = None
    ) -> None:
        """See to it that so many engines wait with this preamble; others are ended.

        Raises:
            CancelledError: when the build was cancelled meanwhile, or the pool closed.
            MissingToolError, StorageError: as `ChunkEngine.start`.
        """
        self._discard(lambda engine: not engine.fits(shared, preamble))
        while len(self._waiting) < (self.size if count is None else count):
            shared.cancel.check()
            self._keep(ChunkEngine.start(shared, preamble, main_text), waits=True)

    def take(self, shared: Surroundings, preamble: str, main_text: str) -> ChunkEngine:
        """Give an engine for one job, a waiting one if there is one.

        The caller closes it, or leaves that to `tidy_up` if it has ended.

        Raises:
            CancelledError, MissingToolError, StorageError: as `start`.
        """
        engine = self.take_waiting(shared, preamble)
        return self.start(shared, preamble, main_text) if engine is None else engine

    def take_waiting(self, shared: Surroundings, preamble: str) -> ChunkEngine | None:
        """Give an engine that waits, for one job; the caller closes it. None if there is none."""
        while (engine := self._next()) is not None:
            if engine.fits(shared, preamble) and engine.bring(shared):
                return engine
            engine.close()
        return None

    def start(self, shared: Surroundings, preamble: str, main_text: str) -> ChunkEngine:
        """Give a new engine for one job; the caller closes it.

        Raises:
            CancelledError: when the pool was closed.
            MissingToolError, StorageError: as `ChunkEngine.start`.
        """
        engine = ChunkEngine.start(shared, preamble, main_text)
        self._keep(engine, waits=False)
        return engine

    def tidy_up(self) -> None:
        """Close the engines that have ended."""
        with self._lock:
            ended = [item for item in self._at_work if not item.process.is_running()]
            self._at_work = [item for item in self._at_work if item not in ended]
        for engine in ended:
            engine.close()

    def discard(self) -> None:
        """End all that wait."""
        self._discard(lambda _: True)

    def close(self) -> None:
        """End all, also those at work, for good."""
        with self._lock:
            self._is_closed = True
            at_work = list(self._at_work)
        for engine in at_work:
            engine.close()
        self.discard()

    def _next(self) -> ChunkEngine | None:
        with self._lock:
            if not self._waiting:
                return None
            engine = self._waiting.pop(0)
            self._at_work.append(engine)
            return engine

    def _keep(self, engine: ChunkEngine, *, waits: bool) -> None:
        """Keep an engine in mind, unless the pool was closed while it was started."""
        with self._lock:
            self._at_work = [item for item in self._at_work if not item.is_closed]
            if not self._is_closed:
                (self._waiting if waits else self._at_work).append(engine)
                return
        engine.close()
        raise CancelledError("stopped: the engines are not wanted any more")

    def _discard(self, is_unwanted: Callable[[ChunkEngine], bool]) -> None:
        with self._lock:
            unwanted = [engine for engine in self._waiting if is_unwanted(engine)]
            self._waiting = [engine for engine in self._waiting if engine not in unwanted]
        for engine in unwanted:
            engine.close()
