"""A child process from its start to its reaping, with its session, its guard and its record."""

from __future__ import annotations

import os
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
from texbook.system.limits import limit_hit, limited, peak_memory
from texbook.system.programs import find_program

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.system.limits import Limits

# The guard waits on a pipe that only texbook holds open. When texbook ends in whatever way, also by
# `kill -9`, the pipe closes and the guard ends the child's process group, so that a \write18 of the
# engine goes too; the child has told it the group. PR_SET_PDEATHSIG would reach only the child
# itself, fires when the spawning thread ends rather than the process, and exists on Linux alone.
# "kill -s KILL --" is the form that dash takes, too.
_GUARD = 'read -r group || exit 0; read -r done_ || kill -s KILL -- "-$group"'


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How a program ended.

    Attributes:
        status: its exit status; -N when signal N ended it.
        output: the last 64 KiB of what it printed, standard output and error in one.
        seconds: wall-clock time; of a program that waited for a line, from that line on.
        cpu_seconds: processor time from its start on, its own and that of those of its children
            that it waited for.
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


def child_life(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    registry: ProcessRegistry | None,
    stdin: int = subprocess.DEVNULL,
    on_output: Callable[[bytes], None] | None = None,
) -> Generator[Child, None, None]:
    """Start a program in a session of its own; give it; end all of its session when closed.

    `next` starts the program and `close` ends it: the group is sent SIGTERM, after two seconds
    SIGKILL. `close` is right at every moment, also before the start and after an end, and a life
    that is dropped closes itself. So no exception finds a moment at which the program is nobody's.

    Args:
        arguments: the program, looked up on ``environment["PATH"]``, and its arguments.
        folder: the working folder.
        environment: the whole environment.
        limits: those of the kernel are set before the program begins; the others are for `wait`.
        registry: where the child is on record for the next start of texbook.
        stdin: the standard input, as `subprocess.Popen` takes it.
        on_output: gets every chunk of output, from another thread.

    Raises:
        MissingToolError: when the program is not installed, naming the package that brings it.
        StorageError: when the working folder is gone.
    """
    command = [find_program(arguments[0], environment), *arguments[1:]]
    token = new_token()
    records = registry or ProcessRegistry(None)
    with records.record(token, arguments) as set_pid, _guard() as guard:
        start = _Start(
            lambda: Child(command, folder, environment, limits, token, stdin=stdin, guard=guard)
        )
        try:
            child = start.result()
            set_pid(child.pid)
            child.output.hand_to(on_output)
            child.output.start()
            yield child
        finally:
            if (started := start.end()) is not None:
                # The child is reaped last: until then its number, which is also its session's and
                # its group's, cannot be given to another process.
                end_session(started.pid, token)
                started.reap()


@contextmanager
def _guard() -> Iterator[int]:
    """Run a guard; the value is where the child writes which group to end if texbook ends first."""
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        bufsize=0,
    )
    assert guard.stdin is not None
    try:
        yield guard.stdin.fileno()
    finally:
        # Two lines, so that the guard also ends when it was never told a group. A guard that
        # somebody has ended guards nothing, which is no reason to stop the build.
        with suppress(BrokenPipeError):
            guard.stdin.write(b"\n\n")
        guard.communicate()


