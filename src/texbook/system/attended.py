"""Programs that wait on their standard input: started now, told later what to do."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import TYPE_CHECKING, Self

from texbook.system.child import child_life
from texbook.system.drain import LOOK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from texbook.base.cancel import CancelToken
    from texbook.system.child import Child, ProcessResult
    from texbook.system.leftovers import ProcessRegistry
    from texbook.system.limits import Limits

__all__ = ["AttendedProcess", "start_attended"]


def start_attended(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    registry: ProcessRegistry | None,
) -> AttendedProcess:
    """Start a program with a pipe for its standard input, and do not wait for it.

    Args:
        arguments: the program, looked up on ``environment["PATH"]``, and its arguments.
        folder: the working folder.
        environment: the whole environment.
        limits: those of file size, processor time and memory hold for the whole run, that of output
            until `AttendedProcess.finish`; that of time is not looked at.
        registry: where the program is on record for the next start of texbook.

    Raises:
        MissingToolError: when the program is not installed, naming the package that brings it.
        StorageError: when the working folder is gone.
    """
    life = child_life(
        arguments,
        folder=folder,
        environment=environment,
        limits=limits,
        registry=registry,
        stdin=subprocess.PIPE,
    )
    try:
        return AttendedProcess(life)
    except BaseException:
        life.close()
        raise


class AttendedProcess:
    """A program that was started and waits for a line on its standard input.

    What it prints is read from its start on, and the last 64 KiB are kept. As a context manager it
    is ended when the block is left. One thread at a time may wait for it; any may end it.
    """

    def __init__(self, life: Generator[Child, None, None]) -> None:
        self._life = life
        self._ending = threading.RLock()
        self._child = next(life)
        self._sent_at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Its number, which is also its session's and its process group's."""
        return self._child.pid

    def is_running(self) -> bool:
        """Say whether the program has not ended yet."""
        return not self._child.has_ended()

    def wait_for(self, marker: bytes, seconds: float, cancel: CancelToken | None = None) -> bool:
        """Wait until the program has printed something.

        Args:
            marker: what is looked for in the last 64 KiB that were printed, and in all that comes.
            seconds: how long to wait at most; 0 to look only.
            cancel: ends the waiting, not the program, when set.

        Returns:
            Whether it was printed; False also when the program has ended or prints without end.

        Raises:
            CancelledError: when cancelled.
        """
        deadline = time.monotonic() + seconds
        search = _Search(marker)
        output = self._child.output
        output.hand_to(search.read)
        try:
            while not search.found.wait(min(LOOK_SECONDS, max(0.0, deadline - time.monotonic()))):
                if cancel is not None:
                    cancel.check()
                if not self.is_running() or output.overflow or time.monotonic() >= deadline:
                    break
        finally:
            output.hand_to(None)
        return search.found.is_set()

    def send(self, line: bytes) -> bool:
        """Write a line to the program's standard input and close that; only once.

        A line of more than a pipe's buffer (64 KiB, pipe(7)) waits until the program reads.

        Returns:
            Whether the program took it; False when it has ended.
        """
        printed = self._child.output.total
        if not self._child.send(line):
            return False
        self._sent_at = printed
        return True

    def finish(
        self,
        limits: Limits,
        cancel: CancelToken | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> ProcessResult:
        """Wait until the program ends; whatever way this is left, nothing of it runs on.

        Args:
            limits: of time, from now on, and of output, from the start on; at either the program
                is ended, as `run_process` does it. The others are those it was started with.
            cancel: ends the program when set.
            on_output: gets what was printed since `send`, as far as it is kept, and then every
                chunk, from another thread.

        Returns:
            How it ended; its time by the clock on the wall counts from `send` on.

        Raises:
            CancelledError: when cancelled.
        """
        try:
            self._child.output.hand_to(on_output, self._sent_at)
            limit = self._child.wait(limits, cancel)
        finally:
            self.end()
        return self._child.result(limit)

    def end(self) -> None:
        """End the program and what it started: SIGTERM, after two seconds SIGKILL.

        May be called from any thread and more than once; all is over when it returns.
        """
        with self._ending:
            self._life.close()


class _Search:
    """Looks for a marker in output that comes in chunks."""

    def __init__(self, marker: bytes) -> None:
        self._marker = marker
        self._rest = b""
        self.found = threading.Event()

    def read(self, chunk: bytes) -> None:
        """Look into the next chunk, and into where it joins the one before."""
        text = self._rest + chunk
        if self._marker in text:
            self.found.set()
        self._rest = text[max(0, len(text) - len(self._marker) + 1) :]
