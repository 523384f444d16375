r"""A line of a listing is wider than the text.

## What it does
Reports lines of listings with more columns than `code-columns` of `[lint]` (80). A tab goes on to
the next multiple of `tabsize` (8). An indentation that `gobble` or `autogobble` removes does not
count, and Chinese, Japanese and Korean characters are two columns wide. Listings whose lines are
broken (`breaklines`) are not judged, wherever the option is set. A smaller font is not known of.

## Why
The end of the line stands in the margin, or is cut off at the edge of the page.

## Instead
Break the line where the language allows it, or set `breaklines`.

## Example
```latex
\begin{verbatim}
result = compute(first_argument, second_argument, third_argument, fourth_argument, fifth)
\end{verbatim}
```
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.listing_options import breaks_lines, option
from texbook.lint.finding import Finding
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.latex.listing_options import Setting
    from texbook.latex.listings import Listing
    from texbook.lint.passage import Passage

_TAB = 8
"""Columns: the default of fancyvrb, minted and listings."""
_NUMBER = re.compile(r"[0-9]{1,3}")
_NO_LISTING = frozenset({"comment", "filecontents", "filecontents*", "alltt"})


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each line that is too wide."""
    most = passage.facts.config.lint.code_columns
    settings = passage.facts.settings
    for listing in passage.listings:
        if listing.name in _NO_LISTING or breaks_lines(listing, settings):
            continue
        tab = _number(option(listing, settings, "tabsize"), _TAB) or _TAB
        lines = passage.text[listing.start : listing.end].split("\n")
        gobbled = _gobbled(listing, settings, lines)
        start = listing.start
        for line in lines:
            shown = line.rstrip()
            width = _width(shown, tab) - gobbled if len(shown) * tab > most else 0
            if width > most:
                begin = start + min(len(shown) - 1, most + gobbled)
                message = f"this line of code has {width} columns, {width - most} more than fit"
                yield Finding(begin, start + len(shown), message, ("break it",))
            start += len(line) + 1


def _gobbled(listing: Listing, settings: Sequence[Setting], lines: Sequence[str]) -> int:
    """Give the number of columns that are taken away at the left."""
    automatic = option(listing, settings, "autogobble")
    if automatic is None or automatic.lower() == "false":
        return _number(option(listing, settings, "gobble"), 0)
    first = textwrap.dedent("\n".join(lines)).split("\n")
    return max((len(a) - len(b) for a, b in zip(lines, first, strict=True) if b.strip()), default=0)


def _number(value: str | None, default: int) -> int:
    return int(value) if value and _NUMBER.fullmatch(value) else default


def _width(line: str, tab: int) -> int:
    """Give the columns that a line takes."""
    expanded = line.expandtabs(tab)
    if expanded.isascii():
        return len(expanded)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in expanded)
    marks = sum(unicodedata.combining(character) != 0 for character in expanded)
    return len(expanded) + wide - marks


RULE = Rule("TB804", "wide-code", Severity.INFORMATION, check_passage=check, default=False)
