r"""A listing does not parse in its language.

## What it does
Parses listings whose language is given as Python (by the parser of the Python that runs texbook),
JSON or TOML, and reports the first fault of each. YAML has no parser here, and shell scripts would
need a process for each, so they are not judged.

It is silent where a listing may be right as it is: sessions (`>>>`, `In [1]:`, `$`), cells and
magics of notebooks, Python 2, things left out as `...` or `<name>`, pieces that begin in the
middle, JSON with comments, and listings that may hold commands of TeX (`escapeinside`, `mathescape`
and the like, and styles that are out of sight).

## Why
A reader types it in, and it fails: a lost bracket, a curly quote from a word processor, an indent
that went wrong on the way into the book.

## Instead
Run the code, then paste it. A listing that is no program says so by its language: `text`.

## Example
```latex
\begin{minted}{python}
print("total:", sum(values)
\end{minted}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.listing_options import holds_commands
from texbook.lint.finding import Finding
from texbook.lint.rule import Rule
from texbook.lint.syntax import PARSERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.listings import Listing
    from texbook.lint.passage import Passage
    from texbook.lint.syntax import SyntaxFault

_DIALECT = re.compile(r"\[[^\[\]]*\]")
_QUOTED = re.compile(r"'([^']+)'")
_PART_OF_MORE = frozenset({"firstnumber", "name", "firstline", "lastline", "linerange"})
"""Options of a listing that goes on where another ended, or prints only some of its lines."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each listing that does not parse."""
    for listing in passage.listings:
        language = _DIALECT.sub("", listing.language).strip().lower()
        if language not in PARSERS or not _PART_OF_MORE.isdisjoint(listing.options):
            continue
        if holds_commands(listing, passage.facts.settings):
            continue
        name, parse = PARSERS[language]
        code = passage.text[listing.start : listing.end]
        fault = parse(code.replace("\r\n", "\n"))
        if fault is not None:
            yield _finding(passage.text, listing, name, fault)


def _finding(text: str, listing: Listing, name: str, fault: SyntaxFault) -> Finding:
    lines = text[listing.start : listing.end].split("\n")
    number = min(fault.line, len(lines))
    start = listing.start + sum(len(line) + 1 for line in lines[: number - 1])
    line = lines[number - 1].rstrip("\r")
    indent = len(line) - len(line.lstrip())
    column = min(max(indent, _common_indent(lines) + fault.column - 1), max(0, len(line) - 1))
    message = _QUOTED.sub(r'"\1"', fault.message)
    return Finding(
        start + column,
        start + max(len(line), column),
        f"line {number} of this listing is no {name}: {message[:1].lower()}{message[1:]}",
        ('mend it, or let its language say that it is no program: "text"',),
    )


def _common_indent(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)


RULE = Rule("TB201", "code-syntax", Severity.ERROR, check_passage=check)
