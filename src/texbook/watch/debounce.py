"""When to act on a series of changes: after a quiet time, or when the first is too old."""

from __future__ import annotations

import math

_CALM = 1.0
"""After so many seconds without a hint, the next one is likely to be a single save."""

_SAVE = 0.03
"""What an editor does to save a file takes less: write, rename, set the mode."""


class Debounce:
    """Collects hints that something changed; pure logic, times are given in seconds.

    After some calm a short burst of hints is taken for one save, which is answered at once. What
    goes on has to be quiet for longer: a checkout of another branch, a script that writes.

    >>> debounce = Debounce(quiet=0.1, at_most=2.0)
    >>> debounce.hint(5.0)
    >>> debounce.is_due(5.02), debounce.is_due(5.03)
    (False, True)
    >>> debounce.hint(5.05)
    >>> debounce.is_due(5.1), debounce.is_due(5.15)
    (False, True)
    """

    def __init__(self, *, quiet: float, at_most: float) -> None:
        self._quiet = quiet
        self._at_most = at_most
        self._first: float | None = None
        self._last = -math.inf
        self._after_calm = True

    def hint(self, now: float) -> None:
        """Something may have changed."""
        if self._first is None:
            self._first = now
            self._after_calm = now - self._last >= _CALM
        self._last = now

    @property
    def deadline(self) -> float | None:
        """When it is time to act; None if there is nothing to act on."""
        if self._first is None:
            return None
        is_save = self._after_calm and self._last - self._first < _SAVE
        quiet = min(self._quiet, _SAVE) if is_save else self._quiet
        return min(self._last + quiet, self._first + self._at_most)

    def is_due(self, now: float) -> bool:
        """Say whether it is time to act."""
        deadline = self.deadline
        return deadline is not None and now >= deadline

    def clear(self) -> None:
        """Forget the hints; call it before looking, so that a hint during the look counts."""
        self._first = None
