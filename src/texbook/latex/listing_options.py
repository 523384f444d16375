r"""Options of listings: those of one, and those that a book sets for all.

Sources: the manuals of listings 1.9, section 4; fancyvrb 4.5; minted 2.6, section 5.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.latex.listings import Listing
    from texbook.latex.tokens import TokenizedText

_LONGEST = 5000
"""Code points of options; longer ones are none."""
_MARK = re.compile(r"\\.|[{},]", re.DOTALL)
_SETTERS = {"lstset": "listings", "setminted": "minted", "fvset": "fancyvrb"}
_STYLES = {"lstdefinestyle": "listings"}

ESCAPES = frozenset(
    {"escapeinside", "escapechar", "mathescape", "texcl", "texcomments", "commandchars"}
    | {"moredelim", "literate", "codes", "defineactive"}
)
"""Options that let a listing hold commands, or print something else than what is written."""


class Setting(NamedTuple):
    r"""An option that holds for all listings: of ``\lstset``, ``\setminted``, ``\fvset``."""

    engine: str
    key: str
    value: str


def read_settings(tokenized: TokenizedText) -> tuple[Setting, ...]:
    """Read what a class or a preamble sets for all listings; a style counts as set for all."""
    found: list[Setting] = []
    reader: ArgumentReader | None = None
    if not any(name in tokenized.text for name in (*_SETTERS, *_STYLES)):
        return ()
    for token in tokenized.tokens:
        engine = _SETTERS.get(token.name) or _STYLES.get(token.name)
        if token.kind is not Kind.COMMAND or engine is None:
            continue
        reader = reader or ArgumentReader(tokenized)
        argument = reader.braced(reader.after_options(token.end))
        if argument is not None and token.name in _STYLES:
            found.append(Setting(engine, "style", reader.text[argument.start : argument.end]))
            argument = reader.braced(argument.end + 1)
        if argument is not None and argument.end - argument.start <= _LONGEST:
            options = read_options(reader.text[argument.start : argument.end])
            found += [Setting(engine, key, value) for key, value in options.items()]
    return tuple(found)


def read_options(text: str) -> dict[str, str]:
    """Split ``key=value`` pairs at their commas; a key without value has an empty one.

    >>> read_options("language={[x86]Assembler}, numbers = left,tabsize=4,breaklines")
    {'language': '[x86]Assembler', 'numbers': 'left', 'tabsize': '4', 'breaklines': ''}
    """
    options: dict[str, str] = {}
    depth = start = 0
    marks = [(found.start(), found[0]) for found in _MARK.finditer(text)]
    for position, mark in (*marks, (len(text), ",")):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if (mark == "," and depth <= 0) or position == len(text):
            key, _, value = text[start:position].partition("=")
            value = value.strip()
            if value.startswith("{") and value.endswith("}"):
                value = value[1:-1]
            if key.strip():
                options[key.strip()] = value.strip()
            start = position + 1
    return options


def holds_commands(listing: Listing, settings: Sequence[Setting]) -> bool:
    """Say whether a listing may hold commands of TeX, or a style out of sight may say so."""
    styles = {item.value for item in settings if item.key == "style"}
    if listing.options.get("style", "") not in styles | {""} and listing.engine == "listings":
        return True
    return any(_is_on(value) for key, value in _options(listing, settings) if key in ESCAPES)


def breaks_lines(listing: Listing, settings: Sequence[Setting]) -> bool:
    """Say whether long lines of a listing are broken."""
    value = option(listing, settings, "breaklines")
    return value is not None and _is_on(value)


def option(listing: Listing, settings: Sequence[Setting], key: str) -> str | None:
    """Give the value of an option that holds for a listing; None if it is not set."""
    found = [value for name, value in _options(listing, settings) if name == key]
    return found[-1] if found else None


def _options(listing: Listing, settings: Sequence[Setting]) -> Iterator[tuple[str, str]]:
    """Give all options that hold, the listing's own last. minted is built on fancyvrb."""
    engines = {listing.engine} | ({"fancyvrb"} if listing.engine == "minted" else set())
    if not listing.engine:
        engines = set(_SETTERS.values())
    yield from ((item.key, item.value) for item in settings if item.engine in engines)
    yield from listing.options.items()


def _is_on(value: str) -> bool:
    return value.lower() not in ("false", "none", "off")
