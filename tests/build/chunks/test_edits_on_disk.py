"""A small book that is edited again and again stays what one run from nothing makes of it."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.build.chunks.conftest import TwoFolders

pytestmark = pytest.mark.tex

IMAGES = Path(__file__).parents[3] / "images"
MAIN = r"""\documentclass{report}
\usepackage{graphicx}
\InputIfFileExists{settings}{}{}
\begin{document}
\include{ada}
\include{bob}
\include{eve}
\end{document}
"""
CHAPTER = r"""\chapter{@}\label{@}
Chapter~\ref{@} of \ref{eve}; \pageref{bob}.
"""
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0g"
    "AAAABJRU5ErkJggg=="
)
FINDS = r"""
\InputIfFileExists{extra}{}{Nothing more.}
\newcommand\drawing[1]{\includegraphics[width=2cm]{images/of-#1}}\drawing{bob}
"""


@pytest.fixture
def book(folders: TwoFolders) -> TwoFolders:
    chapters = {f"{name}.tex": CHAPTER.replace("@", name) for name in ("ada", "bob", "eve")}
    folders.put({"main.tex": MAIN, **chapters})
    return folders


def typeset(book: TwoFolders) -> set[str]:
    """Build and compare; tell which chapters came again."""
    return {reason.what for reason in book.compare().reasons} & {"ada", "bob", "eve"}


def draw(book: TwoFolders, source: Path, name: str) -> None:
    for folder in (book.chunks, book.whole):
        (folder / "images").mkdir(exist_ok=True)
        shutil.copyfile(source, folder / "images" / name)


def remove(book: TwoFolders, name: str) -> None:
    for folder in (book.chunks, book.whole):
        (folder / name).unlink()


def test_files_that_come_and_go(book: TwoFolders, tmp_path: Path) -> None:
    dot = tmp_path / "dot.png"
    dot.write_bytes(base64.b64decode(DOT))
    book.put({"bob.tex": CHAPTER.replace("@", "bob") + FINDS})
    draw(book, dot, "of-bob.png")
    typeset(book)
    book.put({"extra.tex": "There is more.\n"})
    assert typeset(book) == {"bob"}
    draw(book, IMAGES / "six-deer.pdf", "of-bob.pdf")
    assert typeset(book) == {"bob"}
    remove(book, "extra.tex")
    assert typeset(book) == {"bob"}
    book.put({"settings.tex": "\\setlength\\parindent{3cm}\n"})
    assert typeset(book) == {"ada", "bob", "eve"}


def test_chapters_that_are_empty_for_a_while(book: TwoFolders) -> None:
    typeset(book)
    book.put({"bob.tex": "% later\n"})
    typeset(book)
    book.put({"ada.tex": ""})
    typeset(book)
    book.put({"bob.tex": CHAPTER.replace("@", "bob")})
    typeset(book)


def test_declarations_and_page_numbers_that_move(book: TwoFolders) -> None:
    book.edit("main.tex", r"\include{eve}", "\\setcounter{page}{3}\n\\include{eve}")
    typeset(book)
    book.edit("ada.tex", "Chapter", "\\newpage Chapter")
    assert "eve" in typeset(book)
    book.edit("main.tex", r"\include{bob}", "\\appendix\n\\include{bob}")
    assert "bob" in typeset(book)
    book.edit("bob.tex", "Chapter", "\\newpage\\setcounter{page}{40}Chapter")
    typeset(book)
    book.edit("ada.tex", "Chapter", "Chapter one. \\newpage Chapter")
    assert "bob" in typeset(book)


def test_complaints_stay_with_their_chapters_and_pages(book: TwoFolders) -> None:
    wide = r"\noindent\rule{200mm}{1pt}"
    book.edit("main.tex", r"\begin{document}", "\\hbadness=1\n\\begin{document}")
    book.edit("bob.tex", "Chapter", rf"\ref{{nobody}} \hbox to 9cm{{a b}} {wide} Chapter")
    book.edit("main.tex", r"\include{eve}", f"{wide}\\par\n\\include{{eve}}")
    noise = [book.compare().noise]
    book.edit("ada.tex", "Chapter", "\\newpage Chapter")
    noise.append(book.compare().noise)
    book.edit("main.tex", r"\include{ada}", "\n% one\n\n\\include{ada}")
    noise.append(book.compare().noise)
    book.put({"unread.tex": "Nobody reads this.\n"})
    result = book.compare()
    assert {"ada", "bob", "eve"}.isdisjoint(reason.what for reason in result.reasons)
    assert [*noise, result.noise] == noise[:1] * 4
