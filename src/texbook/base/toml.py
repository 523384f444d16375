"""TOML texts, also such as nobody would write: `tomllib` has no limits of its own."""

from __future__ import annotations

import tomllib
from typing import Any

_LONGEST = 60
_MOST_DOTS = 2_000
"""In a line; a key of more parts takes tomllib a time that grows with their square."""


def parse_toml(text: str) -> dict[str, Any]:
    """Read a TOML text.

    Raises:
        TOMLDecodeError: when it is not valid; also where `tomllib` raises something else, for a
            number of more than 4,300 digits and for brackets that its recursion cannot follow, and
            where it would take very long.

    >>> parse_toml("passes = 3")
    {'passes': 3}
    """
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise tomllib.TOMLDecodeError(f"A line holds more than {_MOST_DOTS:,} dots")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("Brackets stand too deep in each other") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("A number has too many digits") from None


def told_value(value: object) -> str:
    """Write a value as Python does, but no longer than anyone reads.

    >>> told_value([1, "a"]), told_value("a" * 100)[-5:]
    ("[1, 'a']", 'aaaa…')
    """
    try:
        words = repr(value)
    except (RecursionError, ValueError):  # of tables in tables, or a number of 5,000 digits
        return "something that is too long to be told"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
