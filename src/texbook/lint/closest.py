"""The name that comes closest to one that does not exist."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 30
"""Names that are looked for; a book in which more are wrong needs other help than spelling."""
_CUTOFF = 0.75
_COMPARED = 250
"""Of more than four times as many names, only so many are compared that begin or end alike."""


class Closest:
    """Finds close names among known ones.

    >>> Closest(["sec:leak", "sec:curse"]).to("sec:leek")
    'sec:leak'
    """

    def __init__(self, known: Iterable[str]):
        self._known = list(dict.fromkeys(known))
        self._found: dict[str, str] = {}

    def to(self, name: str) -> str:
        """Give the closest name; empty if none is close."""
        if name not in self._found and len(self._found) < _MOST:
            self._found[name] = self._look(name)
        return self._found.get(name, "")

    def _near(self, name: str) -> list[str]:
        """Give the names that are worth comparing: around a slip, the rest of a name is right."""
        if len(self._known) <= 4 * _COMPARED:
            return self._known
        by_beginning, by_end = self._sorted
        backwards = [other[::-1] for other in _around(by_end, name[::-1])]
        return list(dict.fromkeys([*_around(by_beginning, name), *backwards]))

    @cached_property
    def _sorted(self) -> tuple[list[str], list[str]]:
        return sorted(self._known), sorted(other[::-1] for other in self._known)

    def _look(self, name: str) -> str:
        folded = name.casefold()
        same = next((other for other in self._known if other.casefold() == folded), "")
        if same:
            return same
        length = len(name)
        similar = [other for other in self._near(name) if 2 * abs(len(other) - length) <= length]
        close = difflib.get_close_matches(name, similar, n=1, cutoff=_CUTOFF)
        return close[0] if close else ""


def _around(names: list[str], name: str) -> list[str]:
    """Give the neighbours that a name would have in a sorted list."""
    place = bisect_left(names, name)
    return names[max(0, place - _COMPARED) : place + _COMPARED]
