r"""Texts as they are compared: letters and digits only, without accents, case and commands."""

from __future__ import annotations

import re
import unicodedata

from texbook.latex.accents import compose_accents

_UNICODE_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "\u0131": "i", "ð": "d", "þ": "th"}
    | {"đ": "d", "ŋ": "n"}
)
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+\*?[ \t]*|.)", re.DOTALL)
_NOT_WORD = re.compile(r"[\W_]+")


def fold(latex: str) -> str:
    r"""Give the words of a text in small letters, one blank between them.

    >>> fold(r"G{\"u}nnemann's {\LaTeX}-free \emph{Na\"\i ve} caf\'e, na\v{\i}ve")
    'gunnemann s free naive cafe naive'
    """
    text = _COMMAND.sub(_nothing_or_space, compose_accents(latex)) if "\\" in latex else latex
    text = text.replace("{", "").replace("}", "").replace("~", " ").lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_UNICODE_LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return _NOT_WORD.sub(" ", text).strip()


def _nothing_or_space(found: re.Match[str]) -> str:
    return "" if found[0][1:2].isalpha() or found[0][1:2] in "-/@" else " "
