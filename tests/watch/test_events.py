from __future__ import annotations

import errno
import logging
import os
from typing import TYPE_CHECKING

import pytest
from watchdog.events import (
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from texbook.watch import events as events_module
from texbook.watch.changes import WatchSet
from texbook.watch.events import FolderEvents, real_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Hints:
    def __init__(self) -> None:
        self.count = 0
        self.notes: list[str] = []

    def hint(self) -> None:
        self.count += 1


@pytest.fixture
def hints() -> Hints:
    return Hints()


@pytest.fixture
def events(hints: Hints) -> Iterator[FolderEvents]:
    source = FolderEvents(hints.hint, hints.notes.append)
    yield source
    source.close()


@pytest.fixture
def send(events: FolderEvents, tmp_path: Path) -> Callable[[FileSystemEvent], None]:
    build = tmp_path / "build"
    events._set = WatchSet(frozenset(), frozenset(), lambda path: path.is_relative_to(build))
    return events._handler.dispatch


def test_reading_gives_no_hint(
    send: Callable[[FileSystemEvent], None], hints: Hints, tmp_path: Path
) -> None:
    send(FileOpenedEvent(str(tmp_path / "main.tex")))
    send(FileClosedNoWriteEvent(str(tmp_path / "main.tex")))
    send(DirModifiedEvent(str(tmp_path)))
    assert hints.count == 0


def test_an_atomic_save_gives_a_hint_by_its_destination(
    send: Callable[[FileSystemEvent], None], hints: Hints, tmp_path: Path
) -> None:
    send(FileMovedEvent(str(tmp_path / "main.tex.tmp"), str(tmp_path / "main.tex")))
    assert hints.count == 1


def test_own_output_and_editors_files_give_no_hint(
    send: Callable[[FileSystemEvent], None], hints: Hints, tmp_path: Path
) -> None:
    send(FileModifiedEvent(str(tmp_path / "build" / "main.tex")))
    send(FileModifiedEvent(str(tmp_path / ".main.tex.swp")))
    send(FileMovedEvent(str(tmp_path / "build" / "a.pdf"), str(tmp_path / "build" / "b.pdf")))
    assert hints.count == 0


def test_a_lost_queue_gives_a_hint_and_writes_nothing(
    events: FolderEvents, hints: Hints, capsys: pytest.CaptureFixture[str]
) -> None:
    log = logging.getLogger("watchdog.observers.inotify_c")
    log.propagate = True
    log.warning("Inotify queue overflowed; filesystem events were lost")
    assert hints.count == 1
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "limit",
    [
        (errno.EMFILE, "the limit of file watchers is reached (fs.inotify.max_user_instances)"),
        (errno.ENOSPC, "the limit of watched folders is reached (fs.inotify.max_user_watches)"),
        (errno.ENOSYS, "no file events: Function not implemented"),
    ],
)
def test_at_the_systems_limit_it_polls_and_says_so(
    events: FolderEvents,
    hints: Hints,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: tuple[int, str],
) -> None:
    number, said = limit

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(events_module, "Observer", refuse)
    events.follow(WatchSet(frozenset(), frozenset({tmp_path}), lambda path: False))
    assert events.is_polling
    assert hints.notes == [f"{said}; looking at the files twice a second instead"]
    events.check()
    assert len(hints.notes) == 1


def test_links_are_followed_to_the_folders_that_send_events(tmp_path: Path) -> None:
    outside, book = tmp_path / "outside", tmp_path / "book"
    outside.mkdir()
    book.mkdir()
    (outside / "shared.tex").write_text("x")
    (book / "chapters").symlink_to(outside)
    (book / "shared.tex").symlink_to(outside / "shared.tex")
    watched = {book / "chapters" / "one.tex", book / "shared.tex"}
    watch_set = WatchSet(frozenset(watched), frozenset(), lambda path: False)
    assert real_folders(watch_set) == {outside, book}
