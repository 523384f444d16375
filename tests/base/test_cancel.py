from __future__ import annotations

import threading

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.errors import CancelledError


def test_work_goes_on_until_it_is_cancelled() -> None:
    token = CancelToken()
    token.check()
    assert not token.wait(0)
    token.cancel("a newer save")
    token.cancel("the end")
    with pytest.raises(CancelledError, match="stopped: a newer save"):
        token.check()


def test_another_thread_may_cancel() -> None:
    token = CancelToken()
    thread = threading.Thread(target=token.cancel, args=("over there",))
    thread.start()
    assert token.wait(10)
    thread.join()
    assert token.cancelled


def test_what_is_being_finished_is_only_cancelled_at_once() -> None:
    token = CancelToken()
    with token.finishing():
        token.cancel("a newer save", at_once=False)
        token.check()
        with token.finishing():
            pass
        token.check()
    with pytest.raises(CancelledError, match="a newer save"):
        token.check()
    token = CancelToken()
    with token.finishing():
        token.cancel("the watch ends")
        assert token.cancelled


def test_nothing_is_postponed_where_nothing_is_being_finished() -> None:
    token = CancelToken()
    with token.finishing():
        pass
    token.cancel("a newer save", at_once=False)
    assert token.cancelled


def test_work_that_does_not_come_to_its_end_is_cancelled_after_a_while() -> None:
    token = CancelToken()
    with token.finishing(at_most=0.01):
        token.cancel("a newer save", at_once=False)
        token.cancel("another", at_once=False)
        assert token.wait(10)
