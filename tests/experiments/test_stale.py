"""When stored results are out of date, and where that is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.digest import digest_bytes
from texbook.experiments.stale import find_stale, stale_results, watched_files

if TYPE_CHECKING:
    from tests.experiments.conftest import Book
    from texbook.base.diagnostic import Diagnostic

SCRIPT = "X = 1\n\ndef results():\n    return {'a': 1}\n"


def put_results(book: Book, script: str = SCRIPT, **more: Any) -> None:
    table = {"values": {"a": 1}, "digest": digest_bytes(script.encode()), **more}
    book.put("c/q.results.json", json.dumps(table, indent=2))


@pytest.fixture
def fresh(book: Book) -> Book:
    book.put("c/q.py", SCRIPT)
    book.put("d.csv", "1\n")
    put_results(book, inputs={"d.csv": digest_bytes(b"1\n"), "gone.csv": None})
    return book


def only(book: Book) -> Diagnostic:
    (finding,) = stale_results(book.project)
    assert (finding.code, finding.severity) == ("stale-results", Severity.WARNING)
    return finding


def place(finding: Diagnostic) -> str:
    assert finding.span is not None
    line = finding.span.start.line if finding.span.start else None
    return f"{finding.span.path.name}:{line}"


def test_what_has_not_changed_is_not_stale(fresh: Book) -> None:
    assert stale_results(fresh.project) == ()
    table = json.loads((fresh.root / "c/q.results.json").read_text())
    put_results(fresh, inputs=table["inputs"], versions={"numpy": "0.1"})
    assert stale_results(fresh.project) == ()


def test_a_changed_script_is_told_at_the_digest(fresh: Book) -> None:
    fresh.put("c/q.py", SCRIPT + "# more\n")
    finding = only(fresh)
    assert finding.message == (
        'the results are out of date: "q.py" has changed since they were stored'
    )
    assert place(finding) == "q.results.json:5"
    assert finding.hints == ('"texbook run q" runs the experiment and stores what it gives',)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("d.csv", "2\n", '"d.csv", which "q.py" reads, has changed'),
        ("d.csv", None, '"d.csv", which "q.py" reads, is gone'),
        ("gone.csv", "", '"gone.csv", which "q.py" reads, was not there before'),
    ],
)
def test_a_changed_input_is_told_at_its_line(
    fresh: Book, name: str, text: str | None, what: str
) -> None:
    if text is None:
        (fresh.root / name).unlink()
    else:
        fresh.put(name, text)
    finding = only(fresh)
    assert what in finding.message
    assert place(finding) == f"q.results.json:{7 if name == 'd.csv' else 8}"


def test_a_script_that_was_never_run_is_told_at_its_results(book: Book) -> None:
    book.put("c/q.py", SCRIPT)
    finding = only(book)
    assert finding.message == 'the results of "q.py" are not stored: it has not been run'
    assert place(finding) == "q.py:3"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{\n"values": {', "not valid JSON", 2),
        ("[]", 'have no "values"', None),
        ('{"values": {},\n=======\n"seed": 1}', "the marks of a merge conflict", 2),
        ('{"values": {},\n"inputs": 3}', '"inputs" in the stored results is not a table', 2),
        (b'{"values": {"a": "\xe4"}}', "is not valid UTF-8", 1),
    ],
)
def test_damaged_results_are_told_with_their_line(
    fresh: Book, text: str | bytes, message: str, line: int | None
) -> None:
    fresh.put("c/q.results.json", text)
    finding = only(fresh)
    assert message in finding.message
    assert place(finding) == f"q.results.json:{line}"


def test_results_that_do_not_name_their_script_are_stale(fresh: Book) -> None:
    fresh.put("c/q.results.json", '{"values": {}}')
    assert "do not tell which version" in only(fresh).message


def test_a_figure_that_is_gone_is_told(fresh: Book) -> None:
    script = SCRIPT + "def figure(results):\n    ...\n"
    fresh.put("c/q.py", script)
    put_results(fresh, script)
    assert only(fresh).message == 'the figure "images/q.pdf" that "q.py" draws is not there'
    fresh.put("images/q.pdf", b"")
    assert stale_results(fresh.project) == ()


@pytest.mark.parametrize("script", [None, "def other():\n    ...\n"])
def test_results_whose_script_is_gone_are_told_and_cannot_be_mended_by_a_run(
    fresh: Book, script: str | None
) -> None:
    (fresh.root / "c/q.py").unlink()
    if script is not None:
        fresh.put("c/q.py", script)
    finding = only(fresh)
    assert finding.message.startswith("nothing gives these results")
    assert not find_stale(fresh.project)[0].can_run


def test_results_without_a_script_that_somebody_wrote_by_hand_are_left_alone(book: Book) -> None:
    book.put("c/q.results.json", '{"values": {"a": 1}}')
    assert stale_results(book.project) == ()
    book.put("c/q.results.json", "{")  # who renders the template tells it
    assert stale_results(book.project) == ()


def test_scripts_and_inputs_are_watched(fresh: Book) -> None:
    names = {"c/q.py", "c/q.results.json", "images/q.pdf", "d.csv", "gone.csv"}
    assert watched_files(fresh.project) == {fresh.root / name for name in names}
    fresh.put("c/q.results.json", "{")
    assert fresh.root / "c/q.py" in watched_files(fresh.project)
