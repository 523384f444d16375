"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line from 1, column from 1 in code points, or None for the whole line."""

    line: int
    column: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file; ``end`` is exclusive in columns, and None for a single place.

    ``path`` is the author's own file, never one under ``build/``. ``start`` is None when the
    finding concerns the file as a whole.
    """

    path: Path
    start: Position | None = None
    end: Position | None = None

    def __str__(self) -> str:
        """Write ``path:line:column`` as editors and terminals understand it."""
        parts = [str(self.path)]
        if self.start is not None:
            parts.append(str(self.start.line))
            if self.start.column is not None:
                parts.append(str(self.start.column))
        return ":".join(parts)

    @classmethod
    def at(cls, path: Path, line: int, column: int | None = None) -> Span:
        """Make the span of one place.

        >>> from pathlib import Path
        >>> str(Span.at(Path("main.tex"), 3, 7))
        'main.tex:3:7'
        """
        return cls(path, Position(line, column))
