"""The text of a page: lines to lie over its image, and what is found in it."""

from __future__ import annotations

import unicodedata
from array import array
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDE_GAP = 1.5
"""A gap of so many heights of a letter parts a line: columns, a number at the margin."""
_AROUND = 45
"""Characters that are shown on either side of what was found."""
_JOINERS = "\x02\xad\ufffe"
"""What pdfium gives for a hyphen at the end of a line, between the parts of a word."""
_HYPHENS = _JOINERS + "-\u2010\u2011"
"""Not looked at: nobody can tell whether the hyphen at the end of a line is there elsewhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """Text that stands side by side, and its box."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where something was found: an excerpt, the match in it, and the match's boxes."""

    excerpt: str
    start: int
    end: int
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """The characters of a page in the order of reading, with four numbers for the box of each."""

    text: str
    boxes: array[float]
    _folded: str = field(init=False, repr=False, compare=False)
    _origins: array[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded, origins = _fold(self.text)
        object.__setattr__(self, "_folded", folded)
        object.__setattr__(self, "_origins", origins)

    @property
    def size(self) -> int:
        """How many bytes it takes, roughly."""
        return 4 * len(self.text) + 4 * len(self.boxes) + 8 * len(self._folded) + 200

    def lines(self) -> list[Line]:
        """Cut the text into lines; what stands far apart in one line is two."""
        return [
            Line(text, *self._around(start, stop))
            for start, stop in self._stretches(0, len(self.text))
            if (text := _shown(self.text[start:stop], "-").strip())
        ]

    def find(self, query: str) -> Iterator[Hit]:
        """Yield where a text stands, whatever its case, spaces, ligatures and hyphens."""
        wanted = _fold(query)[0].strip()
        place = self._folded.find(wanted) if wanted else -1
        while place >= 0:
            start = self._origins[place]
            stop = self._origins[place + len(wanted) - 1] + 1
            yield self._hit(start, stop)
            place = self._folded.find(wanted, place + len(wanted))

    def _hit(self, start: int, stop: int) -> Hit:
        before = _shown(self.text[max(0, start - _AROUND) : start]).lstrip()
        match = _shown(self.text[start:stop])
        after = _shown(self.text[stop : stop + _AROUND]).rstrip()
        boxes = tuple(self._around(*part) for part in self._stretches(start, stop))
        return Hit(before + match + after, len(before), len(before) + len(match), boxes)

    def _box(self, index: int) -> tuple[float, float, float, float]:
        x, y, width, height = self.boxes[4 * index : 4 * index + 4]
        return x, y, width, height

    def _around(self, start: int, stop: int) -> tuple[float, float, float, float]:
        """Give the box around those characters that have one."""
        found = [box for box in map(self._box, range(start, stop)) if box[2] > 0 and box[3] > 0]
        if not found:
            found = [self._box(start)]
        left, top = min(box[0] for box in found), min(box[1] for box in found)
        right = max(box[0] + box[2] for box in found)
        bottom = max(box[1] + box[3] for box in found)
        return round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)

    def _stretches(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of characters that stand side by side."""
        begin, last = start, None
        for index in range(start, stop):
            if self.text[index] in "\r\n":
                if begin < index:
                    yield begin, index
                begin, last = index + 1, None
                continue
            box = self._box(index)
            if box[2] <= 0 or box[3] <= 0 or self.text[index].isspace():
                continue
            if last is not None and _apart(last, box):
                yield begin, index
                begin = index
            last = box
        if begin < stop:
            yield begin, stop


def _apart(
    before: tuple[float, float, float, float], after: tuple[float, float, float, float]
) -> bool:
    """Say whether two neighbours in the text do not stand side by side on the page."""
    height = max(before[3], after[3])
    gap = after[0] - (before[0] + before[2])
    # An index or exponent still shares some height with its neighbour.
    common = min(before[1] + before[3], after[1] + after[3]) - max(before[1], after[1])
    return gap > _WIDE_GAP * height or gap < -height or common <= 0


def _fold(text: str) -> tuple[str, array[int]]:
    """Give a text as it is searched, and for each of its characters where it comes from."""
    letters: list[str] = []
    origins = array("I")
    for index, character in enumerate(text):
        folded = _folded(character)
        if folded == " " and letters and letters[-1] == " ":
            continue
        letters.extend(folded)
        origins.extend([index] * len(folded))
    return "".join(letters), origins


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in _HYPHENS:
        return ""
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    return unicodedata.normalize("NFKC", character).casefold()


def _shown(text: str, joiner: str = "") -> str:
    """Give a text on one line, without signs that nobody sees."""
    for sign in _JOINERS:
        text = text.replace(sign, joiner)
    return "".join(
        " " if letter.isspace() or unicodedata.category(letter) in {"Cc", "Cs", "Cn"} else letter
        for letter in text.replace("\r\n", " ")
    )
