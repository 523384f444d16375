r"""The front matter of a question names a related question that does not exist.

## What it does
Looks up each slug of `related = [...]` among the question templates of the book: those that it
reads, and those that lie in its chapters' folders.

## Why
The question was renamed or removed, and what is made from the list of related questions leads
nowhere.

## Instead
Correct the slug: it is the template's name without `.j2.tex`.

## Example
```latex
% related = ['the-leak-that-maters']
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.closest import Closest
from texbook.lint.rule import Rule
from texbook.project import TEMPLATE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.lint.book import Book


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each slug that no template has."""
    slugs: set[str] | None = None
    for document in book.documents:
        if not document.related or document.template is None or book.files is None:
            continue
        slugs = _slugs(book) if slugs is None else slugs
        for slug in document.related:
            if slug not in slugs:
                close = Closest(slugs).to(slug)
                hint = f'did you mean "{close}"?' if close else "correct it, or take it out"
                yield RULE.diagnostic(
                    f'there is no question "{slug}"', _span(document.template, slug), hints=(hint,)
                )


def _slugs(book: Book) -> set[str]:
    """Give the slugs of all templates, in the folders of chapters beside each other, too."""
    templates = [item.template.path for item in book.documents if item.template is not None]
    names = {path.name for path in templates}
    if book.files is not None:
        chapters = {path.parent for path in templates}
        for above in {folder.parent for folder in chapters if folder != book.files.root}:
            chapters |= {above / name for name in book.files.names(above)}
        for folder in chapters:
            names |= set(book.files.names(folder))
    return {name.removesuffix(TEMPLATE_SUFFIX) for name in names if name.endswith(TEMPLATE_SUFFIX)}


def _span(template: SourceFile, slug: str) -> Span:
    found = re.search(rf"['\"]({re.escape(slug)})['\"]", template.text)
    return template.span(*(found.span(1) if found else (0, 0)))


RULE = Rule("TB307", "unknown-related", Severity.ERROR, check)
