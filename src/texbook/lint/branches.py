r"""Whether a place is in a branch: text of which TeX may take one of several."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from texbook.latex.arguments import ArgumentReader
from texbook.latex.conditionals import begins_conditional
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import TokenizedText

_CHOOSING = re.compile(
    r"(?:[iI]f[A-Za-z@]*|@if[A-Za-z@]*|only|alt|mode|uncover|onslide|includeversion|ExplSyntax\w*"
    r"|translate|@?firstof\w+|@?secondof\w+)\Z"
)
"""Commands that typeset one of their arguments, or one only sometimes."""


class Branches:
    r"""The branches of one text.

    >>> from texbook.latex.tokens import tokenize
    >>> text = tokenize(r"\ifdraft a \else b \fi c \ifbool{x}{d }{e }")
    >>> branches = Branches(text)
    >>> [branches.hold(text.text.index(letter + " ")) for letter in "abcd"]
    [True, True, False, True]
    """

    def __init__(self, tokenized: TokenizedText):
        self._stretches = _merged(sorted([*_conditionals(tokenized), *_arguments(tokenized)]))
        self._starts = [start for start, _ in self._stretches]

    def hold(self, offset: int) -> bool:
        """Say whether an offset lies in one."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._stretches[index][1]


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in stretches:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _conditionals(tokenized: TokenizedText) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for token in tokenized.tokens:
        if token.kind is not Kind.COMMAND or tokenized.in_definition(token.start):
            continue
        name = token.name
        if name == "fi" and opened:
            yield opened.pop(), token.end
        elif begins_conditional(name):
            opened.append(token.start)


def _arguments(tokenized: TokenizedText) -> Iterator[tuple[int, int]]:
    reader = ArgumentReader(tokenized)
    for token in tokenized.tokens:
        if token.kind is Kind.COMMAND and _CHOOSING.match(token.name):
            position = reader.overlay(reader.after_options(token.end))
            while argument := reader.braced(position):
                position = argument.end + 1
            yield token.start, position
