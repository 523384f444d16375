r"""A hyphen between spaces stands for a dash.

## What it does
Looks for ` - ` between two words of a sentence. Between numbers, single letters or formulas it may
be a minus sign, and at the start of a line it may be a list: both are left alone. So are words with
another sign of arithmetic beside them, such as `(max - min) / 10`, hyphens that are written about
(reading from a pipe using - as a name), and texts in other languages than English, which have
their own dashes.

## Why
A hyphen joins words, a dash separates them; the hyphen is a third as long.

## Instead
Write `---` without spaces, or what the house's style says: the key `dash` of `[lint]` is `"em"`,
`"spaced-em"` or `"spaced-en"`. The fix is safe.

## Example
```latex
The holdout was balanced - production is not.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.lint.dashes import dash
from texbook.lint.east_asian import is_east_asian
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_SPACED = re.compile(r"(?<=[^\s])([ \t]+)-([ \t]+|[ \t]*\r?\n[ \t]*)(?=[^\s])")
_NO_WORD = frozenset(f"{THING}{BREAK}-=+<>|*/")
_BEFORE = re.compile(r"(\S+)\Z")
_AFTER = re.compile(r"\S+")
_NAMED = re.compile(r"(?:\b(?:[Aa]n?|[Tt]he|using)|\A[\"'`\u201c\u2018]+)\Z")
"""Before a hyphen that is written about."""
_CALCULATED = re.compile(r"[=*/+<>][ \t]*\(*[^\s=*/+<>]+\Z")
_CALCULATING = re.compile(r"[^\s=*/+<>]+[ \t]*[=*/+<>]")
_REACH = 40


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each hyphen."""
    prose = passage.prose
    if " - " not in prose and " -\n" not in prose and " -\r" not in prose:
        return
    if passage.language != "en":
        return
    style = passage.facts.config.lint.dash
    for found in _SPACED.finditer(prose):
        start, end = found.span()
        before = _BEFORE.search(prose, max(0, start - _REACH), start)
        after = _AFTER.match(prose, end, end + _REACH)
        if before is None or after is None or not (_is_word(before[1]) and _is_word(after[0])):
            continue
        if _CALCULATED.search(prose, max(0, start - _REACH), start):
            continue
        if _NAMED.search(before[1]) or is_east_asian(prose, start, end):
            continue
        if _CALCULATING.match(prose, end, end + _REACH):
            continue
        hyphen = found.end(1)
        yield Finding(
            hyphen,
            hyphen + 1,
            "a hyphen between spaces stands for a dash",
            (f'write "{dash(style)}"',),
            replace_with(start, end, dash(style), f'write "{dash(style)}"'),
        )


def _is_word(text: str) -> bool:
    """Say whether it is a word of a sentence, and no number, variable or sign."""
    plain = text.replace(NOTHING, "").strip(".,;:!?()[]'\"`")
    return len(plain) > 1 and _has_letters(plain)


def _has_letters(plain: str) -> bool:
    return sum(c.isalpha() for c in plain) > 1 and not set(plain) & _NO_WORD - {"-"}


RULE = Rule(
    "TB504",
    "spaced-hyphen",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
