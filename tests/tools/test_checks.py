"""The checks of ``make test`` look at every file: tools leave out folders called ``build``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_style_checker_looks_at_every_room() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--show-files"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seen = {Path(line) for line in answer.stdout.splitlines()}
    folders = ("src", "tests", "benchmarks", "chapters", "tools")
    written = {path for folder in folders for path in (ROOT / folder).rglob("*.py")}
    assert written - seen == set()
