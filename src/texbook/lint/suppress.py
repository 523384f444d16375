"""Leaving out the findings that comments of authors silence, and knowing which comments did."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.lint.comments import Suppression
    from texbook.lint.rule import Rule


@dataclass(frozen=True, slots=True)
class Suppressed:
    """How suppressions fared against what the rules found.

    Attributes:
        suppressions: those that were applied.
        used: words of them that silenced something.
        ran: codes of the rules that looked at everything.
        rules: all rules that there are.
    """

    suppressions: tuple[Suppression, ...]
    used: frozenset[tuple[Suppression, str]]
    ran: frozenset[str]
    rules: tuple[Rule, ...]


def suppress(
    findings: Iterable[Diagnostic], suppressions: Iterable[Suppression], explicit: frozenset[str]
) -> tuple[list[Diagnostic], set[tuple[Suppression, str]]]:
    """Leave out the findings that suppressions silence, and give what silenced some.

    A finding is compared by the line where it begins.

    Args:
        findings: at the author's own places.
        suppressions: of all files.
        explicit: codes that only a comment that names them silences.

    Returns:
        The findings that are left, and the words of suppressions that silenced one.
    """
    by_path: dict[Path, list[Suppression]] = {}
    for item in suppressions:
        by_path.setdefault(item.source.path, []).append(item)
    kept: list[Diagnostic] = []
    in_question: dict[Path, list[tuple[int, Diagnostic]]] = {}
    for finding in findings:
        if finding.span is None or finding.span.path not in by_path:
            kept.append(finding)
            continue
        line = finding.span.start.line if finding.span.start else 0
        in_question.setdefault(finding.span.path, []).append((line, finding))
    used: set[tuple[Suppression, str]] = set()
    for path, placed in in_question.items():
        for finding, covering in _covered(placed, by_path[path]):
            hits = [
                (item, word)
                for item in covering
                if (word := item.matching(finding.code, finding.name)) is not None
                and (word or finding.code not in explicit)
            ]
            used.update(hits)
            if not hits:
                kept.append(finding)
    return kept, used


def _covered(
    placed: Sequence[tuple[int, Diagnostic]], suppressions: Sequence[Suppression]
) -> Iterator[tuple[Diagnostic, list[Suppression]]]:
    """Give each finding of a file with the suppressions that hold for its line, line by line."""
    coming = sorted(suppressions, key=lambda item: item.first, reverse=True)
    holding: list[tuple[int, int, Suppression]] = []
    for line, finding in sorted(placed, key=lambda pair: pair[0]):
        while coming and coming[-1].first <= line:
            item = coming.pop()
            heappush(holding, (item.last, len(coming), item))
        while holding and holding[0][0] < line:
            heappop(holding)
        yield finding, [item for _, _, item in holding]
