from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ExitStatus, LockedError, StorageError
from texbook.system import lock as lock_module
from texbook.system.lock import book_lock, remove_if_empty, remove_locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from texbook.system.lock import book_lock
with book_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_folder_is_made_and_lock_is_free_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with book_lock(tmp_path / "build" / "texbook"):
            assert (tmp_path / "build" / "texbook" / "lock").read_text().split()[0] == str(
                os.getpid()
            )


def test_second_process_learns_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        expected = (
            rf"another texbook \(pid {process.pid}, since \d\d:\d\d\) is at work in this book"
        )
        with pytest.raises(LockedError, match=expected) as caught, book_lock(tmp_path):
            pytest.fail("entered")
        process.communicate(b"")
    assert caught.value.status is ExitStatus.LOCKED
    assert caught.value.hints


def test_kill_9_frees_the_lock(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
    with book_lock(tmp_path):
        assert (tmp_path / "lock").read_text().startswith(f"{os.getpid()} ")


def test_an_exception_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), book_lock(tmp_path):
        raise ZeroDivisionError
    with book_lock(tmp_path):
        pass


def test_children_do_not_inherit_it(tmp_path: Path) -> None:
    with book_lock(tmp_path):
        child = subprocess.Popen(["sleep", "1000"], close_fds=False)
    try:
        with book_lock(tmp_path):
            assert child.poll() is None
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("content", ["", "nonsense", "x y"])
def test_an_unsigned_lock_still_refuses(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_module, "_UNSIGNED_SECONDS", 0.0)
    with book_lock(tmp_path):
        (tmp_path / "lock").write_text(content)
        with (
            pytest.raises(LockedError, match="another texbook is at work in this book"),
            book_lock(tmp_path),
        ):
            pytest.fail("entered")


def test_a_file_in_the_folders_place_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("")
    with pytest.raises(StorageError, match="lock"), book_lock(tmp_path / "build" / "texbook"):
        pytest.fail("entered")


def test_a_lock_that_a_dead_process_seems_to_hold_is_waited_for(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lock = tmp_path / "lock"
    lock.write_text(f"{dead.pid} 2026-01-01T00:00:00+00:00\n")
    held = lock.open()
    fcntl.flock(held, fcntl.LOCK_EX)
    release = threading.Timer(0.1, held.close)
    release.start()
    with book_lock(tmp_path):
        assert lock.read_text().startswith(f"{os.getpid()} ")
    release.join()


def test_who_comes_before_the_holder_has_signed_waits_for_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "lock"
    held = lock.open("w")
    fcntl.flock(held, fcntl.LOCK_EX)

    def sign(_seconds: float) -> None:
        lock.write_text(f"{os.getpid()} 2026-01-01T00:00:00+00:00\n")

    monkeypatch.setattr("texbook.system.lock.time.sleep", sign)
    with (
        held,
        pytest.raises(LockedError, match=rf"another texbook \(pid {os.getpid()}, since "),
        book_lock(tmp_path),
    ):
        pytest.fail("entered")


def test_a_holder_that_has_gone_on_is_not_named(tmp_path: Path) -> None:
    with book_lock(tmp_path):
        pass
    assert (tmp_path / "lock").read_text() == ""


def test_a_lock_that_was_removed_before_it_was_taken_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``texbook clean`` ends between the opening and the locking."""
    folder = tmp_path / "build" / "texbook"
    taken: list[int] = []

    def lock(handle: int, mode: int) -> None:
        if not taken:
            remove_locked(folder)
        taken.append(handle)
        fcntl.flock(handle, mode)

    monkeypatch.setattr(lock_module, "fcntl", _Fcntl(lock))
    with book_lock(folder):
        with (folder / "lock").open() as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert len(taken) == 2


class _Fcntl:
    """The part of `fcntl` that the lock uses."""

    LOCK_EX = fcntl.LOCK_EX
    LOCK_NB = fcntl.LOCK_NB

    def __init__(self, lock: Callable[[int, int], None]) -> None:
        self.flock = lock


def test_the_folder_goes_while_its_lock_is_held(tmp_path: Path) -> None:
    folder = tmp_path / "texbook"
    with book_lock(folder):
        (folder / "runs").mkdir()
        (folder / "runs" / "main.log").write_text("")
        (folder / "state").write_text("")
        remove_locked(folder)
        assert not folder.exists()
    remove_if_empty(folder)


def test_what_a_newcomer_has_made_stays(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("")
    remove_if_empty(tmp_path)
    assert (tmp_path / "lock").exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").write_text("")
    link = tmp_path / "texbook"
    link.symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        remove_locked(link)
    remove_if_empty(link)
    assert (link / "mine").exists()


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "lock").symlink_to(victim)
    with pytest.raises(StorageError, match="lock"), book_lock(folder):
        pass
    assert victim.read_text() == "mine"
