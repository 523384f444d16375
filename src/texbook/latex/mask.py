"""Fill parts of a text with as many other characters, so that offsets and lines stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind, TokenizedText

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = re.compile(r"[^\r\n]+")

HIDDEN = frozenset({Kind.COMMENT, Kind.CODE, Kind.ARGUMENT})
"""What TeX does not read as LaTeX."""


def fill(text: str, stretches: Iterable[tuple[int, int]], filler: str = " ") -> str:
    r"""Fill stretches (sorted, without overlap) of a text; line ends stay.

    >>> fill("ab\ncd", [(1, 4)], "-")
    'a-\n-d'
    """
    parts: list[str] = []
    position = 0
    for start, end in stretches:
        parts.append(text[position:start])
        parts.append(filled(text[start:end], filler))
        position = end
    parts.append(text[position:])
    return "".join(parts)


def filled(piece: str, filler: str) -> str:
    """Give a piece of text with all but its line ends filled."""
    if "\n" not in piece and "\r" not in piece:
        return filler * len(piece)
    return _KEPT.sub(lambda found: filler * len(found[0]), piece)


def mask(tokenized: TokenizedText, kinds: frozenset[Kind] = HIDDEN, filler: str = " ") -> str:
    """Give the text with all tokens of some kinds filled."""
    key = (kinds, filler)
    if key not in tokenized.views:
        stretches = ((token.start, token.end) for token in tokenized.tokens if token.kind in kinds)
        tokenized.views[key] = fill(tokenized.text, stretches, filler)
    return tokenized.views[key]
