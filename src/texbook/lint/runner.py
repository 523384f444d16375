"""Runs rules over documents: findings sorted, each once, at the author's own lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity, in_order
from texbook.lint.book import Book, Document
from texbook.lint.rule import Rule, all_rules, select_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from texbook.base.errors import BookError
    from texbook.base.source import SourceFile
    from texbook.base.sourcemap import SourceMap
    from texbook.base.span import Span
    from texbook.config import Config

__all__ = ["Document", "LintOutcome", "lint", "unreadable"]

UNREADABLE = "TB902"
CRASHED = "TB903"
NO_STRUCTURE = (
    "no required sections are configured, so the structure rules are off; "
    'the preset "nine-sections" of [structure] turns them on'
)


@dataclass(frozen=True, slots=True)
class LintOutcome:
    """What a lint run found.

    Attributes:
        diagnostics: sorted by place, each once.
        questions: number of questions that were judged.
        sections: number of their sections.
        files: number of documents read.
        notes: what the person should know about the run itself.
    """

    diagnostics: tuple[Diagnostic, ...]
    questions: int = 0
    sections: int = 0
    files: int = 0
    notes: tuple[str, ...] = ()


def lint(
    documents: Sequence[Document],
    config: Config,
    *,
    rules: Sequence[Rule] | None = None,
    definitions: Sequence[SourceFile] = (),
) -> LintOutcome:
    """Run rules over documents.

    Args:
        documents: in reading order; the whole book, or some files of it.
        config: the book's configuration.
        rules: what `select_rules` chose; by default what the configuration chooses.
        definitions: class and package files of the book, read for what they define.

    Raises:
        ConfigError: when the configuration selects a rule that does not exist.
    """
    chosen = select_rules(all_rules(), config.lint) if rules is None else tuple(rules)
    book = Book(documents, config, definitions)
    maps = {d.source.path: d.source_map for d in documents if d.source_map is not None}
    found = [finding for rule in chosen for finding in _run(rule, book, maps)]
    codes = {rule.code for rule in chosen}
    known = {rule.code for rule in all_rules()}
    found.extend(
        finding
        for document in documents
        for finding in document.template_findings
        if finding.code in codes or finding.code not in known
    )
    structure = any(rule.structure for rule in chosen)
    judged = book.questions
    return LintOutcome(
        diagnostics=tuple(in_order(list(dict.fromkeys(found)))),
        questions=len(judged),
        sections=sum(len(item.placed) for item in judged),
        files=len(documents),
        notes=(NO_STRUCTURE,) if structure and not book.required else (),
    )


def _run(rule: Rule, book: Book, maps: dict[Path, SourceMap]) -> Iterator[Diagnostic]:
    if rule.structure and not book.required:
        return
    try:
        for finding in rule.check(book):
            yield _translated(finding, maps)
    except Exception as error:  # noqa: BLE001  one faulty rule must not silence the others
        yield Diagnostic(
            code=CRASHED,
            severity=Severity.ERROR,
            message=(
                f'the rule "{rule.name}" ({rule.code}) failed: {type(error).__name__}: {error}'
            ),
            hints=(
                "this is a fault in texbook, not in the book; please report it",
                f"until it is mended: --ignore {rule.code}",
            ),
            source="lint",
            name="rule-crashed",
        )


def _translated(finding: Diagnostic, maps: dict[Path, SourceMap]) -> Diagnostic:
    """Move a finding, and the places it refers to, from rendered text to the templates."""
    related = tuple(
        Related(_place(item, maps), item.message) if item.span.path in maps else item
        for item in finding.related
    )
    finding = replace(finding, related=related)
    if finding.span is None or finding.span.path not in maps:
        return finding
    return maps[finding.span.path].translate(finding)


def _place(item: Related, maps: dict[Path, SourceMap]) -> Span:
    start = item.span.start
    moved = maps[item.span.path].span(start.line) if start is not None else None
    return moved or item.span


def unreadable(error: BookError) -> Diagnostic:
    """Give the finding for a file that cannot be read as text (`read_source`'s error)."""
    return Diagnostic(
        code=UNREADABLE,
        severity=Severity.ERROR,
        message=error.message,
        span=error.span,
        hints=error.hints,
        source="lint",
        name="cannot-parse",
    )
