"""The arguments of a command, in a text without comments."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOSING = {"[": "]", "{": "}"}
_NEXT = re.compile(r"\s*\*?\s*([\[{])")


class Group(NamedTuple):
    """What stands in one pair of brackets or braces.

    Attributes:
        opening: ``[`` or ``{``.
        text: without the pair.
    """

    opening: str
    text: str


def groups_at(text: str, position: int, most: int = 4) -> list[Group]:
    r"""Read the groups that follow one another at a position; one that is not closed is left out.

    >>> groups_at(r"\usepackage[a={b,c}]{d} e", 11)
    [Group(opening='[', text='a={b,c}'), Group(opening='{', text='d')]
    """
    groups: list[Group] = []
    while len(groups) < most and (start := _NEXT.match(text, position)):
        end = _end(text, start.end(), _CLOSING[start[1]])
        if end is None:
            break
        groups.append(Group(start[1], text[start.end() : end]))
        position = end + 1
    return groups


def _end(text: str, position: int, closing: str) -> int | None:
    depth = 0
    for found in re.compile(r"\\.|[{}\]]", re.DOTALL).finditer(text, position):
        sign = found[0]
        if sign == closing and not depth:
            return found.start()
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return None
    return None


def items(text: str) -> list[str]:
    """Split a list at its commas, but not inside braces.

    >>> items("a, b={c,d},, e")
    ['a', 'b={c,d}', 'e']
    """
    found = [""]
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [item for part in found if (item := " ".join(part.split()))]


def key_values(text: str) -> dict[str, str]:
    """Read ``key=value`` options; braces around a value are removed.

    >>> key_values("Scale=0.9, BoldFont={*-bold}, final")
    {'Scale': '0.9', 'BoldFont': '*-bold', 'final': ''}
    """
    pairs = (item.partition("=") for item in items(text))
    return {key.strip(): _bare(value.strip()) for key, _, value in pairs}


def _bare(value: str) -> str:
    return value[1:-1].strip() if value.startswith("{") and value.endswith("}") else value
