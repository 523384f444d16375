r"""What LaTeX writes into the files of its lists, ``main.toc`` and its like.

At its end a run reads the ``.aux`` again, and each ``\@writefile{toc}{..}`` in it writes a line
into ``main.toc``, if that is open (latex.ltx, ``\enddocument``, ``\@writefile``). So the line has
gone through TeX's reading and printing once more, by which these things change:

* blanks are skipped behind ``\ `` and behind the name of a macro, and one is printed behind a name
  of letters, ``@`` being one (The TeXbook, chapter 8; tex.web, ``print_cs``); of other blanks in a
  row one is left;
* each ``#`` is doubled (tex.web, ``show_token_list``);
* ``\protected@file@percent`` becomes a ``%``, by which the line's end is no blank when the list is
  typeset; what stands behind it is dropped (latex.ltx, ``\add@percent@to@temptokena``).
"""

from __future__ import annotations

import re

from texbook.base.errors import TexbookError

_ENTRY = re.compile(r"(?m)^\\@writefile ?\{(?P<list>[^{}\n]*)\}\{")
_TOKEN = re.compile(
    r"(?P<bad>\\?\^\^|[%\n])"
    r"|\\(?P<word>(?:[^\W\d_]|@)+)[ \t]*"
    r"|(?P<blank>\\ )[ \t]*"
    r"|\\."
    r"|(?P<blanks>[ \t]+)"
    r"|(?P<brace>[{}])"
    r"|(?P<hash>#)"
)
_PERCENT = "protected@file@percent"
_SHOWN = 60


class EntryError(TexbookError):
    """An entry of a list that cannot be read by itself."""

    code = "unreadable-entry"


def contents_lines(aux: str) -> dict[str, list[str]]:
    r"""List the lines that LaTeX writes for an ``.aux``, without their ends.

    Args:
        aux: the main one or an ``\include``d file's, as it is when LaTeX reads it at the end.

    Returns:
        By the extension of the list, in the order of the ``.aux``. LaTeX writes those whose list
        the document prints.

    Raises:
        EntryError: an entry goes on in the next line, or holds a ``%`` that hides its end, or a
            character in the notation ``^^``. No heading or caption makes LaTeX write these.
    """
    lines: dict[str, list[str]] = {}
    for entry in _ENTRY.finditer(aux):
        line = _written(aux, entry.end())
        if line is None:
            start = aux[entry.start() :].partition("\n")[0][:_SHOWN]
            raise EntryError(f"an entry of a list cannot be read by itself: {start}")
        lines.setdefault(entry["list"], []).append(line)
    return lines


def _written(text: str, start: int) -> str | None:
    """Give what TeX prints of the group whose content starts here; None if that is unknown."""
    parts: list[str] = []
    kept = ""
    position, depth = start, 0
    for token in _TOKEN.finditer(text, start):
        if token["bad"]:
            return None
        parts.append(text[position : token.start()])
        position = token.end()
        if token["brace"]:
            depth += 1 if token[0] == "{" else -1
            if depth < 0:
                return kept or "".join(parts)
        if token["word"] == _PERCENT and not depth:
            kept = kept or "".join(parts) + "%"
        parts.append(_printed(token))
    return None


def _printed(token: re.Match[str]) -> str:
    if token["word"]:
        return f"\\{token['word']} "
    if token["blank"]:
        return token["blank"]
    if token["blanks"]:
        return " "
    return "##" if token["hash"] else token[0]
