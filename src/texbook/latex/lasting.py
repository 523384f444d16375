r"""What an included file sets for all that follows it.

``\include`` opens no group: a ``\renewcommand`` that stands in no group of the file holds from
there to the end of the document, and a ``\gdef`` in any group does (source2e, ltfiles; The
TeXbook, chapter 24).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.declarations import declaration_end
from texbook.latex.forms import DefinitionReader
from texbook.latex.level import Level
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import Token

_GLOBAL = frozenset({"gdef", "xdef"})
_NEW = frozenset(
    {"newcommand", "providecommand", "newenvironment", "newcounter", "newlength", "newif"}
    | {"NewDocumentCommand", "NewDocumentEnvironment", "DeclareMathOperator"}
)
_ANEW = frozenset(
    {"def", "edef", "gdef", "xdef", "let", "global", "long", "protected", "renewcommand"}
    | {"renewenvironment", "RenewDocumentCommand", "DeclareDocumentCommand"}
    | {"RenewDocumentEnvironment", "DeclareDocumentEnvironment", "DeclareRobustCommand"}
)
_SETTINGS = frozenset(
    {"tcbset", "lstset", "tikzset", "sisetup", "setminted", "captionsetup", "setlist", "urlstyle"}
    | {"counterwithin", "counterwithout", "numberwithin", "theoremstyle", "hypersetup"}
    | {"frenchspacing", "nonfrenchspacing", "allowdisplaybreaks"}
)
_SWITCHES = frozenset(
    {"toggletrue", "togglefalse", "booltrue", "boolfalse", "setbool", "settoggle", "setbox", "sbox"}
    | {"savebox"}
)
r"""Of etoolbox, and the boxes; ``\xtrue`` and ``\xfalse`` of a ``\newif\ifx`` are others."""
_SET_CONDITIONAL = re.compile(r"([A-Za-z@]+)(?:true|false)")
_ANY = re.compile(
    rf"\\(?:(?:{'|'.join(sorted(_NEW | _ANEW | _SETTINGS | _SWITCHES))})(?![A-Za-z@])"
    r"|[A-Za-z@]+(?:true|false)(?![A-Za-z@]))"
)
_DEFINED = re.compile(
    r"(?:\\(?:global|long|outer|protected)\s*)*\\(?P<command>[A-Za-z]+)\*?"
    r"\s*(?:\\(?P<macro>[A-Za-z@]+)|\{\s*\\?(?P<name>[A-Za-z@*]+)\s*\})"
)


class Lasting(NamedTuple):
    r"""Something that is set for all that follows.

    Attributes:
        command: what sets it, such as ``lstset``.
        name: of the macro or environment that it defines; empty for a setting.
    """

    command: str
    name: str

    @property
    def subject(self) -> str:
        """What is set, whatever sets it."""
        return self.name or self.command

    @property
    def changes_known(self) -> bool:
        """Whether there must have been something of that name before."""
        return self.command.lower().startswith("renew")


@lru_cache(maxsize=512)
def lasting(text: str) -> frozenset[Lasting]:
    r"""Find what a file sets for all that follows it.

    >>> sorted(lasting(r"{\def\x{1} \gdef\y{2}} \renewcommand{\z}{3}"))
    [Lasting(command='gdef', name='y'), Lasting(command='renewcommand', name='z')]
    """
    if not _ANY.search(text):
        return frozenset()
    tokenized = tokenize(text)
    reader, level = DefinitionReader(tokenized), Level(tokenized)
    found: set[Lasting] = set()
    position, prefix = 0, ""
    for token in tokenized.tokens:
        if token.start < position:
            continue
        end = declaration_end(reader, token) if token.kind is Kind.COMMAND else None
        is_outside = level.inside(token.start, conditionals=False) is None
        is_lasting = is_outside or "global" in (token.name, prefix) or token.name in _GLOBAL
        prefix = token.name
        if end is None:
            level.step(token)
            if is_lasting and token.kind is Kind.COMMAND:
                found.update(_switched(reader.text, token))
            continue
        if is_lasting and token.name in _NEW | _ANEW | _SETTINGS:
            found.add(_read(reader.text[token.start : end], token.name))
        position = end
    return frozenset(found)


def _switched(text: str, token: Token) -> Iterator[Lasting]:
    if token.name in _SWITCHES:
        named = _DEFINED.match(text, token.start)
        yield Lasting(token.name, named["macro"] or named["name"] if named else "")
    elif found := _SET_CONDITIONAL.fullmatch(token.name):
        yield Lasting(token.name, f"if{found[1]}")


def _read(declaration: str, command: str) -> Lasting:
    if command in _SETTINGS:
        return Lasting(command, "")
    defined = _DEFINED.match(declaration)
    if defined is None:
        return Lasting(command, "")
    return Lasting(defined["command"], defined["macro"] or defined["name"])
