r"""Finds the author's lines again in a file that a run has made of them: a highlighted listing.

minted has a listing written to a file and reads it as a ``Verbatim`` between two lines of its own,
each word in a macro, ``\PYG{k}{def}``, and each character that TeX would not print as it is in
another, ``\PYGZus{}`` (Pygments, ``LatexFormatter``). What is left without these, and without all
but letters and digits, is the same in both files.
"""

from __future__ import annotations

import re

_MACRO = re.compile(r"\\PYG[A-Za-z]*\{[^{}]*\}")
_ASIDE = re.compile(r"[\W_]+")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w*Verbatim\*?\}")


def copied_lines(made: str, written: str, near: int) -> dict[int, int]:
    r"""Give the author's line for each line of a file that holds some of them.

    Args:
        made: the file's text.
        written: the author's text.
        near: a line of it, from 1; of several places the nearest one is taken.

    Returns:
        Lines from 1 by lines from 1; nothing if the author's text does not hold the others.

    >>> made = "\\begin{Verbatim}[x]\n\\PYG{k}{if} a\\PYGZus{}b\n\\end{Verbatim}\n"
    >>> copied_lines(made, "before\n\\begin{minted}{py}\n  if a_b\n\\end{minted}\n", 4)
    {2: 3}
    """
    lines = made.splitlines()
    first = 1 if lines and _ENVIRONMENT.match(lines[0]) else 0
    last = len(lines) - (1 if lines and _ENVIRONMENT.match(lines[-1]) else 0)
    wanted = [_plain(_MACRO.sub("", line)) for line in lines[first:last]]
    if not any(wanted):
        return {}
    start = _nearest("\n".join(wanted), list(map(_plain, written.split("\n"))), near)
    if start is None:
        return {}
    return {first + 1 + offset: start + offset for offset in range(len(wanted))}


def _plain(line: str) -> str:
    return _ASIDE.sub("", line)


def _nearest(wanted: str, lines: list[str], near: int) -> int | None:
    """Give the line, from 1, at which a text begins, as whole lines, nearest to another."""
    whole = "\n".join(("", *lines, ""))
    found: list[int] = []
    at = whole.find(f"\n{wanted}\n")
    while at >= 0:
        found.append(whole.count("\n", 0, at) + 1)
        at = whole.find(f"\n{wanted}\n", at + 1)
    return min(found, key=lambda line: abs(line - near), default=None)
