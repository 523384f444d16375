"""After each of a series of edits the PDF is the one that a single run of the whole book gives.

The books are small: two chapters of three questions each, with references forwards and backwards,
figures and their list, footnotes, an index, and in one of them a bibliography.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from texbook.cli.build import command
from texbook.cli.main import run

REPOSITORY = Path(__file__).parents[2]
IMAGES = REPOSITORY / "images"
QUESTIONS = {"one": ("ada", "bob", "eve"), "two": ("ivy", "joe", "kim")}

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(
        not any("--check" in parameter.opts for parameter in command.params),
        reason="this texbook cannot check a build",
    ),
]

REPORT = r"""\documentclass{report}
\usepackage{graphicx,makeidx}
\usepackage[backend=biber,style=numeric]{biblatex}
\addbibresource{works.bib}
\suppressfontnotfounderror=1 % hyperref loads one that not every machine has, for boxed links
\usepackage[colorlinks]{hyperref}
\suppressfontnotfounderror=0
\usepackage{cleveref}
\newcommand\remark[1]{\paragraph{#1}}
\makeindex
"""
AMZNOTES = r"""\documentclass{amznotes}
\newcommand\remark[1]{\paragraph{#1}}
\title{A Small Book}
"""
WORKS = "".join(
    f"@book{{{name}, author={{{name.title()}, A.}}, title={{On {name.title()}}}, year=2001}}\n"
    for name in ("adams", "brown", "clark", "davis")
)
QUESTION = r"""\section{On @}\label{q:@}
A first sentence on @, for the index\index{@}, with a note\footnote{Noted by @.}. It is in
\cref{ch:@@}, and \nameref{q:+} is on page~\pageref{q:+}.

\begin{equation}
  x^2 + y^2 = z \label{eq:@}
\end{equation}

\begin{figure}[htbp]
  \centering\includegraphics[width=0.5\linewidth]{images/@.pdf}
  \caption{What @ drew.}\label{fig:@}
\end{figure}

\remark{Later} \Cref{eq:@} and \cref{fig:@} are near, \cref{eq:+} and \cref{fig:+} are far.
"""
FIGURE = r"""
\begin{figure}[htbp]
  \centering\includegraphics[width=0.4\linewidth]{images/kim.pdf}
  \caption{What comes first.}\label{fig:first}
\end{figure}
"""


@dataclass(frozen=True)
class Book:
    """A book in a folder, where commands run."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def put(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def swap(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert text.count(old) == 1, (name, old)
        self.put(name, text.replace(old, new))

    def build(self, *options: str) -> tuple[int, str]:
        self.capture.readouterr()
        status = run(["build", *options])
        out, err = self.capture.readouterr()
        return status, out + err

    def is_right(self, edit: str) -> None:
        """Build as an author does, then compare with a run of the whole book."""
        status, told = self.build("--explain")
        assert status == 0, f"{edit}: {told}"
        status, told = self.build("--check")
        assert status == 0, f"{edit}: {told}"
        assert "the same as one run: " in told, edit


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    """The questions, their figures and works; there is no main file yet."""
    book = Book(tmp_path / "book", capsys)
    names = [name for chapter in QUESTIONS.values() for name in chapter]
    drawings = sorted(IMAGES.glob("*.pdf"))
    for place, name in enumerate(names):
        following = names[(place + 2) % len(names)]
        chapter = next(chapter for chapter, those in QUESTIONS.items() if name in those)
        text = QUESTION.replace("@@", chapter).replace("@", name).replace("+", following)
        book.put(f"{chapter}/{name}.tex", text)
        (book.root / "images").mkdir(exist_ok=True)
        shutil.copyfile(drawings[place], book.root / f"images/{name}.pdf")
    for chapter in QUESTIONS:
        opening = f"\\chapter{{Part {chapter}}}\\label{{ch:{chapter}}}\nIt begins with questions.\n"
        book.put(f"{chapter}/chapter.tex", opening)
    book.put("works.bib", WORKS)
    monkeypatch.chdir(book.root)
    return book


def main_file(preamble: str, end: str) -> str:
    """Write the spine of the book."""
    names = [f"{chapter}/{name}" for chapter, those in QUESTIONS.items() for name in those]
    for chapter, those in QUESTIONS.items():
        names.insert(names.index(f"{chapter}/{those[0]}"), f"{chapter}/chapter")
    lines = "".join(f"\\include{{{name}}}\n" for name in names)
    start = "\\begin{document}\n\\tableofcontents\n\\listoffigures\n"
    return f"{preamble}{start}{lines}{end}\\end{{document}}\n"


def test_a_book_in_a_standard_class_stays_right_through_its_edits(book: Book) -> None:
    book.put("main.tex", main_file(REPORT, "\\printbibliography\n\\printindex\n"))
    for name, work in (("one/ada", "brown"), ("one/eve", "clark"), ("two/kim", "davis")):
        book.swap(
            f"{name}.tex", "\\remark{Later}", f"It is in~\\cite{{{work}}}.\n\\remark{{Later}}"
        )
    book.is_right("the first build")

    book.swap("one/bob.tex", "A first sentence", "A second sentence")
    book.is_right("one word")
    book.swap("one/bob.tex", "\\remark{Later}", "\\newpage\nA page more.\n\\remark{Later}")
    book.is_right("a page more")
    book.swap("two/joe.tex", "\\label{eq:joe}", "\\label{eq:late}")
    book.is_right("a label renamed, its users not")
    for user in ("one/eve", "two/joe"):
        book.put(f"{user}.tex", (book.root / f"{user}.tex").read_text().replace(":joe", ":late"))
    book.swap("two/joe.tex", "\\label{q:late}", "\\label{q:joe}\\label{q:late}")
    book.swap("two/joe.tex", "\\label{fig:late}", "\\label{fig:joe}\\label{fig:late}")
    book.is_right("its users follow")
    book.swap("one/ada.tex", "\\begin{equation}", f"{FIGURE}\\begin{{equation}}")
    book.is_right("a new first figure")
    shutil.copyfile(IMAGES / "class-after-data-gone.pdf", book.root / "images/ivy.pdf")
    book.is_right("another image")
    book.swap("two/ivy.tex", "\\remark{Later}", "See~\\cite{adams}.\n\\remark{Later}")
    book.is_right("a citation that renumbers")
    book.swap("works.bib", "{Brown, A.}", "{Young, A.}")
    book.is_right("an author who sorts elsewhere")
    book.swap("two/ivy.tex", "\\section{On ivy}", "\\section{On ivy\\index{climbing} and its ways}")
    book.is_right("another title")
    book.swap("main.tex", "\\include{one/bob}\n", "")
    book.swap("main.tex", "\\include{two/kim}\n", "\\include{two/kim}\n\\include{one/bob}\n")
    book.is_right("a question moved to another chapter")
    book.swap("main.tex", "\\newcommand\\remark[1]{\\paragraph", "\\newcommand\\remark[1]{\\textbf")
    book.is_right("another macro in the preamble")
    book.swap("main.tex", "\\documentclass{report}", "\\documentclass[11pt]{report}")
    book.is_right("another class option")


def test_a_book_in_our_class_stays_right_through_its_edits(book: Book) -> None:
    shutil.copyfile(REPOSITORY / "amznotes.cls", book.root / "amznotes.cls")
    book.put("main.tex", main_file(AMZNOTES, "\\amzindex\n"))
    book.is_right("the first build")

    box = "\\begin{dfnbox}{Gap}{gap}\nA gap is a hole.\n\\end{dfnbox}\n\n"
    book.swap("two/ivy.tex", "\\begin{equation}", f"{box}\\begin{{equation}}")
    book.swap("one/ada.tex", "are far.", "are far, and so is \\cref{dfn:gap}.")
    book.is_right("a new box that an earlier question names")
    book.swap("two/joe.tex", "\\remark{Later}", "More\\footnote{And more.}.\n\\remark{Later}")
    book.is_right("another footnote")
    good = (book.root / "main.pdf").read_bytes()
    book.swap("one/eve.tex", "\\remark{Later}", "\\remrk{Later}")
    assert book.build()[0] == 1
    assert (book.root / "main.pdf").read_bytes() == good
    book.swap("one/eve.tex", "\\remrk{Later}", "\\newpage\n\\remark{Later}")
    book.is_right("a mistake mended, and a page more")
    book.put("two/lea.tex", (book.root / "one/ada.tex").read_text().replace("ada", "lea"))
    shutil.copyfile(book.root / "images/ada.pdf", book.root / "images/lea.pdf")
    book.swap("main.tex", "\\include{two/joe}\n", "\\include{two/lea}\n\\include{two/joe}\n")
    book.is_right("a new question")
    book.swap("main.tex", "\\include{one/bob}\n\\include{one/eve}\n", "\\include{one/eve}\n")
    book.is_right("a question deleted that others name")
    book.swap("main.tex", "\\begin{document}", "\\setcounter{tocdepth}{0}\n\\begin{document}")
    book.swap("two/ivy.tex", box, "")
    book.is_right("shorter contents, and a box taken back")
