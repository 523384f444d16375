r"""A range of numbers has a hyphen.

## What it does
Looks for two whole numbers with a hyphen between them, the second greater than the first. What may
be something else is left alone: dates, telephone numbers, ISBNs, names of standards (ISO 8859-1),
"0-1", "9-11", "2-3 trees", what follows a name (a Boeing 737-800), what is a part of a longer
word, a quoted list ("3-5, 8"), and texts in languages that keep the hyphen, such as French.

## Why
A range takes an en dash. With a hyphen "10-20" looks like a name.

## Instead
Write `10--20`. The fix is safe.

## Example
```latex
It took 10-20 steps.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import NOTHING
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_RANGE = re.compile(
    rf"(?<![\w.,/:'~+*=#&@<|\[{NOTHING}-])([1-9]\d{{0,3}})-([1-9]\d{{0,3}})(?![\w/:@=-]|[.,]\d)"
)
_NAMED = re.compile(
    r"(?:\b[A-Z][A-Z0-9/.-]+|\b(?:[Ss]tandard|[Vv]ersion|[Rr]elease|[Mm]odel|[Tt]ype|[Nn]umber|No\.?"
    r"|[Bb]ug|[Ii]ssue|[Tt]elephone|[Pp]hone|[Tt]el\.?|Latin|[Ff]ax|[Pp]art|[Cc]lass|code)|\d)[\s~]+\Z"
)
_NAME = re.compile(
    r"(?<=[\w,][ ~])(?!(?:Chapter|Section|Page|Figure|Table|Equation|Part|Line|Step|Question"
    r"|Exercise|Example|Item|Level|Day|Week|Volume|Column|Row|January|February|March|April|May|June"
    r"|July|August|September|October|November|December)s?\b)[A-Z][a-z]+[ ~]\Z"
)
"""A word with a capital within a sentence: "a Boeing 737-800", but "in Chapters 3-5"."""
_THINGS = re.compile(r"[\s~](?:trees?|heaps?|SAT|way|fold|ary|bit)\b")
_QUOTED = re.compile(r"['\"`][\d,;: -]*\Z")
"""What a program is given, such as "1-4,7-9"."""
_WITH_EN_DASH = frozenset({"en", "de", "nl", "da", "sv", "no", "fi", "pl", "cs"})
_TELEPHONE = (3, 4)
_DATES = frozenset({("9", "11"), ("24", "7")})


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each range."""
    prose = passage.prose
    for found in _RANGE.finditer(prose):
        if passage.language not in _WITH_EN_DASH:
            return
        low, high = found[1], found[2]
        if int(low) >= int(high) or (low, high) in _DATES:
            continue
        if (len(low), len(high)) == _TELEPHONE:
            continue
        around = (max(0, found.start() - 30), found.start())
        if _NAMED.search(prose, *around) or _QUOTED.search(prose, *around):
            continue
        if passage.language != "de" and _NAME.search(prose, *around):
            continue
        if _THINGS.match(prose, found.end()):
            continue
        hyphen = found.end(1)
        yield Finding(
            found.start(),
            found.end(),
            f'the range "{found[0]}" has a hyphen',
            (f'write "{low}--{high}"',),
            replace_with(hyphen, hyphen + 1, "--", "write an en dash"),
        )


RULE = Rule(
    "TB505",
    "range-hyphen",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
