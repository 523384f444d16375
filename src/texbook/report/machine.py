"""Findings for machines: one JSON document.

The schema is stable; ``version`` grows when a key changes its meaning or goes. Keys may be added::

    {
      "version": 1,
      "tool": "texbook lint",
      "diagnostics": [
        {
          "code": "TB001",
          "name": "missing-section",      // "" if there is none
          "severity": "error",            // error, warning, information
          "message": "...",
          "path": "chapters/01/leak.j2.tex",  // relative to the folder where it can be, "/" always
          "line": 12, "column": 1,        // from 1, columns in code points; null if unknown
          "end_line": 12, "end_column": 18,   // the column behind the last one; null if unknown
          "hints": ["..."],
          "related": [{"message": "...", "path": "...", "line": 1, "column": null,
                       "end_line": null, "end_column": null}],
          "source": "lint",               // who found it: lint, engine, biber, template, texbook
          "fix": {"description": "...", "safe": true,
                  "edits": [{"start": 0, "end": 4, "replacement": "...", "line": 1, "column": 1,
                             "end_line": 1, "end_column": 5}]}  // or null
        }
      ],
      "summary": {"errors": 1, "warnings": 0, "information": 0, "files": 1,
                  "safe_fixes": 1, "unsafe_fixes": 0},
      "exit": 1                         // the exit code of the command
    }

Offsets of edits count code points from 0. Fields of the calling command follow ``exit``.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from texbook.base.diagnostic import Severity
from texbook.base.job_log import inert_json
from texbook.report.sources import SourceLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.fix import Edit, Fix
    from texbook.base.source import SourceFile
    from texbook.base.span import Span

SCHEMA_VERSION = 1
"""Grows when a reader of the old schema would misread the new one."""


def render_json(
    diagnostics: Sequence[Diagnostic],
    *,
    tool: str,
    folder: Path,
    status: int,
    extra: Mapping[str, Any] | None = None,
    texts: Mapping[Path, SourceFile] | None = None,
    listed: bool = True,
) -> str:
    """Write the document, ending in a newline; pure ASCII, so that any stream can take it.

    Args:
        diagnostics: the findings, in the order they shall have.
        tool: name and version of the tool.
        folder: paths below it are written relative to it.
        status: the exit code of the command.
        extra: more fields for the top level, as JSON values.
        texts: what takes the place of files, by their paths.
        listed: whether to list the findings; the summary counts them anyway.

    Raises:
        ValueError: when an extra field has the name of a field of the schema.
    """
    sources = SourceLines(texts)
    shown = diagnostics if listed else ()
    document: dict[str, Any] = {
        "version": SCHEMA_VERSION,
        "tool": tool,
        "diagnostics": [_diagnostic_fields(item, folder, sources) for item in shown],
        "summary": summary_fields(diagnostics),
        "exit": int(status),
    }
    taken = sorted(set(document) & set(extra or {}))
    if taken:
        raise ValueError(f"fields of the schema cannot be replaced: {', '.join(taken)}")
    return inert_json(json.dumps({**document, **(extra or {})}, indent=2, allow_nan=False)) + "\n"


def _diagnostic_fields(
    diagnostic: Diagnostic, folder: Path, sources: SourceLines
) -> dict[str, Any]:
    """Give one finding as JSON values, keys in the schema's order."""
    fix, span = diagnostic.fix, diagnostic.span
    source = sources.source(span.path) if fix is not None and span is not None else None
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_span_fields(span, folder),
        "hints": list(diagnostic.hints),
        "related": [
            {"message": related.message, **_span_fields(related.span, folder)}
            for related in diagnostic.related
        ],
        "source": diagnostic.source,
        "fix": None if fix is None else _fix_fields(fix, source),
    }


def summary_fields(diagnostics: Sequence[Diagnostic]) -> dict[str, int]:
    """Count findings by severity, the files that have any, and what can be fixed."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    fixes = Counter(item.fix.safe for item in diagnostics if item.fix is not None)
    return {
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "information": counts[Severity.INFORMATION],
        "files": len({item.span.path for item in diagnostics if item.span is not None}),
        "safe_fixes": fixes[True],
        "unsafe_fixes": fixes[False],
    }


def _span_fields(span: Span | None, folder: Path) -> dict[str, Any]:
    if span is None:
        return dict.fromkeys(("path", "line", "column", "end_line", "end_column"))
    path = span.path.relative_to(folder) if span.path.is_relative_to(folder) else span.path
    return {
        "path": path.as_posix(),
        "line": span.start.line if span.start else None,
        "column": span.start.column if span.start else None,
        "end_line": span.end.line if span.end else None,
        "end_column": span.end.column if span.end else None,
    }


def _fix_fields(fix: Fix, source: SourceFile | None) -> dict[str, Any]:
    return {
        "description": fix.description,
        "safe": fix.safe,
        "edits": [_edit_fields(edit, source) for edit in fix.edits],
    }


def _edit_fields(edit: Edit, source: SourceFile | None) -> dict[str, Any]:
    start, end = (
        (None, None) if source is None else (source.position(edit.start), source.position(edit.end))
    )
    return {
        "start": edit.start,
        "end": edit.end,
        "replacement": edit.replacement,
        "line": start and start.line,
        "column": start and start.column,
        "end_line": end and end.line,
        "end_column": end and end.column,
    }
