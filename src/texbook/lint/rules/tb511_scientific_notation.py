r"""A power of ten is typed as programs print it.

## What it does
Looks for `1e-3`, `1.5e6` and `1e^{-3}` in maths. A heuristic, because "e" may be Euler's number:
`2e^{-3}` and `2e-1` are left alone, for they may mean what they say; so are arguments of commands
such as `\num`, which may read such numbers.

## Why
In print "e" is a variable or Euler's number: 1e^{-3} is 0.05, and not 0.001.

## Instead
Write `1\times 10^{-3}`, or `\num{1e-3}` with siunitx. The fix is unsafe, because "e" may be
Euler's number after all.

## Example
```latex
We start with a rate of $1e^{-3}$.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.lint.finding import Finding, replace_with
from texbook.lint.formulas import TRANSPARENT, bracket_around
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_POWER = re.compile(
    r"(?<![\w.,\\])([1-9](?:\.\d{1,20})?)(?:"
    r"[ ]?e[ ]?\^[ ]?(?:\{[ ]?(-?\d{1,3})[ ]?\}|(\d)(?!\d))(?![_^])"
    r"|[eE]([-+]?\d{1,3})(?![\w^]|\.\d))"
)
_ONE = re.compile(r"1(?:\.0+)?\Z")
_SMALL = 5
"""Exponents so far from zero are those of ten: nobody writes out 2e^{-5} with Euler's number."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each number."""
    maths = passage.maths
    for found in _POWER.finditer(maths):
        coefficient = found[1]
        exponent = int(found[2] or found[3] or found[4])
        if not _is_power_of_ten(coefficient, exponent, found[4]):
            continue
        bracket = bracket_around(maths, found.start())
        if bracket.mark == "{" and bracket.owner not in TRANSPARENT | {"_", "^"}:
            continue
        start, end = found.span()
        right = f"{coefficient}\\times 10^{{{exponent}}}"
        yield Finding(
            start,
            end,
            f'"{found[0]}" is no power of ten in print',
            (f'write "{right}"',),
            replace_with(start, end, right, "write it as a power of ten", safe=False),
        )


def _is_power_of_ten(coefficient: str, exponent: int, printed: str | None) -> bool:
    if _ONE.match(coefficient):
        return True
    if printed is None:
        return exponent <= -_SMALL
    if not printed.startswith(("-", "+")):
        return True
    return "." in coefficient or len(printed) > 2 or abs(exponent) >= _SMALL  # noqa: PLR2004


RULE = Rule(
    "TB511",
    "scientific-notation",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
