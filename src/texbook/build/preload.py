r"""A pass of the whole document by an engine that has read the preamble already.

Between two builds of a watched book an engine waits in front of ``\begin{document}``; the first
pass of the next build then begins at once. What stands behind is in a file of its own, each line
where it was, and the auxiliary files are laid down when the engine is told to go on. Whatever the
preamble may have read otherwise makes such a pass void, and any fault in it, too: then the pass is
run as usual.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.build.auxiliary import name_in, regular_files
from texbook.build.chunks.driver import BODY, DRIVER, JOB
from texbook.build.chunks.engine import JobText
from texbook.build.chunks.workshop import EngineWish
from texbook.build.engine import LIGHT_CODE, is_whole_xdv
from texbook.build.model import EngineRun, ShellEscape
from texbook.build.parts import part_digests, read_parts

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.engine import ChunkEngine, EnginePool
    from texbook.build.surroundings import Surroundings
    from texbook.system.process import ProcessResult

# What the driver would write of a bibliography for a chunk.
_SETUP = "\\makeatletter\\let\\texbook@uses\\@gobbletwo\\makeatother\n"
_OWN = frozenset({BODY, DRIVER, JOB})


@dataclass(frozen=True, slots=True)
class PreloadedPass:
    """A pass that came to its end.

    Attributes:
        result: how the engine ended.
        run: for the record of the build.
        inputs: files that the highlighting has read.
    """

    result: ProcessResult
    run: EngineRun
    inputs: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Preloader:
    r"""Gives passes to an engine that waits.

    Attributes:
        pool: where it waits.
        preamble: digest by which it is known.
        main_text: the main file as far as ``\begin{document}``, and what reads the body.
        body: the lines behind that.
    """

    pool: EnginePool
    preamble: str
    main_text: str
    body: str

    @classmethod
    def of_book(cls, shared: Surroundings, pool: EnginePool) -> Preloader | None:
        """Look at the main file; None for a book whose passes are better run as usual."""
        request, mirror = shared.request, shared.mirror
        if request.keep_going or request.timings or request.shell_escape is ShellEscape.FULL:
            return None
        main = mirror.text(mirror.named(mirror.main))
        document = read_parts(mirror)
        if main is None or document is None:
            return None
        head = document.preamble
        rest = main[len(head) :]
        # An empty line would be a paragraph's end, which the end of the line is not.
        lines = "%\n" * head.count("\n") + ("%" if rest[:1].isspace() else "")
        digest = part_digests(document, mirror).preamble
        return cls(
            pool,
            f"one run {digest}",
            f"{head}\\input{{{BODY}}}\n",
            f"{lines}{rest}",
        )

    def wish(self, shared: Surroundings, work: Path, auxiliary: Snapshot) -> EngineWish | None:
        """Say which engine the next build may use; None if the preamble reads auxiliary files.

        Args:
            shared: of this build.
            work: the working folder of its last pass, which found all of them.
            auxiliary: the auxiliary files.
        """
        job = shared.mirror.job
        recorder = work / f"{job}.fls"
        if _read_ahead(recorder, work, job) & auxiliary.keys() or _prints_names(recorder):
            return None
        return EngineWish(shared, self.preamble, self.main_text, count=1)

    def run(
        self, shared: Surroundings, work: Path, start: Snapshot, label: str, *, light: bool
    ) -> PreloadedPass | None:
        """Run a pass with an engine that waits; None if there is none, or the pass is void.

        Args:
            shared: what all programs of the build share.
            work: a working folder with the auxiliary files; gets what the pass has written.
            start: the auxiliary files.
            label: the pass, for people.
            light: leave shadows out.

        Raises:
            CancelledError: when cancelled.
            StorageError: when the disk is full or access is denied.
        """
        engine = self.pool.take_waiting(shared, self.preamble)
        if engine is None:
            return None
        with closing(engine):
            setup = _SETUP + (LIGHT_CODE if light else "")
            result = engine.run(JobText(self.body, setup, {}, start), shared.cancel)
            if not self._is_sound(engine, result):
                return None
            _hand_over(engine, work)
        run = EngineRun("xelatex", label, result.seconds, result.cpu_seconds, engine.pages)
        inputs = (
            work / path.relative_to(engine.work) if path.is_relative_to(engine.work) else path
            for path in engine.service.inputs
        )
        return PreloadedPass(result, run, frozenset(inputs))

    def _is_sound(self, engine: ChunkEngine, result: ProcessResult) -> bool:
        job = engine.mirror.job
        if result.status or result.limit or engine.service.refusals:
            return False
        recorder = engine.work / f"{job}.fls"
        if not recorder.is_file() or not is_whole_xdv(engine.work / f"{job}.xdv"):
            return False
        ahead = {engine.mirror.named(name) for name in _read_ahead(recorder, engine.work, job)}
        return not ahead & engine.renewed


def _read_ahead(recorder: Path, work: Path, job: str) -> frozenset[str]:
    r"""Give the files of the working folder that were read before ``\begin{document}``.

    There LaTeX reads the main auxiliary file, which is the first that it reads (latex.ltx,
    ``\document``).
    """
    names: set[str] = set()
    if not recorder.is_file():
        return frozenset()
    for line in recorder.read_bytes().decode("utf-8", "surrogateescape").splitlines():
        action, _, path = line.partition(" ")
        name = name_in(work, path) if action == "INPUT" else None
        if name == f"{job}.aux":
            break
        if name is not None:
            names.add(name)
    return frozenset(names)


def _prints_names(recorder: Path) -> bool:
    """Whether the document may print the names of the files that it is read from."""
    return recorder.is_file() and b"/currfile.sty\n" in recorder.read_bytes()


def _hand_over(engine: ChunkEngine, work: Path) -> None:
    """Move what a pass has written, in terms of the folder that it is moved to."""
    job, main = engine.mirror.job, engine.mirror.main
    brought = regular_files(work)
    with storage_errors("write", work):
        for name in regular_files(engine.work) - _OWN - {main}:
            source, target = engine.work / name, work / name
            if name in brought and source.read_bytes() == target.read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        for ending in ("log", "fls"):
            path = work / f"{job}.{ending}"
            content = path.read_bytes().replace(os.fsencode(engine.work), os.fsencode(work))
            path.write_bytes(content.replace(BODY.encode(), os.fsencode(main)))
        path = work / f"{job}.fls"
        lines = path.read_bytes().splitlines(keepends=True)
        own = (DRIVER.encode(), JOB.encode())
        path.write_bytes(b"".join(line for line in lines if not line.rstrip().endswith(own)))
