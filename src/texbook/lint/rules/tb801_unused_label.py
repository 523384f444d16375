r"""Nothing refers to a label.

## What it does
Compares the labels that `\label` sets with all references of the book, those in macros included.
Labels that a template sets by itself are left alone. Needs the whole book.

This rule is off: labels of sections are often set for later.

## Why
A label that nobody uses is noise, or the sign of a reference that was forgotten.

## Instead
Refer to it, or delete it.

## Example
```latex
\begin{figure}
  \includegraphics{curve}
  \caption{A curve that no sentence mentions.}\label{fig:curve}
\end{figure}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.labels import Place


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each label without a reference."""
    if not book.inputs.is_whole:
        return
    keys = book.keys
    templates = {
        document.source.path: document.template.text
        for document in book.documents
        if document.template is not None
    }
    for place in keys.labels:
        if place.name in keys.used or keys.may_be_used(place.name):
            continue
        if f"{{{place.name}}}" not in templates.get(place.source.path, f"{{{place.name}}}"):
            continue
        yield RULE.diagnostic(
            f'nothing refers to the label "{place.name}"',
            place.span,
            hints=("refer to it, or delete it",),
            fix=_deletion(place),
        )


def _deletion(place: Place) -> Fix | None:
    r"""Delete a plain ``\label{..}``; what sets a label besides doing other things stays."""
    text = place.source.text
    start = text.rfind("\\label", max(0, place.start - 20), place.start)
    if start < 0 or text[start : place.start].strip() != "\\label{" or text[place.end] != "}":
        return None
    end = place.end + 1
    alone = text[text.rfind("\n", 0, start) + 1 : start].strip() == ""
    if alone and text[end : end + 1] == "\n":
        start, end = text.rfind("\n", 0, start) + 1, end + 1
    return Fix("delete the label", (Edit(start, end, ""),), safe=False)


RULE = Rule(
    "TB801",
    "unused-label",
    Severity.INFORMATION,
    check,
    default=False,
    fixes=Fixes.UNSAFE,
)
