"""The stored results of a question's experiment are out of date.

## What it does
Compares the digest of the script, and of each file of the book that it read, with those that were
stored with the results. Also reports an experiment that has never been run, results that cannot be
read, a figure that is not there, and results whose script is gone. Nothing is run. A question
without a script is left alone.

## Why
The book prints numbers that its own script may no longer give.

## Instead
Run `texbook run`: it executes the experiments that are out of date and stores what they give.

## Example
```python
SIGMA = 0.05  # was 0.04 when winning-is-bad-news.results.json was written
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield what is known of the experiments of the documents."""
    for document in book.documents:
        for item in document.stale_results:
            if item.span is not None:
                yield RULE.diagnostic(item.message, item.span, hints=item.hints)


RULE = Rule("TB403", "stale-results", Severity.ERROR, check)
