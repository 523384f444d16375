"""The main language, and the characters that a preamble makes commands."""

from __future__ import annotations

import pytest

from texbook.latex.language import read_active_characters, read_language
from texbook.latex.tokens import tokenize


@pytest.mark.parametrize(
    ("preamble", "language"),
    [
        ("", "en"),
        (r"\usepackage[english]{babel}", "en"),
        (r"\usepackage[english,ngerman]{babel}", "de"),
        (r"\usepackage[main=english,ngerman]{babel}", "en"),
        (r"\documentclass[french]{book}\usepackage{babel}", "fr"),
        (r"\documentclass[12pt]{book}\usepackage{babel}", "en"),
        (r"\setdefaultlanguage{spanish}", "es"),
        (r"\setmainlanguage[variant=uk]{english}", "en"),
        (r"% \usepackage[ngerman]{babel}", "en"),
    ],
)
def test_language_is_what_the_preamble_says_last(preamble: str, language: str) -> None:
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
