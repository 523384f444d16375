"""What is written, when, and in which order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from texbook.base.errors import StorageError
from texbook.base.results import read_results
from texbook.experiments.execute import Execution
from texbook.experiments.store import results_text, store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.experiments.conftest import Book

REPORT: dict[str, Any] = {
    "values": {"z": 0.1 + 0.2, "a": 1, "text": 'ü "x"', "rows": [1, 2.5], "t": {"k": True}},
    "tolerances": {"z": 0.001},
    "seed": 7,
    "digest": "9c6f",
    "inputs": {"d.csv": "77ab", "gone.csv": None},
    "versions": {"python": "3.11.7"},
}


def stored(book: Book, figure: bytes | None = b"%PDF-", **more: Any) -> tuple[Path, ...]:
    book.put("c/q.py", "def results():\n    ...\n")
    return store(Execution(book.experiment, {**REPORT, **more}, figure))


def test_what_is_written_reads_back_in_the_same_order(book: Book) -> None:
    written = stored(book)
    assert written == (book.root / "images/q.pdf", book.root / "c/q.results.json")
    text = (book.root / "c/q.results.json").read_text("utf-8")
    assert json.loads(text) == REPORT
    assert list(json.loads(text)["values"]) == list(REPORT["values"])
    assert '    "z": 0.30000000000000004,\n    "a": 1,\n    "text": "ü \\"x\\"",\n' in text
    assert text.endswith("}\n")
    results = read_results(book.root / "c/q.results.json")
    assert (results.seed, results.inputs, results.tolerances) == (
        *(7, REPORT["inputs"]),
        REPORT["tolerances"],
    )


def test_what_is_empty_or_unknown_is_left_out() -> None:
    table = json.loads(results_text({"values": {}, "seed": None, "tolerances": {}, "digest": "x"}))
    assert table == {"values": {}, "digest": "x"}


def test_what_is_the_same_is_not_written_again(book: Book) -> None:
    stored(book)
    assert stored(book) == ()
    assert stored(book, versions={"python": "3.99"}) == ()
    assert stored(book, figure=None) == ()
    assert stored(book, figure=b"%PDF-2") == (book.root / "images/q.pdf",)
    assert stored(book, figure=b"%PDF-2", digest="0") == (book.root / "c/q.results.json",)


@pytest.mark.parametrize("damaged", [b"{", b"\xff", b'{"values": 3}'])
def test_damaged_results_are_written_anew(book: Book, damaged: bytes) -> None:
    path = book.put("c/q.results.json", damaged)
    assert path in stored(book)
    assert json.loads(path.read_text("utf-8")) == REPORT


def test_the_results_stay_old_when_the_figure_cannot_be_written(book: Book) -> None:
    stored(book)
    before = (book.root / "c/q.results.json").read_bytes()
    (book.root / "images/q.pdf").unlink()
    (book.root / "images").rmdir()
    book.put("images", "a file in the way")
    with pytest.raises(StorageError):
        stored(book, digest="0")
    assert (book.root / "c/q.results.json").read_bytes() == before
