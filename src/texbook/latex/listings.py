r"""Listings: their language, their options, and where their code stands.

Environments of verbatim, fancyvrb, listings, minted and tcolorbox, and those that a class builds
from them (``\newenvironment{code}[2][]{\begin{minted}[#1]{#2}}{\end{minted}}``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.listing_options import read_options
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from texbook.latex.definitions import Definition
    from texbook.latex.tokens import Token, TokenizedText

_LONGEST = 5000
"""Code points of options; longer ones are none."""
_DEEPEST = 20
_MARK = re.compile(r"\\.|[\[\]{}]", re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}
_INNER = re.compile(
    r"\\begin\{(minted\*?|lstlisting|[BL]?Verbatim\*?)\}(?:\[([^\[\]]{0,500})\])?(?:\{([^{}]{0,80})\})?"
)
_SETTING = re.compile(r"\\lstset\s*\{")
_PARAMETER = re.compile(r"#([1-9])")
_BASE = {
    **dict.fromkeys(("minted", "minted*"), ("minted", "om")),
    **dict.fromkeys(("lstlisting", "lstlisting*"), ("listings", "o")),
    **dict.fromkeys(("Verbatim", "Verbatim*", "BVerbatim", "LVerbatim"), ("fancyvrb", "o")),
    **dict.fromkeys(("verbatim", "verbatim*"), ("verbatim", "")),
    "tcblisting": ("tcolorbox", "m"),
}
"""Environment -> what sets it, and its arguments as in `Definition.arguments`."""


@dataclass(frozen=True, slots=True)
class Listing:
    r"""One listing; all offsets are code points of its text.

    Attributes:
        name: the environment.
        engine: ``minted``, ``listings``, ``fancyvrb``, ``verbatim``, ``tcolorbox``, or empty if
            that cannot be told.
        language: as written; empty if none is given.
        options: those of this listing, of its environment included.
        start: where the code begins, behind the line of ``\begin``; ``end`` is exclusive, the
            indentation of ``\end`` left out.
        place: where the language is written in this text, if it is: start and end.
    """

    name: str
    engine: str
    language: str
    options: Mapping[str, str] = field(hash=False)
    start: int
    end: int
    place: tuple[int, int] | None = None


def read_listings(
    tokenized: TokenizedText, definitions: Sequence[Definition] = ()
) -> tuple[Listing, ...]:
    """Read the listings of a text whose environments these definitions define, in order."""
    defined: dict[str, Definition] = {}
    for item in definitions:
        # A class may define it once more for drafts without minted.
        if item.is_environment and not (
            item.name in defined and "minted" in defined[item.name].body
        ):
            defined[item.name] = item
    tokens = tokenized.tokens
    return tuple(
        listing
        for index, token in enumerate(tokens)
        if token.kind is Kind.CODE
        and (begin := _begin(tokens, index)) is not None
        and (listing := _listing(tokenized, begin, token, defined.get(token.name))) is not None
    )


def _begin(tokens: Sequence[Token], index: int) -> Token | None:
    """Give the token that opens the environment of a code token; None for code in a line."""
    for token in reversed(tokens[max(0, index - 2) : index]):
        if token.kind is Kind.BEGIN:
            return token if token.name == tokens[index].name else None
        if token.kind is not Kind.ARGUMENT:
            return None
    return None


class _Group(NamedTuple):
    """An argument without its braces."""

    text: str
    start: int
    end: int


def _listing(
    tokenized: TokenizedText, begin: Token, code: Token, definition: Definition | None
) -> Listing | None:
    text = tokenized.text
    kinds = definition.arguments if definition else _BASE.get(begin.name, ("", ""))[1]
    given, after = _given(text, begin.end, kinds)
    start = text.find("\n", after, code.end) + 1
    if not start:
        return None
    end = code.end
    while end > start and text[end - 1] in " \t":
        end -= 1
    if definition is None:
        engine, language, options, place = _built_in(begin.name, given)
    else:
        engine, language, options, place = _built(definition, given)
    return Listing(begin.name, engine, language, options, start, end, place)


def _given(text: str, position: int, kinds: str) -> tuple[list[_Group | None], int]:
    """Read arguments that follow each other; None for an optional one that is not there."""
    given: list[_Group | None] = []
    for kind in kinds:
        mark = {"o": "[", "m": "{"}.get(kind, "")
        group = _group(text, position, mark) if mark else None
        given.append(group)
        position = group.end + 1 if group else position
    return given, position


def _group(text: str, position: int, mark: str) -> _Group | None:
    if not text.startswith(mark, position):
        return None
    depth = 0
    for found in _MARK.finditer(text, position + 1, position + _LONGEST):
        if depth == 0 and found[0] == _CLOSING[mark]:
            return _Group(text[position + 1 : found.start()], position + 1, found.start())
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not 0 <= depth <= _DEEPEST:
            return None
    return None


_Read = tuple[str, str, dict[str, str], tuple[int, int] | None]
"""Engine, language, options, place of the language."""


def _built_in(name: str, given: Sequence[_Group | None]) -> _Read:
    engine = _BASE.get(name, ("", ""))[0]
    options = read_options(given[0].text) if given and given[0] else {}
    if engine == "minted":
        language = given[1]
        if language is None:
            return "", "", options, None
        return engine, language.text.strip(), options, (language.start, language.end)
    if engine == "tcolorbox":
        return _box(options)
    return engine, options.get("language", ""), options, None


def _box(options: dict[str, str]) -> _Read:
    """Read what tcolorbox passes on to listings or minted."""
    for engine, key in (("minted", "minted options"), ("listings", "listing options")):
        options = options | read_options(options.get(key, ""))
        if f"{engine} language" in options:
            return engine, options[f"{engine} language"], options, None
    engine = "minted" if "minted" in options.get("listing engine", "") else "listings"
    return engine, options.get("language", ""), options, None


def _built(definition: Definition, given: Sequence[_Group | None]) -> _Read:
    """Read what an environment of the book's own passes on."""
    values = [
        group.text if group else default
        for group, default in zip(given, definition.defaults, strict=False)
    ]
    body = definition.body
    if definition.by == "newminted":
        language, _, rest = body.removeprefix("{").partition("}")
        options = read_options(rest.strip().strip("{}"))
        return "minted", language.strip(), options | _first(values), None
    if definition.by.lower().endswith("tcblisting"):
        return _box(read_options(_filled(body, values)))
    if definition.by == "DefineVerbatimEnvironment":
        return "fancyvrb", "", _first(values), None
    inner = _INNER.search(body)
    if inner is not None:
        return _around(inner, values, given)
    setting = _SETTING.search(body)
    group = _group(body, setting.end() - 1, "{") if setting else None
    if group is None:
        return "", "", {}, None
    options = read_options(_filled(group.text, values))
    return "listings", options.get("language", ""), options, None


def _around(inner: re.Match[str], values: Sequence[str], given: Sequence[_Group | None]) -> _Read:
    """Read what an environment passes on to the one that it opens."""
    engine = _BASE.get(inner[1], ("fancyvrb", ""))[0]
    options = read_options(_filled(inner[2] or "", values))
    if engine != "minted":
        return engine, options.get("language", ""), options, None
    argument = inner[3] or ""
    parameter = _PARAMETER.fullmatch(argument.strip())
    group = given[int(parameter[1]) - 1] if parameter and int(parameter[1]) <= len(given) else None
    place = (group.start, group.end) if group else None
    return engine, _filled(argument, values).strip(), options, place


def _first(values: Sequence[str]) -> dict[str, str]:
    return read_options(values[0]) if values else {}


def _filled(text: str, values: Sequence[str]) -> str:
    """Put the arguments of an environment into what its definition passes on."""
    return _PARAMETER.sub(
        lambda found: values[int(found[1]) - 1] if int(found[1]) <= len(values) else "", text
    )
