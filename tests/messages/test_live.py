"""What the tool says about broken documents, with the real programs, through the command line.

A third of the corpus; all of it: ``python -m tests.messages.record``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.messages.conftest import Case, Verdict

pytestmark = pytest.mark.tex


def test_the_first_message_names_place_and_cause(
    live_case: Case,
    corpus: tuple[list[Case], dict[str, tuple[bool, bool]]],
    tmp_path: Path,
    judge_json: Callable[[Case, Path, list[dict[str, Any]]], Verdict],
) -> None:
    folder = tmp_path / "book"
    live_case.lay_out(folder)
    command = [sys.executable, "-m", "texbook", "build", "--format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdict = judge_json(live_case, folder, json.loads(done.stdout)["diagnostics"])
    _, misses = corpus
    expected = misses.get(live_case.id, (True, True))
    assert (verdict.place, verdict.cause) == expected, f"{verdict.said}\nnot {verdict.wanted}"
