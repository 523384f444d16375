from __future__ import annotations

import tomllib

import pytest

from texbook.base.toml import parse_toml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = ", "Invalid value"),
        ("a = " + "[" * 100_000, "too deep"),
        ("a = " + "{a = " * 100_000, "too deep"),
        (f"a = {'9' * 100_000}", "too many digits"),
        ("[" + ".".join("a" * 100_000) + "]", "dots"),
        (".".join("a" * 100_000) + " = 1", "dots"),
    ],
    ids=["value", "brackets", "tables", "number", "header", "key"],
)
def test_all_faults_are_of_one_kind(text: str, words: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match=words):
        parse_toml(text)
