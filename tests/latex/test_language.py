"""The main language, and the characters that a preamble makes commands."""

from __future__ import annotations

import pytest

from texbook.latex.language import guess_language, read_active_characters, read_language
from texbook.latex.tokens import tokenize


@pytest.mark.parametrize(
    ("preamble", "language"),
    [
        ("", None),
        (r"\usepackage[english]{babel}", "en"),
        (r"\usepackage[english,ngerman]{babel}", "de"),
        (r"\usepackage[main=english,ngerman]{babel}", "en"),
        (r"\usepackage[main=esperanto,english]{babel}", ""),
        (r"\documentclass[french]{book}\usepackage{babel}", "fr"),
        (r"\documentclass[12pt]{book}\usepackage{babel}", None),
        (r"\setdefaultlanguage{spanish}", "es"),
        (r"\setmainlanguage[variant=uk]{english}", "en"),
        (r"% \usepackage[ngerman]{babel}", None),
    ],
)
def test_language_is_what_the_preamble_says_last(preamble: str, language: str | None) -> None:
    assert read_language([tokenize(preamble)]) == language


@pytest.mark.parametrize(
    ("preamble", "signs"),
    [
        ("", ""),
        (r"\usepackage{csquotes}\MakeOuterQuote{" + '"}', '"'),
        (r"\usepackage[ngerman,english]{babel}", '"'),
        (r"\usepackage[english]{babel}", ""),
        (r"\usepackage{amsmath,underscore}", "_"),
        (r"\catcode`\_=\active", "_"),
        (r"\MakeShortVerb{\|}", "|"),
    ],
)
def test_active_characters_are_those_that_the_preamble_makes(preamble: str, signs: str) -> None:
    assert read_active_characters([tokenize(preamble)]) == frozenset(signs)


_TEXTS = {
    "en": "The mass flux is computed at the end of each step, and it is kept for the next one.",
    "fr": "Le flux de masse est pris dans le calcul du pas et les termes sont dans les faces.",
    "de": "Der Fluss der Masse wird mit dem Schritt und nicht von der Zelle auf die Wand gesetzt.",
    "es": "El flujo de la masa se toma en el paso y los valores de las celdas son para la pared.",
    "it": "Il flusso della massa che si prende nel passo è di una cella e non del muro con la via.",
    "pt": "O fluxo da massa que se toma no passo do tempo não é para as faces com um valor da via.",
    "nl": "De massa van het vat is in de stap niet op de wand en wordt voor het einde van de dag.",
    "sv": "Det är en av de saker som inte kan tas med till vattnet och att det som ett av den.",
    "pl": "Nie jest to dla nas oraz dla tego roku lub jako po do przez na nie jest ze tym od.",
    "": "Это не так: система остаётся в том же состоянии.",
}


@pytest.mark.parametrize("language", _TEXTS)
def test_language_is_guessed_by_the_commonest_words(language: str) -> None:
    assert guess_language(_TEXTS[language], "xx") == language


@pytest.mark.parametrize(
    "text", ["", "user_id, max, min", "See la Cour des Comptes and The Hague."]
)
def test_language_is_not_guessed_from_a_few_words(text: str) -> None:
    assert guess_language(text, "xx") == "xx"
