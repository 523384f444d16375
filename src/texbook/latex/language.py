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
    "spanish": "es", "italian": "it", "dutch": "nl", "danish": "da", "swedish": "sv",
    "finnish": "fi", "polish": "pl", "czech": "cs", "slovak": "sk", "hungarian": "hu",
    "magyar": "hu", "russian": "ru", "ukrainian": "uk", "greek": "el", "turkish": "tr",
    "catalan": "ca", "romanian": "ro", "croatian": "hr", "slovene": "sl", "latin": "la",
    "estonian": "et", "bulgarian": "bg", "serbian": "sr", "basque": "eu", "hebrew": "he",
}
"""Names of babel and polyglossia -> ISO 639 codes."""

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
