"""``texbook build --draft`` as a person and a program see it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

MAIN = """\\documentclass{article}
\\begin{document}
\\section{One}
First.
\\section{Two}
Second.
\\end{document}
"""


@pytest.mark.tex
def test_the_draft_is_told_before_the_pdf(book: Book) -> None:
    book.put("main.tex", MAIN)
    first = book.texbook("build", "--draft")
    assert "no draft: there is no earlier build" in first.err
    book.put("main.tex", MAIN.replace("Second", "Edited"))
    answer = book.texbook("build", "--draft")
    assert answer.status == 0
    lines = [re.sub(r"\d+\.\d s", "N s", line) for line in answer.err.splitlines()]
    assert lines[-2:] == ["draft: build/draft.pdf, 1 page, N s", "main.pdf: 1 page in N s"]
    assert answer.out == ""
    assert "no draft: nothing has changed" in book.texbook("build", "--draft").err


@pytest.mark.tex
def test_a_program_is_told_of_the_draft_in_json(book: Book) -> None:
    book.put("main.tex", MAIN)
    answer = book.texbook("build", "--draft", "--format", "json")
    assert json.loads(answer.out)["draft"] == {
        "output": None,
        "reason": "there is no earlier build to take the numbers from",
    }
    book.put("main.tex", MAIN.replace("Second", "Edited"))
    answer = book.texbook("build", "--draft", "--format", "json")
    draft = json.loads(answer.out)["draft"]
    assert draft.pop("seconds") > 0
    assert draft == {"output": "build/draft.pdf", "pages": 1, "parts": ["Two"]}
    assert answer.err == ""


@pytest.mark.tex
def test_a_quiet_build_makes_the_draft_all_the_same(book: Book) -> None:
    book.put("main.tex", MAIN)
    book.texbook("build", "-q", "--draft")
    book.put("main.tex", MAIN.replace("Second", "Edited"))
    answer = book.texbook("build", "-q", "--draft")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert (book.root / "build" / "draft.pdf").is_file()


def test_an_edition_has_no_draft(book: Book) -> None:
    book.put("main.tex", MAIN)
    answer = book.texbook("build", "--draft", "--edition", "cards")
    assert answer.status == 2
    assert '"--draft" is of the book, not of its editions' in answer.err
