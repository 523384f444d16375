"""A watch as a process without a terminal, and what it says."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.site import PATIENCE, Answer, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.faults.site import Site


class Watch:
    """A running watch.

    Attributes:
        process: its process.
        lines: what it has printed.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def count(self, word: str) -> int:
        """Count the lines that begin with a word behind the time."""
        return sum(line[9:].startswith(word) for line in list(self.lines))

    def wait_for(self, word: str, count: int = 1) -> None:
        """Wait for so many such lines."""
        until(
            lambda: self.count(word) >= count or self.process.poll() is not None,
            lambda: f'no {count} lines with "{word}" in {self.lines}',
        )
        assert self.count(word) >= count, self.lines

    def ended(self) -> Answer:
        """Wait for the end of the process."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return Answer(status, "\n".join(self.lines), "", self.process.pid)

    def close(self) -> str:
        """End the process if it still runs, and give what it wrote on standard error."""
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return said


@contextmanager
def watching(site: Site) -> Iterator[Watch]:
    """Watch a book while the block runs; wait until its first build is good."""
    watch = Watch(site.start("watch"))
    try:
        watch.wait_for("good")
        yield watch
    finally:
        said = watch.close()
    assert "Traceback" not in said + "\n".join(watch.lines), said
