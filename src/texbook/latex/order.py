"""Which sections of a question have to move so that the rest is in order."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Give a longest increasing subsequence of distinct values: what need not move.

    >>> longest_increasing([0, 4, 1, 2, 3])
    [0, 1, 2, 3]
    """
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(tails, value)
        before[value] = tails[place - 1] if place else None
        tails[place : place + 1] = [value]
    result: list[int] = []
    value_or_none = tails[-1] if tails else None
    while value_or_none is not None:
        result.append(value_or_none)
        value_or_none = before[value_or_none]
    return result[::-1]
