"""What counts as a difference, and how it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from texbook.experiments.compare import compare, tolerance_of, unequal
from texbook.experiments.execute import Execution

if TYPE_CHECKING:
    from tests.experiments.conftest import Book
    from texbook.base.diagnostic import Diagnostic


def differences(book: Book, stored: Any, now: dict[str, Any], **tolerances: float) -> list[str]:
    return [item.message for item in findings(book, stored, now, **tolerances)]


def findings(
    book: Book, stored: Any, now: dict[str, Any], **tolerances: float
) -> tuple[Diagnostic, ...]:
    book.put("c/q.py", "def results():\n    ...\n")
    book.put("c/q.results.json", json.dumps({"values": stored}, indent=2))
    report = {"values": now, "tolerances": tolerances}
    return compare(Execution(book.experiment, report))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1.0, 1.0 + 9e-7),
        (1e-9, 1e-9 * (1 - 9e-7)),
        (1, 1.0),
        (0.0, 1e-13),
        ("no bid", "no bid"),
        (True, True),
        ([1, [2.0, "x"]], [1, [2.0 + 1e-7, "x"]]),
        ({"a": 1.0}, {"a": 1.0 + 1e-7}),
        (10**30, 10**30),
    ],
)
def test_what_is_equal(old: Any, new: Any) -> None:
    assert list(unequal(old, new, 1e-6, "a")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1.0, 1.0 + 2e-6),
        (1e-13, 3e-13),
        (10**9, 10**9 + 1),
        (0.0, 1e-11),
        (1, True),
        ("1", 1),
        (1.0, -1.0),
        ([1], [1, 2]),
        ([1], 1),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_what_differs(old: Any, new: Any) -> None:
    assert list(unequal(old, new, 1e-6, "a")) == [("a", old, new)]


def test_a_difference_tells_both_values_and_how_far_they_are_apart(book: Book) -> None:
    stored = {"same": 1, "loss": 0.5, "name": "x", "rows": [1, 2.0], "table": {"k": 3}}
    now = {"same": 1, "loss": 0.6, "name": "y", "rows": [1, 2.5], "table": {"k": 4}}
    assert differences(book, stored, now) == [
        '"loss" was 0.5 and is 0.6 now (relative difference 0.17, tolerance 1e-06)',
        '"name" was "x" and is "y" now',
        '"rows[1]" was 2.0 and is 2.5 now (relative difference 0.2, tolerance 1e-06)',
        '"table.k" was 3 and is 4 now',
    ]
    lines = [item.span.start.line for item in findings(book, stored, now) if item.span.start]  # type: ignore[union-attr]
    assert lines == [4, 5, 6, 10]


def test_missing_and_new_values_are_told(book: Book) -> None:
    assert differences(book, {"old": 1}, {"new": 1}) == [
        '"old" is stored, but results() does not give it any more',
        'results() gives "new", which is not stored',
    ]


def test_a_tolerance_is_that_of_the_name_or_of_the_first_pattern(book: Book) -> None:
    tolerances = {"loss_*": 0.1, "loss_3": 0.3, "*": 0.2}
    names = ("loss_3", "loss_1", "win")
    assert [tolerance_of(name, tolerances) for name in names] == [0.3, 0.1, 0.2]
    assert differences(book, {"a": 1.0, "b": 1.0}, {"a": 1.05, "b": 1.05}, a=0.1) == [
        '"b" was 1.0 and is 1.05 now (relative difference 0.048, tolerance 1e-06)'
    ]


def test_results_and_figures_that_are_not_there_are_findings(book: Book) -> None:
    book.put("c/q.py", "def results():\n    ...\n")
    report: dict[str, Any] = {"values": {}, "tolerances": {}}
    (finding,) = compare(Execution(book.experiment, report))
    assert finding.message == "the results are not stored"
    book.put("c/q.results.json", "{")
    (finding,) = compare(Execution(book.experiment, report))
    assert "not valid JSON" in finding.message
    book.put("c/q.results.json", '{"values": {}}')
    (finding,) = compare(Execution(book.experiment, report, b"%PDF-"))
    assert finding.message == 'the figure "q.pdf" is not there'


def test_damaged_results_are_told_as_such(book: Book) -> None:
    book.put("c/q.py", "def results():\n    ...\n")
    book.put("c/q.results.json", '{"values": {"a": 1')
    (found,) = compare(Execution(book.experiment, {"values": {"a": 1}, "tolerances": {}}))
    assert found.code == "damaged-results"
    assert found.span is not None
    assert found.span.start is not None
    assert "writes them anew" in found.hints[0]
