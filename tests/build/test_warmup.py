"""What is imported while the engine starts."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from texbook.build.mirror import plan_mirror
from texbook.build.warmup import warm_up
from texbook.project import open_project
warm_up(plan_mirror(open_project(folder=Path(sys.argv[1])), (), ())).join()
print("pypdf" in sys.modules, "pygments" in sys.modules)
"""


@pytest.mark.parametrize(("package", "pygments"), [("minted", True), ("array", False)])
def test_pygments_is_imported_only_for_books_that_speak_of_minted(
    tmp_path: Path, package: str, pygments: bool
) -> None:
    text = (
        f"\\documentclass{{article}}\\usepackage{{{package}}}\\begin{{document}}\\end{{document}}"
    )
    (tmp_path / "main.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", str(pygments)]
