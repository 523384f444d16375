"""What one run of a program may use, and how the kernel is told so."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A shell sets the limits and then becomes the program, in about a millisecond. Python's
# preexec_fn would run Python code between fork and exec, which may deadlock when threads are
# running; prlimit(2) after the start comes too late for what the child has done by then.
# -f counts 512-byte blocks, -v KiB (POSIX "ulimit"; dash, and bash called as sh). The soft
# processor limit comes before the hard one, since at the hard one the kernel sends SIGKILL, which
# could be anything, and at the soft one SIGXCPU. -c 0: SIGXCPU and SIGXFSZ would leave a core file.
# Last, the shell tells its number, and so the program's, to whoever reads its standard error: if
# texbook told it, a `kill -9` between the start and the telling would leave the program running.
_LIMITER = """
exec 3>&2 2>/dev/null
ulimit -c 0
[ -z "$1" ] || ulimit -f "$1"
[ -z "$2" ] || { ulimit -S -t "$2"; ulimit -H -t "$(($2 + 5))"; }
[ -z "$3" ] || ulimit -v "$3"
trap "" PIPE
echo "$$" >&3
trap - PIPE
exec 2>&1 3>&-
shift 3
exec "$@"
"""

_OUT_OF_MEMORY = re.compile(
    rb"(?i)memory ?exhausted|memory ?error|bad_alloc|(out of|virtual|cannot allocate) memory"
)
_PEAK = re.compile(rb"^VmPeak:\s*(\d+) kB$", re.MULTILINE)
_NEARLY = 0.95


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of a program may use; None for no limit.

    Attributes:
        wall_seconds: time by the clock on the wall.
        file_bytes: size of the largest file that it may write.
        cpu_seconds: processor time, for each process of the run.
        memory_bytes: address space, for each process of the run.
        output_bytes: what it may print.
        interrupt_seconds: at the limits of time and of output it first gets SIGINT, and so long to
            end by itself and say where it was; None to end it at once.
    """

    wall_seconds: float = 600.0
    file_bytes: int | None = None
    cpu_seconds: int | None = None
    memory_bytes: int | None = None
    output_bytes: int = 64 << 20
    interrupt_seconds: float | None = None


def limited(command: Sequence[str], limits: Limits) -> list[str]:
    """Give the command that sets the kernel's limits and then becomes the program.

    It writes its process number and a line feed to the standard error that it is started with; the
    program's own standard error is its standard output.

    Args:
        command: the program, by its path, and its arguments.
        limits: of which those of file size, processor time and memory are the kernel's.
    """

    def count(value: int | None, unit: int) -> str:
        return "" if value is None else str(max(1, value // unit))

    return [
        *("/bin/sh", "-c", _LIMITER, "sh"),
        count(limits.file_bytes, 512),
        count(limits.cpu_seconds, 1),
        count(limits.memory_bytes, 1024),
        *command,
    ]


def peak_memory(pid: int) -> int:
    """Give the most address space that a running process has had, in bytes; 0 if unknown.

    Linux tells it (proc(5)), no longer of a process that has ended.
    """
    try:
        with open(f"/proc/{pid}/status", "rb") as stream:  # noqa: PTH123  (often: a Path is slow)
            found = _PEAK.search(stream.read())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def limit_hit(
    status: int, output: bytes, cpu_seconds: float, limits: Limits, peak_bytes: int = 0
) -> str | None:
    """Tell from how a program ended which of the kernel's limits it ran into.

    Args:
        status: of its end; -N when signal N ended it.
        output: the last that it printed.
        cpu_seconds: of it and its children.
        limits: that were set.
        peak_bytes: the most address space that it was seen with.
    """
    if status in (-signal.SIGXFSZ, 128 + signal.SIGXFSZ):
        return "file size"
    if status in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
        return "cpu"
    if (
        status == -signal.SIGKILL
        and limits.cpu_seconds is not None
        and cpu_seconds >= limits.cpu_seconds
    ):
        return "cpu"
    if status == 0 or limits.memory_bytes is None:
        return None
    # The kernel tells nobody about the address space: an allocation just fails. Few programs say
    # so: XeTeX then cannot find a font that is there, and perl (biber) ends by SIGSEGV.
    if _OUT_OF_MEMORY.search(output) or peak_bytes >= _NEARLY * limits.memory_bytes:
        return "memory"
    return None
