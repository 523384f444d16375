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
