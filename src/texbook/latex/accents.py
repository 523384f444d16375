r"""Accents and letters that are typed as commands, as the characters that they print."""

from __future__ import annotations

import re
from functools import lru_cache

# The accents and letters of the LaTeX kernel (ltoutenc); an accent is followed by its letter, which
# may stand in braces and may be a letter without a dot: \"u, \'{e}, \v{c}, \c c, \^\i.
_LETTER_OR_ACCENT = re.compile(
    r"\\(?:(?:[\"'`^~=.]|[uvHcdbkr](?=[\s{]))\s*"
    r"(?:\{\s*(?:\\[ij]|[A-Za-z])\s*\}|\\[ij](?![A-Za-z])[ \t]*|[A-Za-z])"
    r"|(?:oe|OE|ae|AE|aa|AA|ss|o|O|l|L|i|j|dh|DH|dj|DJ|th|TH|ng|NG)(?:(?![A-Za-z])|\{\})\s*)"
)


def compose_accents(latex: str) -> str:
    r"""Replace accent commands and letter commands by characters.

    >>> compose_accents(r"K\"ahler, \'{E}cole, \oe uvre, na\"\i ve, \v{c}, \emph{x}")
    'Kähler, École, œuvre, naïve, č, \\emph{x}'
    """
    return (
        _LETTER_OR_ACCENT.sub(lambda found: _character(found[0]), latex) if "\\" in latex else latex
    )


@lru_cache(maxsize=512)
def _character(command: str) -> str:
    """Ask pylatexenc, which knows them all; it is imported only where there is one (0.05 s)."""
    from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415  (start-up time)

    return str(LatexNodes2Text().latex_to_text(command)).strip() or command
