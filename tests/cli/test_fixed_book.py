"""A book that lint has fixed is typeset to the same text, but for the fixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

BODY = r"""
\section{1. How it "began"}\label{sec:one}
They called it "good enough" - production is not. It took 10-20 steps... nothing.
The column 'price' was empty, see Section \ref{sec:one} and page \pageref{sec:one}.
In maths $65,504 > 1$ and $||x|| \ge 0$, at \texttt{https://example.org/a\_b}.@@@

A line that breaks\\

and \verb|"code" - 10-20...| stays, as $a - b$ and \texttt{x - y...} do, and R\&D too.
\begin{verbatim}
"code" - 10-20...@@@
\end{verbatim}
""".replace("@", " ")

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u2014\u2013-", None),
        "\u2026": "...",
        "\u2225": "||",
    }
)


def _plain(text: str) -> str:
    """Leave out what the fixes are about: the forms of quotes and dots, dashes and spaces."""
    text = text.translate(_SAME).replace("1. How", "How")
    return re.sub(r"\s+", "", text)


@pytest.mark.tex
def test_safe_fixes_change_nothing_else_in_print(book: Book) -> None:
    main = book.document(BODY)
    assert book.texbook("build").status == 0
    before = book.text()
    fixed = book.texbook("lint", "--fix", "--fail-on", "never")
    assert fixed.status == 0
    assert "``good enough" in main.read_text("utf-8")
    assert '"code" - 10-20...   \n\\end{verbatim}' in main.read_text("utf-8")
    assert book.texbook("build").status == 0
    after = book.text()
    assert after != before
    assert _plain(after) == _plain(before)
