from __future__ import annotations

from pathlib import Path

from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.mirror import Mirror
from texbook.build.model import BuildRequest, ShellEscape
from texbook.build.surroundings import Surroundings
from texbook.config.model import Config
from texbook.project import Project
from texbook.system.process import ProcessRegistry


def surroundings(shell: ShellEscape) -> Surroundings:
    project = Project(Path("/book"), Path("/book/main.tex"), Config())
    request = BuildRequest(project, shell_escape=shell)
    mirror = object.__new__(Mirror)
    return Surroundings(
        request, mirror, {}, ProcessRegistry(None), Silence(), CancelToken(), maps={}
    )


def test_only_what_a_full_shell_runs_may_reserve_any_address_space() -> None:
    for shell in (ShellEscape.NONE, ShellEscape.RESTRICTED):
        assert surroundings(shell).engine_limits.memory_bytes == 4096 << 20
    full = surroundings(ShellEscape.FULL)
    assert full.engine_limits.memory_bytes is None
    assert full.limits.memory_bytes == 4096 << 20
