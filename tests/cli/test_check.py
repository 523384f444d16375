"""``texbook build --check`` as people and machines call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

MAIN = (
    "\\documentclass{report}\n\\begin{document}\n\\include{ada}\n\\include{bob}\n\\end{document}\n"
)


@pytest.fixture
def leaking(book: Book) -> Book:
    """Give a book whose second chapter shows what the first one said before its last edit."""
    book.put("main.tex", MAIN)
    book.put("ada.tex", "\\chapter{Ada}\\global\\toks9={3}")
    book.put("bob.tex", "\\chapter{Bob}The rate is \\the\\toks9{} now and then.")
    assert book.texbook("build").status == 0
    book.put("ada.tex", "\\chapter{Ada}\\global\\toks9={4}")
    assert book.texbook("build").status == 0
    return book


@pytest.mark.tex
def test_a_book_that_is_right_is_told_so_in_one_line(book: Book) -> None:
    book.put("main.tex", MAIN)
    book.put("ada.tex", "\\chapter{Ada}")
    book.put("bob.tex", "\\chapter{Bob}")
    answer = book.texbook("build", "--check")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.splitlines()[-1] == "the same as one run: 2 pages"
    assert book.texbook("build", "--check", "-q").err == ""


@pytest.mark.tex
def test_a_book_in_one_run_says_why(book: Book) -> None:
    answer = book.texbook("build", "--check", "--format", "json")
    assert answer.status == 0
    reason = json.loads(answer.out)["check"]["reason"]
    answer = book.texbook("build", "--check")
    assert answer.status == 0
    last = answer.err.splitlines()[-1]
    assert last == f"built in one run: {reason} (there is nothing to compare)"


@pytest.mark.tex
def test_a_difference_is_an_error_and_the_pdf_is_right_afterwards(leaking: Book) -> None:
    answer = leaking.texbook("build", "--check")
    assert answer.status == 1
    assert "error[chunks-differ]: page 2 is not as in one run of the whole book" in answer.out
    assert answer.err.splitlines()[-1] == (
        "not the same as one run: 1 of 2 pages; main.pdf is that of one run"
    )
    assert "The rate is 4" in leaking.text()
    assert leaking.texbook("build").status == 0


@pytest.mark.tex
def test_machines_are_told_which_pages_differ(leaking: Book) -> None:
    answer = leaking.texbook("build", "--check", "--format", "json")
    value = json.loads(answer.out)
    assert (answer.status, value["exit"]) == (1, 1)
    assert value["check"].pop("seconds") > 0
    assert isinstance(value["check"].pop("images"), bool)
    assert value["check"] == {
        "verdict": "different",
        "reason": None,
        "pages": 2,
        "differing": [2],
    }


@pytest.mark.parametrize("edition", ["questions", "cards"])
def test_editions_are_not_checked(book: Book, edition: str) -> None:
    answer = book.texbook("build", "--edition", edition, "--check")
    assert answer.status == 2
    assert '"--check" is for the book, and not for an edition' in answer.err
