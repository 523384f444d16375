"""Row 6: a book from a stranger tries to read and tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.attacks.attempt import as_trusted, as_untrusted, chosen, count, tried
from tests.faults.attacks.reads import READS

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
    faults = tried(chosen(READS, is_full=is_full), as_untrusted, tmp_path)
    number = count(READS, is_full=is_full)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property(
        "figure", f"row 6: attempts to read and tell that gained nothing: {number} of {number}"
    )


@pytest.mark.tex
def test_the_same_gains_something_where_it_is_trusted(
    times: Callable[[int, int], int],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    shown = [attack for attack in READS if not attack.why]
    if times(0, 1) == 0:
        shown = [attack for attack in shown if attack.alone and attack.quick][:1]
    faults = tried(shown, as_trusted, tmp_path)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property("figure", f"row 6: of these work without the sandbox: {len(shown)}")
