"""A comment that should silence findings cannot do so.

## What it does
Checks the comments that begin with `% texbook:`. It reports a directive that does not exist
(`ingore`), a name or code that no rule has, rules without brackets or with a list that is empty or
does not end, a region that is never ended, and the end of a region that was not begun. A comment
in which other words follow `texbook:` is taken for prose and left alone.

## Why
The author believes that something is silenced on purpose. In truth it is not, or more is silenced
than was meant: a region without its end lasts to the end of the file.

## Instead
Write one of these, or the same without brackets for all rules:

- `% texbook: ignore[TB504]` behind the text of a line, or alone on the line before it;
- `% texbook: ignore-begin[TB504]` and later `% texbook: ignore-end[TB504]`;
- `% texbook: ignore-file[TB504]` anywhere in the file.

## Example
```latex
It costs 10 - 20 dollars.  % texbook: ingore[TB504]
```
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import ConfigError
from texbook.lint.rule import Rule, all_rules, rules_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book


_MOST_WORDS = 1000
"""Different words; where there are more, all is wrong, and to look each of them up takes long."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield the faults of each comment."""
    read = book.suppressions
    for fault in read.faults:
        span = fault.source.span(fault.start, fault.end)
        yield RULE.diagnostic(fault.message, span, hints=fault.hints)
    unknown = cache(_unknown)
    for item in read.suppressions:
        for word, start in (pair for comment in item.comments for pair in comment.words):
            if unknown.cache_info().currsize > _MOST_WORDS:
                return
            error = unknown(word)
            if error is not None:
                span = item.source.span(start, start + len(word))
                yield RULE.diagnostic(error.message, span, hints=error.hints)


def _unknown(word: str) -> ConfigError | None:
    try:
        rules_named(all_rules(), word)
    except ConfigError as error:
        return error
    return None


RULE = Rule("TB901", "bad-suppression", Severity.WARNING, check)
