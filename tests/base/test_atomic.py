from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.errors import ExitStatus, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "state.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["state.json"]


@pytest.mark.usefixtures("umask")
def test_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new", b"")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_an_old_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device") as caught:
        write_atomically(path, b"new")
    assert caught.value.status is ExitStatus.STORAGE
    assert "free some space" in caught.value.hints[0]
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["state.json"]


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(b"old")

    def interrupt(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["state.json"]


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "build").write_bytes(b"")
    with pytest.raises(StorageError, match=r'cannot write ".*state": (File exists|Not a dir)'):
        write_atomically(tmp_path / "build" / "state", b"")


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permissions"),
        (errno.EROFS, "read-only"),
    ],
)
def test_hints_tell_the_cure(tmp_path: Path, number: int, hint: str) -> None:
    with pytest.raises(StorageError) as caught, storage_errors("write", tmp_path / "x"):
        raise OSError(number, os.strerror(number))
    assert hint in caught.value.hints[0]


def test_an_error_without_a_number_still_has_words(tmp_path: Path) -> None:
    expected = pytest.raises(StorageError, match=r'cannot write ".*": something odd')
    with expected, storage_errors("write", tmp_path / "x"):
        raise OSError("something odd")


def test_other_exceptions_pass(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), storage_errors("write", tmp_path):
        raise ZeroDivisionError


def test_what_kill_9_left_of_a_locked_writing_goes_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    (tmp_path / ".state.json.tmp").write_bytes(b"half of a st")
    write_atomically(path, b"whole", is_alone=True)
    assert path.read_bytes() == b"whole"
    assert names(tmp_path) == ["state.json"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
