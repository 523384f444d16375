"""``texbook rules``."""

from __future__ import annotations

import click

from texbook.lint.manual import rule_manual, rule_summary, rules_page
from texbook.lint.rule import all_rules, find_rule

EPILOG = """\b
Examples:
  texbook rules                  the list
  texbook rules TB001            one rule's manual
  texbook rules missing-section  the same rule by its name
"""


@click.command("rules", epilog=EPILOG)
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="Write the page docs/rules.md.")
def command(code: str | None, *, markdown: bool) -> None:
    """List the lint rules, or explain one.

    CODE is a rule's code or name, such as TB001 or missing-section.
    """
    rules = all_rules()
    if code is not None:
        click.echo(rule_manual(find_rule(rules, code)))
    elif markdown:
        click.echo(rules_page(rules), nl=False)
    else:
        width = max(len(rule.name) for rule in rules)
        for rule in rules:
            click.echo(
                f"{rule.code}  {rule.name:<{width}}  {rule.severity:<11}  {rule_summary(rule)}"
            )
