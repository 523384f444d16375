"""The one type of finding: from lint, the engine, biber, a template or the configuration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from texbook.base.fix import Fix


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"

    @property
    def rank(self) -> int:
        """0 for the gravest, so that findings sort by it."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that helps to understand a finding."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding: what, where and how to go on.

    Attributes:
        code: the rule's code (``TB001``), or the kind of engine message (``undefined-macro``).
        message: what is wrong, lower case, no full stop, the author's own words in quotes.
        span: where in the author's own files; None if it concerns no file.
        hints: how to go on, one sentence each.
        source: who found it: ``lint``, ``engine``, ``biber``, ``template``, ``texbook``, ...
        name: the rule's name (``missing-section``), where it has one.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    hints: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    source: str = "texbook"
    name: str = ""

    def moved(self, span: Span | None, related: tuple[Related, ...] = ()) -> Diagnostic:
        """Give the same finding at another place (a template's line, say)."""
        return replace(self, span=span, related=self.related + related)


def in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sort findings by file, line, column and code, those without a file first."""
    nowhere = Position(0, 0)

    def key(item: Diagnostic) -> tuple[str, int, int, str, str]:
        if item.span is None:
            return ("", 0, 0, item.code, item.message)
        start = item.span.start or nowhere
        return (str(item.span.path), start.line, start.column or 0, item.code, item.message)

    return sorted(diagnostics, key=key)
