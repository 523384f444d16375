"""Findings as SARIF 2.1.0, the form that code hosts and editors exchange.

One log with one run. Section numbers are those of the standard: OASIS, "Static Analysis Results
Interchange Format (SARIF) Version 2.1.0 Plus Errata 01".
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from texbook.base.diagnostic import Severity
from texbook.base.digest import digest_text
from texbook.base.job_log import inert_json
from texbook.report.sources import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.fix import Edit, Fix
    from texbook.base.source import SourceFile
    from texbook.base.span import Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE = "SRCROOT"
_FINGERPRINT = "ruleAndLine/v1"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
}


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a viewer shows of a rule.

    Attributes:
        name: for people, such as ``missing-section``.
        severity: how much its findings weigh if nothing else is said.
        summary: one sentence.
        description: what it reports.
        manual: in Markdown.
        default: whether it runs if nothing else is said.
    """

    name: str
    severity: Severity
    summary: str
    description: str
    manual: str
    default: bool = True


def render_sarif(
    diagnostics: Sequence[Diagnostic],
    *,
    version: str,
    folder: Path,
    status: int,
    rules: Mapping[str, RuleText],
    notes: Sequence[str] = (),
    fault: Diagnostic | None = None,
    texts: Mapping[Path, SourceFile] | None = None,
) -> str:
    """Write the log, ending in a newline; pure ASCII, so that any stream can take it.

    Args:
        diagnostics: the findings, in the order they shall have.
        version: of the tool.
        folder: the root of the sources: paths below it are written relative to it.
        status: the exit code of the command.
        rules: by code; those that found something are described.
        notes: what is to be known of the run itself.
        fault: what ended the run before it was done.
        texts: what takes the place of files, by their paths.
    """
    indices = {code: index for index, code in enumerate(_codes(diagnostics))}
    writer = _Writer(folder, indices, SourceLines(texts))
    driver = {
        "name": "texbook",
        "semanticVersion": version,
        "rules": [_descriptor(code, rules.get(code), diagnostics) for code in writer.indices],
    }
    invocation: dict[str, Any] = {"executionSuccessful": fault is None, "exitCode": int(status)}
    told = [{"level": "note", "message": {"text": note}} for note in notes]
    if fault is not None:
        told.append(writer.notification(fault))
    if told:
        invocation["toolExecutionNotifications"] = told
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": _uri(folder / "_")[:-1]}},
        "invocations": [invocation],
        "results": writer.results(diagnostics),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return inert_json(json.dumps(log, indent=2, allow_nan=False)) + "\n"


def _codes(diagnostics: Iterable[Diagnostic]) -> list[str]:
    return sorted({item.code for item in diagnostics})


def _descriptor(
    code: str, rule: RuleText | None, diagnostics: Sequence[Diagnostic]
) -> dict[str, Any]:
    """Describe a rule; a code without one (a fault of a template, say) by its first finding."""
    if rule is None:
        first = next(item for item in diagnostics if item.code == code)
        named = {"name": first.name} if first.name else {}
        return {"id": code, **named, "defaultConfiguration": {"level": _LEVELS[first.severity]}}
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.description},
        "help": {"text": rule.manual, "markdown": rule.manual},
        "defaultConfiguration": {"enabled": rule.default, "level": _LEVELS[rule.severity]},
    }


