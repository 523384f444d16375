"""What an edition is to hold, and what cannot be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.edition_plan import Edition, find_edition, plan_edition
from texbook.base.errors import BookError, UsageError

if TYPE_CHECKING:
    from tests.app.conftest import Book

STUB = ("% topics", "% status = 'stub'\n% topics")


@pytest.fixture
def asked(book: Book) -> Book:
    names = ("one-fine-day", "two-more", "six-deer")
    for name in names:
        book.put(f"{name}.j2.tex", book.question())
    inputs = "".join(f"\\input{{{name}}}\n" for name in names)
    book.put("main.tex", f"\\documentclass{{x}}\n\\begin{{document}}\n{inputs}\\end{{document}}\n")
    return book


def test_an_edition_is_known_by_its_name() -> None:
    assert find_edition("cheat-sheet") is Edition.CHEAT_SHEET
    with pytest.raises(UsageError, match='no edition "cheatsheet"') as caught:
        find_edition("cheatsheet")
    assert caught.value.hints == (
        'did you mean "cheat-sheet"?',
        "editions: book, questions, cheat-sheet, cards",
    )


def test_each_question_is_a_file_of_its_own_in_the_order_of_the_book(asked: Book) -> None:
    plan = plan_edition(asked.project, Edition.QUESTIONS)
    folder = asked.root / "build" / "editions" / "questions"
    names = ["one-fine-day", "two-more", "six-deer"]
    assert [job.name for job in plan.jobs] == names
    assert [job.output for job in plan.jobs] == [folder / f"{name}.pdf" for name in names]


@pytest.mark.parametrize(
    ("edition", "file"),
    [(Edition.CHEAT_SHEET, "cheat-sheet.pdf"), (Edition.CARDS, "cards.csv")],
)
def test_the_others_are_one_file(asked: Book, edition: Edition, file: str) -> None:
    (job,) = plan_edition(asked.project, edition).jobs
    assert job.output == asked.root / "build" / "editions" / file


def test_some_can_be_chosen(asked: Book) -> None:
    plan = plan_edition(asked.project, Edition.QUESTIONS, ["six-deer", "one-fine-day"])
    assert [job.name for job in plan.jobs] == ["one-fine-day", "six-deer"]


@pytest.mark.parametrize("slug", ["one-fine-dai", "fien", "one"])
def test_an_unknown_slug_is_told_with_the_nearest(asked: Book, slug: str) -> None:
    with pytest.raises(UsageError, match="the book has no question") as caught:
        plan_edition(asked.project, Edition.QUESTIONS, [slug])
    assert caught.value.hints[0] == 'did you mean "one-fine-day"?'
    with pytest.raises(UsageError) as caught:
        plan_edition(asked.project, Edition.QUESTIONS, ["xyz"])
    assert caught.value.hints == ("questions: one-fine-day, two-more, six-deer",)


def test_a_question_is_chosen_only_where_each_is_a_file(asked: Book) -> None:
    with pytest.raises(UsageError, match="does not go with"):
        plan_edition(asked.project, Edition.CARDS, ["one-fine-day"])


def test_stubs_are_left_out_unless_they_are_named(asked: Book) -> None:
    asked.put("two-more.j2.tex", asked.question().replace(*STUB))
    plan = plan_edition(asked.project, Edition.QUESTIONS)
    assert (plan.stubs, len(plan.jobs)) == (("two-more",), 2)
    plan = plan_edition(asked.project, Edition.QUESTIONS, ["two-more"])
    assert (plan.stubs, [job.name for job in plan.jobs]) == ((), ["two-more"])


def test_nothing_but_stubs_is_no_edition(asked: Book) -> None:
    for name in ("one-fine-day", "two-more", "six-deer"):
        asked.put(f"{name}.j2.tex", asked.question().replace(*STUB))
    with pytest.raises(BookError, match="all questions are stubs"):
        plan_edition(asked.project, Edition.CHEAT_SHEET)


def test_a_book_without_templates_is_told_what_an_edition_needs(book: Book) -> None:
    with pytest.raises(BookError, match="reads no question template") as caught:
        plan_edition(book.project, Edition.QUESTIONS)
    assert "front matter" in caught.value.hints[0]


def test_two_questions_of_one_slug_are_told(asked: Book) -> None:
    asked.put("b/six-deer.j2.tex", asked.question())
    main = (asked.root / "main.tex").read_text()
    asked.put("main.tex", main.replace("\\end{", "\\input{b/six-deer}\n\\end{"))
    with pytest.raises(BookError, match="two questions have the slug"):
        plan_edition(asked.project, Edition.QUESTIONS)


def test_faulty_front_matter_is_left_to_the_build_that_tells_of_it(asked: Book) -> None:
    asked.put("six-deer.j2.tex", asked.question().replace("% level  =", "% levle  ="))
    plan = plan_edition(asked.project, Edition.QUESTIONS, ["six-deer"])
    assert plan.jobs == ()
    assert "levle" in plan.listing.faults[0].message
    for name in ("one-fine-day", "two-more"):
        (asked.root / f"{name}.j2.tex").unlink()
    assert plan_edition(asked.project, Edition.CHEAT_SHEET).listing.faults
