"""Keys in the arguments of commands that label, refer and cite."""

import pytest

from texbook.latex.arguments import ArgumentReader
from texbook.latex.references import CITING, LABELLING, REFERRING, read_keys
from texbook.latex.tokens import tokenize

FORMS = {**LABELLING, **REFERRING, **CITING}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"\ref{a}", ["a"]),
        (r"\ref*{ a }", ["a"]),
        (r"\cref{a, b,c}", ["a", "b", "c"]),
        (r"\crefrange{a}{b}", ["a", "b"]),
        (r"\hyperref[a]{words}", ["a"]),
        (r"\label<2>{a}", ["a"]),
        (r"\cite[see][7]{a,b}", ["a", "b"]),
        (r"\textcites(see)()[1]{a}[2]{b}{c} {d}", ["a", "b", "c", "d"]),
        (r"\volcite[see]{3}[7]{a}", ["a"]),
        ("\\citep\n{a}", ["a"]),
    ],
)
def test_keys_are_read(text: str, names: list[str]) -> None:
    tokenized = tokenize(text)
    token = tokenized.tokens[0]
    keys = read_keys(ArgumentReader(tokenized), token, FORMS[token.name])
    assert [key.name for key in keys or ()] == names
    assert [text[key.start : key.end] for key in keys or ()] == names


@pytest.mark.parametrize(
    "text", [r"\ref a", r"\hyperref{http}{a}{b}{c}", r"\crefrange{a}", r"\ref"]
)
def test_what_has_no_keys_gives_none(text: str) -> None:
    tokenized = tokenize(text)
    token = tokenized.tokens[0]
    assert read_keys(ArgumentReader(tokenized), token, FORMS[token.name]) is None


def test_a_key_with_a_macro_or_a_parameter_is_not_plain() -> None:
    tokenized = tokenize(r"\cref{a,b:\x,c#1}")
    keys = read_keys(ArgumentReader(tokenized), tokenized.tokens[0], FORMS["cref"]) or ()
    assert [key.is_plain for key in keys] == [True, False, False]
