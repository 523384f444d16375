"""Reading what a running program prints, for as long as it prints."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

TAIL_BYTES = 64 * 1024
"""So much of the output is kept, from its end."""

LOOK_SECONDS = 0.05
"""How often a running child is looked at for its end, the time limit and a cancellation."""


class Drain(threading.Thread):
    """Reads a program's output to its end, so that a full pipe never stalls the program.

    Attributes:
        limit: what the program may print, in bytes.
        total: what it has printed, in bytes.
        error: a fault of the consumer of the output.
    """

    def __init__(self, process: subprocess.Popen[bytes], limit: int) -> None:
        super().__init__(name=f"output of {process.pid}", daemon=True)
        assert process.stdout is not None
        self._stream = process.stdout
        self._chunks: deque[bytes] = deque()
        self._kept = 0
        self._wake = threading.Event()
        self._consumer: Callable[[bytes], None] | None = None
        # Held while the consumer runs, so that a new one gets the old output before the new.
        self._handing = threading.Lock()
        self.limit = limit
        self.total = 0
        self.error: Exception | None = None

    @property
    def overflow(self) -> bool:
        """Whether the program has printed more than it may."""
        return self.total > self.limit

    def run(self) -> None:
        """Read until every process that holds the pipe has closed it."""
        while chunk := os.read(self._stream.fileno(), 1 << 16):
            with self._handing:
                self._keep(chunk)
                if self.overflow:
                    self._wake.set()
                else:
                    self._hand_over(chunk)
        self._wake.set()

    def hand_to(self, consumer: Callable[[bytes], None] | None, since: int = 0) -> None:
        """Give the output to a consumer from now on, in place of the one before.

        Args:
            consumer: gets first what is kept, in the calling thread, and then every chunk, in the
                thread that reads; None for no consumer.
            since: the first byte that it gets, counted from the start; 0 for all that is kept.
        """
        if consumer is None:
            self._consumer = None
            return
        with self._handing:
            self._consumer = consumer
            kept = b"".join(self._chunks)
            if kept := kept[max(0, since - (self.total - len(kept))) :]:
                self._hand_over(kept)

    def pause(self) -> None:
        """Wait a moment, or until there is something to look at."""
        if self._wake.wait(LOOK_SECONDS):
            # The output has ended and the program is about to: look again soon.
            time.sleep(LOOK_SECONDS / 25)

    def finish(self) -> None:
        """Wait for the end of the output; the consumer hears nothing after this."""
        if self.ident is not None:
            self.join(2.0)
        self._consumer = None
        # A process that left the session and hid from us may still hold the pipe. Its reader is
        # then left to itself: closing a file that another thread reads is worse.
        if not self.is_alive():
            self._stream.close()

    def tail(self) -> bytes:
        """Give the last 64 KiB."""
        return b"".join(self._chunks)[-TAIL_BYTES:]

    def _keep(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._kept += len(chunk)
        self.total += len(chunk)
        while self._kept - len(self._chunks[0]) >= TAIL_BYTES:
            self._kept -= len(self._chunks.popleft())

    def _hand_over(self, chunk: bytes) -> None:
        consumer = self._consumer
        try:
            if consumer is not None:
                consumer(chunk)
        except Exception as error:  # noqa: BLE001  (raised again in the thread that waits)
            self.error = error
            self._consumer = None
            self._wake.set()
