"""Why things ran and how long they took, as plain text for ``--explain`` and ``--timings``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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
