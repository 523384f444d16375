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


def written(*slugs: str, **texts: str) -> dict[str, str]:
    """Give questions of these texts; the others hold nothing."""
    return dict.fromkeys(slugs, "") | texts


def test_a_question_goes_on_from_the_counters_before_it() -> None:
    counters = {"chapter": 2, "section": 1, "figure": 4, "page": 17, "LN@x": 3, "Item": 6}
    numbers = gather_numbers(
        [Checkpoint(counters), Heading("section"), label("q:b", "2.2")], written("a", "b")
    )
    assert numbers.starts["b"].counters == {"chapter": 2, "figure": 4, "section": 1}
    assert numbers.number("q:b") == "2.2"
    assert numbers.number("q:a") == ""


def test_counters_of_another_chapter_are_not_taken() -> None:
    point = Checkpoint({"chapter": 1, "section": 7, "figure": 4})
    numbers = gather_numbers([point, label("q:b", "2.3")], written("b"))
    assert numbers.starts["b"].counters == {"chapter": 2, "section": 2}


def test_a_counter_that_a_label_of_the_book_counts_is_printed() -> None:
    events: list[Event] = [
        Checkpoint({"chapter": 2, "law": 5}),
        label("q:b", "2.1"),
        label("x", "6", "law"),
    ]
    assert gather_numbers(events, written("b")).starts["b"].counters["law"] == 5


def test_a_counter_of_the_whole_book_goes_on_through_a_chapter() -> None:
    events: list[Event] = [
        Checkpoint({"chapter": 1, "law": 5, "figure": 4}),
        label("q:b", "2.1"),
        label("fig:b", "2.1", "figure"),
        label("x", "6", "law"),
    ]
    counters = gather_numbers(events, written("b")).starts["b"].counters
    assert counters == {"chapter": 2, "law": 5, "section": 0}


def test_a_question_of_an_appendix_keeps_its_letter() -> None:
    events: list[Event] = [Checkpoint({"chapter": 1, "section": 2}), label("q:b", "A.3")]
    start = gather_numbers(events, written("b")).starts["b"]
    assert (start.is_appendix, start.chapter) == (True, "")
    assert start.counters == {"chapter": 1, "section": 2}


def test_an_appendix_begins_to_count_anew() -> None:
    events: list[Event] = [
        Checkpoint({"chapter": 1, "section": 3, "figure": 4}),
        Heading("chapter"),
        label("q:b", "A.1"),
        label("fig:b", "A.1", "figure"),
    ]
    start = gather_numbers(events, written("b")).starts["b"]
    assert start.counters == {"chapter": 1, "section": 0}


def test_a_heading_without_a_number_ends_no_chapter() -> None:
    events: list[Event] = [
        Checkpoint({"chapter": 2, "figure": 4}),
        Heading("chapter", is_numbered=False),
        label("q:b", "B.1"),
    ]
    assert gather_numbers(events, written("b")).starts["b"].counters["figure"] == 4


def test_a_chapter_that_is_counted_oddly_is_printed_as_it_is() -> None:
    events: list[Event] = [Checkpoint({"chapter": 2}), label("q:b", "II.3")]
    start = gather_numbers(events, written("b")).starts["b"]
    assert (start.is_appendix, start.chapter) == (False, "II")
    assert start.counters == {"chapter": 2, "section": 2}


def test_questions_without_chapters_may_be_counted_by_letters() -> None:
    events: list[Event] = [Checkpoint({"section": 4, "equation": 2}), label("q:b", "C")]
    start = gather_numbers(events, written("b")).starts["b"]
    assert (start.is_appendix, start.chapter) == (True, "")
    assert start.counters == {"equation": 2, "section": 2}


def test_labels_tell_how_far_was_counted_where_nothing_else_does() -> None:
    """With ``\\input`` there is no checkpoint between two questions."""
    events: list[Event] = [
        label("q:a", "1.1"),
        label("eq:a", "1.3", "equation"),
        label("q:a:trap", "1.1.2", "subsection"),
        label("law", "7", "law"),
        label("fig:b", "1.2", "figure"),  # at the top of the page on which its question begins
        label("q:b", "1.2"),
        label("fig:a", "1.1", "figure"),  # comes late
        label("eq:b", "1.4", "equation"),
        label("q:c", "2.1"),
    ]
    questions = written("c", a="\\label{fig:a}", b="\\label{fig:b}")
    numbers = gather_numbers(events, questions)
    expected = {"chapter": 1, "equation": 3, "figure": 1, "law": 7, "section": 1}
    assert numbers.starts["b"].counters == expected
    assert numbers.starts["c"].counters == {"chapter": 2, "law": 7, "section": 0}
    assert numbers.labels["fig:a"].owner == "a"
    assert numbers.labels["fig:b"].owner == "b"


def test_questions_may_be_chapters_or_have_no_chapter_or_number() -> None:
    events = [label("q:a", "4", "chapter"), label("q:b", "3"), label("q:c", "")]
    starts = gather_numbers(events, written("a", "b", "c")).starts
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
    numbers = gather_numbers(events, written("a"))
    owners = {name: item.owner for name, item in numbers.labels.items()}
    assert owners == {"before": "", "q:a": "a", "fig:a": "a", "q:a:trap": "a", "after": ""}
    assert [item.name for item in numbers.labels["fig:a"].more] == ["fig:a@cref"]


def test_a_figure_that_floats_above_its_question_belongs_to_it() -> None:
    """Its label is written first, but the file holds one question and no chapter."""
    figure = label("fig:a", "1.1", "figure", "a.aux")
    events: list[Event] = [figure, Heading("section", "a.aux"), label("q:a", "1.1", file="a.aux")]
    assert gather_numbers(events, written("a")).labels["fig:a"].owner == "a"
    chapter = Heading("chapter", "a.aux")
    assert gather_numbers([chapter, *events], written("a")).labels["fig:a"].owner == ""


def test_a_book_that_was_never_built_has_no_numbers(book: Book) -> None:
    assert read_book_numbers(book.project, written("a")) == BookNumbers({}, {})
