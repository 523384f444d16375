"""The book itself, after edits of several kinds, is the one that a run of the whole gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.books import copy_own_book
from benchmarks.edits.series import SERIES
from texbook.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

EDITS = ("one-word", "page-more", "new-label-and-forward-reference")


@pytest.mark.tex
def test_the_book_is_right_after_edits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book"
    copy_own_book(book)
    monkeypatch.chdir(book)
    assert run(["build"]) == 0
    for edit in (edit for edit in SERIES if edit.name in EDITS):
        edit.apply(book)
        capsys.readouterr()
        assert run(["build", "--explain"]) == 0
        assert "built in one run" not in capsys.readouterr().out, edit.name
    assert run(["build", "--check"]) == 0
    assert "the same as one run: 3" in capsys.readouterr().err
