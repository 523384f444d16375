"""What a process and those below it take of the machine, as Linux tells it in ``/proc``."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import BenchmarkError

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """A process at a moment.

    Attributes:
        number: its id.
        parent: that of its parent.
        name: of its program, cut off at 15 characters by the kernel.
        cpu_seconds: used by itself and by children that have ended and were waited for.
    """

    number: int
    parent: int
    name: str
    cpu_seconds: float

    @property
    def resident_mb(self) -> float:
        """Memory that it holds (VmRSS), in MB; pages shared with others count in full."""
        try:
            status = (_PROC / str(self.number) / "status").read_text("utf-8")
        except OSError:
            return 0.0
        line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "x 0")
        return int(line.split()[1]) * 1024 / 1e6


def family(root: int) -> list[Process]:
    """List a process and all those below it; empty when it has ended.

    Fields of ``/proc/PID/stat`` as in proc(5): 2 name, 4 parent, 14 to 17 processor time.

    Raises:
        BenchmarkError: there is no ``/proc`` here.
    """
    if not _PROC.is_dir():
        raise BenchmarkError("processes can be looked at on Linux only")
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text("utf-8", "replace")
            except OSError:
                continue
            process = _read_stat(stat)
            found[process.number] = process
    members = [found[root]] if root in found else []
    for member in members:
        members.extend(child for child in found.values() if child.parent == member.number)
    return members


def _read_stat(text: str) -> Process:
    """Read one line of a ``stat`` file; the name may hold anything, brackets included."""
    start, _, rest = text.rpartition(")")
    number, _, name = start.partition(" (")
    fields = rest.split()
    return Process(int(number), int(fields[1]), name, sum(map(int, fields[11:15])) / _TICKS)


def wait_until_idle(root: int, *, quiet: float = 1.5, at_most: float = 600.0) -> None:
    """Wait until a process and those below it have used next to no processor time for a while.

    Args:
        root: the process.
        quiet: the while, in seconds.
        at_most: seconds after which waiting is given up.

    Raises:
        BenchmarkError: it has ended, or is still at work.
    """
    deadline = time.monotonic() + at_most
    before = None
    while time.monotonic() < deadline:
        members = family(root)
        if not members:
            raise BenchmarkError("the process that was waited for has ended")
        now = {member.number: member.cpu_seconds for member in members}
        if before is not None and now.keys() == before.keys():
            used = sum(now.values()) - sum(before.values())
            if used < 0.02 * quiet:
                return
        before = now
        time.sleep(quiet)
    raise BenchmarkError(f"the process did not come to rest in {at_most:g} seconds")
