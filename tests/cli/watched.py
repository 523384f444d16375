"""``texbook watch`` as a process without a terminal, and what it says."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]

END_SECONDS = 5 * 2.0
"""Two seconds are promised from Ctrl-C to the end; a machine with much else to do gets five times
that, so that the test finds a watch that hangs and nothing else."""


class Watched:
    """A running watch and what it has said."""

    def __init__(self, process: subprocess.Popen[str], wait: Wait) -> None:
        self.process = process
        self.lines: list[str] = []
        self._wait = wait
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def count(self, word: str) -> int:
        """Count the lines with a time that begin with a word."""
        return sum(line[9:].startswith(word) for line in self.lines)

    def wait_for(self, word: str, count: int = 1) -> None:
        self._wait(
            lambda: self.count(word) >= count or self.process.poll() is not None,
            f'no {count} lines with "{word}" in {self.lines}',
        )
        assert self.count(word) == count, self.lines

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal; give the exit code."""
        self.process.send_signal(number)
        status = self.process.wait(END_SECONDS)
        self._reader.join(60)
        return status


@contextmanager
def watching(book: Book, wait: Wait, *arguments: str, **options: object) -> Iterator[Watched]:
    process = book.process("watch", *arguments, **options)
    watched = Watched(process, wait)
    try:
        yield watched
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        said = process.stderr.read()
        process.stderr.close()
        watched._reader.join(60)
        assert process.stdout is not None
        process.stdout.close()
        assert "Traceback" not in said + "\n".join(watched.lines)
