r"""The commands that label, refer and cite, and the keys that they name.

Sources: latex.ltx, amsmath, hyperref, cleveref 0.21, varioref, nameref, refcount, subcaption, zref,
zref-clever; natbib 8.31, biblatex 3.18 (manual, sections 3.8 and 3.9), apacite.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.arguments import Argument, ArgumentReader
    from texbook.latex.tokens import Token


class KeyForm(NamedTuple):
    r"""Where a command has its keys.

    Attributes:
        arguments: number of braced arguments in a row that hold keys.
        skipped: number of braced arguments before them.
        is_list: whether an argument may name several keys, with commas between them.
        in_option: the keys stand in the first optional argument instead.
        repeats: whether options and argument may come again and again, as with ``\cites``.
    """

    arguments: int = 1
    skipped: int = 0
    is_list: bool = False
    in_option: bool = False
    repeats: bool = False


class Key(NamedTuple):
    """A key as written, without the spaces around it: code-point offsets, end exclusive."""

    name: str
    start: int
    end: int

    @property
    def is_plain(self) -> bool:
        """Whether it is a name, and not made by a macro or from a parameter."""
        return bool(self.name) and not _MADE.search(self.name)


_MADE = re.compile(r"[\\#{}~$%]")

LABELLING = {
    "label": KeyForm(),
    "zlabel": KeyForm(),
    "ltx@label": KeyForm(),
}
"""Commands that set a label."""

REFERRING = {
    **dict.fromkeys(
        (
            *("ref", "pageref", "nameref", "autoref", "eqref", "vref", "Vref", "vpageref", "Ref"),
            *("fullref", "Autoref", "Nameref", "autopageref", "titleref", "subref", "footref"),
            *("getrefnumber", "getpagerefnumber", "getrefbykeydefault", "thref", "vnameref"),
            *("namecref", "nameCref", "lcnamecref", "namecrefs", "nameCrefs", "lcnamecrefs"),
        ),
        KeyForm(),
    ),
    **dict.fromkeys(
        (
            *("cref", "Cref", "cpageref", "Cpageref", "labelcref", "labelcpageref"),
            *("zcref", "zcpageref", "zref", "zpageref", "vrefs"),
        ),
        KeyForm(is_list=True),
    ),
    **dict.fromkeys(
        (
            *("crefrange", "Crefrange", "cpagerefrange", "Cpagerefrange", "labelcrefrange"),
            *("vrefrange", "vpagerefrange"),
        ),
        KeyForm(arguments=2),
    ),
    "hyperref": KeyForm(in_option=True),
}
"""Commands that refer to labels."""

_ONE_OF_BIBLATEX = (
    *("cite", "parencite", "footcite", "footcitetext", "textcite", "smartcite", "autocite"),
    *("supercite", "citeauthor", "citetitle", "citeyear", "citedate", "citeurl", "notecite"),
    *("pnotecite", "fnotecite", "fullcite", "footfullcite", "nocite"),
)
_SEVERAL = ("cites", "parencites", "footcites", "footcitetexts", "smartcites", "textcites")
CITING = {
    **dict.fromkeys(_ONE_OF_BIBLATEX, KeyForm(is_list=True)),
    **dict.fromkeys((name.capitalize() for name in _ONE_OF_BIBLATEX), KeyForm(is_list=True)),
    **dict.fromkeys((*_SEVERAL, "supercites", "autocites"), KeyForm(is_list=True, repeats=True)),
    **dict.fromkeys(
        (*(name.capitalize() for name in _SEVERAL), "Autocites"),
        KeyForm(is_list=True, repeats=True),
    ),
    **dict.fromkeys(
        (
            *("citet", "citep", "citealt", "citealp", "citefullauthor", "citeyearpar", "citenum"),
            *("Citet", "Citep", "Citealt", "Citealp", "Citeauthor", "Citefullauthor"),
            *("shortcite", "citeA", "citeNP", "shortciteA", "shortciteNP", "fullciteA"),
            *("onlinecite", "bibentry", "citeonline"),
        ),
        KeyForm(is_list=True),
    ),
    **dict.fromkeys(
        ("volcite", "pvolcite", "fvolcite", "tvolcite", "avolcite", "svolcite"),
        KeyForm(is_list=True, skipped=1),
    ),
}
"""Commands that cite works of the bibliography."""

_ROUND = re.compile(r"[ \t]*\([^()\n]{0,400}\)")
_PART = re.compile(r"[^,]+")
_MOST_REPEATS = 100


def read_keys(reader: ArgumentReader, token: Token, form: KeyForm) -> tuple[Key, ...] | None:
    r"""Read the keys that a command names; None where its arguments are not there.

    >>> from texbook.latex.arguments import ArgumentReader
    >>> from texbook.latex.tokens import tokenize
    >>> tokenized = tokenize(r"\cref{sec:a, sec:b}")
    >>> keys = read_keys(ArgumentReader(tokenized), tokenized.tokens[0], REFERRING["cref"])
    >>> [key.name for key in keys]
    ['sec:a', 'sec:b']
    """
    if form.in_option:
        option = reader.bracketed(token.end)
        # With options of its own, \hyperref{..}{..}{..}{..} is another command.
        return None if option is None else tuple(_keys(reader.text, option, form))
    keys: list[Key] = []
    position = token.end
    for turn in range(_MOST_REPEATS if form.repeats else 1):
        read = _arguments(reader, position, form)
        if read is None:
            return tuple(keys) if turn else None
        for argument in read[form.skipped :]:
            keys.extend(_keys(reader.text, argument, form))
        position = read[-1].end + 1
    return tuple(keys)


def _arguments(reader: ArgumentReader, position: int, form: KeyForm) -> list[Argument] | None:
    arguments: list[Argument] = []
    position = reader.star(position)
    for _ in range(form.skipped + form.arguments):
        position = _after_notes(reader, position, form)
        argument = reader.braced(position)
        if argument is None:
            return None
        arguments.append(argument)
        position = argument.end + 1
    return arguments


def _after_notes(reader: ArgumentReader, position: int, form: KeyForm) -> int:
    """Skip options, beamer's ``<2>``, and the notes in round brackets of biblatex's plurals."""
    if reader.text.startswith("{", position):
        return position  # as nearly always
    position = reader.overlay(position)
    while form.repeats and (found := _ROUND.match(reader.text, position)):
        position = found.end()
    while option := reader.bracketed(position):
        position = option.end + 1
    return reader.overlay(position)


def _keys(text: str, argument: Argument, form: KeyForm) -> Iterator[Key]:
    if not form.is_list:
        yield _key(text, argument.start, argument.end)
        return
    for part in _PART.finditer(text, argument.start, argument.end):
        key = _key(text, part.start(), part.end())
        if key.name:
            yield key


def _key(text: str, start: int, end: int) -> Key:
    written = text[start:end]
    start += len(written) - len(written.lstrip())
    written = written.strip()
    return Key(" ".join(written.split()), start, start + len(written))
