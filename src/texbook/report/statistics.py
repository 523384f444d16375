"""Findings counted by rule, for ``texbook lint --statistics``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.base.diagnostic import Diagnostic

_LEGENDS = {
    frozenset({"[*]"}): "[*] all or some can be fixed with --fix",
    frozenset({"[-]"}): "[-] all or some can be fixed with --fix --unsafe-fixes",
    frozenset({"[*]", "[-]"}): (
        "[*] all or some can be fixed with --fix, [-] with --fix --unsafe-fixes"
    ),
}
"""What the marks mean, by those that there are."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule has found something.

    Attributes:
        name: the rule's; "" for findings of no rule.
        fixable: findings that have a safe fix.
        unsafely_fixable: those that have another.
    """

    code: str
    name: str
    severity: str
    count: int
    fixable: int = 0
    unsafely_fixable: int = 0


def count_by_rule(diagnostics: Sequence[Diagnostic]) -> tuple[RuleCount, ...]:
    """Count findings by rule, the most frequent first."""
    kinds = {item.code: item for item in reversed(diagnostics)}
    counts = Counter(item.code for item in diagnostics)
    safe = Counter(item.code for item in diagnostics if item.fix is not None and item.fix.safe)
    fixes = Counter(item.code for item in diagnostics if item.fix is not None)
    return tuple(
        RuleCount(
            code,
            kinds[code].name,
            kinds[code].severity.value,
            count,
            safe[code],
            fixes[code] - safe[code],
        )
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def statistics_fields(counts: Sequence[RuleCount]) -> list[dict[str, Any]]:
    """Give the counts as JSON values."""
    return [asdict(count) for count in counts]


def render_statistics(counts: Sequence[RuleCount]) -> str:
    """Give the counts as a table in plain text.

    >>> rows = [RuleCount("TB506", "ellipsis-dots", "warning", 12, 12),
    ...         RuleCount("TB001", "missing-section", "error", 3, 0, 2)]
    >>> print(render_statistics(rows), end="")
    12  TB506  [*] ellipsis-dots
     3  TB001  [-] missing-section
    [*] all or some can be fixed with --fix, [-] with --fix --unsafe-fixes
    """
    if not counts:
        return ""
    numbers = max(len(str(item.count)) for item in counts)
    codes = max(len(item.code) for item in counts)
    lines = [
        f"{item.count:>{numbers}}  {item.code:<{codes}}  {_mark(item)} {item.name}".rstrip()
        for item in counts
    ]
    marks = {_mark(item) for item in counts} - {"[ ]"}
    if marks:
        lines.append(_LEGENDS[frozenset(marks)])
    return "\n".join(lines) + "\n"


def _mark(item: RuleCount) -> str:
    if item.fixable:
        return "[*]"
    return "[-]" if item.unsafely_fixable else "[ ]"
