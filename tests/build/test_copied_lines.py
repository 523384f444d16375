"""The author's lines are found in what a run has made of them."""

from __future__ import annotations

from texbook.build.copied_lines import copied_lines

# As minted 2.7 has written it.
HIGHLIGHTED = r"""\begin{MintedVerbatim}[commandchars=\\\{\}]
\PYG{k}{def} \PYG{n+nf}{f}\PYG{p}{(}\PYG{n}{a\PYGZus{}b}\PYG{p}{):}

    \PYG{k}{return} \PYG{l+s+s2}{\PYGZdq{}é\PYGZdq{}} \PYG{o}{\PYGZpc{}} \PYG{n}{a\PYGZus{}b}
\end{MintedVerbatim}
"""
CODE = 'def f(a_b):\n\n    return "é" % a_b\n'
WRITTEN = f"Before.\n\\begin{{minted}}{{python}}\n{CODE}\\end{{minted}}\n"


def test_a_highlighted_listing_is_found() -> None:
    assert copied_lines(HIGHLIGHTED, WRITTEN, 6) == {2: 3, 3: 4, 4: 5}


def test_the_nearest_of_equal_listings_is_taken() -> None:
    twice = WRITTEN + "Between.\n" * 10 + WRITTEN
    second = WRITTEN.count("\n") + 10
    assert copied_lines(HIGHLIGHTED, twice, 1) == {2: 3, 3: 4, 4: 5}
    assert copied_lines(HIGHLIGHTED, twice, second + 6)[2] == second + 3


def test_a_text_that_was_written_to_a_file_as_it_is_is_found() -> None:
    assert copied_lines(CODE, WRITTEN, 1) == {1: 3, 2: 4, 3: 5}


def test_another_text_is_not_found() -> None:
    assert copied_lines("\\contentsline {chapter}{One}{1}{chapter.1}%\n", WRITTEN, 1) == {}
    assert copied_lines("def f\n", WRITTEN, 1) == {}
    assert copied_lines("", WRITTEN, 1) == {}
    assert copied_lines("%\n\n", WRITTEN, 1) == {}
