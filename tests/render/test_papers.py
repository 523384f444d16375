"""References made from the bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.span import Position

if TYPE_CHECKING:
    from tests.render.conftest import Book

BIBLIOGRAPHY = r"""
@article{thaler1988, author={Thaler, Richard H.}, title={Anomalies: The Winner's Curse},
  journaltitle={Journal of Economic Perspectives}, volume={2}, number={1}, pages={191--202},
  year={1988}, doi={10.1257/jep.2.1.191}}
@misc{hu2021, author={Hu, Edward J. and others}, title={{LoRA}: Low-Rank Adaptation}, year={2021},
  eprint={2106.09685}, eprinttype={arxiv}}
@inproceedings{two, author={G{\"u}nnemann, Stephan and Lipton, Zachary}, title={Why?},
  booktitle={NeurIPS}, year={2019}, url={https://www.example.org/a_b%20c#d/}}
@misc{six, author={A, A. and B, B. and C, C. and D, D. and E, E. and F, F.}, title={Six}, year=2020}
@book{knuth, title={The {\TeX}book.}, publisher={Addison-Wesley}, date={1984-01-01},
  author={Knuth, Donald E.}, doi={https://doi.org/10.1000/(a)<b>\_c}}
"""


@pytest.fixture
def library(book: Book) -> Book:
    book.write("references.bib", BIBLIOGRAPHY)
    return book


@pytest.mark.parametrize(
    ("key", "start"),
    [
        (
            "thaler1988",
            (
                r"Richard H.~Thaler. \emph{Anomalies: The Winner's Curse}. Journal of Economic "
                r"Perspectives 2(1), 191--202, 1988. \href{https://doi.org/10.1257/jep.2.1.191}{doi:10."
            ),
        ),
        (
            "hu2021",
            (
                r"Edward J.~Hu et~al. \emph{{LoRA}: Low-Rank Adaptation}. 2021. "
                r"\href{https://arxiv.org/abs/2106.09685}{arXiv:2106."
            ),
        ),
        (
            "two",
            (
                r"Stephan G{\"u}nnemann and Zachary Lipton. \emph{Why?} NeurIPS, 2019. "
                r"\href{https://www.example.org/a_b\%20c\#d/}{example."
            ),
        ),
        ("six", r"A.~A, B.~B, C.~C et~al. \emph{Six}. 2020."),
        (
            "knuth",
            (
                r"Donald E.~Knuth. \emph{The {\TeX}book}. Addison-Wesley, 1984. "
                r"\href{https://doi.org/10.1000/(a)\%3Cb\%3E_c}{doi:10."
            ),
        ),
    ],
)
def test_a_reference(library: Book, key: str, start: str) -> None:
    text = library.text(f'\\VAR{{paper("{key}")}}')
    assert text.startswith(rf"\nocite{{{key}}}{start}")
    assert text.endswith(".")


def test_the_shown_identifier_is_escaped_and_may_break(library: Book) -> None:
    text = library.text('\\VAR{paper("two")}')
    shown = text[text.index("{example") :]
    assert shown.replace(r"\allowbreak{}", "") == r"{example.org/a\_b\%20c\#d}."


def test_an_unknown_key_names_the_close_ones(library: Book) -> None:
    error = library.error('a\n\\VAR{paper("thaler1989")}')
    assert error.message == '"references.bib" has no entry "thaler1989"'
    assert '"thaler1988"' in error.hints[0]
    assert error.span is not None
    assert error.span.start is not None
    assert error.span.start.line == 2


def test_an_entry_that_a_missing_brace_hides_leads_to_the_brace(book: Book) -> None:
    entries = "@misc{a, title={One}}\n@misc{broken,\n  title = {Two,\n  year = {1961},\n}\n"
    book.write("references.bib", entries + "@misc{behind,\n  title = {\n  Three},\n}\n")
    error = book.error('\\VAR{paper("broken")}')
    assert error.code == "bibliography-syntax"
    assert error.message == 'the field "title" of the entry "broken" is not closed'
    assert error.span is not None
    assert (error.span.path.name, error.span.start) == ("references.bib", Position(3, 11))
    assert "no entry" in book.error('\\VAR{paper("nowhere")}').message


def test_a_book_without_bibliography_says_so(book: Book) -> None:
    assert 'no bibliography "references.bib"' in book.error('\\VAR{paper("x")}').message


def test_faults_of_the_bibliography_are_told_once_and_keep_nothing_back(library: Book) -> None:
    library.write("references.bib", BIBLIOGRAPHY + "@misc{two, title={Again}}\n")
    library.write("p.j2.tex", '\\VAR{paper("two")}')
    outcome = library.outcome('\\VAR{paper("two")}')
    assert len(outcome.rendered) == 2
    (problem,) = outcome.diagnostics
    assert problem.code == "bibliography"
    assert '"two" is used twice' in problem.message
