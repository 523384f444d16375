"""The page on editors and viewers: its pieces are read, and names compared."""

from __future__ import annotations

import re
from pathlib import Path

from texbook.system.known_editors import KNOWN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")


def test_the_known_editors_are_those_of_the_code_and_called_so() -> None:
    told = dict(re.findall(r"(?m)^\| `([-\w]+)` \| (.*) \|$", PAGE))
    assert list(told) == list(KNOWN)
    for name, cell in told.items():
        known = KNOWN[name]
        for command in re.findall(r"`([^`]*\{file\}[^`]*)`", cell):
            assert tuple(command.split(" ")) == known.ways[0]
        for variable in re.findall(r"`([A-Z_]+)`", cell):
            assert variable in {*known.servers, known.server}
