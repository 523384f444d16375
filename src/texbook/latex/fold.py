r"""Texts as they are compared: letters and digits only, without accents, case and commands."""

from __future__ import annotations

import re
import unicodedata

# The letters that are commands of their own (LaTeX kernel, ltoutenc), as they are usually folded.
_LETTERS = {
    "ss": "ss",
    **dict.fromkeys(("ae", "AE"), "ae"),
    **dict.fromkeys(("oe", "OE"), "oe"),
    **dict.fromkeys(("aa", "AA"), "a"),
    **dict.fromkeys(("dh", "DH", "dj", "DJ"), "d"),
    **dict.fromkeys(("th", "TH"), "th"),
    **dict.fromkeys(("o", "O"), "o"),
    **dict.fromkeys(("l", "L"), "l"),
    **dict.fromkeys(("ng", "NG"), "n"),
    "i": "i",
    "j": "j",
}
_UNICODE_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "\u0131": "i", "ð": "d", "þ": "th"}
)
# An accent with its letter (\"u, \'{e}, \v{c}, \c c), or any other command.
_COMMAND = re.compile(
    r"\\(?:[\"'`^~=.]\s*|[uvHtcdbkr](?:\s+|(?=\{))|([A-Za-z@]+)\*?[ \t]*|.)", re.DOTALL
)
_NOT_WORD = re.compile(r"[\W_]+")


def fold(latex: str) -> str:
    r"""Give the words of a text in small letters, one blank between them.

    >>> fold(r"G{\"u}nnemann's {\LaTeX}-free \emph{Na\"\i ve} caf\'e, na\v{\i}ve")
    'gunnemann s free naive cafe naive'
    """
    text = latex if "\\" not in latex else _COMMAND.sub(_letter, latex)
    text = text.replace("{", "").replace("}", "").replace("~", " ").lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_UNICODE_LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return _NOT_WORD.sub(" ", text).strip()


def _letter(found: re.Match[str]) -> str:
    if found[1] is None:
        return "" if found[0][1:2] in "\"'`^~=.uvHtcdbkr-/" else " "
    return _LETTERS.get(found[1], "")
