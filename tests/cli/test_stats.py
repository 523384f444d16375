from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

SECTIONS = r"\section{Short} One. \section{Long} One two three. \section{Middle} One \cite{a}."


def test_the_table_is_plain_where_no_person_looks(book: Book) -> None:
    book.document(SECTIONS)
    answer = book.texbook("stats")
    assert answer.status == 0
    assert [line.split() for line in answer.out.splitlines()] == [
        ["words", "pap"],
        ["1", "Short", "1", "-"],
        ["2", "Long", "3", "-"],
        ["3", "Middle", "1", "1"],
        ["together", "5", "1"],
    ]


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("book", ["Short", "Long", "Middle"]),
        ("words", ["Long", "Short", "Middle"]),
        ("title", ["Long", "Middle", "Short"]),
        ("papers", ["Middle", "Short", "Long"]),
    ],
)
def test_questions_can_be_sorted(book: Book, order: str, titles: list[str]) -> None:
    book.document(SECTIONS)
    out = book.texbook("stats", "--sort", order).out
    assert [line.split()[1] for line in out.splitlines()[1:-1]] == titles
    data = json.loads(book.texbook("stats", "--sort", order, "--format", "json").out)
    assert [unit["title"] for unit in data["chapters"][0]["questions"]] == titles


def test_json_holds_everything(book: Book) -> None:
    book.put("winning.j2.tex", book.question(trap="One two. \\cite{a}"))
    book.put("texbook.toml", '[structure]\npreset = "nine-sections"\n')
    book.document("\\include{winning}")
    data = json.loads(book.texbook("stats", "--format", "json").out)
    (unit,) = data["chapters"][0]["questions"]
    assert (unit["path"], unit["level"], unit["status"]) == ("winning.j2.tex", "senior", "done")
    assert (unit["question"], unit["pages"], unit["papers"]) == (True, None, ["a"])
    assert len(unit["sections"]) == 9
    assert unit["sections"][1]["words"] == 2
    assert data["book"]["words"] == unit["words"]
    assert data["tool"] == "texbook stats"


def test_questions_are_counted_on_the_way(book: Book) -> None:
    book.put("winning.j2.tex", book.question())
    book.document("\\include{winning}")
    assert book.texbook("stats").err == "1 question, 1 of them written\n"
    assert book.texbook("stats", "-q").err == ""


def test_what_cannot_be_read_is_a_finding(book: Book) -> None:
    book.document("\\input{old} Words")
    book.put("old.tex", b"caf\xe9")
    answer = book.texbook("stats")
    assert answer.status == 1
    assert "old.tex:1" in answer.out
    assert "together" in answer.out
