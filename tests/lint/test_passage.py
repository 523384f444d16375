"""Passages: a document in pieces that can be judged by themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from texbook.latex.prose import NOTHING
from texbook.latex.tokens import tokenize
from texbook.lint.facts import Facts
from texbook.lint.passage import Passage, cut_passages

LONG = "Some words of a sentence. " * 100


def cuts(text: str) -> list[tuple[str, bool]]:
    return [
        (text[start:end], is_preamble) for start, end, is_preamble in cut_passages(tokenize(text))
    ]


def test_a_document_is_cut_at_headings_and_after_its_preamble() -> None:
    preamble = "\\documentclass{book}\n"
    first = "\\begin{document}\n\\section{One}" + LONG
    second = "\\section{Two}" + LONG + "\\end{document}"
    assert cuts(preamble + first + second) == [(preamble, True), (first, False), (second, False)]


def test_short_stretches_stay_together() -> None:
    text = "\\section{One} a \\section{Two} b"
    assert cuts(text) == [(text, False)]


def test_no_cut_within_an_environment_a_group_or_a_definition() -> None:
    text = (
        "\\begin{box}"
        + LONG
        + "\\section{In it}"
        + LONG
        + "\\end{box}{"
        + LONG
        + "\\section{In a group}}\\newcommand{\\x}{\\section{Defined}}"
        + LONG
    )
    assert cuts(text) == [(text, False)]


def test_an_empty_document_is_one_passage() -> None:
    assert cuts("") == [("", False)]


def test_a_preamble_has_no_prose_and_no_maths() -> None:
    passage = Passage("\\title{a - b} $x$", Facts(), is_preamble=True)
    assert set(passage.prose + passage.maths) == {NOTHING}


@given(st.lists(st.sampled_from(["\\section{A}", "{", "}", "\\begin{x}", "\\end{x}", LONG, "$"])))
def test_passages_join_to_the_document(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece for piece, _ in cuts(text)) == text


def test_facts_of_equal_books_have_equal_digests_and_others_have_not() -> None:
    assert Facts().digest == Facts().digest
    others = [
        Facts(language="de"),
        Facts(halves=frozenset({"x"})),
        Facts(active=frozenset({"_"})),
    ]
    assert len({facts.digest for facts in (Facts(), *others)}) == 4
