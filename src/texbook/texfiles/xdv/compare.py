"""Tell in words where two XDV files do not show the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile, zip_longest
from operator import eq
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.canonical import Mark, MarkKind, canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.texfiles.xdv.model import Page, Xdv

_POINT = 65536
_LONGEST = 60
_BEFORE = 20
"""How much of a long special is told before the place where it differs, in characters."""


@dataclass(frozen=True, slots=True)
class PageDifference:
    """The first thing in which a page of two files differs.

    Attributes:
        page: which page of the file, from 1.
        message: what differs and where, the first file's first.
    """

    page: int
    message: str


def compare(
    first: Xdv, second: Xdv, leave_out: Callable[[bytes], bool] | None = None
) -> tuple[PageDifference, ...]:
    """Compare two files page by page; nothing is returned if all pages show the same.

    Args:
        first: the one that the messages begin with.
        second: the other.
        leave_out: says of the text of a special whether it is left out.
    """
    found: list[PageDifference] = []
    for number, (one, other) in enumerate(zip_longest(first.pages, second.pages), 1):
        if one is None or other is None:
            which = "second" if one is None else "first"
            found.append(PageDifference(number, f"only the {which} file has it"))
        elif message := _difference(one, other, leave_out):
            found.append(PageDifference(number, message))
    return tuple(found)


def _difference(one: Page, other: Page, leave_out: Callable[[bytes], bool] | None) -> str | None:
    if one.counts != other.counts:
        return f"numbered {_number(one)} and {_number(other)}"
    if one.parts == other.parts:
        return None
    for mark, counterpart in zip_longest(canonical(one, leave_out), canonical(other, leave_out)):
        if mark != counterpart:
            shown, other_shown = _describe(mark, counterpart), _describe(counterpart, mark)
            if mark and counterpart and shown == other_shown:
                other_shown = _small_difference(mark, counterpart)
            return f"{shown}; {other_shown}"
    return None


def quote_special(text: bytes, other: bytes = b"") -> str:
    """Quote a special, or the part of a long one where it begins to differ from another.

    >>> quote_special(b"color pop")
    'special "color pop"'
    """
    shown = text.decode("utf-8", "replace")
    if len(shown) > _LONGEST:
        same = sum(takewhile(bool, map(eq, shown, other.decode("utf-8", "replace"))))
        start = max(0, min(same - _BEFORE, len(shown) - _LONGEST))
        end = start + _LONGEST
        shown = "..." * (start > 0) + shown[start:end] + "..." * (end < len(shown))
    return f'special "{shown}"'


def _number(page: Page) -> str:
    r"""Say the number as TeX does when it ships a page: ``\count0`` to the last that is not 0."""
    counts = list(page.counts)
    while len(counts) > 1 and not counts[-1]:
        counts.pop()
    return ".".join(map(str, counts))


def _describe(mark: Mark | None, other: Mark | None) -> str:
    if mark is None:
        return "nothing more"
    if mark.kind is MarkKind.LINK_BREAK:
        return mark.kind
    where = f"{mark.h / _POINT:.2f}pt right and {mark.v / _POINT:.2f}pt down"
    if mark.widths:
        where += " (without the widths of the characters before it)"
    return f"{_what(mark, other)} at {where}"


def _small_difference(mark: Mark, other: Mark) -> str:
    """Tell two marks apart that are described in the same words."""
    right, down = other.h - mark.h, other.v - mark.v
    if right or down:
        return f"the same, but {right}sp to the right and {down}sp down of it"
    # Glyphs behind the first eight, and their places; the flags of a font; characters before it.
    return "one that differs from it in its later glyphs, in its style, or by less than 0.01pt"


def _what(mark: Mark, other: Mark | None) -> str:
    content = mark.content
    if mark.kind is MarkKind.SPECIAL:
        both = other is not None and other.kind is MarkKind.SPECIAL and other.content != content
        return quote_special(content, other.content if other and both else b"")
    if mark.kind is MarkKind.RULE:
        height, width = (int.from_bytes(size) / _POINT for size in (content[:4], content[4:]))
        return f"rule {width:.2f}pt wide and {height:.2f}pt high"
    assert mark.font is not None
    font = f"{mark.font.name} at {mark.font.size / _POINT:.2f}pt"
    if mark.kind is MarkKind.CHARACTER:
        return f"character {int.from_bytes(content)} of {font}"
    text = ""
    if mark.kind is MarkKind.TEXT_AND_GLYPHS:
        end = 2 + 2 * int.from_bytes(content[:2])
        text = f'"{content[2:end].decode("utf-16-be", "replace")}" as '
        content = content[end:]
    # Eight bytes of position a glyph, then two of its number.
    count = len(content) // 10
    numbers = [int.from_bytes(content[at : at + 2]) for at in range(8 * count, 10 * count, 2)]
    shown = " ".join(map(str, numbers[:8])) + (" ..." if count > 8 else "")  # noqa: PLR2004
    return f"{text}glyphs {shown} of {font}"
