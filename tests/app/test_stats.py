from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.stats import BookStats, book_stats
from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence

if TYPE_CHECKING:
    from tests.app.conftest import Book

NINE = '[structure]\npreset = "nine-sections"\n'
BOOK = r"""\documentclass{book}
\newcommand{\unused}{Not a word of it}
\begin{document}
\frontmatter
\chapter{Preface} Three plain words.
\mainmatter
\chapter{First} An introduction.
\section{One} Four words and $x$.
\subsection{Deep} Two words.
\section{Two} \cite{a} Word \begin{figure}\end{figure}
\section*{Aside} Aside.
\chapter{Second}
\section{Three} \cite{a,b} \[ y \]
\appendix
\chapter{More} Extra.
\end{document}
"""


def test_a_book_without_configuration_is_counted_by_its_sections(book: Book) -> None:
    book.put("main.tex", BOOK)
    stats = book_stats(book.project)
    assert [(c.number, c.title, c.material.words) for c in stats.chapters if c.title] == [
        ("", "Preface", 3),
        ("1", "First", 2 + 6 + 1 + 1),
        ("2", "Second", 0),
        ("A", "More", 1),
    ]
    assert [(u.number, u.title, u.material.words) for u in stats.units] == [
        ("1.1", "One", 6),
        ("1.2", "Two", 1),
        ("", "Aside", 1),
        ("2.1", "Three", 0),
    ]
    assert [s.title for s in stats.units[0].sections] == ["Deep"]
    assert stats.units[0].is_stub is None
    assert not stats.units[0].is_question
    assert (stats.material.words, stats.material.figures, stats.material.formulas) == (14, 1, 1)
    assert stats.material.papers == {"a", "b"}


def test_an_article_has_no_chapters(book: Book) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\n\\begin{document}\nAn abstract.\n\\section{A} One.\n"
        "\\section{B} One two.\n\\end{document}\n",
    )
    stats = book_stats(book.project)
    assert [(u.number, u.title, u.material.words) for u in stats.units] == [
        ("1", "A", 1),
        ("2", "B", 2),
    ]
    assert stats.material.words == 5


def test_a_text_without_headings_has_its_words(book: Book) -> None:
    stats = book_stats(book.project)
    assert (stats.units, stats.material.words) == ((), 1)


def question_book(book: Book, **bodies: str) -> BookStats:
    book.put("texbook.toml", NINE)
    book.put("winning.j2.tex", book.question(**bodies))
    body = "\\chapter{Losses}\n\\include{winning}\n"
    book.put("main.tex", f"\\documentclass{{book}}\n\\begin{{document}}\n{body}\\end{{document}}\n")
    return book_stats(book.project)


def test_a_question_has_its_level_its_place_and_nine_sections(book: Book) -> None:
    stats = question_book(book, trap="One two $x$ three.")
    (unit,) = stats.units
    assert (unit.number, unit.title, unit.level) == ("1.1", "Winning", "senior")
    assert unit.is_question
    assert unit.is_stub is False
    assert unit.path == book.root / "winning.j2.tex"
    assert len(unit.sections) == 9
    assert unit.sections[1].material is not None
    assert unit.sections[1].material.words == 4


def test_papers_that_a_template_sets_itself_count(book: Book) -> None:
    book.put("references.bib", "@article{k, author={A B}, title={T}, year={2020}, journal={J}}\n")
    stats = question_book(book, papers=r'\VAR{paper("k")} \cite{l}')
    assert stats.units[0].material.papers == {"k", "l"}


def test_a_missing_section_has_no_material(book: Book) -> None:
    book.put("texbook.toml", NINE)
    book.put(
        "main.tex",
        "\\documentclass{book}\n\\begin{document}\n\\chapter{C}\\section{Q}\n"
        "\\subsection{The Trap Explained} Words here.\n\\end{document}\n",
    )
    sections = book_stats(book.project).units[0].sections
    assert [s.material is None for s in sections] == [True, False, *[True] * 7]


def test_a_file_that_cannot_be_read_is_told(book: Book) -> None:
    book.put("main.tex", BOOK.replace("Extra.", "\\input{old}"))
    book.put("old.tex", "caf\u00e9".encode("latin-1"))
    stats = book_stats(book.project)
    assert len(stats.diagnostics) == 1
    assert stats.material.words == 13


@pytest.mark.tex
def test_numbers_and_pages_are_those_of_the_last_build(book: Book) -> None:
    from texbook.app.build import BuildOptions, build_book

    book.put("main.tex", BOOK.replace("\\section{Two}", "\\newpage\\section{Two}"))
    assert book_stats(book.project).pages is None
    build_book(book.project, BuildOptions(), progress=Silence(), cancel=CancelToken())
    stats = book_stats(book.project)
    assert stats.pages == 7
    assert [(u.title, u.number, u.pages) for u in stats.units][:2] == [
        ("One", "1.1", 1),
        ("Two", "1.2", 1),
    ]
    assert {c.title: c.pages for c in stats.chapters}["First"] == 2
