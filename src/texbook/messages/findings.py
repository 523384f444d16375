"""Findings as JSON, so that a run with nothing to do repeats what the last one said."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


def findings_to_json(findings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Give findings as JSON can hold them."""
    return [
        {
            "code": item.code,
            "severity": item.severity.value,
            "message": item.message,
            "span": _span_to_json(item.span),
            "hints": list(item.hints),
            "related": [[_span_to_json(other.span), other.message] for other in item.related],
            "source": item.source,
            "name": item.name,
            "fix": None if item.fix is None else fix_to_json(item.fix),
        }
        for item in findings
    ]


def findings_from_json(values: Iterable[dict[str, Any]]) -> tuple[Diagnostic, ...]:
    """Read what `findings_to_json` gave.

    Raises:
        KeyError, TypeError, ValueError: when it is something else.
    """
    return tuple(
        Diagnostic(
            code=value["code"],
            severity=Severity(value["severity"]),
            message=value["message"],
            span=None if value["span"] is None else _span_from_json(value["span"]),
            hints=tuple(value["hints"]),
            related=tuple(
                Related(_span_from_json(span), message) for span, message in value["related"]
            ),
            source=value["source"],
            name=value["name"],
            fix=None if value["fix"] is None else fix_from_json(value["fix"]),
        )
        for value in values
    )


def fix_to_json(fix: Fix) -> list[Any]:
    """Give a fix as JSON can hold it."""
    edits = [[edit.start, edit.end, edit.replacement] for edit in fix.edits]
    return [fix.description, edits, fix.safe]


def fix_from_json(value: list[Any]) -> Fix:
    """Read what `fix_to_json` gave.

    Raises:
        TypeError, ValueError: when it is something else.
    """
    description, edits, safe = value
    return Fix(description, tuple(Edit(*edit) for edit in edits), safe)


def _span_to_json(span: Span | None) -> list[Any] | None:
    if span is None:
        return None
    places = (span.start, span.end)
    return [str(span.path), *(place and [place.line, place.column] for place in places)]


def _span_from_json(value: list[Any]) -> Span:
    path, start, end = value
    return Span(_path(path), start and Position(*start), end and Position(*end))


@lru_cache(maxsize=256)
def _path(written: str) -> Path:
    """Give one object for all findings of a file, which is quicker to make, and to compare."""
    return Path(written)
