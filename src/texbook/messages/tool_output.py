"""What a program that runs between two passes has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a program said: its exit status, its output, and the folder it ran in."""

    status: int
    text: str
    folder: Path