class Child:
    """A running program, the thread that drains it, and what came of it.

    One thread may wait for the program while another ends it.

    Attributes:
        pid: its number, which is also its session's and its process group's.
        output: reads what it prints.
    """

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str],
        limits: Limits,
        token: str,
        *,
        stdin: int,
        guard: int,
    ) -> None:
        self._clock_start = time.monotonic()
        with storage_errors("enter", folder):
            self._process = subprocess.Popen(
                limited(command, limits),
                cwd=folder,
                env={**environment, TOKEN_VARIABLE: token},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=guard,
                start_new_session=True,
                bufsize=0,
            )
        self.pid = self._process.pid
        self.output = Drain(self._process, limits.output_bytes)
        self._limits = limits
        self._input_lock = threading.Lock()
        # Held while the number is used, so that another thread cannot reap the child meanwhile.
        self._reaping = threading.Lock()
        self._usage: resource.struct_rusage | None = None
        self._seconds = 0.0
        self._peak_bytes = 0

    def send(self, line: bytes) -> bool:
        """Write to the standard input and close it; the clock of the result begins anew.

        Returns:
            Whether the program took it; False when it has ended, or its input is closed already.
        """
        with self._input_lock:
            stream = self._process.stdin
            if stream is None or stream.closed or self.has_ended():
                return False
            self._clock_start = time.monotonic()
            rest = memoryview(line)
            try:
                with stream:
                    while rest:
                        # A pipe that is nearly full takes a part only.
                        rest = rest[stream.write(rest) :]
            except BrokenPipeError:
                return False
            return True

    def wait(self, limits: Limits, cancel: CancelToken | None) -> str | None:
        """Wait until the program ends or must be ended; give the limit that was hit.

        Args:
            limits: of which those of time, from now on, and of output are held here.
            cancel: ends the waiting when set.

        Raises:
            CancelledError: when cancelled.
        """
        deadline = time.monotonic() + limits.wall_seconds
        self.output.limit = limits.output_bytes
        limit = None
        while limit is None and not self.has_ended():
            if self.output.overflow:
                limit = "output"
            elif time.monotonic() >= deadline:
                limit = "time"
            elif self.output.error is not None:
                break
            else:
                if cancel is not None:
                    cancel.check()
                self._look_at_memory()
                self.output.pause()
        if limit is not None and limits.interrupt_seconds is not None:
            self._interrupt(limits.interrupt_seconds)
        return limit

    def _look_at_memory(self) -> None:
        if self._limits.memory_bytes is not None:
            self._peak_bytes = peak_memory(self.pid) or self._peak_bytes

    def _interrupt(self, seconds: float) -> None:
        """Send SIGINT, and give the program some time to end by itself."""
        with self._reaping:
            if self._usage is None:
                os.kill(self.pid, signal.SIGINT)
        deadline = time.monotonic() + seconds
        while not self.has_ended() and time.monotonic() < deadline:
            self.output.pause()

    def reap(self) -> None:
        """Take the child's status from the kernel, end the draining and close the input."""
        with self._reaping:
            self._wait4(0)
        self.output.finish()
        with self._input_lock:
            if self._process.stdin is not None:
                self._process.stdin.close()

    def result(self, limit: str | None) -> ProcessResult:
        """Give what came of the program; a fault of the consumer of its output is raised."""
        if self.output.error is not None:
            raise self.output.error
        assert self._usage is not None
        status, output = self._process.returncode, self.output.tail()
        cpu_seconds = self._usage.ru_utime + self._usage.ru_stime
        # macOS counts in bytes, everybody else in KiB (getrusage(2)).
        unit = 1024 if sys.platform == "darwin" else 1
        return ProcessResult(
            status=status,
            output=output,
            seconds=self._seconds,
            cpu_seconds=cpu_seconds,
            peak_kilobytes=self._usage.ru_maxrss // unit,
            limit=limit or limit_hit(status, output, cpu_seconds, self._limits, self._peak_bytes),
        )

    def has_ended(self) -> bool:
        """Say whether the program has ended, without reaping it where the system can do that."""
        with self._reaping:
            if self._usage is None and hasattr(os, "waitid"):  # not on macOS before Python 3.13
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
        self._seconds = time.monotonic() - self._clock_start
        self._process.returncode = os.waitstatus_to_exitcode(status)


class _Start(threading.Thread):
    """Starts a child in a thread of its own.

    A signal's exception is raised in the main thread, at any moment. There it can interrupt the
    waiting for the child, but never `Popen` between the fork and its return.
    """

    def __init__(self, make: Callable[[], Child]) -> None:
        super().__init__(name="start of a program", daemon=True)
        self._make = make
        self._go = threading.Event()
        # Not `join`: after one that a signal interrupted, CPython 3.11 takes the thread for ended.
        self._done = threading.Event()
        self._is_wanted = True
        self._child: Child | None = None
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

    def result(self) -> Child:
        """Start the child; raise what kept it from starting."""
        self.start()
        self._go.set()
        self._done.wait()
        if self._error is not None:
            raise self._error
        assert self._child is not None
        return self._child

    def end(self) -> Child | None:
        """Give the child, if there is one; from now on none is started."""
        if not self._go.is_set():
            self._is_wanted = False
            self._go.set()
            return None
        self._done.wait()
        return self._child
