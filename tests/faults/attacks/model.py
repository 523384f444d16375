"""What an attack is: a small hostile book, and how it is shown that its trick works at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


READER = r"""
\newread\spy \newcount\spylines
\newcommand\spy@loop{\advance\spylines1
  \ifnum\spylines>60 \let\spy@next\relax\else\ifeof\spy\let\spy@next\relax\else
  \readline\spy to\spied \spysink{\spied}\let\spy@next\spy@loop\fi\fi\spy@next}
\newcommand\spyprint[1]{\par\texttt{#1}\typeout{#1}}
\newcommand\spytell[1]{\typeout{#1}}
\newcommand\leak[1]{{\endlinechar=-1 \let\spysink\spyprint
  \openin\spy={#1}\relax\spylines=0 \spy@loop\closein\spy}}
\newcommand\tell[1]{{\endlinechar=-1 \let\spysink\spytell
  \openin\spy={#1}\relax\spylines=0 \spy@loop\closein\spy}}
\newwrite\pen
\newcommand\spoil[1]{\immediate\openout\pen={#1}\relax
  \immediate\write\pen{@FRONT@\@empty @BACK@}\immediate\closeout\pen}
"""
r"""``\leak`` prints the lines of a file, ``\tell`` writes them to the log (a long line has no place
on a page), ``\spoil`` writes over a file."""


FRONT_MATTER = (
    "%---\n% title = 'T'\n% trap = 'T'\n% tell = 'T'\n% fix = 'T'\n% ask = 'T'\n% level = 'mid'\n"
    "%---\n"
)
"""What a question says of itself, as short as may be."""
XELATEX = "openout_any=a xelatex -shell-escape -interaction=nonstopmode main.tex"
"""By hand, without anything that TeX itself would forbid."""
RAN = r"\InputIfFileExists{ran.tex}{}{}"
"""Prints what a program has left that the book has started."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A small hostile book, and what shows that its trick works.

    Names between @ signs stand for places and commands of the stage.

    Attributes:
        name: what it tries, in a few words.
        body: LaTeX of the document.
        preamble: what stands before ``\\begin{document}``.
        main: the main file in place of both.
        files: further files of the book, by their names.
        links: symbolic links of the book, with what they lead to.
        pipes: FIFOs of the book.
        executable: which of the files are programs.
        command: what the person runs on it.
        tools: commands that show by hand that the trick works; without any the same command of
            texbook's shows it, as trusted and with the shell.
        why: why nothing shows it, if so.
        alone: it may end the build, or its files may be in the way of others: it is never put into
            one book with others.
        quick: it is tried in the short form, too, although it is alone.
        person: what the person's own configuration says.
        variables: of the person's environment.
        joined: it is made of several.
    """

    name: str
    body: str = ""
    preamble: str = ""
    main: str = ""
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    pipes: tuple[str, ...] = ()
    executable: tuple[str, ...] = ()
    command: tuple[str, ...] = ("build",)
    tools: tuple[str, ...] = ()
    why: str = ""
    alone: bool = False
    quick: bool = False
    person: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False

    def document(self) -> str:
        """Give the main file."""
        return self.main or document(self.preamble, self.body)


LAST_WORDS = "The last page is reached."


def document(preamble: str, body: str) -> str:
    """Give a document with the tools of a spy."""
    return (
        "\\documentclass{article}\n\\makeatletter\n"
        f"{READER}\\makeatother\n{preamble}\n\\begin{{document}}\n{body}\n"
        f"{LAST_WORDS}\n\\end{{document}}\n"
    )


def together(attacks: tuple[Attack, ...]) -> Attack:
    """Put attacks into one book, each with a paragraph of its own."""
    files: dict[str, str | bytes] = {}
    links: dict[str, str] = {}
    for attack in attacks:
        assert not attack.alone
        assert not files.keys() & attack.files.keys()
        files |= attack.files
        links |= attack.links
    return Attack(
        "many in one book",
        body="\n\n".join(attack.body for attack in attacks),
        preamble="\n".join(dict.fromkeys(attack.preamble for attack in attacks)),
        files=files,
        links=links,
        command=("build", "--keep-going"),
        # Who trusts the folder, and says that this book is not to be trusted, must be obeyed, too.
        person='shell-escape = ["@BOOK@"]\n',
        joined=True,
    )
