"""The views of a text: of equal length, and showing what is printed as text or as maths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.latex.nesting import read_nesting
from texbook.latex.prose import BREAK, NOTHING, THING, maths_view, prose_view
from texbook.latex.tokens import tokenize


def prose(text: str) -> str:
    """Give the prose view with each row of things as one, and without what is not printed."""
    tokens = tokenize(text)
    view = prose_view(tokens, read_nesting(tokens).maths)
    assert len(view) == len(text)
    view = view.replace(NOTHING, "")
    return re.sub(f"{THING}+", "@", re.sub(f"{BREAK}+", "|", view))


def maths(text: str) -> str:
    tokens = tokenize(text)
    view = maths_view(tokens, read_nesting(tokens).maths)
    assert len(view) == len(text)
    return re.sub(f"{THING}+", "@", view.replace(NOTHING, ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"a \emph{b \textbf{c}} d", "a b c d"),
        (r"so $x-1$ and \(y\) and \[ z \] end", "so @ and @ and @ end"),
        (r"see \ref{a-b} and \cite[p.~1-2]{c} now", "see @ and @ now"),
        (r"a\label{b}\index{c!d} e", "a e"),
        (r"5\% of R\&D, item \#1, user\_id, \{x\}", "5% of R&D, item #1, user_id, {x}"),
        (r"5\,kg, 1~m, a\ b, dis\-cre\-tion, caf\'e", "5 kg, 1~m, a b, discretion, cafe"),
        ("one % two\nthree", "one \nthree"),
        (r"\verb|a - b| c \texttt{d - e} f \lstinline|g| h", "@ c @ f @ h"),
        (r"\url{http://a.b/c-d} x \href{http://a.b}{the words} y", "@ x the words y"),
        ("see https://a.b/c-d_e and mail me@here.org or 10.1000/1-2.", "see @ and mail @ or @"),
        (r"\section{A Title} text", "|A Title| text"),
        (r"\textcolor{red}{warm words} \colorbox{blue}{cold}", "warm words cold"),
        (r"a\footnote{b} c", "a|b| c"),
        (r"\begin{itemize}\item one \item[key] two\end{itemize}", "| one | two|"),
        (r"\begin{tabular}{l-r} a & b \\ c & d\end{tabular}", "| a | b | c | d|"),
        (
            r"\begin{dfnbox}{The leak that matters}{leak} body\end{dfnbox}",
            "|The leak that matters| body|",
        ),
        (r"\begin{tikzpicture} \draw (0-1); \end{tikzpicture} after", "| after"),
        ("\\begin{verbatim}\na - b\n\\end{verbatim}", "|\n@\n|"),
        (r"\texttt{rom, viscl, cp, ...} and \code {get it - now} x", "@ and @ x"),
        (
            r"\foreach\i in {0,...,5} {\interior{\i} and so on} x \foreach \x/\y in \all {a} y",
            "@ x @ y",
        ),
        (r"\begin{sreoutput}a - b\end{sreoutput} after", "| after"),
        (r"\mypackage{key} and \mynote{this is a sentence} end", "@ and @this is a sentence@ end"),
        (r"\kern-2pt a \hskip 3pt plus 1fil b \parindent=0pt c \vskip-10pt d", " a  b  c | d"),
        (r"\newcommand{\x}[1]{a - #1 b} shown", " shown"),
        (r"{\tt code - here} and {\bf bold text}", "@ and  bold text"),
        (r"\TeX{} is \LaTeX", "@ is @"),
        (r"\setlength{\parskip}{3pt}\vspace{2cm} words", "| words"),
        (r"\textbackslash x \char`\- y \symbol{45} z", "@ x @ y @ z"),
        (r"a \\[2pt] b", "a | b"),
    ],
)
def test_prose_shows_what_is_printed_as_text(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"a $x-1$ b", "$x-1$"),
        (r"\[ a \text{ if } b \label{eq} \]", r"\[ a @ b @ \]"),
        (r"\begin{equation} c_{\mathrm{in}} \end{equation}", "@ c_{@} @"),
        ("$a % b\n c$", "$a \n c$"),
        (r"\verb|$x$| $y$", "$y$"),
        (r"$a \mbox{$b$} c$", "$a @ c$"),
    ],
)
def test_maths_shows_formulas_only(text: str, shown: str) -> None:
    assert maths(text) == shown


def test_a_preamble_shows_nothing() -> None:
    text = "\\usepackage{a}\ntext - here"
    assert prose_view(tokenize(text), (), preamble=True).replace(NOTHING, "") == "\n"


def test_deep_nesting_takes_no_recursion() -> None:
    text = "\\emph{" * 20_000 + "x" + "}" * 20_000
    assert prose(text) == "x"


@given(st.text(alphabet="ab \r\n\\{}[]$%&_-\"'.{}\\emphbegin", max_size=80))
def test_views_keep_length_and_line_ends(text: str) -> None:
    tokens = tokenize(text)
    stretches = read_nesting(tokens).maths
    for view in (prose_view(tokens, stretches), maths_view(tokens, stretches)):
        assert len(view) == len(text)
        assert [(i, c) for i, c in enumerate(view) if c in "\r\n"] == [
            (i, c) for i, c in enumerate(text) if c in "\r\n"
        ]
