"""What the configuration says of findings: silent in some files, graver or lighter than usual."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from texbook.base.errors import ConfigError
from texbook.config.load import key_span
from texbook.config.model import HeadingCase
from texbook.lint.rule import rules_named, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic, Severity
    from texbook.config.model import Config, LintConfig
    from texbook.lint.rule import Rule

_SIGN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)
_NEEDED: Mapping[str, tuple[str, Callable[[Config], object]]] = {
    **dict.fromkeys(
        ("TB602", "TB604", "TB606"),
        ('"papers-section" of [structure]', lambda config: config.structure.papers_section),
    ),
    "TB701": (
        '"minimum-words" of [structure]',
        lambda config: config.structure.minimum_words or not config.structure.sections,
    ),
    "TB707": (
        '"answer-box", "fewest-takeaways" or "most-takeaways" of [structure]',
        lambda config: (
            config.structure.answer_box
            or config.structure.fewest_takeaways
            or config.structure.most_takeaways
            or not config.structure.sections
        ),
    ),
    "TB708": (
        '"heading-case" of [lint]',
        lambda config: config.lint.heading_case is not HeadingCase.ANY,
    ),
    "TB806": ('"terms" of [lint]', lambda config: config.lint.terms),
}
"""Rules that find nothing without a key, by code. Without sections another note says so."""
_ANY_FOLDERS, _ANYTHING = r"(?:[^/]+/)*", r".*"


def check_words(rules: Sequence[Rule], config: Config) -> None:
    """Refuse words of the configuration that name no rule.

    Raises:
        ConfigError: with the place of the key and the closest rule.
    """
    for keys, words in _words(config.lint):
        for word in words:
            try:
                rules_named(rules, word)
            except ConfigError as error:
                span = None if config.path is None else key_span(config.path, "lint", *keys)
                raise ConfigError(error.message, hints=error.hints, span=span) from None


def idle_notes(rules: Iterable[Rule], config: Config, words: Iterable[str]) -> tuple[str, ...]:
    """Say which rules that were asked for one by one have nothing to go by.

    Args:
        rules: those that run.
        config: the book's configuration.
        words: by which rules were selected.
    """
    asked = {word.lower() for word in words}
    return tuple(
        f'"{rule.name}" ({rule.code}) finds nothing without {_NEEDED[rule.code][0]}'
        for rule in rules
        if rule.code in _NEEDED
        and {rule.code.lower(), rule.name} & asked
        and not _NEEDED[rule.code][1](config)
    )


def _words(lint: LintConfig) -> Iterator[tuple[tuple[str, ...], Iterable[str]]]:
    """Give the words that name rules, with the keys below ``[lint]`` at which they stand."""
    yield ("select",), lint.select
    yield ("extend-select",), lint.extend_select
    yield ("ignore",), lint.ignore
    for pattern, words in lint.per_file_ignores:
        yield ("per-file-ignores", pattern), words
    for word, _ in lint.severity:
        yield ("severity", word), (word,)


def apply_settings(
    found: Iterable[Diagnostic], lint: LintConfig, rules: Sequence[Rule], root: Path
) -> Iterator[Diagnostic]:
    """Leave out what is silent in its file, and give the others the severity that the book wants.

    Args:
        found: at the places that the author wrote.
        lint: the configuration; its words are known to name rules.
        rules: all there are; findings of no rule (of rendering, say) stay as they are.
        root: the folder that patterns of paths begin in.
    """
    silent = [
        (path_pattern(pattern), {rule.code for word in words for rule in rules_named(rules, word)})
        for pattern, words in lint.per_file_ignores
    ]
    severities = _severities(lint, rules)

    @cache
    def silent_codes(path: Path) -> frozenset[str]:
        relative = os.path.relpath(path, root).replace(os.sep, "/")
        return frozenset().union(*(codes for pattern, codes in silent if pattern.match(relative)))

    for item in found:
        if item.span is not None and silent and item.code in silent_codes(item.span.path):
            continue
        severity = severities.get(item.code, item.severity)
        yield item if severity is item.severity else replace(item, severity=severity)


def _severities(lint: LintConfig, rules: Sequence[Rule]) -> dict[str, Severity]:
    """Give the severity of each rule that the configuration names; the most exact word wins."""
    chosen: dict[str, Severity] = {}
    for rule in rules:
        words = [(weight(rule, word), severity) for word, severity in lint.severity]
        best = max(words, key=lambda item: item[0], default=None)
        if best is not None and best[0] > 0:
            chosen[rule.code] = best[1]
    return chosen


def path_pattern(pattern: str) -> re.Pattern[str]:
    """Make a pattern for relative paths with ``/`` between folders.

    ``*`` stands for anything in a name and ``**`` for any folders. A pattern without a folder
    holds for names in every folder, and one that fits a folder for all below it.

    >>> bool(path_pattern("old/*").match("old/part/a.tex"))
    True
    >>> bool(path_pattern("a*.tex").match("old/ab.tex"))
    True
    >>> bool(path_pattern("old/*.tex").match("old/part/a.tex"))
    False
    """
    written = pattern.removeprefix("./").rstrip("/")
    signs = "".join(_translated(found[0]) for found in _SIGN.finditer(written))
    folders = "" if "/" in written else _ANY_FOLDERS
    try:
        return re.compile(rf"(?s:{folders}{signs})(?:/|\Z)")
    except re.error:  # a range that runs backwards, say
        return re.compile(rf"{folders}{re.escape(written)}(?:/|\Z)")


def _translated(sign: str) -> str:
    """Give the regular expression of one sign of a pattern."""
    if sign == "**/":
        return _ANY_FOLDERS
    if sign == "**":
        return _ANYTHING
    if sign == "*":
        return "[^/]*"
    if sign == "?":
        return "[^/]"
    if len(sign) > 1:  # the characters of a class, some of which Python would take as signs
        inner = sign[1:-1]
        negated = inner.startswith("!")
        characters = re.sub(r"([\\\[&~|^]|(?<=-)-)", r"\\\1", inner[negated:])
        return f"[{'^' if negated else ''}{characters}]"
    return re.escape(sign)
