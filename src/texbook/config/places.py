"""Where a key of a TOML text is set, which `tomllib` does not tell."""

from __future__ import annotations

import re

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_STATEMENT = re.compile(rf"(?m)^[ \t]*(?:(\[+)[ \t]*)?({_KEYS})[ \t]*(?(1)\]|=)")


def key_place(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    r"""Find where a key of a TOML text is set: offsets from 0, end exclusive.

    `tomllib` does not tell. If only a table around the key can be found, as with inline tables,
    its place is given.

    >>> key_place("[a]\nx = 1\n[b]\nx = 2", ("b", "x"))
    (14, 15)
    """
    table: tuple[str, ...] = ()
    best: tuple[int, tuple[int, int] | None] = (0, None)
    for found in _STATEMENT.finditer(text):
        parts = list(re.finditer(_KEY, found[2]))
        keys = tuple(part[0].strip("\"'") for part in parts)
        full = keys if found[1] else table + keys
        table = full if found[1] else table
        place = found.start(2) + parts[-1].start(), found.end(2)
        if full[: len(path)] == path:
            return place
        if len(full) > best[0] and path[: len(full)] == full:
            best = (len(full), place)
    return best[1]
