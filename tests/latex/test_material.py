from __future__ import annotations

import pytest

from texbook.latex.material import Material, MaterialReader
from texbook.latex.tokens import tokenize


def count(text: str) -> Material:
    return MaterialReader(tokenize(text)).count(0, len(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two, three.", 3),
        (r"A \emph{well-known} \textbf{fact}", 3),
        ("The $x_1 + y$ axis and \\(z\\)", 5),
        (r"Before \[ a b c \] after", 2),
        (r"\begin{align}a\\b\end{align}", 0),
        ("word % not this\nand", 2),
        (r"\begin{verbatim}many words here\end{verbatim} one", 1),
        (r"See \cref{fig:a} and \cite[p. 3]{b}", 2),
        (r"\begin{figure}\caption{Two words}\end{figure}", 2),
        ("", 0),
    ],
)
def test_words_are_prose_and_a_formula_in_a_line_is_one(text: str, words: int) -> None:
    assert count(text).words == words


def test_listings_are_counted_wherever_their_code_stands() -> None:
    text = (
        "\\begin{minted}{python}\nx\n\\end{minted}\\begin{lstlisting}\ny\n\\end{lstlisting}"
        "\\lstinputlisting{a.py}\\inputminted{c}{b.c}\\begin{comment}\nz\n\\end{comment}\\verb|q|"
    )
    assert count(text).listings == 4


def test_a_table_and_the_float_around_it_are_one() -> None:
    text = (
        r"\begin{table}\begin{tabular}{l}a\end{tabular}\end{table}"
        r"\begin{tabular}{l}b\end{tabular}\begin{longtable}{l}c\end{longtable}"
        r"\begin{figure*}\begin{tabular}{l}d\end{tabular}\end{figure*}"
    )
    assert (count(text).tables, count(text).figures) == (3, 1)


def test_displayed_formulas_are_told_from_those_in_a_line() -> None:
    text = r"$a$ \(b\) $$c$$ \[d\] \begin{equation*}e\end{equation*} \begin{math}f\end{math}"
    assert count(text).formulas == 3


def test_boxes_are_told_by_their_name() -> None:
    text = (
        r"\begin{tcolorbox}\end{tcolorbox}\begin{notebox}\end{notebox}\begin{lrbox}{\x}\end{lrbox}"
    )
    assert count(text).boxes == 2


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        (r"\cite{a, b}\cite{a}", {"a", "b"}),
        (r"\parencite[see][p.~2]{c}\Textcite*{d}", {"c", "d"}),
        (r"\textcites{e}[12]{f}{g} {h}", {"e", "f", "g", "h"}),
        (r"\nocite{x}\citestyle{y}\cited{z}", set()),
        (r"\citep{i}\citeauthor{j}\footcite{k}", {"i", "j", "k"}),
    ],
)
def test_papers_are_counted_once_each(text: str, papers: set[str]) -> None:
    assert count(text).papers == papers


def test_references_count_each_label() -> None:
    text = r"\ref{a}\cref{b,c}\crefrange{d}{e}\hyperref[f]{there}\hyperref{g}\label{h}\pageref{i}"
    assert count(text).references == 7


def test_what_a_definition_holds_is_not_typeset_there() -> None:
    assert count(r"\newcommand{\f}{\begin{figure}\cite{a}\end{figure}}") == Material()


def test_only_the_stretch_asked_for_is_counted() -> None:
    text = r"one \cite{a} two \cite{b} $x$"
    middle = text.index("two")
    assert MaterialReader(tokenize(text)).count(0, middle) == Material(1, papers=frozenset("a"))


def test_materials_add_up() -> None:
    one = Material(1, 2, 3, 4, 5, 6, frozenset("ab"), 7)
    two = Material(1, 1, 1, 1, 1, 1, frozenset("bc"), 1)
    assert one + two == Material(2, 3, 4, 5, 6, 7, frozenset("abc"), 8)
