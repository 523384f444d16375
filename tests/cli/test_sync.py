"""``texbook sync`` speaks to people, editors and machines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

MAIN = """\\documentclass{article}
\\begin{document}
Words of a first paragraph, which goes on for a while, and for another while, until it has more
than one line.

\\newcommand\\nothing{}
\\newpage
More words.
\\end{document}
"""


@pytest.mark.parametrize(
    "place", ["main.tex", "main.tex:", "main.tex:x", "main.tex:3:x", ":3", f"main.tex:{9**20}"]
)
def test_a_line_that_is_none_is_a_fault_of_use(place: str, book: Book) -> None:
    answer = book.texbook("sync", "forward", place)
    assert answer.status == 2
    assert f'"{place}" does not name a line' in answer.err
    assert "FILE:LINE" in answer.err


@pytest.mark.parametrize("place", ["", "1", "1:2", "1:2:", "x:1:2", "1:2:3:4", "1:nan:2", "-1:2:3"])
def test_a_place_that_is_none_is_a_fault_of_use(place: str, book: Book) -> None:
    answer = book.texbook("sync", "inverse", "--", place)
    assert answer.status == 2
    assert f'"{place}" does not name a place' in answer.err
    assert "PAGE:X:Y" in answer.err


def test_a_fault_is_told_as_json_too(book: Book) -> None:
    answer = book.texbook("sync", "inverse", "1:2:3", "--format", "json")
    found = json.loads(answer.out)
    assert (answer.status, found["exit"], found["tool"]) == (1, 1, "texbook sync")
    assert found["diagnostics"][0]["message"] == 'there is no "main.pdf" yet'


@pytest.mark.tex
def test_a_line_is_found_and_its_place_leads_back(book: Book) -> None:
    book.put("main.tex", MAIN)
    assert book.texbook("build").status == 0
    answer = book.texbook("sync", "forward", "main.tex:3:14")
    found = re.fullmatch(r"main\.pdf page (\d+), x ([\d.]+), y ([\d.]+)\n", answer.out)
    assert found is not None
    assert answer.err == ""
    x, y = float(found[2]) + 20, float(found[3]) + 4
    assert book.texbook("sync", "inverse", f"{found[1]}:{x}:{y}").out == "main.tex:3\n"
    assert "also page 1" in book.texbook("sync", "forward", "-v", "main.tex:3").err
    assert "also page 1" in book.texbook("sync", "-v", "forward", "main.tex:3").err


@pytest.mark.tex
def test_the_nearest_line_is_named(book: Book) -> None:
    book.put("main.tex", MAIN)
    book.texbook("build")
    answer = book.texbook("sync", "forward", "main.tex:1")
    assert answer.err == "line 1 prints nothing: this is line 3, the nearest behind it\n"
    answer = book.texbook("sync", "forward", "main.tex:9", "-q")
    assert answer.out.startswith("main.pdf page 2,")
    assert answer.err == ""


@pytest.mark.tex
def test_machines_get_all_of_it(book: Book) -> None:
    book.put("main.tex", MAIN)
    book.texbook("build")
    found = json.loads(book.texbook("sync", "forward", "main.tex:1", "--format", "json").out)
    assert found["source"] == {"path": "main.tex", "line": 3, "asked": 1}
    assert found["output"] == str(book.root / "main.pdf")
    place = found["places"][0]
    assert list(place) == ["page", "x", "y", "width", "height"]
    where = f"{place['page']}:{place['x'] + 20}:{place['y'] + 4}"
    found = json.loads(book.texbook("sync", "inverse", where, "--format", "json").out)
    assert found["source"] == {"path": "main.tex", "line": 3, "column": None}


@pytest.mark.tex
def test_another_main_file_is_asked_by_its_name(book: Book) -> None:
    book.put("other.tex", MAIN)
    book.texbook("build", "other.tex")
    answer = book.texbook("sync", "forward", "other.tex:3", "other.tex")
    assert answer.out.startswith("other.pdf page 1,")
    assert "no preview" in book.texbook("sync", "forward", "--show", "other.tex:3", "other.tex").err
