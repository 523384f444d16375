"""Run the benchmarks: ``python -m benchmarks`` in the repository's folder; see README.md here."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.books import Workshop
from benchmarks.builds import measure_cold, measure_edits, measure_start
from benchmarks.engine import measure_pass
from benchmarks.linting import measure_lint
from benchmarks.listings import measure_listings
from benchmarks.measure import BenchmarkError, Row, machine, table

MEASURES = {
    "cold": measure_cold,
    "start": measure_start,
    "pass": measure_pass,
    "listings": measure_listings,
    "lint": measure_lint,
    "edits": measure_edits,
}
"""In the order in which they run: the edits last, because they change the books."""


def main() -> int:
    """Run what was asked for; 1 when a result was wrong, never for a time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--runs", type=int, default=5, help="pairs a measure (default: 5)")
    options = parser.parse_args()
    unknown = [name for name in options.measures if name not in MEASURES]
    if unknown or options.runs < 1:
        parser.error(f'no measure "{unknown[0]}"' if unknown else "--runs must be at least 1")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="texbook-benchmarks-") as folder:
        try:
            shop = Workshop(Path(folder))
            before = machine(shop.environment)
            for name, measure in MEASURES.items():
                if not options.measures or name in options.measures:
                    rows.extend(measure(shop, options.runs))
        except BenchmarkError as error:
            print(f"error: {error}", file=sys.stderr)
            return 3
    print(f"\n{table(rows)}\n\nmedians of {options.runs}; before: {before}")
    print(f"after: {machine(shop.environment)}")
    return 0 if all(row.right for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
