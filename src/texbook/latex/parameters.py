r"""What a command or an environment takes: ``[2][d]`` of the kernel, ``O{d} m`` of usrguide."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"\\[A-Za-z@]+|\\.|\S", re.DOTALL)
_MARK = re.compile(r"\\.|[{}]", re.DOTALL)
_MOST = 9
"""TeX has no more parameters than #9."""
_MOST_KEPT = 2000
"""Code points of a specification; longer ones are no specification."""


class Parameters(NamedTuple):
    r"""What is taken.

    Attributes:
        kinds: one letter each, as in ``\NewDocumentCommand``, in small letters; ``?`` where it
            cannot be told.
        defaults: of each one, as written; empty for none.
    """

    kinds: str
    defaults: tuple[str, ...]


UNKNOWN = Parameters("?", ("",))


def numbered(count: str, default: str | None) -> Parameters:
    r"""Read the ``[n][default]`` of ``\newcommand``.

    >>> numbered("2", "x")
    Parameters(kinds='om', defaults=('x', ''))
    """
    number = count.strip()
    if not number:
        return Parameters("", ())
    if not (number.isascii() and number.isdigit()) or int(number) > _MOST:
        return UNKNOWN
    if default is None or number == "0":
        return Parameters("m" * int(number), ("",) * int(number))
    rest = int(number) - 1
    return Parameters("o" + "m" * rest, (default, *("",) * rest))


def patterned(pattern: str) -> Parameters:
    r"""Read what stands between the name and the body of ``\def``.

    >>> patterned("#1#2").kinds, patterned("#1.#2").kinds
    ('mm', '?')
    """
    count = len(pattern) // 2
    if pattern != "".join(f"#{number}" for number in range(1, count + 1)) or count > _MOST:
        return UNKNOWN
    return Parameters("m" * count, ("",) * count)


def specified(specification: str) -> Parameters:
    r"""Read the argument specification of the ``Document`` family.

    Source: usrguide, "Argument specifications"; ``l``, ``u``, ``g`` and ``G`` from xparse.

    >>> specified("s +m !O{a,b} r() e{^_}")
    Parameters(kinds='smore', defaults=('', '', 'a,b', '', ''))
    """
    if len(specification) > _MOST_KEPT:
        return UNKNOWN
    reader = _Reader(specification)
    kinds: list[str] = []
    defaults: list[str] = []
    while (kind := reader.token()) is not None:
        if kind in "+!":
            continue
        if kind in ">=":
            reader.group()
            continue
        if kind not in _DELIMITERS:
            return UNKNOWN
        for _ in range(_DELIMITERS[kind]):
            reader.group()
        kinds.append(kind.lower())
        defaults.append(reader.group() if kind in "ORDEG" else "")
    return Parameters("".join(kinds), tuple(defaults)) if len(kinds) <= _MOST else UNKNOWN


# How many tokens or groups follow each letter, the default not counted.
_DELIMITERS = {
    **dict.fromkeys("mosvbcOgGl", 0),
    **dict.fromkeys("teEu", 1),
    **dict.fromkeys("rRdD", 2),
}


class _Reader:
    """Reads tokens and groups of a specification."""

    def __init__(self, text: str):
        self.text = text
        self.position = 0

    def token(self) -> str | None:
        found = _TOKEN.search(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[0]

    def group(self) -> str:
        """Read a token, or what is in braces."""
        first = self.token()
        if first != "{":
            return first or ""
        start, depth = self.position, 1
        for found in _MARK.finditer(self.text, start):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                self.position = found.end()
                return self.text[start : found.start()]
        self.position = len(self.text)
        return self.text[start:]
