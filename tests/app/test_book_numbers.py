"""Where the questions of a book begin to number, and to whom its labels belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.app.book_numbers import BookNumbers, gather_numbers, read_book_numbers
from texbook.texfiles.labels import Checkpoint, Heading, Label

if TYPE_CHECKING:
    from tests.app.conftest import Book


Event = Label | Heading | Checkpoint


def label(name: str, number: str, kind: str = "section", file: str = "m.aux") -> Label:
    return Label(name, f"{{{number}}}{{9}}{{T}}{{{kind}.{number}}}{{}}", kind, kind, file)


def test_a_question_goes_on_from_the_counters_before_it() -> None:
    counters = {"chapter": 2, "section": 1, "figure": 4, "page": 17, "LN@x": 3, "Item": 6}
    numbers = gather_numbers(
        [Checkpoint(counters), Heading("section"), label("q:b", "2.2")], ["a", "b"]
    )
    assert numbers.starts["b"].counters == {"chapter": 2, "figure": 4, "section": 1}
    assert numbers.number("q:b") == "2.2"
    assert numbers.number("q:a") == ""


def test_counters_of_another_chapter_are_not_taken() -> None:
    point = Checkpoint({"chapter": 1, "section": 7, "figure": 4})
    numbers = gather_numbers([point, label("q:b", "2.3")], ["b"])
    assert numbers.starts["b"].counters == {"chapter": 2, "section": 2}


def test_a_counter_that_a_label_of_the_book_counts_is_printed() -> None:
    events: list[Event] = [
        Checkpoint({"chapter": 2, "law": 5}),
        label("q:b", "2.1"),
        label("x", "6", "law"),
    ]
    assert gather_numbers(events, ["b"]).starts["b"].counters["law"] == 5


def test_a_question_of_an_appendix_keeps_its_letter() -> None:
    events: list[Event] = [Checkpoint({"chapter": 1, "section": 2}), label("q:b", "A.3")]
    start = gather_numbers(events, ["b"]).starts["b"]
    assert start.chapter == "A"
    assert start.counters == {"chapter": 1, "section": 2}


def test_questions_may_be_chapters_or_have_no_chapter_or_number() -> None:
    events = [label("q:a", "4", "chapter"), label("q:b", "3"), label("q:c", "")]
    starts = gather_numbers(events, ["a", "b", "c"]).starts
    assert starts["a"].counters == {"chapter": 3}
    assert starts["b"].counters == {"section": 2}
    assert starts["c"].counters == {}


def test_labels_belong_to_the_question_before_them_until_the_next_heading() -> None:
    events: list[Event] = [
        label("before", "1"),
        Heading("section", "m.aux"),
        label("q:a", "1.1"),
        label("fig:a", "1.1", "figure"),
        Label("fig:a@cref", "{[figure][1][1]1.1}{x}"),
        Heading("subsection"),
        label("q:a:trap", "1.1.1"),
        Heading("section", "m.aux"),
        label("after", "1.2"),
    ]
    numbers = gather_numbers(events, ["a"])
    owners = {name: item.owner for name, item in numbers.labels.items()}
    assert owners == {"before": "", "q:a": "a", "fig:a": "a", "q:a:trap": "a", "after": ""}
    assert [item.name for item in numbers.labels["fig:a"].more] == ["fig:a@cref"]


def test_a_figure_that_floats_above_its_question_belongs_to_it() -> None:
    """Its label is written first, but the file holds one question and no chapter."""
    figure = label("fig:a", "1.1", "figure", "a.aux")
    events: list[Event] = [figure, Heading("section", "a.aux"), label("q:a", "1.1", file="a.aux")]
    assert gather_numbers(events, ["a"]).labels["fig:a"].owner == "a"
    chapter = Heading("chapter", "a.aux")
    assert gather_numbers([chapter, *events], ["a"]).labels["fig:a"].owner == ""


def test_a_book_that_was_never_built_has_no_numbers(book: Book) -> None:
    assert read_book_numbers(book.project, ["a"]) == BookNumbers({}, {})
