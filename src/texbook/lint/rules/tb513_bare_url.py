r"""A web address is typed as text.

## What it does
Looks for `https://...` and `http://...` in text, typed bare or as the whole argument of `\texttt`.
Addresses in listings, in `\url`, within the text of `\href` and between other words in typewriter
(`\texttt{git clone https://...}` is a command) are left alone, and so are those that lead nowhere,
such as `https://example.com`, `http://localhost` and `https://doi.org/` alone.

## Why
A reader of the PDF wants to click the address, and TeX does not know where it may break it.

## Instead
Write `\url{...}`, of the packages hyperref and url, with `_`, `%` and `#` as they are. The fix is
safe where the book uses one of these packages, and unsafe otherwise.

## Example
```latex
See \texttt{https://www.ctan.org/pkg/booktabs}.
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.mask import mask
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from texbook.latex.tokens import Token
    from texbook.lint.passage import Passage

_HIDDEN = frozenset({Kind.COMMENT, Kind.CODE, Kind.ARGUMENT, Kind.ADDRESS})
_ADDRESS = re.compile(
    r"https?://(?=[A-Za-z0-9])"
    r"(?:[^\s{}\\$|\"<>^`]|\\[_%#&~]|\{[-_]\}|\\(?:slash|textasciitilde|textunderscore|~)(?:\{\})?){4,500}"
)
_HOST = re.compile(r"https?://(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24}(?=[/:?#.,;)'\\]|\Z)")
_NOWHERE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:example\.\w+|\w+\.(?:example|test|invalid|local)(?!\.\w)|(?:your|my)[\w-]*\.)"
    r"|\.\.\.|https?://[^/]*\*|https?://(?:dx\.)?doi\.org/?\Z"
)
_TRAILING = re.compile(r"[.,;:!?'\]]+\Z")
_ESCAPED = re.compile(r"\\([_%#&])|\{([-_])\}|\\(?:textasciitilde|~)(?:\{\})?")
_WORDS = {"\\slash": "/", "\\textunderscore": "_"}
_GOES_ON = frozenset('\\{<"^|$`%')
_OPENS = re.compile(r"\\(?!hyperref)[A-Za-z]+\*?(?:\[[^\[\]{}]*\])?\{\Z")
_BEFORE = 60


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each address."""
    if passage.is_preamble or "://" not in passage.text:
        return
    shown = mask(passage.tokenized, _HIDDEN)
    around = _Surroundings(passage)
    for found in _ADDRESS.finditer(shown):
        start, end = found.start(), found.start() + len(_trimmed(found[0]))
        address = shown[start:end]
        if not _HOST.match(address) or _NOWHERE.search(address):
            continue
        if passage.text[found.end() : found.end() + 1] in _GOES_ON:
            continue  # with what no pattern foresees
        typewriter = around.typewriter(start, end)
        if typewriter is not None:
            start, end = typewriter
        elif not around.is_text(start):
            continue
        plain = _plain(address, keep_escaped=around.is_argument(start))
        yield Finding(
            start,
            end,
            f'the address "{plain}" is typed as text',
            (f"write \\url{{{plain}}}",),
            replace_with(start, end, f"\\url{{{plain}}}", r"write \url", safe=around.knows_url),
        )


def _trimmed(address: str) -> str:
    """Drop the sentence's own punctuation."""
    address = _TRAILING.sub("", address)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = _TRAILING.sub("", address[:-1])
    return address


def _plain(address: str, *, keep_escaped: bool) -> str:
    r"""Give an address as ``\url`` takes it.

    In an argument of another command TeX has read the text before ``\url`` sees it, so ``%`` and
    ``#`` stay escaped there (hyperref manual, ``\url``).
    """
    for word, sign in _WORDS.items():
        address = address.replace(f"{word}{{}}", sign).replace(word, sign)

    def plain(found: re.Match[str]) -> str:
        if keep_escaped and found[1] in ("%", "#"):
            return found[0]
        return found[1] or found[2] or "~"

    return _ESCAPED.sub(plain, address)


def _outermost(matching: Mapping[int, int]) -> list[tuple[int, int]]:
    """Give the braces that stand in no others, in order."""
    found: list[tuple[int, int]] = []
    for opened, closed in sorted(matching.items()):
        if not found or opened > found[-1][1]:
            found.append((opened, closed))
    return found


def _lies_in(stretches: Sequence[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(stretches, offset, key=lambda stretch: stretch[0]) - 1
    return index >= 0 and offset <= stretches[index][1]


class _Surroundings:
    """What stands around places of a passage."""

    def __init__(self, passage: Passage):
        self.passage = passage
        self.typewriters: dict[int, tuple[int, int]] = {}
        """Where an argument of \\texttt begins -> the command's start and the argument's end."""
        self.closed: list[tuple[int, int]] = []
        """Arguments in which an address is part of a command, or clickable already; in order."""
        self.knows_url = any("\\url" in item.body for item in passage.facts.definitions)
        self._read(passage.tokenized.tokens)
        self.closed = _outermost(dict(self.closed))
        self._braces = _outermost(passage.tokenized.matching)

    def _read(self, tokens: Sequence[Token]) -> None:
        arguments = self.passage.arguments
        matching = self.passage.tokenized.matching
        for token in tokens:
            if token.kind is Kind.ADDRESS:
                self.knows_url = True
                opened = arguments.skip_space(token.end)
                if token.name == "href" and opened in matching:
                    self.closed.append((opened, matching[opened]))
            elif token.kind is Kind.COMMAND and token.name == "texttt":
                argument = arguments.braced(token.end)
                if argument is not None:
                    self.typewriters[argument.start] = (token.start, argument.end)
                    self.closed.append((argument.start, argument.end))

    def typewriter(self, start: int, end: int) -> tuple[int, int] | None:
        """Give the whole command if an address is all of what it prints in typewriter."""
        command, stop = self.typewriters.get(start, (0, -1))
        if stop != end or self._is_closed(command):
            return None
        before = self.passage.prose[max(0, command - 1) : command]
        return None if before == THING else (command, stop + 1)

    def is_text(self, start: int) -> bool:
        """Say whether an address begins in running text."""
        before = self.passage.prose[max(0, start - 1) : start]
        if self._is_closed(start) or before == THING:
            return False
        if before == "'" and self.passage.prose[max(0, start - 2) : start - 1] == "=":
            return False  # an attribute of HTML
        if self.passage.text.endswith("{", 0, start):
            return _OPENS.search(self.passage.text[max(0, start - _BEFORE) : start]) is not None
        return not before or before in f" \t\n(<[,:;~-\u2013\u2014'`{NOTHING}{BREAK}"

    def is_argument(self, offset: int) -> bool:
        """Say whether a place is within braces."""
        return _lies_in(self._braces, offset)

    def _is_closed(self, offset: int) -> bool:
        in_href = _lies_in(self.closed, offset)
        return in_href or self.passage.tokenized.in_definition(offset)


RULE = Rule(
    "TB513",
    "bare-url",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.EITHER,
)
