"""Row 5: a book from a stranger tries to run programs and write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.attacks.attempt import as_trusted, as_untrusted, chosen, count, tried
from tests.faults.attacks.writes import WRITES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.tex
def test_an_untrusted_book_gains_nothing(
    times: Callable[[int, int], int],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    is_full = times(0, 1) == 1
    faults = tried(chosen(WRITES, is_full=is_full), as_untrusted, tmp_path)
    number = count(WRITES, is_full=is_full)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property(
        "figure",
        f"row 5: attempts to run programs and write that gained nothing: {number} of {number}",
    )


@pytest.mark.tex
def test_the_same_gains_something_where_it_is_trusted(
    times: Callable[[int, int], int],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    shown = [attack for attack in WRITES if not attack.why]
    if times(0, 1) == 0:
        shown = [attack for attack in shown if attack.alone and attack.quick][:1]
    faults = tried(shown, as_trusted, tmp_path)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property("figure", f"row 5: of these work without the sandbox: {len(shown)}")
