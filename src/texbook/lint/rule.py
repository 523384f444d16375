"""What a rule is, how rules are found and how they are chosen.

A rule is one module in ``texbook/lint/rules``. Its docstring is its manual; its ``RULE`` holds
the rest. There is no list of rules to keep: what stands in the folder is found.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from texbook.base.fix import Fix
    from texbook.base.span import Span
    from texbook.config.model import LintConfig
    from texbook.lint.book import Book
    from texbook.lint.finding import Finding
    from texbook.lint.passage import Passage
    from texbook.lint.suppress import Suppressed


class Fixes(StrEnum):
    """Which fixes a rule offers."""

    NONE = "none"
    SAFE = "safe"
    UNSAFE = "unsafe"
    EITHER = "safe or unsafe"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault that lint can find.

    It has one of the checks. A rule that needs no more than a passage is the better one: what
    it found is kept, and it runs again only for passages that have changed.

    Attributes:
        code: ``TB001``; never used for anything else again.
        name: named after the fault, not after the remedy: ``missing-section``.
        severity: how much its findings weigh.
        check: yields the findings in a book.
        check_passage: yields the findings in a passage.
        check_suppressed: yields the findings on what the comments of authors have silenced.
        structure: whether it judges the required sections, and so needs them configured.
        default: whether it runs when nothing is selected.
        fixes: which fixes its findings may bring.
        manual: the module's docstring.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[Book], Iterator[Diagnostic]] | None = None
    check_passage: Callable[[Passage], Iterator[Finding]] | None = None
    check_suppressed: Callable[[Suppressed], Iterator[Diagnostic]] | None = None
    structure: bool = False
    default: bool = True
    fixes: Fixes = Fixes.NONE
    manual: str = ""

    def diagnostic(
        self,
        message: str,
        span: Span,
        *,
        hints: tuple[str, ...] = (),
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Make a finding of this rule."""
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            message=message,
            span=span,
            hints=hints,
            related=related,
            fix=fix,
            source="lint",
            name=self.name,
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Find the rules, sorted by code.

    Raises:
        ValueError: when two rules share a code or a name, or one lacks a manual or a check.
    """
    from texbook.lint import rules  # noqa: PLC0415  (the rules import this module)

    found: list[Rule] = []
    for module in pkgutil.iter_modules(rules.__path__):
        loaded = importlib.import_module(f"{rules.__name__}.{module.name}")
        found.append(replace(loaded.RULE, manual=loaded.__doc__ or ""))
    check_rules(found)
    return tuple(sorted(found, key=lambda rule: rule.code))


def check_rules(rules: Sequence[Rule]) -> None:
    """Refuse rules that could not be told apart or looked up.

    Raises:
        ValueError: naming the rules.
    """
    seen: dict[str, Rule] = {}
    for rule in rules:
        checks = (rule.check, rule.check_passage, rule.check_suppressed)
        if sum(check is not None for check in checks) != 1:
            raise ValueError(f"the rule {rule.code} needs one check")
        if not rule.manual.strip():
            raise ValueError(f"the rule {rule.code} has no manual")
        for key in (rule.code, rule.name):
            if key in seen:
                raise ValueError(f'two rules are called "{key}"')
            seen[key] = rule


def find_rule(rules: Sequence[Rule], word: str) -> Rule:
    """Find the rule of a code or name.

    Raises:
        ConfigError: when there is none, with the closest.
    """
    for rule in rules:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    raise _unknown(rules, word)


def rules_named(rules: Sequence[Rule], word: str) -> tuple[Rule, ...]:
    """Give the rules that a word names: by code or name, or by the beginning of their codes.

    Raises:
        ConfigError: when there is none, with the closest.
    """
    named = tuple(rule for rule in rules if weight(rule, word))
    if not named:
        raise _unknown(rules, word)
    return named


def select_rules(
    rules: Sequence[Rule],
    config: LintConfig,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
) -> tuple[Rule, ...]:
    """Choose the rules to run.

    A word names a rule by code or name, or several by the beginning of their codes (``TB5``).
    ``select`` from the command line replaces that of the configuration; the others add to it.
    The more exact word wins: ``ignore = ["TB0"]`` with ``select = ["TB001"]`` leaves TB001 on.

    Raises:
        ConfigError: when a word names no rule, with the closest.
    """
    chosen = (*(select or config.select), *config.extend_select, *extend_select)
    ignored = (*config.ignore, *ignore)
    for word in (*chosen, *ignored):
        rules_named(rules, word)
    by_default = not (select or config.select)

    def runs(rule: Rule) -> bool:
        wanted = max((weight(rule, word) for word in chosen), default=0)
        unwanted = max((weight(rule, word) for word in ignored), default=0)
        return (wanted > 0 or (by_default and rule.default)) and (
            unwanted == 0 or wanted > unwanted
        )

    return tuple(rule for rule in rules if runs(rule))


def weight(rule: Rule, word: str) -> int:
    """Say how exactly a word names a rule: 0 for not at all."""
    if not word:
        return 0
    if word.lower() == rule.name:
        return len(rule.code)
    return len(word) if rule.code.startswith(word.upper()) else 0


def _unknown(rules: Sequence[Rule], word: str) -> ConfigError:
    names = [rule.code for rule in rules] + [rule.name for rule in rules]
    close = difflib.get_close_matches(word.upper(), names, n=1) or difflib.get_close_matches(
        word.lower(), names, n=1
    )
    hint = f'did you mean "{close[0]}"?' if close else '"texbook rules" lists them all'
    return ConfigError(f'there is no rule "{word}"', hints=(hint,))
