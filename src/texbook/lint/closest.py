"""The name that comes closest to one that does not exist."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 30
"""Names that are looked for; a book in which more are wrong needs other help than spelling."""
_CUTOFF = 0.75


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

    def _look(self, name: str) -> str:
        folded = name.casefold()
        same = next((other for other in self._known if other.casefold() == folded), "")
        if same:
            return same
        length = len(name)
        similar = [other for other in self._known if 2 * abs(len(other) - length) <= length]
        close = difflib.get_close_matches(name, similar, n=1, cutoff=_CUTOFF)
        return close[0] if close else ""
