from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Book

PHASES = [
    *("start of the engine", "preamble", "begin of the document", "pages"),
    "end of the document",
]


@pytest.mark.tex
def test_timings_explain_a_build_and_say_when_nothing_ran(book: Book) -> None:
    book.document("\\tableofcontents\\section{One}\\newpage Two", "\\usepackage{fontspec}\n")
    lines = book.texbook("build", "--timings").out.splitlines()
    assert [line for line in lines if line in PHASES or line.startswith(tuple(PHASES))]
    assert any(line.startswith("seconds in") and "pass 2" in line for line in lines)
    assert any(line.startswith("  fontspec") for line in lines)
    assert any(line.startswith("* ") and "passes ran" in line for line in lines)
    answer = book.texbook("build", "--timings")
    assert answer.out == ""
    assert "nothing ran" in answer.err


@pytest.mark.tex
def test_timings_for_machines_hold_everything(book: Book) -> None:
    book.document("One\\newpage\\input{part}")
    book.put("part.tex", "Two")
    value = json.loads(book.texbook("build", "--timings", "--format", "json").out)
    timings = value["timings"]
    passes = [run["label"] for run in value["runs"] if run["program"] == "xelatex"]
    assert list(timings["profiles"]) == passes
    profile = timings["profiles"][passes[-1]]
    assert list(profile["phases"]) == PHASES
    assert profile["packages"][0]["name"] == "article"
    assert [(page["number"], page["path"]) for page in profile["pages"]] == [
        (1, "main.tex"),
        (2, "part.tex"),
    ]
    assert set(timings) == {"profiles", "steps", "advice"}
    assert "timings" not in json.loads(book.texbook("build", "--format", "json").out)


@pytest.mark.tex
def test_timings_of_a_failed_build_are_shown_too(book: Book) -> None:
    book.document("\\undefinedthing")
    answer = book.texbook("build", "--timings")
    assert answer.status == 1
    assert "preamble" in answer.out
