"""From saving a file to the new PDF while ``texbook watch`` runs, and what the watch holds."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Self

from benchmarks.books import TEXBOOK, Builder
from benchmarks.builds import same_pages
from benchmarks.desk import Desk, edited, open_desk
from benchmarks.measure import BenchmarkError, Row, Timed, in_turns, row_of
from benchmarks.pages import page_texts
from benchmarks.processes import family, wait_until_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from benchmarks.books import Workshop

_LOOK_SECONDS = 0.005
_LONGEST_SECONDS = 600
_FIRST_EDITS = 10


class Watch:
    """A ``texbook watch`` that runs in a folder; a context manager that ends it.

    Args:
        shop: gives the environment.
        desk: the copy of the book that is watched.
    """

    def __init__(self, shop: Workshop, desk: Desk) -> None:
        self._shop = shop
        self._desk = desk
        self._told: deque[str] = deque(maxlen=20)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            (TEXBOOK, "watch"),
            cwd=self._desk.folder,
            env=self._shop.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.rest()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self._told.extend(self._process.stdout)

    def rest(self) -> None:
        """Wait until nothing is built, checked or prepared any more."""
        try:
            wait_until_idle(self._process.pid)
        except BenchmarkError as error:
            raise BenchmarkError(
                f"{error}; its last words:\n{''.join(self._told.copy())}"
            ) from error

    def edited(self, edit: Callable[[Desk], None]) -> Timed:
        """Edit the watched book, and time from the save until the PDF is another file.

        Raises:
            BenchmarkError: no new PDF appeared.
        """
        before = self._stamp()
        cpu = self._cpu_seconds()
        edit(self._desk)
        saved = time.perf_counter()
        while self._stamp() == before:
            if time.perf_counter() - saved > _LONGEST_SECONDS:
                raise BenchmarkError(f"no new PDF after an edit:\n{''.join(self._told.copy())}")
            time.sleep(_LOOK_SECONDS)
        timed = Timed(time.perf_counter() - saved, max(self._cpu_seconds() - cpu, 0.01))
        self.rest()
        return timed

    def _stamp(self) -> tuple[int, int]:
        status = self._desk.pdf.stat()
        return status.st_mtime_ns, status.st_ino

    def _cpu_seconds(self) -> float:
        return sum(process.cpu_seconds for process in family(self._process.pid))

    def memory(self) -> tuple[float, list[float]]:
        """Give the resident MB of texbook itself, and of each engine that waits."""
        members = family(self._process.pid)
        engines = [member.resident_mb for member in members if member.name == "xelatex"]
        return members[0].resident_mb if members else 0.0, sorted(engines)


def measure_watch(shop: Workshop, runs: int, *, edits: int = 50) -> Iterator[Row]:
    """Edit a book that is watched, and the same book for latexmk; then edit on, for the memory.

    Args:
        shop: where it happens.
        runs: pairs of each kind of edit.
        edits: in all, before the memory is looked at for the last time.
    """
    desk, peer = (open_desk(shop, builder) for builder in Builder)
    with Watch(shop, desk) as watch:
        for what, edit in (
            ("watched, one word edited", Desk.reword),
            ("watched, a page added", Desk.lengthen),
        ):
            pages = len(page_texts(desk.pdf))
            pairs = in_turns(
                runs,
                partial(watch.edited, edit),
                partial(edited, shop, Builder.LATEXMK, peer, edit),
            )
            gained = len(page_texts(desk.pdf)) - pages
            each = ", ".join(f"{timed.seconds:.2f}" for timed in pairs.ours)
            print(f"{what}: {each} s from saving to the PDF; {gained} pages more in all")
            yield row_of(f"{what}; peer: latexmk", pairs, digits=2)
        yield same_pages("the watched book", desk.pdf, peer.pdf)
        made = 2 * runs
        for goal in sorted({max(made, _FIRST_EDITS), max(made, edits)}):
            seconds = [watch.edited(Desk.reword).seconds for _ in range(made, goal)]
            made = goal
            own, engines = watch.memory()
            sizes = " MB, ".join(f"{size:.0f}" for size in engines)
            waiting = f"engines that wait: {sizes} MB" if engines else "no engine waits"
            slowest = f"; slowest {max(seconds):.2f} s" if seconds else ""
            yield Row(f"memory after {goal} edits; {waiting}{slowest}", f"{own:.0f} MB")
