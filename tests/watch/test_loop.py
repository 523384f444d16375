"""The whole loop with real files and real events; deadlines, no sleeping."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import BookError, TexbookError
from texbook.config.model import WatchConfig
from texbook.watch.changes import ChangeSet, WatchSet
from texbook.watch.loop import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from texbook.base.cancel import CancelToken

DEADLINE = 20.0
SETTINGS = WatchConfig(quiet_milliseconds=50, at_most_milliseconds=1000)


class Session:
    """A watch in a thread of its own, with what it answered."""

    def __init__(self, watch_set: WatchSet) -> None:
        self.watch_set = watch_set
        self.history: list[ChangeSet] = []
        self.reactions: list[ChangeSet] = []
        self.errors: list[TexbookError] = []
        self.notes: list[str] = []
        self.bug: BaseException | None = None
        self.during: Callable[[ChangeSet], None] = lambda changes: None
        self.stop = threading.Event()
        self._news = threading.Condition()

    def react(self, changes: ChangeSet, token: CancelToken) -> None:
        self.during(changes)
        with self._news:
            self.history.append(changes)
            self.reactions.append(changes)
            self._news.notify_all()

    def tell(self, error: TexbookError) -> None:
        with self._news:
            self.errors.append(error)
            self._news.notify_all()

    def await_error(self) -> None:
        with self._news:
            assert self._news.wait_for(lambda: bool(self.errors), DEADLINE)

    def run(self, *, poll: bool) -> None:
        try:
            watch(
                lambda: self.watch_set,
                self.react,
                settings=SETTINGS,
                stop=self.stop,
                notify=self.notes.append,
                on_error=self.tell,
                poll=poll,
            )
        except ZeroDivisionError as error:
            self.bug = error

    def await_change(self, *paths: Path) -> None:
        """Wait until the reactions so far have answered all these paths; then forget them."""

        def answered() -> bool:
            return set(paths) <= {path for changes in self.reactions for path in changes.paths}

        with self._news:
            assert self._news.wait_for(answered, DEADLINE), self.reactions
            self.reactions.clear()

    def await_start(self) -> None:
        with self._news:
            assert self._news.wait_for(lambda: bool(self.reactions), DEADLINE)
            assert self.reactions == [ChangeSet(is_start=True)]
            self.reactions.clear()


@contextmanager
def watching(
    watch_set: WatchSet, *, poll: bool = False, during: Callable[[ChangeSet], None] | None = None
) -> Iterator[Session]:
    session = Session(watch_set)
    session.during = during or session.during
    thread = threading.Thread(target=lambda: session.run(poll=poll))
    thread.start()
    try:
        session.await_start()
        yield session
    finally:
        session.stop.set()
        thread.join(DEADLINE)
        assert not thread.is_alive()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "main.tex").write_text("start")
    (folder / "probe.tex").write_text("0")
    return folder


def whole(folder: Path) -> WatchSet:
    build = folder / "build"
    files = frozenset(folder.glob("*.tex"))
    return WatchSet(
        files,
        frozenset({folder}),
        lambda path: path.is_relative_to(build) or path == folder / "main.pdf",
    )


def await_probe(session: Session, folder: Path) -> None:
    """Wait until an edit made now is answered: what else was to be answered was so before."""
    path = folder / "probe.tex"
    path.write_text(path.read_text() + "1")
    session.await_change(path)


def other_paths(session: Session, folder: Path) -> set[Path]:
    answered = {path for changes in session.history for path in changes.paths}
    return answered - {folder / "probe.tex"}


@pytest.mark.parametrize("poll", [False, True], ids=["events", "polling"])
def test_an_edit_is_answered(book: Path, *, poll: bool) -> None:
    with watching(whole(book), poll=poll) as session:
        (book / "main.tex").write_text("edited")
        session.await_change(book / "main.tex")
        (book / "new.tex").write_text("x")
        session.await_change(book / "new.tex")
        (book / "new.tex").unlink()
        session.await_change(book / "new.tex")


def test_an_atomic_save_is_answered(book: Path) -> None:
    with watching(whole(book)) as session:
        (book / "main.tex.tmp").write_text("edited")
        (book / "main.tex.tmp").rename(book / "main.tex")
        session.await_change(book / "main.tex")


def test_vims_save_is_answered(book: Path) -> None:
    main = book / "main.tex"
    with watching(whole(book)) as session:
        (book / "4913").touch()
        (book / "4913").unlink()
        main.rename(book / "main.tex~")
        main.write_text("edited")
        (book / "main.tex~").unlink()
        session.await_change(main)


def test_an_edit_behind_a_linked_folder_is_answered(book: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "one.tex").write_text("x")
    (book / "chapters").symlink_to(outside)
    linked = book / "chapters" / "one.tex"
    watch_set = WatchSet(frozenset({linked}), frozenset(), lambda path: False)
    with watching(watch_set) as session:
        (outside / "one.tex").write_text("edited")
        session.await_change(linked)


def test_a_replaced_root_is_watched_again(book: Path) -> None:
    main = book / "main.tex"
    with watching(whole(book)) as session:
        shutil.rmtree(book)
        session.await_change(main)
        book.mkdir()
        main.write_text("again")
        session.await_change(main)
        main.write_text("and again")
        session.await_change(main)


def test_reading_and_own_output_start_nothing(book: Path) -> None:
    with watching(whole(book)) as session:
        (book / "main.tex").read_text()
        (book / "main.tex").touch()
        (book / "main.pdf").write_text("x")
        (book / "build").mkdir()
        (book / "build" / "main.tex").write_text("x")
        (book / ".main.tex.swp").write_text("x")
        await_probe(session, book)
    assert other_paths(session, book) == set()


def test_output_that_a_reaction_writes_starts_nothing(book: Path) -> None:
    def publish(changes: ChangeSet) -> None:
        (book / "main.pdf").write_text(str(changes))
        (book / "main.tex").read_text()

    with watching(whole(book), during=publish) as session:
        await_probe(session, book)
        await_probe(session, book)
    assert other_paths(session, book) == set()


def test_a_storm_of_files_gives_few_reactions_and_loses_none(book: Path) -> None:
    paths = [book / f"{number}.tex" for number in range(1000)]
    with watching(whole(book)) as session:
        for path in paths:
            path.write_text("x")
        session.await_change(*paths)
    assert len(session.history) < 100


def test_a_renewed_set_is_watched(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tex"
    other.write_text("x")
    with watching(whole(book)) as session:
        session.watch_set = WatchSet(frozenset({other}), frozenset(), lambda path: False)
        (book / "probe.tex").touch()
        other.write_text("edited")
        session.await_change(other)


def test_an_error_is_told_and_the_watch_goes_on(book: Path) -> None:
    def fail(changes: ChangeSet) -> None:
        if changes and (book / "main.tex").read_text() == "bad":
            raise BookError("bad")

    with watching(whole(book), during=fail) as session:
        (book / "main.tex").write_text("bad")
        session.await_error()
        (book / "main.tex").write_text("good")
        session.await_change(book / "main.tex")


def test_a_bug_in_a_reaction_ends_the_watch_and_is_raised(book: Path) -> None:
    def fail(changes: ChangeSet) -> None:
        if not changes.is_start:
            raise ZeroDivisionError

    session = Session(whole(book))
    session.during = fail
    thread = threading.Thread(target=lambda: session.run(poll=False))
    thread.start()
    session.await_start()
    (book / "main.tex").write_text("edited")
    thread.join(DEADLINE)
    assert isinstance(session.bug, ZeroDivisionError)
