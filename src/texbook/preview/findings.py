"""Findings as the browser shows them: with the lines around them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.span import Span

MOST_FINDINGS = 200
"""The gravest are shown; whoever has more mends those first."""
_AROUND = 2
_LONGEST_LINE = 2_000
_LARGEST = 5_000_000
"""Bytes of a file that is read for an excerpt."""


def gravest(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put errors first, keep the order among equals, and take as many as are shown."""
    return tuple(sorted(diagnostics, key=lambda item: item.severity.rank)[:MOST_FINDINGS])


def finding_fields(diagnostic: Diagnostic, folder: Path) -> dict[str, Any]:
    """Give a finding as JSON values; its file is named relative to the folder."""
    span = diagnostic.span
    start = span.start if span else None
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": shown_path(span.path, folder) if span else None,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "excerpt": _excerpt(span) if span else None,
        "hints": list(diagnostic.hints),
        "source": diagnostic.source,
    }


def shown_path(path: Path, folder: Path) -> str:
    """Name a file, relative to the folder if it lies in it."""
    inside = path.is_relative_to(folder)
    return (path.relative_to(folder) if inside else path).as_posix()


def _excerpt(span: Span) -> dict[str, Any] | None:
    if span.start is None:
        return None
    first = max(1, span.start.line - _AROUND)
    try:
        if not span.path.is_file() or span.path.stat().st_size > _LARGEST:
            return None
        with span.path.open(encoding="utf-8-sig", errors="replace") as stream:
            lines = list(islice(stream, first - 1, span.start.line + _AROUND))
    except (OSError, ValueError):
        return None
    if len(lines) <= span.start.line - first:
        return None
    return {"first": first, "lines": [line.rstrip("\n")[:_LONGEST_LINE] for line in lines]}
