from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, TexbookError
from texbook.watch.changes import Change, ChangeKind, ChangeSet
from texbook.watch.worker import Worker

if TYPE_CHECKING:
    from texbook.base.cancel import CancelToken

DEADLINE = 20.0


def changed(name: str) -> ChangeSet:
    return ChangeSet((Change(Path(name), ChangeKind.MODIFIED),))


class Desk:
    """A worker whose reactions wait until they are cancelled or let go."""

    def __init__(self) -> None:
        self.begun: list[ChangeSet] = []
        self.threads: set[int] = set()
        self.errors: list[TexbookError] = []
        self.raising: BaseException | None = None
        self._turn = threading.Condition()
        self._permits = 0
        self._ended = 0
        self.worker = Worker(self._react, on_error=self.errors.append, on_end=self._count)

    def _react(self, changes: ChangeSet, token: CancelToken) -> None:
        with self._turn:
            self.begun.append(changes)
            self.threads.add(threading.get_ident())
            self._turn.notify_all()
        while not token.wait(0.005):
            with self._turn:
                if self._permits:
                    self._permits -= 1
                    if self.raising is not None:
                        raise self.raising
                    return
        token.check()

    def _count(self) -> None:
        with self._turn:
            self._ended += 1
            self._turn.notify_all()

    def let_go(self) -> None:
        with self._turn:
            self._permits += 1

    def await_begun(self, count: int) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: len(self.begun) >= count, DEADLINE)

    def await_ended(self, count: int) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self._ended >= count, DEADLINE)


def test_a_newer_change_cancels_and_the_next_reaction_gets_both() -> None:
    desk = Desk()
    desk.worker.start()
    desk.worker.submit(changed("a"))
    desk.await_begun(1)
    desk.worker.submit(changed("b"))
    desk.await_begun(2)
    assert desk.begun[1] == changed("a") | changed("b")
    assert desk.errors == []
    assert desk.worker.close(DEADLINE)


def test_a_reaction_that_ended_hands_nothing_on() -> None:
    desk = Desk()
    desk.worker.start()
    desk.worker.submit(changed("a"))
    desk.let_go()
    desk.await_ended(1)
    desk.worker.submit(changed("b"))
    desk.await_begun(2)
    assert desk.begun[1] == changed("b")
    assert desk.worker.close(DEADLINE)


def test_all_reactions_run_in_one_thread() -> None:
    desk = Desk()
    desk.worker.start()
    for count in range(1, 4):
        desk.worker.submit(changed("a"))
        desk.let_go()
        desk.await_ended(count)
    assert len(desk.threads) == 1
    assert desk.worker.close(DEADLINE)


def test_an_error_is_told_and_the_work_goes_on() -> None:
    desk = Desk()
    desk.raising = BookError("no main file")
    desk.worker.start()
    desk.worker.submit(changed("a"))
    desk.let_go()
    desk.await_ended(1)
    desk.worker.submit(changed("b"))
    desk.await_begun(2)
    assert [error.message for error in desk.errors] == ["no main file"]
    assert desk.worker.close(DEADLINE)


def test_a_bug_ends_the_worker_and_is_kept() -> None:
    desk = Desk()
    desk.raising = ZeroDivisionError()
    desk.worker.start()
    desk.worker.submit(changed("a"))
    desk.let_go()
    desk.await_ended(1)
    assert isinstance(desk.worker.bug, ZeroDivisionError)
    assert desk.worker.close(DEADLINE)


def test_closing_cancels_what_runs_and_drops_what_waits() -> None:
    desk = Desk()
    desk.worker.start()
    desk.worker.submit(changed("a"))
    desk.await_begun(1)
    assert desk.worker.close(DEADLINE)
    assert len(desk.begun) == 1


def test_a_reaction_that_will_not_end_does_not_hold_up_the_closing() -> None:
    hold, begun = threading.Event(), threading.Event()

    def stubborn(changes: ChangeSet, token: CancelToken) -> None:
        begun.set()
        hold.wait(DEADLINE)

    worker = Worker(stubborn, on_error=lambda error: None, on_end=lambda: None)
    worker.start()
    worker.submit(changed("a"))
    assert begun.wait(DEADLINE)
    assert not worker.close(0.01)
    hold.set()
    assert worker.close(DEADLINE)


def test_a_worker_that_never_began_can_be_closed() -> None:
    assert Desk().worker.close(0)
