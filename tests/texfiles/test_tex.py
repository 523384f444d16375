"""Auxiliary lines of a real XeLaTeX: moved and composed, they are what another run writes."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from texbook.texfiles.contents_files import contents_lines
from texbook.texfiles.moved_pages import move_aux, move_index

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tex

# hyperref loads one font, pzdr, which no small installation has; the text font serves as well.
LINKS = r"""
\makeatletter
\let\primitive\font
\def\font#1\relax{\let\XeTeXLink@font\@empty}
\usepackage[pdfpagelabels]{hyperref}
\let\font\primitive
\makeatother
\usepackage{cleveref}
"""
MAIN = r"""
\documentclass{report}
\usepackage{fontspec,amsmath,lastpage,makeidx}
PACKAGES
\makeindex
\begin{document}
\pagenumbering{roman}
\chapter*{Preface}\addcontentsline{toc}{chapter}{Preface}\label{preface}
\tableofcontents
\listoffigures
\clearpage
\pagenumbering{arabic}
START
\addtocontents{toc}{\vspace{1em}}
\include{one}
\include{two}
\printindex
\chapter*{End}\addcontentsline{toc}{chapter}{End}
Of \pageref{LastPage} pages.
\end{document}
"""
ONE = r"""
\chapter{É \emph{è} $a^{2}_{b}$ 50\% \# \_ \& \ss\ \o \AA\ \~n \{x\} \texttt{\textbackslash}}
\label{one}
Text\index{alpha}\index{beta|see{alpha}}\index{gamma|textbf}\index{delta@$x^2$|(}.
\section{\protect\textbf{Bold} {\bfseries and\/ } ~ -- — ``q'' \ensuremath{\alpha} \"{u}\@. End}
\begin{figure}\caption[Short {with braces} \ldots]{Long}\label{figure}\end{figure}
\begin{equation}\label{equation}x=1\end{equation}
Foot\footnote{Note\label{note}}
\begin{enumerate}\item\label{item} x\end{enumerate}
\newpage\label{later}Text\newpage\index{delta@$x^2$|)}
\begin{table}\caption{Two  spaces % and a comment
  {\bfseries q}}\label{table}\end{table}
\addtocontents{lof}{\protect\vspace{2em}%
}
"""
TWO = r"""
\chapter[Short]{Two}\label{two}
\addtocontents{toc}{}
\addtocontents{toc}{   }
\addtocontents{toc}{ \protect\iffalse lead ## and trail \protect\fi }
\addtocontents{toc}{{\protect\relax\protect\protect\protect\relax}}
\appendix
\chapter{Appendix}\label{appendix}
\newpage
\section{Last}\label{last}
"""
FILES = ("main", "one", "two")


def typeset(folder: Path, packages: str, start: str) -> Path:
    folder.mkdir()
    main = MAIN.replace("PACKAGES", packages).replace("START", start)
    for name, text in zip(FILES, (main, ONE, TWO), strict=True):
        (folder / f"{name}.tex").write_text(text, "utf-8")
    for _ in range(3):
        run = subprocess.run(
            ["xelatex", "-no-pdf", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
            cwd=folder,
            env={**os.environ, "MKTEXTFM": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    return folder


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8")


@pytest.mark.parametrize("packages", ["", LINKS], ids=["plain", "links"])
def test_lists_and_moved_pages_are_those_of_latex(tmp_path: Path, packages: str) -> None:
    first = typeset(tmp_path / "first", packages, "")
    moved = typeset(tmp_path / "moved", packages, r"\setcounter{page}{11}")

    whole = read(first, "main.aux")
    for name in FILES[1:]:
        whole = whole.replace(f"\\@input{{{name}.aux}}\n", read(first, f"{name}.aux"))
    lists = contents_lines(whole)
    assert set(lists) == {"toc", "lof", "lot"}
    for extension in ("toc", "lof"):
        composed = "".join(f"{line}\n" for line in lists[extension])
        assert composed == read(first, f"main.{extension}")

    for name in FILES:
        before, after = read(first, f"{name}.aux"), read(moved, f"{name}.aux")
        assert before != after
        assert move_aux(before, 10) == after
        assert move_aux(after, -10) == before
    assert move_index(read(first, "main.idx"), 10) == read(moved, "main.idx")
