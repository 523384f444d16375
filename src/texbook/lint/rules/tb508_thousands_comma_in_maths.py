r"""A comma between thousands in maths prints a space.

## What it does
Looks for numbers such as `65,504` in formulas of English texts. A heuristic: what may be a list,
a pair of coordinates, an interval or two indices is left alone, such as `(1,200)`, `x_{1,200}`
and `\{1,000,2\}`.

## Why
In maths a comma is punctuation, and TeX sets a space after it: 65, 504 reads as two numbers.

## Instead
Put the comma in braces: `65{,}504`. The fix is safe.

## Example
```latex
The largest value is $65,504$.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.lint.finding import Finding, replace_with
from texbook.lint.formulas import bracket_around, is_plain
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_NUMBER = re.compile(
    r"(?<![\w.,^_{}\ufffc])([1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?(?!\w|\{|\.\d|,[ ]?\d|\s*\.\.)"
    r"|(?<=\{)([1-9]\d{0,2}(?:,\d{3})+)(?![\w.,{])"
)
_IN_LIST = re.compile(r"(?:(?<!\\),|\\(?:in|langle|colon|ldots|dots|cdots))[\s~]*\Z")
_LIST_GOES_ON = re.compile(
    r"\s*(?:\\,)?\s*(?:,[\s~]*(?:\d|\\[lc]?dots|\.\.)|;|\\(?:[lc]?dots|rangle))"
)
_CLOSING = re.compile(r"[()\[\]]|\\[{}]")
_COMMA_OF_NUMBER = re.compile(r"\{,\}|\\,|(?<=\d),(?=\d{3})")
_REACH = 200


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each number."""
    maths = passage.maths
    for found in _NUMBER.finditer(maths):
        if passage.language != "en":
            return
        group = 1 if found[1] else 2
        start, end = found.span(group)
        number = maths[start:end]
        if not _is_number(maths, start, found.end(), number):
            continue
        right = number.replace(",", "{,}")
        yield Finding(
            start,
            end,
            f'the comma of "{number}" prints a space in maths',
            (f'write "{right}"',),
            replace_with(start, end, right, "put the comma in braces"),
        )


def _is_number(maths: str, start: int, end: int, number: str) -> bool:
    if _IN_LIST.search(maths, max(0, start - 12), start) or _LIST_GOES_ON.match(maths, end):
        return False
    groups = number.split(",")
    padded = any(group.startswith("0") for group in groups[1:])
    values = [int(group) for group in groups]
    increasing = values == sorted(set(values))
    if number.count(",") > 1 and increasing and not padded:
        return False  # 100,200,300 may as well count
    bracket = bracket_around(maths, start)
    if is_plain(bracket):
        return True
    # No member of a list begins with a zero, so "(1,024 + n)" is one number.
    if bracket.mark not in ("(", "[") or not padded:
        return False
    closing = _CLOSING.search(maths, end, end + _REACH)
    if closing is None:
        return False
    rest = (maths[bracket.start + 1 : start] + maths[end : closing.start()]).strip()
    return bool(rest) and "," not in _COMMA_OF_NUMBER.sub("", rest)


RULE = Rule(
    "TB508",
    "thousands-comma-in-maths",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
