"""Numbers of headings as counted, and of all else as the last build had them."""

from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.config.model import Config
from texbook.lint.book import Book
from texbook.lint.files import Files
from texbook.lint.numbers import read_numbers
from texbook.lint.rule import all_rules
from texbook.lint.runner import Document, lint


def _book(text: str, name: str = "book", root: Path = Path("/b")) -> Book:
    whole = f"\\documentclass{{{name}}}\n\\begin{{document}}\n{text}\n\\end{{document}}\n"
    return Book([Document(SourceFile(root / "main.tex", whole))], Config(), (), Files(root))


def _numbers(text: str, name: str = "book") -> dict[str, str]:
    numbers = read_numbers(_book(text, name))
    return {target.title: target.number for target in numbers.targets.values()}


def test_chapters_and_sections_are_counted_as_the_class_does() -> None:
    text = (
        r"\frontmatter\chapter{P}\mainmatter\chapter{A}\section{B}\subsection{C}\section*{D}"
        r"\section{E}\chapter{F}\section{G}\appendix\chapter{H}\section{I}"
    )
    assert _numbers(text) == {
        "A": "1",
        "B": "1.1",
        "C": "1.1.1",
        "E": "1.2",
        "F": "2",
        "G": "2.1",
        "H": "A",
        "I": "A.1",
    }


def test_sections_of_an_article_have_no_chapter() -> None:
    assert _numbers(r"\section{A}\subsection{B}\section{C}", "article") == {
        "A": "1",
        "B": "1.1",
        "C": "2",
    }


@pytest.mark.parametrize(
    "change",
    [
        r"\setcounter{section}{4}",
        r"\renewcommand{\thesection}{\Roman{section}}",
        r"\counterwithout{section}{chapter}",
        r"\newcommand{\q}[1]{\section{#1}}\q{X}",
    ],
)
def test_nothing_is_counted_where_the_numbering_is_changed(change: str) -> None:
    assert _numbers(rf"{change}\chapter{{A}}\section{{B}}") == {}


def test_nothing_is_counted_in_an_unknown_class() -> None:
    assert _numbers(r"\chapter{A}", "unheard-of") == {}


def test_figures_have_the_numbers_of_the_last_build(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "texbook" / "aux" / "main.tex" / "0123"
    folder.mkdir(parents=True)
    (folder / "main.aux").write_text(
        "\\@input{one.aux}\n\\newlabel{eq:a}{{2}{5}{Title}{equation.2}{}}\n", "utf-8"
    )
    (folder / "one.aux").write_text(
        "\\newlabel{fig:a}{{1.1}{5}{A curve\\relax }{figure.caption.5}{}}\n", "utf-8"
    )
    book = _book("As Figure 1.1 and Eq. (2) show.", root=tmp_path)
    rule = next(rule for rule in all_rules() if rule.code == "TB303")
    found = lint(book.documents, Config(), rules=[rule], files=Files(tmp_path)).diagnostics
    assert [item.message for item in found] == [
        'the number of "Figure 1.1", now "A curve", is typed by hand',
        'the number of "Eq. (2)", now "Title", is typed by hand',
    ]
    fixes = [item.fix.edits[0].replacement for item in found if item.fix is not None]
    assert fixes == [r"~\ref{fig:a}", r"~\eqref{eq:a}"]
