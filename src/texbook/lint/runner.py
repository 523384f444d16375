"""Runs rules over documents: findings sorted, each once, at the author's own lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity, in_order
from texbook.base.span import Position, Span
from texbook.lint.book import Book, Document, JudgedQuestion
from texbook.lint.rule import Rule, all_rules, select_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from texbook.base.errors import BookError
    from texbook.base.source import SourceFile
    from texbook.config.model import Config
    from texbook.lint.files import Files

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
    only: Collection[Path] | None = None,
    files: Files | None = None,
) -> LintOutcome:
    """Run rules over documents.

    Args:
        documents: in reading order, best the whole book: a question may stand in several files.
        config: the book's configuration.
        rules: what `select_rules` chose; by default what the configuration chooses.
        definitions: class and package files of the book, read for what they define.
        only: paths of the documents to tell of; None for all.
        files: looks at other files of the book; without it rules that need them are silent.

    Raises:
        ConfigError: when the configuration selects a rule that does not exist.
    """
    chosen = select_rules(all_rules(), config.lint) if rules is None else tuple(rules)
    book = Book(documents, config, definitions, files)
    told = [d for d in documents if only is None or d.source.path in only]
    paths = {document.source.path for document in told}
    # What is said of a document's experiment stands in the experiment's own files.
    places = {item.span.path for d in told for item in d.stale_results if item.span is not None}
    found = [
        _translated(finding, book)
        for rule in chosen
        for finding in _run(rule, book)
        if only is None or finding.span is None or finding.span.path in paths | places
    ]
    codes = {rule.code for rule in chosen}
    known = {rule.code for rule in all_rules()}
    found.extend(
        finding
        for document in told
        for finding in document.template_findings
        if finding.code in codes or finding.code not in known
    )
    structure = any(rule.structure for rule in chosen)
    judged = [item for item in book.questions if paths & set(_files(item))]
    return LintOutcome(
        diagnostics=tuple(in_order(list(dict.fromkeys(found)))),
        questions=len(judged),
        sections=sum(len(item.placed) for item in judged),
        files=len(told),
        notes=(NO_STRUCTURE,) if structure and not book.required else (),
    )


def _files(item: JudgedQuestion) -> Iterator[Path]:
    """Give the files that hold a heading of a question."""
    yield item.heading.source.path
    yield from (placed.section.heading.source.path for placed in item.placed)


def _run(rule: Rule, book: Book) -> Iterator[Diagnostic]:
    if rule.structure and not book.required:
        return
    try:
        if rule.check is not None:
            yield from rule.check(book)
        if rule.check_passage is not None:
            for document, start, passage in book.passages:
                for finding in rule.check_passage(passage):
                    yield finding.diagnostic(rule, document.source, start)
    except Exception as error:  # noqa: BLE001  one faulty rule must not silence the others
        yield _crashed(rule, error)


def _crashed(rule: Rule, error: Exception) -> Diagnostic:
    return Diagnostic(
        code=CRASHED,
        severity=Severity.ERROR,
        message=f'the rule "{rule.name}" ({rule.code}) failed: {type(error).__name__}: {error}',
        hints=(
            "this is a fault in texbook, not in the book; please report it",
            f"until it is mended: --ignore {rule.code}",
        ),
        source="lint",
        name="rule-crashed",
    )


def _translated(finding: Diagnostic, book: Book) -> Diagnostic:
    """Move a finding, and the places it refers to, from rendered text to the templates."""
    related = tuple(
        Related(_place(item.span, book.rendered), item.message) for item in finding.related
    )
    finding = replace(finding, related=related)
    document = None if finding.span is None else book.rendered.get(finding.span.path)
    if finding.span is None or document is None or document.source_map is None:
        return finding
    place = _place(finding.span, book.rendered)
    return replace(document.source_map.translate(finding), span=place)


def _place(span: Span, rendered: dict[Path, Document]) -> Span:
    """Give the author's place; the columns too if the line came through rendering unchanged."""
    document = rendered.get(span.path)
    if document is None or document.source_map is None or span.start is None:
        return span
    moved = document.source_map.span(span.start.line)
    template = document.template
    if moved is None or moved.start is None:
        return span
    line = document.source.line(span.start.line)
    if template is None or template.path != moved.path or template.line(moved.start.line) != line:
        return moved
    start = Position(moved.start.line, span.start.column)
    if span.end is None:
        return Span(moved.path, start)
    same_line = span.end.line == span.start.line
    end = Position(start.line, span.end.column if same_line else len(line) + 1)
    return Span(moved.path, start, end)


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
