"""Waiting for another texbook to leave a book."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from texbook.base.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.base.cancel import CancelToken

LOCKED_SECONDS = 0.5
"""Between two looks whether the book is free."""

T = TypeVar("T")


def when_unlocked(work: Callable[[], T], *, tell: Callable[[str], None], cancel: CancelToken) -> T:
    """Do what needs the book's lock; while another texbook holds it, wait for its end.

    Raises:
        CancelledError: when cancelled while waiting.
    """
    told = False
    while True:
        try:
            return work()
        except LockedError as error:
            if not told:
                tell(f"waiting: {error.message}")
            told = True
            cancel.wait(LOCKED_SECONDS)
            cancel.check()
