"""Python's cycle collector, kept away from work that makes many objects and few cycles."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the cycle collector away: it would look at all objects so far again and again.

    Measured on the tokens of 6 MB: 0.38 s without it, 0.74 s with it; on lint of a whole book: a
    tenth of its time. What holds no cycles is freed all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
