"""What passage rules found in earlier runs, by the digest of the passage.

After an edit only the passages that changed are judged again, wherever the others moved.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from texbook.lint.finding import Finding
from texbook.lint.kept import read_kept, write_kept
from texbook.lint.kept_views import KeptViews
from texbook.messages.findings import fix_from_json, fix_to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.lint.passage import Passage
    from texbook.lint.rule import Rule

MOST_FINDINGS = 50_000
"""Findings of a rule that are told; nobody reads the others, and a million take a gigabyte."""
_FEWEST = 500
"""Passages that are kept in any case, so that chapters that are linted in turn stay."""

Entry = tuple[frozenset[str], dict[str, list[Any]]]
"""Codes of the rules that have judged a passage, and what those found that found something."""


class KeptFindings:
    """Findings of passage rules, of this run and of earlier ones.

    Args:
        path: where they are kept; beside it stand the views of the passages.
        version: of the code that judges; what another one found is forgotten.
    """

    def __init__(self, path: Path, version: str) -> None:
        self.views = KeptViews(path.with_suffix(".views"), version)
        self._path = path
        self._version = version
        self._entries: dict[str, Entry] = {}
        self._used: dict[str, None] = {}
        self._is_changed = False

    def load(self) -> None:
        """Read what earlier runs found, if there is something."""
        table = read_kept(self._path)
        if table.get("version") != self._version:
            return
        try:
            judged = [frozenset(codes) for codes in table["judged"]]
            self._entries = {
                digest: (judged[number], dict(found))
                for digest, (number, found) in table["passages"].items()
            }
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            self._entries = {}

    def get(self, code: str, passage: Passage) -> tuple[Finding, ...] | None:
        """Give what a rule found in a passage; None if it has not judged it."""
        self._used[passage.digest] = None
        judged, found = self._entries.get(passage.digest, (frozenset(), {}))
        if code not in judged:
            return None
        try:
            return tuple(_from_json(value) for value in found.get(code, ()))
        except (TypeError, ValueError):
            return None

    def put(self, code: str, passage: Passage, findings: Sequence[Finding]) -> None:
        """Remember what a rule found in a passage."""
        self._is_changed = True
        judged, found = self._entries.get(passage.digest, (frozenset(), {}))
        found.pop(code, None)
        if findings:
            found[code] = [_to_json(finding) for finding in findings]
        self._entries[passage.digest] = (judged | {code}, found)

    def save(self) -> None:
        """Write what is new, and forget what has not been asked for the longest time."""
        self.views.save()
        if not self._is_changed:
            return
        unused = [digest for digest in self._entries if digest not in self._used]
        kept = [*unused[-max(_FEWEST, len(self._used)) :], *self._used]
        numbers: dict[frozenset[str], int] = {}
        passages = {
            digest: (numbers.setdefault(self._entries[digest][0], len(numbers)), entry[1])
            for digest in kept
            if (entry := self._entries.get(digest)) is not None
        }
        table = {
            "version": self._version,
            "judged": [sorted(codes) for codes in numbers],
            "passages": passages,
        }
        write_kept(self._path, table)


def judge_passage(rule: Rule, passage: Passage, kept: KeptFindings | None) -> Sequence[Finding]:
    """Give what a passage rule finds in a passage, or has found when it judged it."""
    assert rule.check_passage is not None
    found = None if kept is None else kept.get(rule.code, passage)
    if found is None:
        found = tuple(islice(rule.check_passage(passage), MOST_FINDINGS + 1))
        if kept is not None:
            kept.put(rule.code, passage, found)
    return found


def _to_json(finding: Finding) -> list[Any]:
    values: list[Any] = [finding.start, finding.end, finding.message, list(finding.hints)]
    values.append(None if finding.fix is None else fix_to_json(finding.fix))
    return [*values, list(finding.related)]


def _from_json(value: list[Any]) -> Finding:
    start, end, message, hints, fix, related = value
    return Finding(
        start,
        end,
        message,
        tuple(hints),
        None if fix is None else fix_from_json(fix),
        tuple((first, last, text) for first, last, text in related),
    )
