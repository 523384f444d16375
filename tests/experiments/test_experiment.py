"""Which scripts are experiments, and how a person names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import UsageError
from texbook.experiments.experiment import choose_experiments, find_experiments

if TYPE_CHECKING:
    from tests.experiments.conftest import Book

SCRIPT = "def results():\n    return {}\n"


@pytest.fixture
def many(book: Book) -> Book:
    for name in ("c/leak.j2.tex", "d/drift.tex", "d/lost.tex"):
        book.put(name, "text")
    for name in ("c/leak.py", "d/drift.py", "d/helper.py", "d/alone.py"):
        book.put(name, SCRIPT)
    book.put("d/lost.py", "def other():\n    pass\n")
    return book


def slugs(book: Book, *names: str, folder: str = "") -> list[str]:
    found = find_experiments(book.project)
    chosen = choose_experiments(found, names, folder=book.root / folder) if names else found
    return [item.slug for item in chosen]


def test_an_experiment_defines_results_beside_a_question_of_its_name(many: Book) -> None:
    assert slugs(many) == ["leak", "drift"]
    leak, _ = find_experiments(many.project)
    assert leak.question == many.root / "c/leak.j2.tex"
    assert leak.results == many.root / "c/leak.results.json"
    assert leak.figure == many.root / "images/leak.pdf"


@pytest.mark.parametrize(
    "name",
    [
        "leak",
        "c/leak.py",
        "c/leak.j2.tex",
        "c/leak",
        "c/leak.results.json",
        "c",
        "./d/../c/leak.py",
    ],
)
def test_a_question_script_or_folder_names_it(many: Book, name: str) -> None:
    assert slugs(many, name) == ["leak"]


def test_paths_begin_at_the_folder_that_the_person_is_in(many: Book) -> None:
    assert slugs(many, "leak.py", folder="c") == ["leak"]
    assert slugs(many, "drift", "../c", folder="d") == ["leak", "drift"]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("leek", 'there is no experiment "leek"', 'did you mean "leak"?'),
        ("c/leek.py", 'there is no experiment "c/leek.py"', 'did you mean "leak"?'),
        ("eak", 'there is no experiment "eak"', 'did you mean "leak"?'),
        ("ri", 'there is no experiment "ri"', 'did you mean "drift"?'),
        ("zzz", 'there is no experiment "zzz"', 'there are "leak", "drift"'),
        ("c/q.tex", '"c/q.tex" has no experiment', 'there is no "q.py" beside it'),
        ("d/lost.tex", "has no experiment", '"lost.py" does not define results()'),
        ("d/alone.py", "has no experiment", 'no question "alone.j2.tex" or "alone.tex"'),
    ],
)
def test_a_name_that_fits_none_is_refused_with_the_reason(
    many: Book, name: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        slugs(many, name)
    assert message in caught.value.message
    assert hint in caught.value.hints[0]


def test_where_there_are_none_the_hint_says_what_one_is(book: Book) -> None:
    with pytest.raises(UsageError) as caught:
        slugs(book, "leak")
    assert "def results():" in caught.value.hints[0]
