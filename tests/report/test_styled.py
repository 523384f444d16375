from __future__ import annotations

import subprocess
import sys

import pytest
from rich.text import Text

from texbook.report.console import laid_out
from texbook.report.styled import Piece, drawn, plain

PIECES: list[Piece] = [("a", "bold red"), ("", "blue"), (": b", ""), ("\n", ""), ("c", "dim")]


def test_without_colour_there_is_the_text_alone() -> None:
    assert drawn(PIECES, colour=False) == plain(PIECES) == "a: b\nc"


@pytest.mark.parametrize(
    "style", ["bold", "dim", "bold red", "bold yellow", "bold cyan", "green", "blue"]
)
def test_colours_are_those_that_rich_would_use(style: str) -> None:
    pieces = [("a", style), ("b", "")]
    assert drawn(pieces, colour=True) == laid_out(Text.assemble(*pieces), colour=True)


@pytest.mark.parametrize("module", ["brief", "concise", "doctor", "statistics", "terminal"])
def test_reports_of_quick_commands_do_without_rich(module: str) -> None:
    """The doctor is asked when things are broken, too."""
    code = f"import sys; sys.modules['rich'] = None; import texbook.report.{module}"
    subprocess.run([sys.executable, "-c", code], check=True)
