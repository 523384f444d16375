from __future__ import annotations

from pathlib import Path

import pytest

from texbook.watch.changes import Change, ChangeKind, ChangeSet, WatchSet, is_temporary


@pytest.mark.parametrize(
    "name",
    [
        ".leak.tex.swp",
        ".leak.tex.swo",
        "leak.tex~",
        "4913",
        "5036",
        ".#leak.tex",
        "#leak.tex#",
        "leak.tex.tmp",
        ".goutputstream-ABC123",
        "~$notes.tex",
        "leak.tex___jb_tmp___",
    ],
)
def test_editors_own_files_are_temporary(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", ["leak.tex", "4913.tex", "#1.tex", "2024", "a~b.tex", "main.bib"])
def test_sources_are_not_temporary(name: str) -> None:
    assert not is_temporary(name)


def test_a_new_file_matters_by_its_suffix_and_unless_ignored() -> None:
    book = WatchSet(frozenset(), frozenset(), ignore=lambda path: path.name == "main.pdf")
    assert book.admits(Path("/b/new.TEX"))
    assert not book.admits(Path("/b/main.pdf"))
    assert not book.admits(Path("/b/main.log"))
    assert not book.admits(Path("/b/.#new.tex"))


def test_the_union_keeps_every_path_once_and_the_later_kind() -> None:
    a, b = Path("/a.tex"), Path("/b.tex")
    first = ChangeSet(
        (Change(a, ChangeKind.CREATED), Change(b, ChangeKind.MODIFIED)), is_start=True
    )
    second = ChangeSet((Change(a, ChangeKind.DELETED),))
    union = first | second
    assert union.paths == (a, b)
    assert union.changes[0].kind is ChangeKind.DELETED
    assert union.is_start


def test_a_set_without_changes_is_false_unless_it_starts_the_watch() -> None:
    assert not ChangeSet()
    assert ChangeSet(is_start=True)
