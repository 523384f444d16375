from collections.abc import Iterator
from dataclasses import replace

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import ConfigError
from texbook.config.model import LintConfig
from texbook.lint.book import Book
from texbook.lint.manual import rule_manual, rules_page
from texbook.lint.rule import Rule, all_rules, check_rules, find_rule, select_rules


def _nothing(book: Book) -> Iterator[Diagnostic]:
    yield from ()


RULES = tuple(
    Rule(code, name, Severity.WARNING, _nothing, default=default, manual="Finds nothing.")
    for code, name, default in (
        ("TB001", "first", True),
        ("TB002", "second", True),
        ("TB501", "straight-quotes", True),
        ("TB801", "unused-label", False),
    )
)


def _codes(config: LintConfig, **words: tuple[str, ...]) -> list[str]:
    return [rule.code for rule in select_rules(RULES, config, **words)]


def test_default_set_leaves_out_rules_that_are_off() -> None:
    assert _codes(LintConfig()) == ["TB001", "TB002", "TB501"]


def test_a_prefix_names_several_rules() -> None:
    assert _codes(LintConfig(select=("TB0",))) == ["TB001", "TB002"]


def test_a_name_names_one_rule() -> None:
    assert _codes(LintConfig(select=("unused-label",))) == ["TB801"]


def test_extending_keeps_the_default_set() -> None:
    assert _codes(LintConfig(extend_select=("TB801",))) == ["TB001", "TB002", "TB501", "TB801"]


def test_command_line_selection_replaces_that_of_the_configuration() -> None:
    assert _codes(LintConfig(select=("TB0",)), select=("TB501",)) == ["TB501"]


def test_the_more_exact_word_wins() -> None:
    assert _codes(LintConfig(select=("TB001", "TB5"), ignore=("TB0",))) == ["TB001", "TB501"]
    assert _codes(LintConfig(ignore=("TB",))) == []


def test_ignoring_on_the_command_line_adds_to_the_configuration() -> None:
    assert _codes(LintConfig(ignore=("TB001",)), ignore=("second",)) == ["TB501"]


@pytest.mark.parametrize(
    ("word", "meant"), [("TB5O1", "TB501"), ("strait-quotes", "straight-quotes")]
)
def test_unknown_word_is_refused_with_the_closest(word: str, meant: str) -> None:
    with pytest.raises(ConfigError) as error:
        _codes(LintConfig(ignore=(word,)))
    assert f'there is no rule "{word}"' in error.value.message
    assert error.value.hints == (f'did you mean "{meant}"?',)


def test_two_rules_of_one_code_are_refused() -> None:
    with pytest.raises(ValueError, match="TB001"):
        check_rules([RULES[0], replace(RULES[1], code="TB001")])


def test_a_rule_without_manual_is_refused() -> None:
    with pytest.raises(ValueError, match="manual"):
        check_rules([replace(RULES[0], manual=" ")])


def test_a_rule_is_found_by_code_and_by_name() -> None:
    assert find_rule(RULES, "tb501") is find_rule(RULES, "straight-quotes")
    with pytest.raises(ConfigError):
        find_rule(RULES, "TB999")


def test_page_of_rules_holds_every_manual() -> None:
    page = rules_page(all_rules())
    for rule in all_rules():
        assert f"## {rule.code} {rule.name}" in page
        assert rule_manual(rule).startswith(f"# {rule.code} {rule.name}\n")
