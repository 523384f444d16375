"""Leaving out the findings that comments of authors silence, and knowing which comments did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from texbook.lint.comments import matching_word

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    sweeps: dict[Path, _Sweep] = {}
    for item in suppressions:
        sweeps.setdefault(item.source.path, _Sweep([])).coming.append(item)
    kept: list[Diagnostic] = []
    placed: list[tuple[int, Diagnostic, _Sweep]] = []
    for finding in findings:
        if finding.span is None or finding.span.path not in sweeps:
            kept.append(finding)
            continue
        line = finding.span.start.line if finding.span.start else 0
        placed.append((line, finding, sweeps[finding.span.path]))
    for sweep in sweeps.values():
        sweep.coming.sort(key=lambda item: item.first, reverse=True)
    for line, finding, sweep in sorted(placed, key=lambda item: item[0]):
        sweep.go_to(line)
        if not sweep.silences(finding, explicit):
            kept.append(finding)
    return kept, {pair for sweep in sweeps.values() for pair in sweep.used}


@dataclass(slots=True)
class _Sweep:
    """Goes down a file with the suppressions that hold at a line.

    Those that name the same rules are looked at as one, and each is marked as used only once:
    thousands of them may hold at the same line.

    Attributes:
        coming: those that begin further below, the next one last.
        holding: last line, number and suppression of those that hold, as a heap.
        alive: how many of them name certain words.
        unmarked: those that name certain words and have silenced nothing by one of them.
        used: suppressions, and words of theirs that have silenced something.
    """

    coming: list[Suppression]
    holding: list[tuple[int, int, Suppression]] = field(default_factory=list)
    alive: Counter[tuple[str, ...]] = field(default_factory=Counter)
    unmarked: dict[tuple[tuple[str, ...], str], dict[int, Suppression]] = field(
        default_factory=dict
    )
    used: list[tuple[Suppression, str]] = field(default_factory=list)

    def go_to(self, line: int) -> None:
        """Take up what begins, and drop what ends, before a line that is not above the last."""
        while self.coming and self.coming[-1].first <= line:
            item, number = self.coming.pop(), len(self.coming)
            heappush(self.holding, (item.last, number, item))
            self.alive[item.words] += 1
            for word in item.words or ("",):
                self.unmarked.setdefault((item.words, word), {})[number] = item
        while self.holding and self.holding[0][0] < line:
            _, number, item = heappop(self.holding)
            self.alive[item.words] -= 1
            if not self.alive[item.words]:
                del self.alive[item.words]
            for word in item.words or ("",):
                self.unmarked[item.words, word].pop(number, None)

    def silences(self, finding: Diagnostic, explicit: frozenset[str]) -> bool:
        """Say whether a finding at the line is silenced, and mark by what."""
        silenced = False
        for words in self.alive:
            word = matching_word(words, finding.code, finding.name)
            if word is None or (not word and finding.code in explicit):
                continue
            silenced = True
            marked = self.unmarked[words, word]
            self.used += ((item, word) for item in marked.values())
            marked.clear()
        return silenced
