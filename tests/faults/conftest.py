"""What the rows of the matrix of faults share (docs/reliability.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose how often a fault is tried: the first for every change, the second in full."""
    is_full = request.config.getoption("--faults") == "full"
    return lambda short, full: full if is_full else short
