"""One thing that the doctor looked at, and the commands that bring what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.system.packages import PackageNames


class Verdict(StrEnum):
    """What a check found."""

    GOOD = "good"
    NOTE = "note"
    """Worth knowing; the book builds all the same."""
    FAULT = "fault"
    """The book cannot build for it."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something the doctor looked at.

    Attributes:
        group: the part of the report where it stands.
        what: the program, file or setting.
        detail: its version or place, or what is wrong with it.
        packages: what brings it, where it is missing.
        hints: how to go on, one sentence each, where no package brings it.
        minor: of interest only to who asks for everything.
    """

    group: str
    what: str
    detail: str
    verdict: Verdict = Verdict.GOOD
    packages: PackageNames | None = None
    hints: tuple[str, ...] = ()
    minor: bool = False

    @property
    def all_hints(self) -> tuple[str, ...]:
        """How to go on, the packages' commands first."""
        return (*(self.packages.hints if self.packages else ()), *self.hints)


def install_commands(checks: Iterable[Check], platform: str) -> tuple[str, ...]:
    """Join what brings everything that the book cannot build without into one command a manager.

    Args:
        checks: any checks; only faults count.
        platform: named as in `sys.platform`; macOS has Homebrew in the place of ``apt-get``.
    """
    wanted = [
        check.packages for check in checks if check.verdict is Verdict.FAULT and check.packages
    ]
    mac = platform == "darwin"
    system = sorted({name for item in wanted if (name := item.brew if mac else item.debian)})
    tlmgr = sorted({item.tlmgr for item in wanted if item.tlmgr})
    commands = []
    if system and not mac:
        commands.append(f"sudo apt-get install {' '.join(system)}")
    # A cask is a package of its own kind and cannot share a command with others.
    casks = [name for name in system if mac and name.startswith("--cask")]
    formulas = [name for name in system if mac and name not in casks]
    commands += [f"brew install {name}" for name in casks]
    if formulas:
        commands.append(f"brew install {' '.join(formulas)}")
    if tlmgr:
        commands.append(f"tlmgr install {' '.join(tlmgr)}")
    return tuple(commands)
