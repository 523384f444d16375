r"""Views of a text: what of it is printed as text, and what is maths.

A view has the length of the text, so that offsets mean the same in both, and rules can be plain
regular expressions over it. What is not shown is filled with one of three characters that no
author types:

- `THING`: something is printed here that is not text: a formula, a reference, a picture, code, an
  address, ``\LaTeX``;
- `NOTHING`: nothing is printed here: comments, ``\emph{`` and its ``}``, ``\label{..}``, options,
  definitions; words are joined over it (``caf\'e`` is "caf", two of these, "e");
- `BREAK`: the sentence ends here: ``\begin{..}``, ``\item``, ``\\``, ``&``, headings.

Line ends are always kept. In the prose view ``\%`` is `NOTHING` and ``%``, and so are the other
escaped signs; ``~`` stays; ``\,`` and ``\ `` are `NOTHING` and a space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.latex.tokens import TokenizedText

THING = "\ufffc"
NOTHING = "\ue000"
BREAK = "\u2029"


def prose_view(
    tokenized: TokenizedText, maths: Sequence[tuple[int, int]], *, preamble: bool = False
) -> str:
    """Show what is printed as text."""
    return tokenized.text


def maths_view(tokenized: TokenizedText, maths: Sequence[tuple[int, int]]) -> str:
    r"""Show what is maths; ``\text{..}`` and its like are `THING`, all else is `NOTHING`."""
    return tokenized.text
