r"""A label is set twice.

## What it does
Compares all labels of the book: of `\label`, of the option `label` of listings and boxes, and those
that environments make of an argument: `\begin{dfnbox}{Overfitting}{overfitting}` of amznotes sets
"dfn:overfitting". Labels in branches of which only one is typeset (`\if..\else..\fi`) are left
alone.

## Why
A reference leads to the last of them, which may be another chapter.

## Instead
Give each its own name.

## Example
```latex
\section{Train Set}\label{sec:data}
\section{Test Set}\label{sec:data}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.branches import Branches
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.lint.book import Book
    from texbook.lint.labels import Place


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each label that was set before."""
    first: dict[str, Place] = {}
    branches: dict[Path, Branches] = {}
    for place in book.keys.labels:
        before = first.setdefault(place.name, place)
        if before is place or (before.source is place.source and before.start == place.start):
            continue
        if any(_in_branch(book, branches, item) for item in (before, place)):
            continue
        yield RULE.diagnostic(
            f'the label "{place.name}" is set twice',
            place.span,
            hints=("give it a name of its own: references lead to this place only",),
            related=(Related(before.span, "it was set here before"),),
        )


def _in_branch(book: Book, branches: dict[Path, Branches], place: Place) -> bool:
    path = place.source.path
    if path not in branches:
        branches[path] = Branches(book.tokenized[path])
    return branches[path].hold(place.start)


RULE = Rule("TB302", "duplicate-label", Severity.ERROR, check)
