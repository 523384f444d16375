"""Findings for GitHub Actions: annotations on the lines of a pull request, and a summary.

An annotation is a workflow command, a line of standard output
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions)::

    ::warning file=a.tex,line=3,endLine=3,col=7,endColumn=9,title=TB506 ellipsis-dots::three dots

GitHub keeps ten annotations of each severity of a step and drops the others without a word. So no
more are written. Its log shows an annotation without its place: all findings follow there as plain
lines, folded, and the summary has all of them, too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.base.job_log import inert
from texbook.report.concise import concise_line, plain, relative_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic

MOST_ANNOTATIONS = 10
"""Annotations of one severity that GitHub keeps of a step."""
SUMMARY_BYTES = 900_000
"""Bytes of findings that the summary lists; GitHub refuses one of more than 1 MiB."""

_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
}


def render_annotations(diagnostics: Sequence[Diagnostic], *, workspace: Path, folder: Path) -> str:
    """Write annotations, the gravest findings first, and all findings as plain lines.

    Args:
        diagnostics: the findings.
        workspace: the folder of the repository: GitHub takes paths relative to it.
        folder: paths of plain lines are relative to it.
    """
    if not diagnostics:
        return ""
    lines: list[str] = []
    for severity in Severity:
        same = [item for item in diagnostics if item.severity is severity]
        lines += [_annotation(item, workspace) for item in same[:MOST_ANNOTATIONS]]
    lines.append(f"::group::findings: {len(diagnostics):,}")
    lines += [inert(concise_line(item, folder)) for item in diagnostics]
    lines.append("::endgroup::")
    return "".join(f"{line}\n" for line in lines)


def _annotation(item: Diagnostic, workspace: Path) -> str:
    properties = {"title": f"{item.code} {item.name}".rstrip()}
    if item.span is not None:
        properties = {
            "file": relative_name(item.span.path, workspace),
            **_region(item),
            **properties,
        }
    words = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties.items())
    message = "\n".join([item.message, *(f"hint: {hint}" for hint in item.hints)])
    return f"::{_COMMANDS[item.severity]} {words}::{_escaped(message)}"


def _region(item: Diagnostic) -> dict[str, str]:
    """Give lines, and columns where the finding is within one line: GitHub takes no others.

    Its last column is that of the last character, ours the one behind it.
    """
    assert item.span is not None
    start, end = item.span.start, item.span.end
    if start is None:
        return {}
    last = start.line if end is None else end.line
    region = {"line": str(start.line), "endLine": str(last)}
    if last == start.line and start.column is not None:
        stop = start.column + 1 if end is None or end.column is None else end.column
        region |= {"col": str(start.column), "endColumn": str(max(start.column, stop - 1))}
    return region


def _escaped(text: str) -> str:
    """Escape what would end a command or be read as an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def render_step_summary(diagnostics: Sequence[Diagnostic], *, heading: str, workspace: Path) -> str:
    """Write the page for ``$GITHUB_STEP_SUMMARY`` in Markdown: counts by rule, and every finding.

    Args:
        diagnostics: the findings.
        heading: what ran and what it found, as text.
        workspace: paths below it are written relative to it.
    """
    lines = [f"### {_markdown(heading)}", ""]
    if diagnostics:
        lines += ["| rule | name | severity | findings |", "|---|---|---|---:|"]
        counts = Counter((item.severity.rank, item.code, item.name) for item in diagnostics)
        lines += [
            f"| {_markdown(code)} | {_markdown(name)} | {list(Severity)[rank]} | {count:,} |"
            for (rank, code, name), count in sorted(counts.items())
        ]
        lines += ["", "<details><summary>all findings</summary>", ""]
        lines += _listed(sorted(diagnostics, key=lambda item: item.severity.rank), workspace)
        lines += ["", "</details>", ""]
    return "".join(f"{line}\n" for line in lines)


def _listed(diagnostics: Sequence[Diagnostic], workspace: Path) -> list[str]:
    lines: list[str] = []
    size = 0
    for item in diagnostics:
        line = f"- {_markdown(concise_line(item, workspace))}"
        size += len(line.encode("utf-8", "replace"))
        if size > SUMMARY_BYTES:
            return [*lines, f"- and {len(diagnostics) - len(lines):,} more"]
        lines.append(line)
    return lines


def _markdown(text: str) -> str:
    r"""Escape what Markdown or HTML would take for its own.

    >>> print(_markdown('"a_b" | <b>'))
    "a\_b" \| &lt;b&gt;
    """
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|#~$" else c for c in text)
