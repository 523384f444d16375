r"""The main language of a book, from what its preamble asks of babel or polyglossia."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.mask import mask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.latex.tokens import TokenizedText

_LANGUAGES = {
    **dict.fromkeys(("english", "american", "british", "usenglish", "ukenglish"), "en"),
    **dict.fromkeys(("canadian", "australian", "newzealand"), "en"),
    **dict.fromkeys(("german", "ngerman", "austrian", "naustrian", "swissgerman"), "de"),
    **dict.fromkeys(("french", "francais", "frenchb", "acadian", "canadien"), "fr"),
    **dict.fromkeys(("portuguese", "brazilian", "brazil", "portuges"), "pt"),
    **dict.fromkeys(("norsk", "nynorsk", "norwegian"), "no"),
    "spanish": "es",
    "italian": "it",
    "dutch": "nl",
    "danish": "da",
    "swedish": "sv",
    "finnish": "fi",
    "polish": "pl",
    "czech": "cs",
    "slovak": "sk",
    "hungarian": "hu",
    "magyar": "hu",
    "russian": "ru",
    "ukrainian": "uk",
    "greek": "el",
    "turkish": "tr",
    "catalan": "ca",
    "romanian": "ro",
    "croatian": "hr",
    "slovene": "sl",
    "latin": "la",
    "estonian": "et",
    "bulgarian": "bg",
    "serbian": "sr",
    "basque": "eu",
    "hebrew": "he",
}
"""Names of babel and polyglossia -> ISO 639 codes."""

_WITH_QUOTE_SHORTHAND = frozenset(
    {"de", "nl", "da", "sv", "fi", "pl", "pt", "ca", "et", "no", "ru", "uk", "bg", "sr", "sl"}
    | {"hr", "eu", "sk", "cs", "es", "it"}
)
"""Languages for which babel makes the straight double quote a command (babel manual, 1.11)."""

_MADE_ACTIVE = re.compile(
    r"\\(?:MakeOuterQuote|MakeInnerQuote|MakeAutoQuote\*?|MakeShortVerb\*?|shorthandon"
    r"|useshorthands\*?|lstMakeShortInline(?:\[[^\]]*\])?|DefineShortVerb)\s*\{\s*\\?(.)"
    r"|\\catcode\s*`\\?(.)\s*=?\s*(?:\\active|13)"
)
_MADE_ACTIVE_BY_PACKAGE = {"underscore": "_", "fvrb-ex": "|"}
_PACKAGES = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{([^}]*)\}")
_POLYGLOSSIA = re.compile(
    r"\\set(?:default|main)language\s*(?:\[[^\]]*\])?\s*\{\s*([A-Za-z]+)\s*\}"
)
_BABEL = re.compile(r"\\usepackage\s*\[([^\]]*)\]\s*\{[^}]*\bbabel\b[^}]*\}")
_CLASS = re.compile(r"\\documentclass\s*\[([^\]]*)\]")
_MAIN = re.compile(r"main\s*=\s*([A-Za-z]+)")
_WORD = re.compile(r"[A-Za-z]+")


def read_language(tokenized: Iterable[TokenizedText]) -> str:
    r"""Give the ISO 639 code of the main language; ``en`` where nothing is said.

    babel takes the last language of its options as the main one, unless ``main=`` names it;
    without options of its own it takes those of the class (babel manual, 1.1).
    """
    for text in tokenized:
        shown = mask(text)
        if found := _POLYGLOSSIA.search(shown):
            return _LANGUAGES.get(found[1].lower(), "")
        options = _BABEL.search(shown) or ("babel" in shown and _CLASS.search(shown))
        if not options:
            continue
        main = _MAIN.search(options[1])
        words = [main[1]] if main else _WORD.findall(options[1])
        known = [_LANGUAGES[word.lower()] for word in words if word.lower() in _LANGUAGES]
        if known:
            return known[-1]
    return "en"


def read_active_characters(tokenized: Iterable[TokenizedText]) -> frozenset[str]:
    r"""Give the characters that a preamble turns into commands, so that they are no text.

    >>> from texbook.latex.tokens import tokenize
    >>> sorted(read_active_characters([tokenize(r"\usepackage[ngerman,english]{babel}")]))
    ['"']
    """
    found: set[str] = set()
    for text in tokenized:
        shown = mask(text)
        found.update(match[1] or match[2] for match in _MADE_ACTIVE.finditer(shown))
        for match in _PACKAGES.finditer(shown):
            names = {name.strip() for name in match[1].split(",")}
            found.update(
                sign for package, sign in _MADE_ACTIVE_BY_PACKAGE.items() if package in names
            )
        for options in (*_BABEL.finditer(shown), *_CLASS.finditer(shown)):
            words = _WORD.findall(options[1].lower())
            if any(_LANGUAGES.get(word) in _WITH_QUOTE_SHORTHAND for word in words):
                found.add('"')
    return frozenset(found)
