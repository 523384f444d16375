"""Running programs under limits, so that nothing of them is left on any way out."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.system.drain import Drain
from texbook.system.leftovers import TOKEN_VARIABLE, ProcessRegistry, end_session, new_token
from texbook.system.programs import find_program

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.cancel import CancelToken

__all__ = ["Limits", "ProcessRegistry", "ProcessResult", "run_process"]

# A shell sets the limits and then becomes the program, in about a millisecond. Python's
# preexec_fn would run Python code between fork and exec, which may deadlock when threads are
# running; prlimit(2) after the start comes too late for what the child has done by then.
# -f counts 512-byte blocks, -v KiB (POSIX "ulimit"; dash, and bash called as sh). The soft
# processor limit comes before the hard one, since at the hard one the kernel sends SIGKILL, which
# could be anything, and at the soft one SIGXCPU. -c 0: SIGXCPU and SIGXFSZ would leave a core file.
_LIMITER = """
exec 3>&2 2>/dev/null
ulimit -c 0
[ -z "$1" ] || ulimit -f "$1"
[ -z "$2" ] || { ulimit -S -t "$2"; ulimit -H -t "$(($2 + 5))"; }
[ -z "$3" ] || ulimit -v "$3"
exec 2>&3 3>&-
shift 3
exec "$@"
"""

# The guard waits on a pipe that only texbook holds open. When texbook ends in whatever way, also by
# `kill -9`, the pipe closes and the guard ends the child's process group, so that a \write18 of the
# engine goes too. PR_SET_PDEATHSIG would reach only the child itself, fires when the spawning
# thread ends rather than the process, and exists on Linux alone.
# "kill -s KILL --" is the form that dash takes, too.
_GUARD = 'read -r group || exit 0; read -r done_ || kill -s KILL -- "-$group"'

_OUT_OF_MEMORY = re.compile(
    rb"(?i)memory ?exhausted|memory ?error|bad_alloc|(out of|virtual|cannot allocate) memory"
)


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


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How a program ended.

    Attributes:
        status: its exit status; -N when signal N ended it.
        output: the last 64 KiB of what it printed, standard output and error in one.
        seconds: wall-clock time.
        cpu_seconds: processor time of it and of those of its children that it waited for.
        peak_kilobytes: the largest resident memory of any one of them, in KiB; Linux counts in what
            texbook itself held when it started the program.
        limit: the limit that it hit: ``time``, ``output``, ``file size``, ``cpu``, ``memory``.
    """

    status: int
    output: bytes
    seconds: float
    cpu_seconds: float
    peak_kilobytes: int
    limit: str | None


def run_process(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    registry: ProcessRegistry | None,
    on_output: Callable[[bytes], None] | None = None,
    cancel: CancelToken | None = None,
) -> ProcessResult:
    """Run a program to its end, in a session of its own and with nothing on standard input.

    Whatever way this is left, by return or by any exception, no process of that session runs on:
    the group is sent SIGTERM, after two seconds SIGKILL.

    Args:
        arguments: the program, looked up on ``environment["PATH"]``, and its arguments.
        folder: the working folder.
        environment: the whole environment.
        limits: at any of them the program is ended; the result says which.
        registry: where the child is on record for the next start of texbook.
        on_output: gets every chunk of output, from another thread.
        cancel: ends the program when set.

    Raises:
        MissingToolError: when the program is not installed, naming the package that brings it.
        CancelledError: when cancelled.
        StorageError: when the working folder is gone.
    """
    program = find_program(arguments[0], environment)
    if cancel is not None:
        cancel.check()
    token = new_token()
    records = registry or ProcessRegistry(None)
    command = [program, *arguments[1:]]
    with records.record(token, arguments) as set_pid, _guard() as tell_guard:
        start = _Start(lambda: _Child(command, folder, environment, limits, token))
        try:
            child = start.result()
            tell_guard(child.pid)
            set_pid(child.pid)
            child.drain(on_output)
            limit = child.wait(limits, cancel)
            if limit is not None and limits.interrupt_seconds is not None:
                child.interrupt(limits.interrupt_seconds)
        finally:
            if (started := start.end()) is not None:
                # The child is reaped last: until then its number, which is also its session's and
                # its group's, cannot be given to another process.
                end_session(started.pid, token)
                started.reap()
    return child.result(limit, limits)


@contextmanager
def _guard() -> Iterator[Callable[[int], None]]:
    """Run a guard; the value tells it which process group to end if texbook ends first."""
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        bufsize=0,
    )

    def tell(group: int) -> None:
        _write(guard, f"{group}\n".encode())

    try:
        yield tell
    finally:
        # Two lines, so that the guard also ends when it was never told a group.
        _write(guard, b"\n\n")
        guard.communicate()


def _write(guard: subprocess.Popen[bytes], line: bytes) -> None:
    # A guard that somebody has ended guards nothing, which is no reason to stop the build.
    with suppress(BrokenPipeError):
        assert guard.stdin is not None
        guard.stdin.write(line)


