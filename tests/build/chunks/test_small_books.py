"""Books that use what books use: made of chunks they are what one run of the whole makes.

Each is compared after its first build, and once more after an edit of its first chapter, which
moves pages, numbers and labels of all that follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.build.chunks.conftest import TwoFolders

pytestmark = pytest.mark.tex

# hyperref loads one font, pzdr, which no small installation has; the text font serves as well.
LINKS = r"""\makeatletter
\let\primitive\font
\def\font#1\relax{\let\XeTeXLink@font\@empty}
\usepackage{hyperref}
\let\font\primitive
\makeatother
"""
SENTENCES = "A tide table is read from the left; a harbour is left at the turn of the tide. " * 12
PAGES = "\n\n".join([SENTENCES] * 9) + "\n"
NEW = r"\section{New}\label{new} \begin{figure}\caption{New}\end{figure}\footnote{New.}" + PAGES
INCLUDES = "\\include{one}\n\\include{two}\n\\include{three}\n"
CONTENTS = f"\\tableofcontents\n{INCLUDES}"


def chapter(title: str, name: str, text: str) -> str:
    heading = f"\\chapter{{{title}}}\\label{{{name}}}\n%edit\n"
    return f"{heading}{SENTENCES}\n\n{text}\n\n{PAGES}\\section{{On {title}}}\n{SENTENCES}\n"


@dataclass(frozen=True)
class SmallBook:
    r"""A book of three chapters.

    Attributes:
        text: what stands in each chapter; ``NAME`` is its own.
        files: instead of the chapters, or besides them.
    """

    name: str
    text: str = ""
    preamble: str = ""
    documentclass: str = r"\documentclass{report}"
    body: str = INCLUDES
    files: dict[str, str] = field(default_factory=dict)

    def all_files(self) -> dict[str, str]:
        main = f"\\begin{{document}}\n{self.body}\\end{{document}}\n"
        titles = {"one": "Ebb", "two": "Flood", "three": "Slack"}
        return {
            "main.tex": f"{self.documentclass}\n{self.preamble}\n{main}",
            **{
                f"{name}.tex": chapter(title, name, self.text.replace("NAME", name))
                for name, title in titles.items()
            },
            **self.files,
        }


REFERENCES = r"""See \ref{one}, \pageref{two}, \ref{three}; \nameref{three}, \autoref{one},
\ref*{two}, \pageref*{three}, \cref{one,three}, \cpageref{two}, \crefrange{one}{three},
\ref{new}."""
THEOREMS = r"""\begin{law}\label{law:NAME}x\end{law} \cref{law:two} \footnote{See \ref{law:one}.}
\begin{equation}\label{eq:NAME}a=b\end{equation} \eqref{eq:one} \eqref{eq:three}
\begin{subequations}\begin{align}a&=1\\b&=2\label{al:NAME}\end{align}\end{subequations}
\ref{al:two}
\begin{enumerate}\item\label{item:NAME} x\end{enumerate} \ref{item:one}"""
FLOATS = r"""\begin{figure}[tp]\rule{9cm}{5cm}\caption{A NAME}\label{fig:NAME}\end{figure}
\ref{fig:one}
\begin{table}\caption{B NAME}\begin{tabular}{l}a\end{tabular}\end{table} \pageref{fig:three}
\begin{figure}\begin{subfigure}{3cm}\rule{1cm}{1cm}\caption{a}\label{sub:NAME}\end{subfigure}
\caption{C}\end{figure} \subref{sub:two}
\begin{longtable}{ll}\caption{D NAME}\\ \hline a & \ref{fig:two}\\ b & NAME\end{longtable}"""
BOXES = r"""\begin{rule1}[label=box:NAME]PAGES\end{rule1} \ref{box:one} \ref{box:three}
\textcolor{red}{red} \tikz\shade[left color=red, opacity=.5] (0,0) rectangle (1,1);

