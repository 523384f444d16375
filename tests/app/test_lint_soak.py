"""Whatever is edited: what is kept and what is found anew are the same findings."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from texbook.app import lint as app_lint
from texbook.app.lint import LintOptions, lint_book

if TYPE_CHECKING:
    from tests.app.conftest import Book

LINES = (
    "The seperate model recieves its gradients, and \u201cnobody\u201d sees that it does.",
    'It is "quoted" -- or not... as \\cite{a} says. See \\ref{sec:1}.',
    "As Section 2 says, and the rest of them as well, nothing of it is known to us.",
    "\\label{sec:1} What is $65,504$ and $L_{click}$, if $$x = 1e^{-3}$$ holds?",
    "\\begin{lstlisting}[language=Python]\ndef broken(:\n\\end{lstlisting}",
    '\\begin{mybox}{one}{two} 10-20 of them \\end{mybox} \\textbf{A} \\verb|"x"|',
    "\n" + " ".join(["one paragraph that stands more than once in the book"] * 4) + ".\n",
    "% texbook: ignore[TB506]",
    "% texbook: ignore-begin[TB501]",
    "% texbook: ignore-end[TB501]",
    "\\subsection{a Heading of Its own}",
    "\\subsection{Another}",
    "\\includegraphics{gone} {-} TODO: say more, at https://example.org/x",
    "\\newenvironment{mybox}[1]{}{}",
    "\\newcommand{\\sref}[1]{\\ref{sec:#1}} \\sref{1} \\sref{2}",
    "\\lstset{escapechar=!}",
    "Smith et al. (2019) and Doe and Roe (2020) say so [3], as Wu et al. (2021) do.",
    "",
)
BROKEN = ("\\begin{itemize} \\item {open", "}\\end{itemize}", "$", "\\iffalse", "\\fi")
CONFIG = '[structure]\nsections = ["Another", "Papers"]\nunit = "section"\n'
ALL = ("TB",)


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code look the same although somebody works on it while the tests run."""
    monkeypatch.setattr(app_lint, "code_version", lambda: "1")


def edited(lines: list[str], chance: Random) -> list[str]:
    """Add, drop, replace or move some of the lines."""
    place = chance.randrange(len(lines) + 1)
    length = chance.choice((0, 0, 1, 1, 2, 30))
    taken = lines[place : place + length]
    rest = lines[:place] + lines[place + length :]
    if length > 2:
        other = chance.randrange(len(rest) + 1)
        return rest[:other] + taken + rest[other:]
    return rest[:place] + chance.choices(LINES + BROKEN, k=chance.randrange(3)) + rest[place:]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_would_be_found_anew(book: Book, seed: int) -> None:
    chance = Random(seed)
    book.put("texbook.toml", CONFIG)
    lines = [
        line
        for number in range(4)
        for line in (f"\\section{{Number {number}}}", *chance.choices(LINES, k=40))
    ]
    seen: set[str] = set()
    for _ in range(8):
        body = "\n".join(lines)
        main = f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
        book.put("main.tex", main)
        kept = lint_book(book.project, LintOptions(select=ALL))
        anew = lint_book(book.project, LintOptions(select=ALL, cache=False))
        assert kept.diagnostics == anew.diagnostics
        assert kept.notes == anew.notes
        seen |= {item.code for item in kept.diagnostics}
        lines = edited(lines, chance)
    assert {"TB303", "TB506", "TB805"} <= seen
