"""Run the benchmarks: ``python -m benchmarks`` in the repository's folder; see README.md here."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.books import Workshop
from benchmarks.builds import measure_cold, measure_edit, measure_start
from benchmarks.edit_series import Judges, measure_series
from benchmarks.engine import measure_pass
from benchmarks.linting import measure_lint
from benchmarks.listings import measure_listings
from benchmarks.measure import BenchmarkError, Row, machine, table
from benchmarks.previewing import measure_preview
from benchmarks.repeated import measure_scale
from benchmarks.untrusted import measure_untrusted
from benchmarks.watching import measure_watch

Measure = Callable[[Workshop, int], Iterator[Row]]

ON_REQUEST = frozenset({"watch", "preview", "edits", "scale", "untrusted"})
"""Measures that run for long, and only when they are named."""


def main() -> int:
    """Run what was asked for; 1 when a result was wrong, never for a time."""
    options = _options()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="texbook-benchmarks-") as folder:
        try:
            shop = Workshop(Path(folder))
            before = machine(shop.environment)
            for name, measure in _measures(options).items():
                if name in options.measures or not (options.measures or name in ON_REQUEST):
                    rows.extend(measure(shop, options.runs))
        except BenchmarkError as error:
            print(f"error: {error}", file=sys.stderr)
            return 3
    print(f"\n{table(rows)}\n\nmedians of {options.runs}; before: {before}")
    print(f"after: {machine(shop.environment)}")
    return 0 if all(row.right for row in rows) else 1


def _measures(options: argparse.Namespace) -> dict[str, Measure]:
    """Give the measures in the order in which they run: those that change the books come last."""
    judges = Judges(options.check, options.latexmk)
    series = partial(measure_series, judges=judges, only=options.only, limit=options.limit)
    return {
        "cold": measure_cold,
        "start": measure_start,
        "pass": measure_pass,
        "listings": measure_listings,
        "lint": measure_lint,
        "edit": measure_edit,
        "watch": partial(measure_watch, edits=options.edits),
        "preview": measure_preview,
        "edits": series,
        "scale": partial(measure_scale, times=options.times, check=options.check),
        "untrusted": measure_untrusted,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE")
    parser.add_argument("--runs", type=int, default=5, help="pairs a measure (default: 5)")
    series = parser.add_argument_group("edits, watch and scale")
    series.add_argument("--check", action="store_true", help='compare by "texbook build --check"')
    series.add_argument(
        "--edits", type=int, default=50, metavar="N", help="edits of a watched book"
    )
    series.add_argument("--times", type=int, default=10, metavar="N", help="how often the book")
    series.add_argument("--latexmk", action="store_true", help="compare with latexmk's pages")
    series.add_argument("--only", metavar="NAME", help="one edit, upon all those before it")
    series.add_argument("--limit", type=int, metavar="N", help="the first N edits")
    options = parser.parse_args()
    known = _measures(options)
    unknown = [name for name in options.measures if name not in known]
    if unknown:
        parser.error(f'no measure "{unknown[0]}"; there are {", ".join(known)}')
    if min(options.runs, options.edits, options.times) < 1:
        parser.error("--runs, --edits and --times must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
