"""Runs rules over documents: findings sorted, each once, at the author's own lines."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity, in_order
from texbook.lint.book import Book, Document
from texbook.lint.fixes import is_sound
from texbook.lint.kept_findings import MOST_FINDINGS, judge_passage
from texbook.lint.outcome import CRASHED, LintOutcome
from texbook.lint.rule import Rule, all_rules, select_rules
from texbook.lint.suppress import Suppressed, suppress
from texbook.lint.translate import each_once, translated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from texbook.base.errors import BookError
    from texbook.base.fix import Fix
    from texbook.base.source import SourceFile
    from texbook.config.model import Config
    from texbook.lint.files import Files
    from texbook.lint.finding import Finding
    from texbook.lint.kept_findings import KeptFindings
    from texbook.lint.questions import JudgedQuestion

__all__ = ["Document", "LintOutcome", "lint", "unreadable"]

UNREADABLE = "TB902"
BAD_COMMENT = "TB901"
NO_STRUCTURE = (
    "no required sections are configured, so the structure rules are off "
    '("texbook init" looks for them)'
)
CROWDED = 'only the first {2:,} findings of "{0}" ({1}) are told, for there are more'


def lint(
    documents: Sequence[Document],
    config: Config,
    *,
    rules: Sequence[Rule] | None = None,
    definitions: Sequence[SourceFile] = (),
    only: Collection[Path] | None = None,
    files: Files | None = None,
    kept: KeptFindings | None = None,
) -> LintOutcome:
    """Run rules over documents.

    Args:
        documents: in reading order, best the whole book: a question may stand in several files.
        config: the book's configuration.
        rules: what `select_rules` chose; by default what the configuration chooses.
        definitions: class and package files of the book, read for what they define.
        only: paths of the documents to tell of; None for all.
        files: looks at other files of the book; without it rules that need them are silent.
        kept: what earlier runs found in passages.

    Raises:
        ConfigError: when the configuration selects a rule that does not exist.
    """
    chosen = select_rules(all_rules(), config.lint) if rules is None else tuple(rules)
    book = Book(documents, config, definitions, files, None if kept is None else kept.views)
    told = [d for d in documents if only is None or d.source.path in only]
    paths = {path for d in told for path in (d.source.path, d.written.path)}
    found, crowded = _findings(chosen, book, told, kept, everywhere=only is None)
    structure = any(rule.structure for rule in chosen)
    judged = [item for item in book.questions if paths & set(_files(item))]
    return LintOutcome(
        diagnostics=tuple(in_order(_not_silenced(each_once(found), chosen, crowded, book, paths))),
        questions=len(judged),
        sections=sum(len(item.placed) for item in judged),
        files=len(told),
        notes=(
            *(CROWDED.format(rule.name, rule.code, MOST_FINDINGS) for rule in crowded),
            *book.notes,
            *((NO_STRUCTURE,) if structure and not book.required else ()),
        ),
        codes=tuple(sorted(rule.code for rule in chosen)),
        written=tuple(dict.fromkeys(document.written for document in told)),
    )


def _findings(
    chosen: Sequence[Rule],
    book: Book,
    told: Sequence[Document],
    kept: KeptFindings | None,
    *,
    everywhere: bool,
) -> tuple[list[Diagnostic], list[Rule]]:
    """Give what rules and templates' checks say of documents, and the rules that say too much."""
    paths = {path for d in told for path in (d.source.path, d.written.path)}
    # What is said of a document's experiment stands in the experiment's own files.
    paths |= {item.span.path for d in told for item in d.stale_results if item.span is not None}
    found: list[Diagnostic] = []
    crowded: list[Rule] = []
    for rule in chosen:
        findings = (
            translated(finding, book.rendered)
            for finding in _run(rule, book, kept)
            if everywhere or finding.span is None or finding.span.path in paths
        )
        found += islice(findings, MOST_FINDINGS)
        if next(findings, None) is not None:
            crowded.append(rule)
    left_out = {rule.code for rule in all_rules()} - {rule.code for rule in chosen}
    found += (
        finding
        for document in told
        for finding in document.template_findings
        if finding.code not in left_out
    )
    return found, crowded


def _not_silenced(
    found: Collection[Diagnostic],
    chosen: Sequence[Rule],
    crowded: Collection[Rule],
    book: Book,
    paths: Collection[Path],
) -> list[Diagnostic]:
    """Leave out what comments silence, and add what is to be said of these comments."""
    suppressions = book.suppressions.suppressions
    judged = tuple(item for item in suppressions if item.source.path in paths)
    about = [rule for rule in chosen if rule.check_suppressed is not None]
    explicit = frozenset(rule.code for rule in about) | {BAD_COMMENT}
    kept, used = suppress(found, suppressions, explicit)
    if not judged or any(item.code == CRASHED for item in found):
        return kept  # what a rule that failed would have found, a comment may be there for
    ran = (
        rule.code
        for rule in chosen
        if rule not in crowded and (book.required or not rule.structure)
    )
    rules = {rule.code: rule for rule in (*all_rules(), *chosen)}
    suppressed = Suppressed(judged, frozenset(used), frozenset(ran), tuple(rules.values()))
    more = [
        finding
        for rule in about
        if rule.check_suppressed is not None
        for finding in rule.check_suppressed(suppressed)
    ]
    return kept + suppress(more, suppressions, explicit)[0]


def _files(item: JudgedQuestion) -> Iterator[Path]:
    """Give the files that hold a heading of a question."""
    yield item.heading.source.path
    yield from (placed.section.heading.source.path for placed in item.placed)


def _run(rule: Rule, book: Book, kept: KeptFindings | None) -> Iterator[Diagnostic]:
    if rule.structure and not book.required:
        return
    try:
        if rule.check is not None:
            for found in rule.check(book):
                if found.span is not None and found.span.path in book.tokenized:
                    _check_fix(found.fix, book.tokenized[found.span.path].text)
                yield found
        if rule.check_passage is not None:
            for document, start, passage in book.passages:
                for finding in judge_passage(rule, passage, kept):
                    _check_place(finding, passage.text)
                    _check_fix(finding.fix, passage.text)
                    yield finding.diagnostic(rule, document.source, start)
    except Exception as error:  # noqa: BLE001  one faulty rule must not silence the others
        yield _crashed(rule, error)


def _check_place(finding: Finding, text: str) -> None:
    """Refuse places outside the text."""
    places = ((finding.start, finding.end), *((start, end) for start, end, _ in finding.related))
    if not all(0 <= start <= end <= len(text) for start, end in places):
        raise ValueError(f"its finding lies outside the text: {places}")


def _check_fix(fix: Fix | None, text: str) -> None:
    """Refuse edits that could not be made."""
    if fix is not None and not is_sound(text, fix):
        raise ValueError(f"the edits of its fix do not fit the text: {fix.edits}")


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
