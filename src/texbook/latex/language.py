r"""The language of a book: what its preamble asks of babel or polyglossia, or its words say."""

from __future__ import annotations

import re
from collections import Counter
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

_FUNCTION_WORDS = {
    "en": "the of and to is that for with as are this be by on it from which in an or at can",
    "fr": "le la les des du est une un dans et que pour qui sur par pas sont avec au ce aux ou",
    "de": "der die das und ist nicht ein eine mit von den zu auf dem des im sich auch wird werden",
    "es": "el la los las de que y en una un por con para del se es como al lo su no",
    "it": "il di che la per una un del della sono nel con non le gli dei si da alla lo",
    "pt": "o os as de que e do da em um uma para com no na dos das se por ao",
    "nl": "de het een van en is dat niet op te zijn met voor die aan er om wordt",
    "sv": "och att det som en av den med ett inte till har de om vid kan",
    "pl": "na do jest nie od dla przez oraz jako po lub ze tego jego tym czy",
}
"""The commonest words of a language: a good tenth of each text in it."""
_LOWER_WORDS = re.compile(r"(?<![\\\w])[a-z]+(?!\w)")
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST_WORDS = 8
"""Function words of a language; fewer may be names, or a quotation."""
_CLEARLY_MORE = 2
MOST_READ = 20_000
"""Code points by which the language can be told."""


def guess_language(text: str, otherwise: str = "en") -> str:
    r"""Give the ISO 639 code of the language of a text by its commonest words.

    Args:
        text: a text, best without what is not printed; only its beginning is read.
        otherwise: what to give where the words do not decide.

    Returns:
        A code, empty for a text in another script than the Latin one.

    >>> guess_language("Le flux de masse est donc dans la plupart des cas celui du pas, et les "
    ...                "termes sont nuls pour un pas de temps qui est petit.")
    'fr'
    """
    text = text[:MOST_READ]
    if not text.isascii():
        foreign = sum("\u0370" <= c <= "\u1fff" or "\u2c00" <= c <= "\ud7ff" for c in text)
        if foreign >= 2 * sum(1 for _ in _LETTERS.finditer(text)) / 3 and foreign > _FEWEST_WORDS:
            return ""
    counts = Counter(_LOWER_WORDS.findall(text))
    scores = {
        language: sum(counts[word] for word in words)
        for language, words in _WORDS_BY_LANGUAGE.items()
    }
    english = scores.pop("en")
    other = max(scores, key=lambda language: scores[language])
    if english >= max(_FEWEST_WORDS, _CLEARLY_MORE * scores[other]):
        return "en"
    clear = scores[other] >= max(_FEWEST_WORDS, _CLEARLY_MORE * english)
    return other if clear else otherwise


_WORDS_BY_LANGUAGE = {language: words.split() for language, words in _FUNCTION_WORDS.items()}


def read_language(tokenized: Iterable[TokenizedText]) -> str | None:
    r"""Give the ISO 639 code of the main language; None where nothing is said.

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
        if main := _MAIN.search(options[1]):
            return _LANGUAGES.get(main[1].lower(), "")
        words = _WORD.findall(options[1])
        known = [_LANGUAGES[word.lower()] for word in words if word.lower() in _LANGUAGES]
        if known:
            return known[-1]
    return None


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
