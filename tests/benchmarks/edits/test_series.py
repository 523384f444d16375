"""The series of edits that ``python -m benchmarks edits`` makes still fits the book."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.books import copy_own_book
from benchmarks.edits.edit import add_to_block, cut, swap, take_from_block
from benchmarks.edits.series import SERIES
from benchmarks.edits.spine import relabeled
from benchmarks.measure import BenchmarkError
from texbook.cli.main import run


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The book's sources in a folder of their own."""
    folder = tmp_path / "book"
    copy_own_book(folder)
    return folder


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A question of two blocks."""
    path = tmp_path / "chapters/01-first/one.j2.tex"
    path.parent.mkdir(parents=True)
    text = "%% block trap\nA trap.\n%% endblock\n\n%% block answer\nAn answer.\n%% endblock\n"
    path.write_text(text, "utf-8")
    return path


def sources(root: Path) -> dict[Path, bytes]:
    """Give every file of the book, but nothing that was generated."""
    return {
        path.relative_to(root): path.read_bytes()
        for folder, _, names in os.walk(root)
        for path in (Path(folder, name) for name in names)
        if path.relative_to(root).parts[0] != "build"
    }


def test_each_edit_changes_the_book_and_the_last_undoes_them_all(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    first = before = sources(copy)
    for edit in SERIES:
        edit.apply(copy)
        after = sources(copy)
        assert after != before, edit.name
        if edit.kind == "repaired":  # now everything is in the book at once
            assert run(["render", "--quiet"]) == 0
        before = after
    assert before == first


def test_edits_have_names_of_their_own_and_each_break_is_mended_at_once() -> None:
    names = [edit.name for edit in SERIES]
    assert len(set(names)) == len(names) >= 32
    for edit, following in pairwise(SERIES):
        assert not (edit.fails and following.fails)
    assert not SERIES[-1].fails


def test_a_place_that_is_not_there_once_is_not_edited(template: Path) -> None:
    text = template.read_text("utf-8")
    for old in ("No such text.", "%% endblock"):
        with pytest.raises(BenchmarkError, match=r"one\.j2\.tex"):
            swap(template, old, "")
    with pytest.raises(BenchmarkError):
        cut(template, "%% block answer", "%% block trap")
    with pytest.raises(BenchmarkError):
        add_to_block(template.parents[2], "one", "papers", "More.")
    with pytest.raises(BenchmarkError):
        add_to_block(template.parents[2], "two", "trap", "More.")
    assert template.read_text("utf-8") == text


def test_a_paragraph_is_added_to_its_block_and_taken_away_again(template: Path) -> None:
    text = template.read_text("utf-8")
    root = template.parents[2]
    add_to_block(root, "one", "trap", "\nMore.\n")
    assert "A trap.\n\nMore.\n%% endblock\n\n%% block answer" in template.read_text("utf-8")
    take_from_block(root, "one", "\nMore.\n")
    assert template.read_text("utf-8") == text


def test_labels_of_a_copied_question_are_renamed_where_they_are_given_and_used() -> None:
    text = (
        r"\label{eq:gap} \begin{dfnbox}{Gap}{gap} \VAR{listing("
        r'"loss", label="loss")} \cref{eq:gap,dfn:gap} \cref{code:loss} \cref{q:other} gap'
    )
    assert relabeled(text, "-2") == (
        r"\label{eq:gap-2} \begin{dfnbox}{Gap}{gap-2} \VAR{listing("
        r'"loss", label="loss-2")} \cref{eq:gap-2,dfn:gap-2} \cref{code:loss-2} \cref{q:other} gap'
    )
