from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from texbook.watch import snapshot as snapshot_module
from texbook.watch.changes import Change, ChangeKind, WatchSet
from texbook.watch.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path


def ignore_nothing(path: Path) -> bool:
    return False


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "main.tex").write_text("one")
    return tmp_path


def files_of(*paths: Path) -> WatchSet:
    return WatchSet(frozenset(paths), frozenset(), ignore_nothing)


def folder_of(folder: Path) -> WatchSet:
    return WatchSet(frozenset(), frozenset({folder}), ignore_nothing)


def following(watch_set: WatchSet, *, thorough: bool = False) -> Snapshot:
    # Far in the future, so that no time stamp is too fresh to be trusted.
    snapshot = Snapshot(thorough=thorough, wall=lambda: 1e12)
    snapshot.follow(watch_set)
    return snapshot


def test_an_edit_is_found_once(book: Path) -> None:
    main = book / "main.tex"
    snapshot = following(files_of(main))
    main.write_text("two")
    assert snapshot.take().changes == (Change(main, ChangeKind.MODIFIED),)
    assert not snapshot.take()


def test_touching_reading_and_saving_unchanged_are_no_change(book: Path) -> None:
    main = book / "main.tex"
    snapshot = following(files_of(main))
    os.utime(main, (1, 1))
    main.read_text()
    main.write_text("one")
    assert not snapshot.take()


def test_an_edit_of_equal_size_and_time_is_found(book: Path) -> None:
    main = book / "main.tex"
    os.utime(main, (1000, 1000))
    snapshot = following(files_of(main))
    main.write_text("two")
    os.utime(main, (1000, 1000))
    assert snapshot.take().paths == (main,)


def test_a_time_running_backwards_is_found(book: Path) -> None:
    main = book / "main.tex"
    snapshot = following(files_of(main))
    main.write_text("three")
    os.utime(main, (5, 5))
    assert snapshot.take().paths == (main,)


def test_a_fresh_file_is_read_again_though_its_stamps_are_equal(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_module, "_signature", lambda status: (0, 0, 0, 0, 0))
    main = book / "main.tex"
    snapshot = Snapshot()
    snapshot.follow(files_of(main))
    main.write_text("two")
    assert snapshot.take().paths == (main,)


def test_a_thorough_snapshot_trusts_no_stamps(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_module, "_signature", lambda status: (0, 0, 0, 0, 0))
    main = book / "main.tex"
    trusting, thorough = following(files_of(main)), following(files_of(main), thorough=True)
    main.write_text("two")
    assert not trusting.take()
    assert thorough.take().paths == (main,)


def test_a_file_whose_stat_is_unchanged_is_not_read(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = following(files_of(book / "main.tex"))
    monkeypatch.setattr(snapshot_module, "digest_file", lambda path: pytest.fail(f"read {path}"))
    assert not snapshot.take()


def test_deleting_and_restoring_are_changes(book: Path) -> None:
    main = book / "main.tex"
    snapshot = following(files_of(main))
    main.unlink()
    assert snapshot.take().changes == (Change(main, ChangeKind.DELETED),)
    main.write_text("one")
    assert snapshot.take().changes == (Change(main, ChangeKind.CREATED),)


def test_a_file_that_was_looked_for_in_vain_may_appear(book: Path) -> None:
    missing = book / "gone" / "part.tex"
    snapshot = following(files_of(missing))
    assert not snapshot.take()
    missing.parent.mkdir()
    missing.write_text("here")
    assert snapshot.take().changes == (Change(missing, ChangeKind.CREATED),)


def test_a_new_source_in_a_watched_folder_is_a_change_and_other_files_are_not(book: Path) -> None:
    snapshot = following(folder_of(book))
    (book / "new.tex").write_text("x")
    (book / "main.log").write_text("x")
    (book / ".new.tex.swp").write_text("x")
    assert snapshot.take().changes == (Change(book / "new.tex", ChangeKind.CREATED),)
    (book / "new.tex").unlink()
    assert snapshot.take().changes == (Change(book / "new.tex", ChangeKind.DELETED),)


def test_ignored_files_never_matter(book: Path) -> None:
    pdf = book / "main.pdf"
    watch_set = WatchSet(frozenset({pdf}), frozenset({book}), lambda path: path == pdf)
    snapshot = following(watch_set)
    pdf.write_text("new")
    assert not snapshot.take()


def test_another_set_keeps_what_is_known_and_adopts_what_is_new(book: Path) -> None:
    main, part = book / "main.tex", book / "part.tex"
    part.write_text("old")
    snapshot = following(files_of(main))
    main.write_text("two")
    snapshot.follow(files_of(main, part))
    assert snapshot.take().paths == (main,)


def test_an_adopted_file_that_was_saved_during_the_build_is_a_change(book: Path) -> None:
    old, saved = book / "old.tex", book / "saved.tex"
    old.write_text("x")
    saved.write_text("x")
    os.utime(old, (1000, 1000))
    os.utime(saved, (2000, 2000))
    snapshot = following(files_of(book / "main.tex"))
    snapshot.follow(files_of(old, saved), since=1500.0)
    assert snapshot.take().changes == (Change(saved, ChangeKind.MODIFIED),)
    assert not snapshot.take()


def test_a_file_that_appeared_before_the_set_was_renewed_is_not_lost(book: Path) -> None:
    snapshot = following(folder_of(book))
    (book / "new.tex").write_text("x")
    snapshot.follow(folder_of(book))
    assert snapshot.take().paths == (book / "new.tex",)


def test_a_file_that_left_the_set_is_forgotten(book: Path) -> None:
    main, part = book / "main.tex", book / "part.tex"
    part.write_text("old")
    snapshot = following(files_of(main, part))
    snapshot.follow(files_of(main))
    part.write_text("new")
    assert not snapshot.take()


def test_folders_and_fifos_in_place_of_files_do_no_harm(book: Path) -> None:
    folder, fifo = book / "folder.tex", book / "fifo.tex"
    folder.mkdir()
    os.mkfifo(fifo)
    snapshot = following(files_of(folder, fifo))
    assert not snapshot.take()


def test_nothing_differs_before_a_set_is_followed() -> None:
    assert Snapshot().differences() == {}


def test_a_new_folder_is_a_change_for_it_may_hold_what_was_looked_for(book: Path) -> None:
    snapshot = following(folder_of(book))
    (book / "new").mkdir()
    (book / ".hidden").mkdir()
    assert snapshot.take().changes == (Change(book / "new", ChangeKind.CREATED),)
    (book / "new" / "a.tex").write_text("not watched yet")
    assert not snapshot.take()
    (book / "new" / "a.tex").unlink()
    (book / "new").rmdir()
    assert snapshot.take().changes == (Change(book / "new", ChangeKind.DELETED),)


def test_a_folder_that_appears_while_the_set_grows_is_not_lost(book: Path) -> None:
    snapshot = following(folder_of(book))
    (book / "new").mkdir()
    snapshot.follow(WatchSet(frozenset({book / "x.tex"}), frozenset({book}), ignore_nothing))
    assert snapshot.take().paths == (book / "new",)


def test_ignored_folders_are_no_change(book: Path) -> None:
    snapshot = following(
        WatchSet(frozenset(), frozenset({book}), lambda path: path.name == "build")
    )
    (book / "build").mkdir()
    assert not snapshot.take()
