"""Timing whole processes in pairs, and the rows of the table that come of it.

A machine drifts: it is shared, it warms up. So the two programs take turns, and the ratio is the
median of the ratios of the pairs, not the ratio of two times that were taken minutes apart.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_LONGEST_SECONDS = 1200


class BenchmarkError(Exception):
    """A benchmark cannot be run, or a program that it times has failed."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One run of a program: wall-clock and processor seconds, its children included."""

    seconds: float
    cpu_seconds: float
    output: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of texbook and of its peer, taken in turns."""

    ours: tuple[Timed, ...]
    peer: tuple[Timed, ...]

    @property
    def ours_seconds(self) -> float:
        """The median wall-clock time of texbook."""
        return median(run.seconds for run in self.ours)

    @property
    def peer_seconds(self) -> float:
        """The median wall-clock time of the peer."""
        return median(run.seconds for run in self.peer)

    @property
    def ours_cpu_seconds(self) -> float:
        """The median processor time of texbook."""
        return median(run.cpu_seconds for run in self.ours)

    @property
    def ratio(self) -> float:
        """The median over the pairs of texbook's wall-clock time to the peer's."""
        return median(a.seconds / b.seconds for a, b in zip(self.ours, self.peer, strict=True))

    @property
    def cpu_ratio(self) -> float:
        """The same of processor time, which other work on the machine disturbs less."""
        return median(
            a.cpu_seconds / b.cpu_seconds for a, b in zip(self.ours, self.peer, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured, and against what.
        ours: texbook's value, with its unit.
        peer: the peer's value.
        ratio: texbook to peer, as text.
        bar: the aim, as text; empty where nothing was promised.
        held: whether the aim was met; None without one.
        right: False when the two gave different results: then times mean nothing.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    bar: str = ""
    held: bool | None = None
    right: bool = True


def run_timed(
    arguments: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    good: frozenset[int] = frozenset({0}),
) -> Timed:
    """Run a program to its end and time it.

    Args:
        arguments: the command line.
        folder: where it runs.
        environment: the whole environment.
        good: the exit statuses of a run that counts.

    Raises:
        BenchmarkError: with the end of its output, for any other exit status.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode not in good:
        command = " ".join(map(str, arguments))
        raise BenchmarkError(f'"{command}" ended with status {done.returncode}:\n{output[-2000:]}')
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timed(seconds, cpu, output, done.returncode)


def in_turns(runs: int, ours: Callable[[], Timed], peer: Callable[[], Timed]) -> Pairs:
    """Time two programs, ours first in each pair."""
    pairs = [(ours(), peer()) for _ in range(runs)]
    return Pairs(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def row_of(
    what: str, pairs: Pairs, *, bar: float | None = None, digits: int = 1, right: bool = True
) -> Row:
    """Make the row of a paired measure; ``bar`` is the highest ratio that holds."""
    return Row(
        f"{what} (processor {pairs.cpu_ratio:.2f})",
        f"{pairs.ours_seconds:.{digits}f} s",
        f"{pairs.peer_seconds:.{digits}f} s",
        f"{pairs.ratio:.2f}",
        "" if bar is None else f"ratio <= {bar:g}",
        None if bar is None else pairs.ratio <= bar,
        right,
    )


def table(rows: Sequence[Row]) -> str:
    """Give the rows as a Markdown table."""
    head = ("measure", "texbook", "peer", "ratio", "aim", "held")
    cells = [(row.what, row.ours, row.peer, row.ratio, row.bar, _verdict(row)) for row in rows]
    widths = [max(len(line[place]) for line in (head, *cells)) for place in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _verdict(row: Row) -> str:
    if not row.right:
        return "WRONG RESULT"
    return "" if row.held is None else "yes" if row.held else "NO"


def machine(environment: Mapping[str, str]) -> str:
    """Say on what machine the numbers were taken."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    engine = _first_line(("xelatex", "--version"), environment)
    latexmk = _first_line(("latexmk", "--version"), environment)
    return f"{os.cpu_count()} cores, load {load}; {engine}; {latexmk}"


def _first_line(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            arguments, env=environment, capture_output=True, text=True, check=False
        )
    except OSError:
        return f"{arguments[0]} is not installed"
    return next((line for line in done.stdout.splitlines() if line.strip()), arguments[0])
