r"""Names that macros make: of "fig:\number" only the beginning is known."""

from __future__ import annotations

import re

_MADE = re.compile(r"(?:\\[A-Za-z@]+\*?(?:\{[^{}]*\})*|\\.|#+[1-9]?|[{}~$\s])+", re.DOTALL)
_MOST_OF_A_START = 50
"""Where more names begin alike, any name that begins so may be one of them."""


class MadeNames:
    r"""A set of such names: what is known of each is the text between the macros.

    >>> names = MadeNames()
    >>> names.add(r"fig:\x-a")
    >>> "fig:7-a" in names, "fig:7-b" in names
    (True, False)
    """

    def __init__(self) -> None:
        self._by_start: dict[str, set[tuple[str, ...]]] = {}
        self._lengths: set[int] = set()

    def add(self, text: str) -> None:
        """Take a name with macros or parameters in it."""
        start, *rest = _MADE.split(text)
        kept = self._by_start.setdefault(start, set())
        self._lengths.add(len(start))
        kept.add(tuple(rest) if len(kept) < _MOST_OF_A_START else ("",))

    def __contains__(self, name: str) -> bool:
        """Say whether a name may be one of them."""
        return any(
            _fits(name[length:], rest)
            for length in self._lengths
            for rest in self._by_start.get(name[:length], ())
        )


def _fits(name: str, parts: tuple[str, ...]) -> bool:
    """Say whether a text is made of the parts, with anything before each of them."""
    if not parts:
        return not name
    position = 0
    for part in parts[:-1]:
        position = name.find(part, position) + len(part)
        if position < len(part):
            return False
    return len(name) - position >= len(parts[-1]) and name.endswith(parts[-1])
