"""What of a stretch of LaTeX is prose, and whether there is anything at all."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from texbook.latex.mask import fill, mask
from texbook.latex.nesting import read_nesting
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.latex.nesting import Nesting
    from texbook.latex.tokens import TokenizedText

# Commands that put nothing on the page, with their arguments.
_INVISIBLE = re.compile(
    r"\\(?:label|index|amzindex|amzsectionkind|vspace|hspace|clearpage|cleardoublepage|newpage"
    r"|pagebreak|smallskip|medskip|bigskip|noindent|par|phantomsection|centering|FloatBarrier"
    r"|needspace|markboth|markright|addcontentsline|thispagestyle|null|relax|begingroup|endgroup)"
    r"\*?(?![A-Za-z@])(?:\s*\[[^\[\]]*\])*(?:\s*\{[^{}]*\})*"
    r"|\\end[ \t]*\{[^{}\n]*\}|[{}\s]"
)
_ARGUMENTS = re.compile(
    r"\\(?:label|[A-Za-z]*ref|[A-Za-z]*cite[A-Za-z]*|includegraphics|input|include|index|amzindex"
    r"|amzsectionkind|vspace|hspace|begin|end)\*?(?![A-Za-z@])"
    r"(?:\s*\[[^\[\]]*\])*(?:\s*\{[^{}]*\})?"
)
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")


class BodyReader:
    """Judges stretches of one text."""

    def __init__(self, tokenized: TokenizedText, nesting: Callable[[], Nesting] | None = None):
        """Take a text, and what gives its nesting where that is at hand already."""
        # Code and addresses become a character that stands for "something is here".
        shown = mask(tokenized, frozenset({Kind.CODE, Kind.ADDRESS}), "\ufffc")
        comments = [(t.start, t.end) for t in tokenized.tokens if t.kind is Kind.COMMENT]
        self._shown = fill(shown, comments)
        self._nesting = nesting or partial(read_nesting, tokenized)
        self._prose: str | None = None

    def is_empty(self, start: int, end: int) -> bool:
        """Say whether nothing between two offsets is typeset."""
        position = start
        while position < end:
            found = _INVISIBLE.match(self._shown, position, end)
            if found is None:
                return False
            position = found.end()
        return True

    def words(self, start: int, end: int, enough: int | None = None) -> int:
        """Count the words of prose: no maths, code, keys, file names or commands.

        Args:
            start: code-point offset.
            end: exclusive.
            enough: a number of words beyond which nobody asks how many they are.
        """
        if self._prose is None:
            without_maths = fill(self._shown, self._nesting().maths)
            self._prose = _COMMAND.sub(_blank, _ARGUMENTS.sub(_blank, without_maths))
        if enough is not None:
            return sum(1 for _ in islice(_WORD.finditer(self._prose, start, end), enough))
        return len(_WORD.findall(self._prose[start:end]))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
