"""From a line of a generated file back to the line that the author wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texbook.base.diagnostic import Diagnostic, Related
from texbook.base.span import Position, Span

EXPANDED = "expanded from here"
"""Said of the place whose macro or include gave a line."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a generated line comes from.

    Attributes:
        path: the template.
        line: the line in it, from 1.
        call_sites: the lines whose expressions gave text to this line, when they stand elsewhere
            (a macro's or an include's caller, outermost first).
    """

    path: Path
    line: int
    call_sites: tuple[tuple[Path, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceMap:
    """The origins of a rendered file, one for each of its lines."""

    rendered: Path
    origins: tuple[Origin, ...]

    def origin(self, line: int) -> Origin | None:
        """Give the origin of a rendered line (from 1); the nearest before it past the end."""
        if not self.origins or line < 1:
            return None
        return self.origins[min(line, len(self.origins)) - 1]

    def span(self, line: int, column: int | None = None) -> Span | None:
        """Give the author's place of a rendered line.

        A column is kept only by callers who know that the line came through unchanged, so it is
        left out here unless given.
        """
        origin = self.origin(line)
        return None if origin is None else Span.at(origin.path, origin.line, column)

    def translate(self, diagnostic: Diagnostic) -> Diagnostic:
        """Move a finding in the rendered file to the template; others come back unchanged."""
        span = diagnostic.span
        if span is None or span.path != self.rendered or span.start is None:
            return diagnostic
        origin = self.origin(span.start.line)
        if origin is None:
            return diagnostic
        related = tuple(Related(Span.at(path, line), EXPANDED) for path, line in origin.call_sites)
        return diagnostic.moved(Span(origin.path, Position(origin.line)), related)

    def to_json(self) -> dict[str, Any]:
        """Give a value for `json.dumps`; paths stand once in a table."""
        paths = sorted(
            {o.path for o in self.origins} | {p for o in self.origins for p, _ in o.call_sites}
        )
        number = {path: index for index, path in enumerate(paths)}
        return {
            "rendered": str(self.rendered),
            "paths": [str(path) for path in paths],
            "lines": [
                [number[o.path], o.line, [[number[p], line] for p, line in o.call_sites]]
                for o in self.origins
            ],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SourceMap:
        """Read what `to_json` gave.

        Raises:
            KeyError, TypeError, IndexError: when the value is damaged.
        """
        paths = [Path(path) for path in value["paths"]]
        return cls(
            Path(value["rendered"]),
            tuple(
                Origin(paths[path], line, tuple((paths[p], n) for p, n in calls))
                for path, line, calls in value["lines"]
            ),
        )
