import sys

import pytest

from texbook.latex.nesting import read_nesting
from texbook.latex.parse import DEEPEST, parse
from texbook.latex.tokens import tokenize


def test_nodes_have_the_offsets_of_the_text() -> None:
    text = "a % {\n\\emph{b} \\verb|{| c"
    parsed = parse(tokenize(text))
    assert parsed.failure is None
    emph = next(node for node in parsed.nodes if getattr(node, "macroname", "") == "emph")
    assert text[emph.pos : emph.pos + emph.len].strip() == r"\emph{b}"


def test_equal_texts_are_parsed_once() -> None:
    assert parse(tokenize("once \\emph{x}")) is parse(tokenize("once \\emph{x}"))


def test_deep_nesting_is_parsed_up_to_the_bound_and_refused_above() -> None:
    before = sys.getrecursionlimit()
    depth = DEEPEST - 10
    assert parse(tokenize("\\emph{" * depth + "}" * depth)).failure is None
    failure = parse(tokenize("{" * 20_000)).failure
    assert failure is not None
    assert failure.offset == DEEPEST
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("text", ["{", "}", "$", "\\begin{a}", "\\end{a}", "\0", "\\", ""])
def test_broken_text_gives_a_value(text: str) -> None:
    assert parse(tokenize(text)).nodes is not None


def test_maths_stretches() -> None:
    text = r"a $b$ \[c\] $d$$e$ \begin{align}f\end{align}"
    maths = read_nesting(tokenize(text)).maths
    assert [text[start:end] for start, end in maths] == [
        "$b$",
        r"\[c\]",
        "$d$",
        "$e$",
        r"\begin{align}f\end{align}",
    ]
