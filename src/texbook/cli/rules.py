"""``texbook rules``."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from texbook.lint.manual import rule_manual, rule_summary, rules_page
from texbook.lint.rule import Fixes, all_rules, find_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.lint.rule import Rule

EPILOG = """\b
Examples:
  texbook rules                  the list
  texbook rules TB5              those whose codes begin so
  texbook rules TB001            one rule's manual
  texbook rules missing-section  the same rule by its name
"""

_LEGEND = "[*] has safe fixes, [-] has unsafe fixes; off: runs only when it is selected"
_MARKS = {Fixes.NONE: "[ ]", Fixes.SAFE: "[*]", Fixes.EITHER: "[*]", Fixes.UNSAFE: "[-]"}
_NARROWEST = 24
"""Columns below which a summary is not wrapped."""


@click.command("rules", epilog=EPILOG)
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="Write the page docs/rules.md.")
def command(code: str | None, *, markdown: bool) -> None:
    """List the lint rules, or explain one.

    CODE is a rule's code or name, such as TB001 or missing-section, or the beginning of codes.
    """
    rules = all_rules()
    if markdown:
        click.echo(rules_page(rules), nl=False)
        return
    begun = [] if code is None else [r for r in rules if r.code.startswith(code.upper())]
    if code is None or len(begun) > 1:
        click.echo(_listed(begun or rules))
        click.echo(_LEGEND, err=True)
    else:
        click.echo(rule_manual(find_rule(rules, code)))


def _listed(rules: Sequence[Rule]) -> str:
    """Give a line a rule; on a terminal a long one goes on in its column."""
    names = max(len(rule.name) for rule in rules)
    severities = max(len(_severity(rule)) for rule in rules)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    lines: list[str] = []
    for rule in rules:
        head = (
            f"{rule.code}  {_MARKS[rule.fixes]} {rule.name:<{names}}  "
            f"{_severity(rule):<{severities}}  "
        )
        room, text = width - len(head), rule_summary(rule)
        parts = textwrap.wrap(text, room) if room >= _NARROWEST else [text]
        lines += (f"{head}{parts[0]}", *(" " * len(head) + part for part in parts[1:]))
    return "\n".join(lines)


def _severity(rule: Rule) -> str:
    return rule.severity if rule.default else f"{rule.severity}, off"
