"""Flash cards as Anki reads them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.app.cards import book_title, cards_text
from texbook.base.source import SourceFile
from texbook.render.order import list_book

if TYPE_CHECKING:
    from tests.app.conftest import Book

MAIN = (
    "\\documentclass{report}\n\\begin{document}\n\\chapter{Loss, \\emph{and} More}\n"
    "\\input{one}\n\\input{two}\n\\end{document}\n"
)


def text(book: Book, deck: str = "Deck") -> str:
    return cards_text(list_book(book.project), deck)


def rows(book: Book) -> list[list[str]]:
    return list(csv.reader(line for line in text(book).splitlines() if not line.startswith("#")))


@pytest.fixture
def deck(book: Book) -> Book:
    book.put("main.tex", MAIN)
    book.put("one.j2.tex", book.question())
    book.put("two.j2.tex", book.question().replace("'Winning'", "'Two'"))
    return book


def test_the_file_says_how_it_is_to_be_read(deck: Book) -> None:
    written = text(deck, "A :: B\nC").splitlines()
    assert written[:7] == [
        "#separator:Comma",
        "#html:true",
        "#notetype:Basic",
        "#columns:guid,Front,Back,tags,deck",
        "#guid column:1",
        "#tags column:4",
        "#deck column:5",
    ]
    assert {line.rpartition(",")[2] for line in written[7:]} == {"A : B C"}


def test_each_question_has_three_cards_with_what_belongs_to_them(deck: Book) -> None:
    found = rows(deck)
    assert [row[0] for row in found[:3]] == [
        *("texbook:one:ask", "texbook:one:trap", "texbook:one:tell")
    ]
    assert len(found) == 6
    asked, trapped, told = found[:3]
    assert asked[1].startswith("Ask?")
    assert "<b>Trap:</b> Trap.<br><b>Tell:</b> Tell." in asked[2]
    assert trapped[1].startswith("Trap.")
    assert "<b>Fix:</b> Fix." in trapped[2]
    assert told[1].startswith("Tell.")
    assert told[2] == "<b>Question:</b> Winning<br><b>Fix:</b> Fix."
    tags = "question::one chapter::Loss-and-More level::senior topic::auctions"
    assert {row[3] for row in found[:3]} == {tags}


def test_what_means_something_to_html_or_csv_is_escaped(deck: Book) -> None:
    odd = """'''a "b", c < d & 'e' \\alpha'''"""
    deck.put("one.j2.tex", deck.question().replace("'Trap.'", odd))
    card = rows(deck)[1]
    assert card[1].startswith("a &quot;b&quot;, c &lt; d &amp; &#x27;e&#x27; \\alpha<br>")
    assert len(card) == 5


def test_guids_are_those_of_the_question_whatever_is_written_in_it(deck: Book) -> None:
    before = [row[0] for row in rows(deck)]
    changed = deck.question().replace("'Trap.'", "'Other.'").replace("'Winning'", "'New'")
    deck.put("one.j2.tex", changed)
    deck.put("main.tex", MAIN.replace("\\chapter", "\\input{two}\n\\chapter"))
    assert sorted(row[0] for row in rows(deck)) == sorted(before)
    assert len(set(before)) == len(before)


def test_stubs_have_no_cards(deck: Book) -> None:
    deck.put("two.j2.tex", deck.question().replace("% topics", "% status = 'stub'\n% topics"))
    assert {row[0].split(":")[1] for row in rows(deck)} == {"one"}


def test_tags_hold_no_spaces(deck: Book) -> None:
    deck.put("one.j2.tex", deck.question().replace("'auctions'", "'bias & variance', '::'"))
    assert rows(deck)[0][3].endswith("topic::bias-&-variance topic::other")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"\title{A\\B \emph{C}}", "A B C"),
        ("% \\title{No}\n\\title[short]{Yes\\thanks{x}}", "Yes"),
        (r"\title{open", ""),
        ("", ""),
    ],
)
def test_the_deck_is_called_as_the_book(written: str, title: str) -> None:
    assert book_title(SourceFile(Path("main.tex"), written)) == title
