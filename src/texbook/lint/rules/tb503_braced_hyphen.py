r"""A hyphen in braces stands where a dash is meant.

## What it does
Looks for `{-}` in text between spaces, and between two numbers. In a word, where the braces only
keep two characters apart, it is left alone.

## Why
Braces do not make a dash of a hyphen. They are left over from a conversion, or from a search for
the right sign.

## Instead
Write `---` or `--` for a dash, and `--` between numbers. The fix follows `dash` of `[lint]`. It is
unsafe, because a minus sign may be meant.

## Example
```latex
The model {-} it had never seen snow {-} was sure.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import NOTHING
from texbook.lint.dashes import dash
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_SPACED = re.compile(rf"(?<=[^\s])[ \t]+{NOTHING}-{NOTHING}[ \t]+(?=[^\s])")
_RANGE = re.compile(rf"(?<=\d){NOTHING}-{NOTHING}(?=\d)")


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each of them."""
    if "{-}" not in passage.text:
        return
    style = passage.facts.config.lint.dash
    for pattern, right in ((_SPACED, dash(style)), (_RANGE, "--")):
        for found in pattern.finditer(passage.prose):
            start, end = found.span()
            if passage.text[start:end].strip() != "{-}":
                continue
            yield Finding(
                start + passage.text[start:end].index("{"),
                start + passage.text[start:end].index("}") + 1,
                'a hyphen in braces, "{-}", is not a dash',
                (f'write "{right.strip()}"',),
                replace_with(start, end, right, f'write "{right.strip()}"', safe=False),
            )


RULE = Rule(
    "TB503",
    "braced-hyphen",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
