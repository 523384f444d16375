"""Why things ran and how long they took, as plain text for ``--explain`` and ``--timings``."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """Something that took time, and how many seconds of it in each pass.

    Attributes:
        depth: 0 for a part of the pass, 1 for a part of that part.
    """

    label: str
    seconds: tuple[float, ...]
    depth: int = 0


def render_reasons(reasons: Sequence[str]) -> str:
    """List reasons, one a line, what they have before the colon aligned.

    >>> print(render_reasons(["pass 1: main.tex changed", "biber: main.bcf changed"]), end="")
    pass 1  main.tex changed
    biber   main.bcf changed
    """
    pairs = [reason.partition(": ") for reason in reasons]
    width = max((len(what) for what, colon, _ in pairs if colon), default=0)
    return "".join(
        f"{what:<{width}}  {why}\n" if colon else f"{what}\n" for what, colon, why in pairs
    )


def render_timings(rows: Sequence[tuple[str, float, float, int | None]], total: float) -> str:
    """Make a table of the programs that ran.

    Args:
        rows: label, wall-clock seconds, processor seconds and pages (None if it ships none).
        total: wall-clock seconds of the whole; what the rows do not explain is texbook's own.

    >>> print(render_timings([("pass 1", 8.04, 7.9, 212), ("biber", 1.5, 1.4, None)], 9.7), end="")
                  seconds  processor  pages  pages/s
    pass 1           8.04       7.90    212     26.4
    biber            1.50       1.40
    texbook          0.16
    together         9.70
    """
    own = max(0.0, total - sum(wall for _, wall, _, _ in rows))
    width = max(12, *(len(label) for label, *_ in rows)) if rows else 12
    lines = [f"{'':<{width}}  {'seconds':>7}  {'processor':>9}  {'pages':>5}  {'pages/s':>7}"]
    for label, wall, cpu, pages in rows:
        line = f"{label:<{width}}  {wall:>7.2f}  {cpu:>9.2f}"
        if pages is not None:
            line += f"  {pages:>5}"
            line += f"  {pages / wall:>7.1f}" if wall > 0 else ""
        lines.append(line)
    lines.append(f"{'texbook':<{width}}  {own:>7.2f}")
    lines.append(f"{'together':<{width}}  {total:>7.2f}")
    return "\n".join(lines) + "\n"


def render_profile(passes: Sequence[str], rows: Iterable[ProfileRow]) -> str:
    """Make a table of where the passes spent their time: a column a pass, the last six of them.

    >>> rows = [ProfileRow("preamble", (0.95, 0.93)), ProfileRow("fontspec", (0.08, 0.0), 1)]
    >>> print(render_profile(["pass 1", "pass 2"], rows), end="")
    seconds in              pass 1  pass 2
    preamble                  0.95    0.93
      fontspec                0.08       -
    """
    first = max(0, len(passes) - _MOST_COLUMNS)
    shown = [(f"{'  ' * row.depth}{row.label}", row.seconds[first:]) for row in rows]
    width = max(22, *(len(label) for label, _ in shown)) if shown else 22
    lines = [f"{'seconds in':<{width}}" + "".join(f"  {name:>6}" for name in passes[first:])]
    lines += [f"{label:<{width}}" + "".join(map(_cell, seconds)) for label, seconds in shown]
    return "\n".join(lines) + "\n"


def _cell(seconds: float) -> str:
    least = 0.005
    return f"  {seconds:>6.2f}" if seconds >= least else f"  {'-':>6}"


def render_lines(lines: Iterable[str], width: int | None) -> str:
    """Write lines, those that are too wide wrapped with an indent.

    Args:
        lines: without line ends.
        width: cells of a line; None leaves each as it is.

    >>> print(render_lines(["slowest pages: 83 0.06 s, 87 0.05 s"], 30), end="")
    slowest pages: 83 0.06 s, 87
      0.05 s
    """
    rows: list[str] = []
    for line in lines:
        rows += [line] if width is None else textwrap.wrap(line, width, subsequent_indent="  ")
    return "".join(f"{row}\n" for row in rows)


def render_advice(sentences: Iterable[str], width: int | None) -> str:
    """List sentences.

    Args:
        sentences: without a full stop.
        width: cells of a line; None leaves each sentence on a line of its own.

    >>> print(render_advice(["the preamble takes 0.93 s of each pass"], 30), end="")
    * the preamble takes 0.93 s of
      each pass
    """
    return render_lines((f"* {sentence}" for sentence in sentences), width)
