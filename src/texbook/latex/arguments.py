"""Reading the arguments of commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.mask import mask

if TYPE_CHECKING:
    from texbook.latex.tokens import TokenizedText

_SPACE = re.compile(r"(?:[ \t\r]|\n(?![ \t\r]*\n))*")
_BRACKET = re.compile(r"\\.|[\[\]{}]|\n[ \t\r]*\n", re.DOTALL)
_OVERLAY = re.compile(r"[ \t]*<[^<>\n]{0,40}>")
_LONGEST_OPTION = 5000
"""Code points; an optional argument that does not end within is none."""
_DEEPEST_OPTION = 5
"""Brackets within brackets; more are a fault, and scanning them again and again takes long."""


class Argument(NamedTuple):
    """An argument without its braces: code-point offsets, end exclusive."""

    start: int
    end: int


class ArgumentReader:
    """Reads arguments from one text, blind to comments and code."""

    def __init__(self, tokenized: TokenizedText):
        self.text = mask(tokenized)
        self.matching = tokenized.matching

    def skip_space(self, position: int) -> int:
        """Give the offset after spaces, one line end at most between them."""
        if not self.text[position : position + 1].isspace():
            return position  # as nearly always, and four times as quick
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def star(self, position: int) -> int:
        """Give the offset after a star, or the same one if there is none."""
        after = self.skip_space(position)
        return after + 1 if self.text.startswith("*", after) else position

    def braced(self, position: int) -> Argument | None:
        """Read ``{..}`` after spaces; None if there is none or it is never closed."""
        start = self.skip_space(position)
        if not self.text.startswith("{", start) or start not in self.matching:
            return None
        return Argument(start + 1, self.matching[start])

    def bracketed(self, position: int) -> Argument | None:
        """Read ``[..]`` after spaces; None if there is none or it is never closed."""
        start = self.skip_space(position)
        if not self.text.startswith("[", start):
            return None
        if self.text.find("]", start, start + _LONGEST_OPTION) < 0:
            return None  # at once, for thousands may stand open
        depth = 0
        index = start + 1
        while found := _BRACKET.search(self.text, index, start + _LONGEST_OPTION):
            mark = found[0]
            index = found.end()
            if mark == "{" and found.start() in self.matching:
                index = self.matching[found.start()] + 1
            elif mark == "[" and depth < _DEEPEST_OPTION:
                depth += 1
            elif mark == "]" and depth:
                depth -= 1
            elif mark == "]":
                return Argument(start + 1, found.start())
            elif mark in "{}[" or mark.startswith("\n"):
                return None
        return None

    def overlay(self, position: int) -> int:
        """Give the offset after ``<2->``, by which beamer shows what follows on some slides."""
        found = _OVERLAY.match(self.text, position)
        return found.end() if found else position

    def after_options(self, position: int) -> int:
        """Give the offset after a star and any optional arguments."""
        position = self.star(position)
        while option := self.bracketed(position):
            position = option.end + 1
        return position
