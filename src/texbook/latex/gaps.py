"""What stands between the includes of a main file: does it print, and does it end its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.mask import filled, mask
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from texbook.latex.tokens import TokenizedText

WHITE = " \t\r\n"
"""What TeX skips between paragraphs; ``str.strip`` knows more, and some of that is printed."""

_PAGE_END = re.compile(r"(?<!\\)\\(clearpage|cleardoublepage|maketitle)[ \t\r\n]*\Z")
_CLASS = re.compile(r"\\documentclass\s*(?:\[([^\[\]]*)\])?\s*\{\s*([^{}\s]*)\s*\}")
_TITLE_ON_PAGE = re.compile(r"(?:^|,)\s*(?:notitlepage|titlepage\s*=)")
_WITH_TITLE_PAGE = frozenset(
    {"book", "report", "scrbook", "scrreprt", "extbook", "extreport", "amznotes"}
)
r"""Classes whose ``\maketitle`` is a page of its own unless an option says otherwise (classes.dtx,
KOMA-Script guide, extsizes)."""


class Gaps:
    """Looks at stretches of a main file that lie at the outermost level of its body."""

    def __init__(self, tokenized: TokenizedText, body: int) -> None:
        r"""Read the text once.

        Args:
            tokenized: the main file.
            body: code-point offset of ``\begin{document}``.
        """
        self._shown = _shown(tokenized)
        found = _CLASS.search(self._shown, 0, body)
        self._has_title_page = (
            found is not None
            and found[2] in _WITH_TITLE_PAGE
            and not _TITLE_ON_PAGE.search(found[1] or "")
        )

    def printed(self, start: int, end: int) -> tuple[int, int] | None:
        """Give a stretch without white space and comments around it; None if nothing is left."""
        shown = self._shown[start:end]
        stop = start + len(shown.rstrip(WHITE))
        start += len(shown) - len(shown.lstrip(WHITE))
        return (start, stop) if start < stop else None

    def ends_page(self, start: int, end: int) -> bool:
        r"""Say whether no page is open after a stretch, for certain.

        A ``\newpage`` is not enough: it leaves floats to what follows (source2e, ltoutput).
        """
        found = _PAGE_END.search(self._shown, start, end)
        return found is not None and (found[1] != "maketitle" or self._has_title_page)


def _shown(tokenized: TokenizedText) -> str:
    r"""Fill comments, those of comment.sty included, and the space of ``\ ``, which is none."""
    shown = list(mask(tokenized, frozenset({Kind.COMMENT})))
    begun: int | None = None
    for token in tokenized.tokens:
        if token.kind is Kind.SYMBOL and token.name in tuple(WHITE):
            length = 3 if tokenized.text.startswith("\r\n", token.start + 1) else 2
            shown[token.start : token.start + length] = "\\" * length
        elif token.kind is Kind.BEGIN and token.name == "comment":
            begun = token.start
        elif token.kind is Kind.END and token.name == "comment" and begun is not None:
            shown[begun : token.end] = filled(tokenized.text[begun : token.end], " ")
            begun = None
    return "".join(shown)