class _Writer:
    """Turns findings into results; keeps the texts that it has to look at."""

    def __init__(self, folder: Path, indices: dict[str, int], sources: SourceLines):
        self.folder = folder
        self.indices = indices
        self.sources = sources
        self.digests: dict[tuple[Path, int], str] = {}

    def results(self, diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
        """Give a result for each finding; equal findings on equal lines are numbered."""
        seen: Counter[str] = Counter()
        results = []
        for item in diagnostics:
            content = self._content(item)
            results.append(self._result(item, digest_text(f"{content}\0{seen[content]}")))
            seen[content] += 1
        return results

    def _content(self, item: Diagnostic) -> str:
        """Give what tells a finding from others, and stays when lines before it come or go."""
        if item.span is None:
            return f"{item.code}\0\0{item.message}"
        uri = self._place(item.span.path)["uri"]
        return f"{item.code}\0{uri}\0{self._line_digest(item.span) or item.message}"

    def _line_digest(self, span: Span) -> str:
        """Give the digest of the line where a finding is, without the space around it."""
        if span.start is None:
            return ""
        key = span.path, span.start.line
        if key not in self.digests:
            line = self.sources.line(*key)
            self.digests[key] = "" if line is None else digest_text(line.strip())
        return self.digests[key]

    def _result(self, item: Diagnostic, fingerprint: str) -> dict[str, Any]:
        result: dict[str, Any] = {
            "ruleId": item.code,
            "ruleIndex": self.indices[item.code],
            "level": _LEVELS[item.severity],
            "message": {"text": _words(item)},
        }
        if item.span is not None:
            result["locations"] = [self._location(item.span)]
        if item.related:
            result["relatedLocations"] = [
                {"id": number, **self._location(related.span), "message": {"text": related.message}}
                for number, related in enumerate(item.related, 1)
            ]
        result["partialFingerprints"] = {_FINGERPRINT: fingerprint}
        fix = None if item.fix is None else self._fix(item.fix, item.span)
        if fix is not None:
            result["fixes"] = [fix]
        return result

    def notification(self, fault: Diagnostic) -> dict[str, Any]:
        """Tell what ended the run (3.58)."""
        told: dict[str, Any] = {
            "level": "error",
            "message": {"text": _words(fault)},
            "descriptor": {"id": fault.code},
        }
        if fault.span is not None:
            told["locations"] = [self._location(fault.span)]
        return told

    def _location(self, span: Span) -> dict[str, Any]:
        place: dict[str, Any] = {"artifactLocation": self._place(span.path)}
        region = _region(span)
        if region:
            place["region"] = region
        return {"physicalLocation": place}

    def _place(self, path: Path) -> dict[str, Any]:
        if path.is_relative_to(self.folder):
            return {"uri": _quoted(path.relative_to(self.folder)), "uriBaseId": _BASE}
        return {"uri": _uri(path)}

    def _fix(self, fix: Fix, span: Span | None) -> dict[str, Any] | None:
        """Give a fix (3.55); None where its text cannot be read any more."""
        source = None if span is None else self.sources.source(span.path)
        if span is None or source is None:
            return None
        kind = "safe" if fix.safe else "unsafe"
        change = {
            "artifactLocation": self._place(span.path),
            "replacements": [_replacement(edit, source) for edit in fix.edits],
        }
        return {
            "description": {"text": f"{fix.description} ({kind})"},
            "artifactChanges": [change],
            "properties": {"safe": fix.safe},
        }


def _words(item: Diagnostic) -> str:
    return "\n".join([item.message, *(f"hint: {hint}" for hint in item.hints)])


def _region(span: Span) -> dict[str, int]:
    """Give a region (3.30); without an end column it would reach to the end of the line."""
    start, end = span.start, span.end
    if start is None:
        return {}
    region = {"startLine": start.line}
    if start.column is not None:
        region["startColumn"] = start.column
    if end is None:
        return region | ({} if start.column is None else {"endColumn": start.column})
    if end.line != start.line:
        region["endLine"] = end.line
    if end.column is not None:
        region["endColumn"] = end.column
    return region


def _replacement(edit: Edit, source: SourceFile) -> dict[str, Any]:
    start, end = source.position(edit.start), source.position(edit.end)
    return {
        "deletedRegion": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
        "insertedContent": {"text": edit.replacement},
    }


def _quoted(path: Path) -> str:
    """Percent-encode the bytes of a path (RFC 3986); a colon too, which would end a scheme."""
    return quote(os.fsencode(path.as_posix()), safe="/~!$&'()*+,;=@")


def _uri(path: Path) -> str:
    return f"file://{_quoted(path)}"
