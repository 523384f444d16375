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
from texbook.base.digest import digest_text
from texbook.latex.prose import NOTHING
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.lint.book import Book
    from texbook.lint.passage import Passage

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t\r]*\n))+")
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 25


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each paragraph that stands earlier in the book."""
    first: dict[str, tuple[SourceFile, int, int]] = {}
    for document, offset, passage in book.passages:
        for start, end, opening, digest in passage.remembered(RULE.code, _paragraphs):
            place = (document.source, offset + start, offset + end)
            source, *other = earlier = first.setdefault(digest, place)
            if earlier is not place:
                yield RULE.diagnostic(
                    f'this paragraph stands twice: "{opening} ..."',
                    document.source.span(offset + start, offset + end),
                    hints=("keep one of them, and refer to it",),
                    related=(Related(source.span(*other), "the same paragraph"),),
                )


def _paragraphs(passage: Passage) -> list[tuple[int, int, str, str]]:
    """Give the long paragraphs: start, end, the first words and the digest of all words."""
    paragraphs: list[tuple[int, int, str, str]] = []
    for found in () if passage.is_preamble else _PARAGRAPH.finditer(passage.prose):
        words = _WORD.findall(found[0].replace(NOTHING, "").lower())
        if len(words) < _FEWEST_WORDS:
            continue
        begin = _WORD.search(found[0])
        start = found.start() + (begin.start() if begin else 0)
        end = found.start() + len(found[0].rstrip(f"\r\n \t{NOTHING}"))
        paragraphs.append((start, end, " ".join(words[:6]), digest_text(" ".join(words))))
    return paragraphs


RULE = Rule("TB805", "duplicate-paragraph", Severity.INFORMATION, check, default=False)
