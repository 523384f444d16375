"""Whether a question that stands alone is numbered as it is in the book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.app.book_numbers import read_book_numbers
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.app.book_numbers import BookNumbers
    from texbook.project import Project
    from texbook.render.order import ListedQuestion


def check_numbers(
    project: Project, question: ListedQuestion, book: BookNumbers
) -> tuple[Diagnostic, ...]:
    """Tell of the first number that is another one than in the book.

    Args:
        project: of the edition, which has been built.
        question: the one that it holds.
        book: the numbers of the whole book.
    """
    made = read_book_numbers(project, {question.slug: ""})
    return tuple(_differences(made, question, book))[:1]


def _differences(
    made: BookNumbers, question: ListedQuestion, book: BookNumbers
) -> Iterator[Diagnostic]:
    for name, item in made.labels.items():
        known = book.labels.get(name)
        if known is None or known.label.number == item.label.number:
            continue
        yield Diagnostic(
            code="edition-number",
            severity=Severity.WARNING,
            message=f'"{name}" is {known.label.number} in the book, '
            f"and {item.label.number} in this question alone",
            span=_place(question, name),
            hints=(
                (
                    "let the main file read each question by an \\include: only behind one TeX "
                    "writes how far it has counted"
                ),
                "load hyperref or cleveref: only they write which counter a label is of",
            ),
            source="texbook",
        )


def _place(question: ListedQuestion, label: str) -> Span:
    source = question.source
    found = re.search(rf"\\label\s*\{{\s*{re.escape(label)}\s*\}}", source.text)
    return Span(source.path) if found is None else source.span(found.start(), found.end())
