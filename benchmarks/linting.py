"""Lint of a large book in one file against chktex."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK
from benchmarks.measure import in_turns, row_of
from benchmarks.reference import Style, write_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.books import Workshop
    from benchmarks.measure import Row

_LEAST_BYTES = 350_000
_QUESTIONS = 23
_WITH_FINDINGS = frozenset({0, 1, 2, 3})
"""Both programs tell by their exit status that they found something."""


def measure_lint(shop: Workshop, runs: int) -> Iterator[Row]:
    """Lint a book of 350 kB; the two look for different things, so this is for scale only."""
    if shutil.which("chktex", path=shop.environment["PATH"]) is None:
        print("chktex is not installed: lint was not measured")
        return
    main = write_reference(shop.folder / "lint", Style.OURS, _QUESTIONS)
    size = main.stat().st_size
    assert size >= _LEAST_BYTES, size
    pairs = in_turns(
        runs,
        lambda: shop.run((TEXBOOK, "lint", "main.tex"), main.parent, _WITH_FINDINGS),
        lambda: shop.run(("chktex", "-q", "main.tex"), main.parent, _WITH_FINDINGS),
    )
    yield row_of(f"lint of {size / 1000:.0f} kB in one file; peer: chktex", pairs, digits=2)
