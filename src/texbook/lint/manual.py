"""A rule's manual as text: for ``texbook rules CODE`` and for docs/rules.md."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from texbook.lint.rule import Fixes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.lint.rule import Rule


_ABOUT = """\
A rule that is "off" runs only when it is selected. Safe fixes are applied by `--fix`, the others by
`--fix --unsafe-fixes`: [lint.md](lint.md)."""


def rule_manual(rule: Rule) -> str:
    """Give a rule's manual in Markdown, from its module's docstring."""
    summary, _, rest = inspect.cleandoc(rule.manual).partition("\n")
    facts = [f"severity: {rule.severity}"]
    facts.append("on by default" if rule.default else "off by default")
    if rule.fixes is not Fixes.NONE:
        facts.append(f"fixes: {rule.fixes}")
    if rule.structure:
        facts.append("needs required sections in `[structure]`")
    return f"# {rule.code} {rule.name}\n\n{summary}\n\n({'; '.join(facts)})\n\n{rest.strip()}\n"


def rules_page(rules: Sequence[Rule]) -> str:
    """Give the page of all rules in Markdown: a table, then each manual."""
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | {rule.name} | {rule.severity}"
        f"{'' if rule.default else ', off'} | {'' if rule.fixes is Fixes.NONE else rule.fixes} "
        f"| {rule_summary(rule)} |"
        for rule in rules
    ]
    head = (
        f"# Rules\n\n{_ABOUT}\n\n"
        "| code | name | severity | fixes | what it finds |\n|---|---|---|---|---|\n"
    )
    manuals = (rule_manual(rule).replace("\n## ", "\n### ") for rule in rules)
    return head + "\n".join(rows) + "\n\n" + "\n".join(f"#{manual}" for manual in manuals)


def rule_summary(rule: Rule) -> str:
    """Give the first line of a rule's manual."""
    return inspect.cleandoc(rule.manual).partition("\n")[0]


def rule_description(rule: Rule) -> str:
    """Give what a rule's manual says that it does, in Markdown; its first line if it does not."""
    manual = inspect.cleandoc(rule.manual)
    _, found, rest = manual.partition("## What it does\n")
    return rest.partition("\n## ")[0].strip() if found else rule_summary(rule)
