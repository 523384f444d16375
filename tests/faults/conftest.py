"""What the rows of the matrix of faults share (docs/reliability.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose how often a fault is tried: the first for every change, the second in full."""
    is_full = request.config.getoption("--faults") == "full"
    return lambda short, full: full if is_full else short


@pytest.fixture
def trials(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> Trials:
    """Attempts whose figure is printed at the end."""
    return Trials(tmp_path, capsys, record_property)