class _Child:
    """A running program, the thread that drains it, and what came of it."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str],
        limits: Limits,
        token: str,
    ) -> None:
        self._started = time.monotonic()
        with storage_errors("enter", folder):
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _LIMITER, "sh", *_limiter_arguments(limits), *command],
                cwd=folder,
                env={**environment, TOKEN_VARIABLE: token},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                bufsize=0,
            )
        self.pid = self._process.pid
        self._drain = Drain(self._process, limits.output_bytes)
        self._usage: resource.struct_rusage | None = None
        self._seconds = 0.0

    def drain(self, on_output: Callable[[bytes], None] | None) -> None:
        """Begin to read what the program prints."""
        self._drain.consumer = on_output
        self._drain.start()

    def wait(self, limits: Limits, cancel: CancelToken | None) -> str | None:
        """Wait until the program ends or must be ended; give the limit that was hit."""
        deadline = self._started + limits.wall_seconds
        while not self._ended():
            if self._drain.overflow:
                return "output"
            if time.monotonic() >= deadline:
                return "time"
            if cancel is not None:
                cancel.check()
            if self._drain.error is not None:
                break
            self._drain.pause()
        return None

    def interrupt(self, seconds: float) -> None:
        """Send SIGINT, and give the program some time to end by itself."""
        os.kill(self.pid, signal.SIGINT)
        deadline = time.monotonic() + seconds
        while not self._ended() and time.monotonic() < deadline:
            self._drain.pause()

    def reap(self) -> None:
        """Take the child's status from the kernel, and end the draining."""
        self._wait4(0)
        self._drain.finish()

    def result(self, limit: str | None, limits: Limits) -> ProcessResult:
        """Give what came of the program; a fault of the consumer of its output is raised."""
        if self._drain.error is not None:
            raise self._drain.error
        assert self._usage is not None
        status, output = self._process.returncode, self._drain.tail()
        cpu_seconds = self._usage.ru_utime + self._usage.ru_stime
        # macOS counts in bytes, everybody else in KiB (getrusage(2)).
        unit = 1024 if sys.platform == "darwin" else 1
        return ProcessResult(
            status=status,
            output=output,
            seconds=self._seconds,
            cpu_seconds=cpu_seconds,
            peak_kilobytes=self._usage.ru_maxrss // unit,
            limit=limit or _limit_hit(status, output, cpu_seconds, limits),
        )

    def _ended(self) -> bool:
        """Say whether the program has ended, without reaping it where the system can do that."""
        if hasattr(os, "waitid"):  # not on macOS before Python 3.13
            flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
            return os.waitid(os.P_PID, self.pid, flags) is not None
        self._wait4(os.WNOHANG)
        return self._usage is not None

    def _wait4(self, flags: int) -> None:
        if self._usage is not None:
            return
        pid, status, usage = os.wait4(self.pid, flags)
        if pid == 0:
            return
        self._usage = usage
        self._seconds = time.monotonic() - self._started
        self._process.returncode = os.waitstatus_to_exitcode(status)


class _Start(threading.Thread):
    """Starts a child in a thread of its own.

    A signal's exception is raised in the main thread, at any moment. There it can interrupt the
    waiting for the child, but never `Popen` between the fork and its return.
    """

    def __init__(self, make: Callable[[], _Child]) -> None:
        super().__init__(name="start of a program", daemon=True)
        self._make = make
        self._go = threading.Event()
        # Not `join`: after one that a signal interrupted, CPython 3.11 takes the thread for ended.
        self._done = threading.Event()
        self._is_wanted = True
        self._child: _Child | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Start the child once it is certain that somebody will look for it."""
        self._go.wait()
        try:
            if self._is_wanted:
                self._child = self._make()
        except Exception as error:  # noqa: BLE001  (raised again in the thread that waits)
            self._error = error
        finally:
            self._done.set()

    def result(self) -> _Child:
        """Start the child; raise what kept it from starting."""
        self.start()
        self._go.set()
        self._done.wait()
        if self._error is not None:
            raise self._error
        assert self._child is not None
        return self._child

    def end(self) -> _Child | None:
        """Give the child, if there is one; from now on none is started."""
        if not self._go.is_set():
            self._is_wanted = False
            self._go.set()
            return None
        self._done.wait()
        return self._child


def _limiter_arguments(limits: Limits) -> list[str]:
    def count(value: int | None, unit: int) -> str:
        return "" if value is None else str(max(1, value // unit))

    return [
        count(limits.file_bytes, 512),
        count(limits.cpu_seconds, 1),
        count(limits.memory_bytes, 1024),
    ]


def _limit_hit(status: int, output: bytes, cpu_seconds: float, limits: Limits) -> str | None:
    """Tell from how a program ended which of the kernel's limits it ran into."""
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
    # The kernel tells nobody about the address space: an allocation just fails.
    if status != 0 and limits.memory_bytes is not None and _OUT_OF_MEMORY.search(output):
        return "memory"
    return None
