"""When to act on a series of changes: after a quiet time, or when the first is too old."""

from __future__ import annotations


class Debounce:
    """Collects hints that something changed; pure logic, times are given in seconds.

    >>> debounce = Debounce(quiet=0.1, at_most=2.0)
    >>> debounce.hint(5.0)
    >>> debounce.is_due(5.05), debounce.is_due(5.1)
    (False, True)
    """

    def __init__(self, *, quiet: float, at_most: float) -> None:
        self._quiet = quiet
        self._at_most = at_most
        self._first: float | None = None
        self._last = 0.0

    def hint(self, now: float) -> None:
        """Something may have changed."""
        if self._first is None:
            self._first = now
        self._last = now

    @property
    def deadline(self) -> float | None:
        """When it is time to act; None if there is nothing to act on."""
        if self._first is None:
            return None
        return min(self._last + self._quiet, self._first + self._at_most)

    def is_due(self, now: float) -> bool:
        """Say whether it is time to act."""
        deadline = self.deadline
        return deadline is not None and now >= deadline

    def clear(self) -> None:
        """Forget the hints; call it before looking, so that a hint during the look counts."""
        self._first = None