\begin{minted}[linenos]{python}
print("NAME")
\end{minted}
""".replace("PAGES", PAGES)
BIBLIOGRAPHY = """
@book{falconer, author={Falconer, K.}, title={Fractal Geometry}, year={2003}, publisher={Wiley}}
@book{one, author={Mandelbrot, B.}, title={Nature}, year={1982}, publisher={Freeman}}
@book{two, author={Abel, A.}, title={Tides}, year={1999}, publisher={Harbour}}
@book{three, author={Zuse, Z.}, title={Slack Water}, year={1999}, publisher={Harbour}}
"""
BOXED = r"""\usepackage[most]{tcolorbox}\usepackage{minted}
\newtcolorbox[auto counter,number within=chapter]{rule1}[1][]{enhanced,breakable,
  drop fuzzy shadow,title={Rule \thetcbcounter},#1}"""
HEADED = r"""\usepackage{fancyhdr}\pagestyle{fancy}
\fancyhead[L]{\leftmark}\fancyhead[R]{\rightmark}\fancyfoot[C]{-- \thepage\ --}"""

SPACE = r"\addtocontents{toc}{\protect\vspace{1em}}"

BOOKS = (
    SmallBook(
        "two sides",
        documentclass=r"\documentclass{book}",
        body=rf"\title{{T}}\author{{A}}\date{{}}\maketitle {CONTENTS}",
    ),
    SmallBook(
        "front matter with roman numbers",
        preamble=LINKS,
        documentclass=r"\documentclass[oneside]{book}",
        body="\\frontmatter\\tableofcontents\n\\include{preface}\n\\mainmatter\n\\include{one}\n"
        "\\include{two}\n\\appendix\n\\include{three}\n\\backmatter\n\\chapter{Thanks}\nThanks.\n",
        files={"preface.tex": "\\chapter{Preface}\\label{preface}\n" + PAGES},
    ),
    SmallBook("heads", preamble=HEADED, files={"three.tex": f"\\section{{Middle}}{PAGES}"}),
    SmallBook(
        "heads of the class",
        preamble=r"\pagestyle{headings}",
        files={"two.tex": f"\\section{{Middle}}{PAGES}", "three.tex": PAGES},
    ),
    SmallBook(
        "page numbers beside text",
        preamble=r"\usepackage{lastpage,fancyhdr}\pagestyle{fancy}"
        r"\fancyfoot[C]{\thepage/\pageref{LastPage}}",
    ),
    SmallBook("references", REFERENCES, LINKS + r"\usepackage{cleveref}", body=CONTENTS),
    SmallBook(
        "theorems, equations, notes",
        THEOREMS,
        r"\usepackage{amsmath,amsthm}" + LINKS + r"\usepackage{cleveref}"
        r"\numberwithin{equation}{chapter}\newtheorem{law}{Law}[chapter]",
    ),
    SmallBook(
        "floats",
        FLOATS,
        r"\usepackage{caption,subcaption,longtable}",
        body=f"\\listoffigures\\listoftables\n{INCLUDES}",
    ),
    SmallBook("boxes and listings", BOXES, BOXED + LINKS),
    SmallBook(
        "two columns",
        r"\begin{figure*}\caption{A}\end{figure*}\footnote{B}",
        documentclass=r"\documentclass[twocolumn]{report}",
        body=CONTENTS,
    ),
    SmallBook(
        "BibTeX and an index",
        r"\cite{NAME} \citet{falconer} \index{tide}\index{NAME!sub}\index{long|(}"
        f"{PAGES}\\index{{long|)}}",
        r"\usepackage[numbers]{natbib}\usepackage{makeidx}\makeindex" + LINKS,
        body=INCLUDES + "\\bibliographystyle{unsrtnat}\\bibliography{refs}\n\\printindex\n",
        files={"refs.bib": BIBLIOGRAPHY},
    ),
    SmallBook(
        "biblatex",
        r"\cite{NAME} \cite[2]{falconer,one} \nocite{*}",
        r"\usepackage[style=numeric-comp,sorting=none]{biblatex}\addbibresource{refs.bib}" + LINKS,
        body=INCLUDES + "\\printbibliography[heading=bibintoc]\n",
        files={"refs.bib": BIBLIOGRAPHY},
    ),
    SmallBook(
        "parts and text between chapters",
        preamble=LINKS,
        body="\\tableofcontents\n\\part{Sea}\n\\include{one}\n\\part{Land}\\label{land}\n"
        "\\include{two}\nBetween \\ref{one}. \\section{Between}\\label{between}\n"
        "\\pagestyle{empty}\n\\include{three}\n\\chapter{Last}\nSee \\ref{between}.\n",
    ),
    SmallBook(
        "chapters with numbers of their own",
        preamble=LINKS,
        body="\\pagenumbering{roman}\\tableofcontents\n\\include{one}\n\\pagenumbering{arabic}\n"
        "\\include{two}\n\\setcounter{chapter}{6}\n\\include{three}\n",
        files={"two.tex": f"\\setcounter{{page}}{{7}}\n\\chapter{{Flood}}\\label{{two}}{PAGES}"},
    ),
    SmallBook(
        "an empty chapter and one of a figure",
        body=f"{INCLUDES}\\listoffigures\n",
        files={
            "two.tex": "% nothing yet\n",
            "three.tex": r"\begin{figure}[p]\rule{1cm}{1cm}\caption{Alone}\end{figure}",
        },
    ),
    SmallBook("labels that are defined twice, or never", r"\label{twice}\ref{twice} \ref{never}"),
    SmallBook(
        "files that chapters read",
        body=CONTENTS,
        files={
            "two.tex": "\\chapter{Flood}\\label{two}\n\\input{sub/part}\n\\ref{sub}\n",
            "sub/part.tex": rf"{PAGES}\section{{Sub}}\label{{sub}}{SPACE}",
        },
    ),
)


@pytest.mark.parametrize("small", BOOKS, ids=lambda small: small.name)
def test_chunks_are_what_one_run_makes(small: SmallBook, folders: TwoFolders) -> None:
    folders.put(small.all_files())
    folders.compare()
    folders.edit("one.tex", "%edit\n", NEW)
    folders.compare()


def test_an_edit_typesets_what_it_concerns_alone(folders: TwoFolders) -> None:
    folders.put(SmallBook("", r"\ref{one}", LINKS, body=CONTENTS).all_files())
    folders.compare()
    folders.edit("two.tex", "%edit", "A word.")
    done = folders.compare()
    assert [str(reason) for reason in done.reasons][1:] == ["two: two.tex changed"]
