"""Programs that stand for a person's editors and keep on record how they were called."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.system.outside import until

if TYPE_CHECKING:
    from pathlib import Path

_RECORD = """#!{python}
import json, os, sys
record = {{
    "arguments": sys.argv[1:],
    "stdin": sys.stdin.read(),
    "session": os.getsid(0) == os.getpid(),
    "environment": dict(os.environ),
}}
with open({call!r} + ".part", "w", encoding="utf-8") as stream:
    json.dump(record, stream)
os.rename({call!r} + ".part", {call!r})
{then}
"""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of fake programs, the only one on the ``PATH`` of the environment."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.folder)}

    def put(self, name: str, then: str = "") -> str:
        """Put a program there that keeps how it was called, and then runs a line of Python."""
        path = self.folder / name
        call = str(self.folder / f"{name}.call")
        path.write_text(_RECORD.format(python=sys.executable, call=call, then=then), "utf-8")
        path.chmod(0o755)
        return str(path)

    def call(self, name: str) -> dict[str, Any]:
        """Wait until it has been called, and tell how."""
        path = self.folder / f"{name}.call"
        until(path.exists)
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        path.unlink()
        return record

    def was_called(self, name: str) -> bool:
        return (self.folder / f"{name}.call").exists()


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    folder = tmp_path / "programs"
    folder.mkdir()
    return Programs(folder)
