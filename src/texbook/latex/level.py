r"""What is open at a place of a text: groups, environments, conditionals, formulas."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from texbook.latex.conditionals import begins_conditional
from texbook.latex.nesting import read_nesting
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from texbook.latex.tokens import Token, TokenizedText

_BRACES, _GROUP, _ENVIRONMENT = "braces", "a group", "an environment"
_CONDITIONAL, _FORMULA = "a conditional", "a formula"

_OF_KIND = {
    Kind.OPEN: (_BRACES, 1),
    Kind.CLOSE: (_BRACES, -1),
    Kind.BEGIN: (_ENVIRONMENT, 1),
    Kind.END: (_ENVIRONMENT, -1),
}
_OF_COMMAND = {
    **dict.fromkeys(("begingroup", "bgroup"), (_GROUP, 1)),
    **dict.fromkeys(("endgroup", "egroup"), (_GROUP, -1)),
    "fi": (_CONDITIONAL, -1),
}
_NAMED = re.compile(r"\\newif\s*\Z")
_LONGEST_SPACE = 20
r"""Code points between ``\newif`` and the name."""


class Level:
    """Counts what is open, token by token.

    What is closed without having been opened counts as well: it may belong to what a command of
    the class has opened, and then the place is not at the outermost level either.
    """

    def __init__(self, tokenized: TokenizedText) -> None:
        self._tokenized = tokenized
        self._maths = read_nesting(tokenized).maths
        self._depths: Counter[str] = Counter()

    def step(self, token: Token) -> None:
        """Take the next token into account."""
        change = self._change(token)
        if change is not None:
            self._depths[change[0]] += change[1]

    def inside(self, offset: int, *, conditionals: bool = True) -> str | None:
        r"""Say in words what is open at a code-point offset; None at the outermost level.

        Args:
            offset: the place.
            conditionals: they count, though they open no group.

        >>> from texbook.latex.tokens import tokenize
        >>> tokenized = tokenize(r"\begin{quote} a")
        >>> level = Level(tokenized)
        >>> for token in tokenized.tokens:
        ...     level.step(token)
        >>> level.inside(14)
        'an environment'
        """
        for what, depth in self._depths.items():
            if depth and (conditionals or what is not _CONDITIONAL):
                return what
        index = bisect_right(self._maths, (offset, len(self._tokenized.text) + 1)) - 1
        return _FORMULA if index >= 0 and offset < self._maths[index][1] else None

    def _change(self, token: Token) -> tuple[str, int] | None:
        if token.kind in (Kind.OPEN, Kind.CLOSE):
            return _OF_KIND[token.kind]
        if self._tokenized.in_definition(token.start):
            return None
        if token.kind is not Kind.COMMAND:
            return _OF_KIND.get(token.kind)
        if begins_conditional(token.name):
            start = max(0, token.start - _LONGEST_SPACE)
            is_name = _NAMED.search(self._tokenized.text, start, token.start)
            return None if is_name else (_CONDITIONAL, 1)
        return _OF_COMMAND.get(token.name)
