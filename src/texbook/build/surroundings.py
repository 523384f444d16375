"""What the programs of a build share, and what the last run of the engine has left for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.build.auxiliary import Accesses
from texbook.build.model import ShellEscape
from texbook.build.profile import Stopwatch
from texbook.system.process import Limits
from texbook.texfiles.engine_log import EngineLog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.base.sourcemap import SourceMap
    from texbook.build.draft import Drafter
    from texbook.build.mirror import Mirror
    from texbook.build.model import BuildRequest
    from texbook.messages.listings import Refusal
    from texbook.system.process import ProcessRegistry

_LAST_WORDS_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all programs of a build share."""

    request: BuildRequest
    mirror: Mirror
    environment: Mapping[str, str]
    registry: ProcessRegistry
    progress: Progress
    cancel: CancelToken
    maps: Mapping[Path, SourceMap]
    expected_pages: int | None = None
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    drafter: Drafter | None = None

    @property
    def wants_synctex(self) -> bool:
        """Whether the engines write where each piece of a page comes from: of no edition."""
        project = self.request.project
        return project.config.build.synctex and project.output is None

    @property
    def limits(self) -> Limits:
        """The limits of one run of a program."""
        config = self.request.project.config.build
        return Limits(
            wall_seconds=config.pass_seconds,
            file_bytes=config.output_megabytes << 20,
            cpu_seconds=config.cpu_seconds,
            memory_bytes=config.memory_megabytes << 20,
            output_bytes=config.terminal_megabytes << 20,
        )

    @property
    def engine_limits(self) -> Limits:
        """The limits of a pass, at which TeX says where it is (tex.web section 98).

        With a full shell that of memory is left out: the kernel would hand it on to what the
        document runs, and Java or a browser reserves far more address space than it ever uses.
        """
        limits = replace(self.limits, interrupt_seconds=_LAST_WORDS_SECONDS)
        is_full = self.request.shell_escape is ShellEscape.FULL
        return replace(limits, memory_bytes=None) if is_full else limits


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last run of the engine left on disk.

    Attributes:
        folder: the run's folder.
        work: the working folder inside it.
        brought: names of the author's files that were there before.
    """

    folder: Path
    work: Path
    brought: frozenset[str]
    log: EngineLog = field(default_factory=EngineLog)
    accesses: Accesses = field(default_factory=Accesses)
    refusals: tuple[Refusal, ...] = ()
