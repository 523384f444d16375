"""A memory of a bounded size: what was not used for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key, up to a number of bytes; may be used by any thread.

    Args:
        most: bytes that all values together may have.
        size: tells the bytes of a value.
    """

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self._most, self._size = most, size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Give a value, made if it is not there; two threads may make the same one at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._bytes += self._size(value)
            while self._bytes > self._most:
                _, oldest = self._values.popitem(last=False)
                self._bytes -= self._size(oldest)
        return value

    def keep(self, keys: Container[Hashable]) -> None:
        """Forget all values but those of these keys."""
        with self._lock:
            for key in [key for key in self._values if key not in keys]:
                self._bytes -= self._size(self._values.pop(key))
