"""Findings as JSON, so that a build with nothing to do repeats what the last one said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


def findings_to_json(findings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Give findings as JSON can hold them; a build offers no fixes, so there are none."""
    return [
        {
            "code": item.code,
            "severity": item.severity.value,
            "message": item.message,
            "span": _span_to_json(item.span),
            "hints": list(item.hints),
            "related": [[_span_to_json(other.span), other.message] for other in item.related],
            "source": item.source,
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
        )
        for value in values
    )


def _span_to_json(span: Span | None) -> list[Any] | None:
    if span is None:
        return None
    places = (span.start, span.end)
    return [str(span.path), *(place and [place.line, place.column] for place in places)]


def _span_from_json(value: list[Any]) -> Span:
    path, start, end = value
    return Span(Path(path), start and Position(*start), end and Position(*end))
