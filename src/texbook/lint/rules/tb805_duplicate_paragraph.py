"""The same paragraph stands twice in the book.

## What it does
Compares all paragraphs of at least 25 words. Case, punctuation, markup, line ends, formulas and
references make no difference; other words do. Off by default.

## Why
A paragraph that was copied and forgotten bores the reader, and is corrected in one place only.

## Instead
Keep one of them, and refer to it from the other place.

## Example
```latex
Attention weighs each token by its match with the query, and sums the values of all of them. The
weights come from a softmax, so that they are positive and sum to one.

Attention weighs each token by its match with the query, and sums the values of all of them. The
weights come from a softmax, so that they are positive and sum to one.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.prose import NOTHING
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.span import Span
    from texbook.lint.book import Book

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t\r]*\n))+")
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 25


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each paragraph that stands earlier in the book."""
    first: dict[str, Span] = {}
    for document, offset, passage in book.passages:
        if passage.is_preamble:
            continue
        for found in _PARAGRAPH.finditer(passage.prose):
            words = _WORD.findall(found[0].replace(NOTHING, "").lower())
            if len(words) < _FEWEST_WORDS:
                continue
            begin = _WORD.search(found[0])
            start = offset + found.start() + (begin.start() if begin else 0)
            end = offset + found.start() + len(found[0].rstrip(f"\r\n \t{NOTHING}"))
            span = document.source.span(start, end)
            other = first.setdefault(" ".join(words), span)
            if other is not span:
                yield RULE.diagnostic(
                    f'this paragraph stands twice: "{" ".join(words[:6])} ..."',
                    span,
                    hints=("keep one of them, and refer to it",),
                    related=(Related(other, "the same paragraph"),),
                )


RULE = Rule("TB805", "duplicate-paragraph", Severity.INFORMATION, check, default=False)
