r"""A norm is typed with two vertical bars.

## What it does
Looks for `||x||` in maths: two pairs of bars around something, the first pair where an expression
begins. A single pair, as in `D(p||q)`, and pairs between two expressions, as in `a || b || c`, are
left alone, and so are absolute values within each other.

## Why
The two bars are set too far apart, and as variables, not as a bracket.

## Instead
Write `\|x\|`. The fix is safe.

## Example
```latex
$||x||_2 \le ||x||_1$
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.prose import NOTHING
from texbook.lint.finding import Finding
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_NORM = re.compile(rf"(?<![|\\])\|\|(?!\|)([^|${NOTHING}]{{1,300}})(?<!\\)\|\|(?!\|)")
_BEGINS = re.compile(
    r"(?:[=<>+\-*/(\[{,;:&$!]|\\(?:[,;:!>\\{]|left|right|[bB]igg?[lr]?|leq?|geq?|leqslant|geqslant"
    r"|times|cdot|neq?|approx|equiv|sim|min|max|sup|inf|sum|lim|log|exp|propto|in|to|pm|ll|gg"
    r"|quad|qquad|Rightarrow|implies|displaystyle|label|tag)|\ufffc|\]|\})[ \t\r\n]*\Z"
)
"""What may stand before an opening bracket, and not before the second half of a pair."""
_SIZED = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)[ ]?\Z")
_GOES_ON = re.compile(r"[A-Za-z0-9\ufffc]")
_COLUMNS = re.compile(r"[\ufffc\]]\{[lcr| ]*\Z")
_BEFORE = 40


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each norm."""
    maths = passage.maths
    if "||" not in maths:
        return
    position = 0
    while found := _NORM.search(maths, position):
        start, end = found.span()
        if not _is_norm(maths, start, end, found[1]):
            position = start + 2
            continue
        position = end
        edits = (Edit(start, start + 2, r"\|"), Edit(end - 2, end, r"\|"))
        yield Finding(
            start,
            end,
            'a norm is typed with "||"',
            (r"write \|..\|",),
            Fix(r"write \|", edits, safe=True),
        )


def _is_norm(maths: str, start: int, end: int, inner: str) -> bool:
    before = maths[max(0, start - _BEFORE) : start]
    if _SIZED.search(before) or _SIZED.search(inner) or _COLUMNS.search(before):
        return False
    if not inner.strip() or not _is_balanced(inner):
        return False
    after = maths[end : end + 1]
    begins = start == 0 or not before or before[-1] == NOTHING or _BEGINS.search(before)
    if begins:
        return True
    # A factor stands before it, unless these are signs between three expressions.
    is_sign = before[-1].isspace() and inner[0].isspace()
    return after in ("_", "^") or not (is_sign or _GOES_ON.match(after))


def _is_balanced(inner: str) -> bool:
    depth = {"{": 0, "(": 0, "[": 0}
    pairs = {"}": "{", ")": "(", "]": "["}
    for character in inner:
        if character in depth:
            depth[character] += 1
        elif character in pairs:
            depth[pairs[character]] -= 1
            if depth[pairs[character]] < 0:
                return False
    return not any(depth.values())


RULE = Rule(
    "TB510",
    "norm-bars",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
