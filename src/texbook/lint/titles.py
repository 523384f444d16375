"""Whether a heading is one of the required sections, as it should be written or nearly so."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.config.model import TitleMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.latex.outline import Section

_ALIKE = 0.8
"""Similarity (0 to 1, difflib) from which a title is taken for a misspelt required one."""
_RESEMBLING = 0.55
"""Similarity from which a required title is offered as "did you mean"."""
_SUFFIX = re.compile(r"\s*[:(.\u2013\u2014-]|\s*$")
_NUMBER = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.):]?|[ivx]+[.)])\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A section of a question and what it is among the required ones.

    Attributes:
        index: which required section, from 0, or None if it is none of them.
        accepted: whether its title is written as the title mode allows.
    """

    section: Section
    index: int | None
    accepted: bool


def is_accepted(title: str, canonical: str, mode: TitleMode) -> bool:
    """Say whether a title is good for a canonical one.

    >>> is_accepted("Why It Fails: A Proof", "Why It Fails", TitleMode.SUFFIX)
    True
    """
    if mode is TitleMode.CASE_INSENSITIVE:
        return title.casefold() == canonical.casefold()
    if mode is TitleMode.SUFFIX and title.startswith(canonical):
        return _SUFFIX.match(title, len(canonical)) is not None
    return title == canonical


def place_sections(
    sections: Sequence[Section], required: Sequence[str], mode: TitleMode
) -> tuple[Placed, ...]:
    """Say of each section of a question which required one it is.

    A title that is not accepted still counts as a required section when it only differs in case,
    has a number before or a suffix after it, is spelt almost alike, or holds at least two words
    of it in a row; provided that no other section has the required title itself.
    """
    placed: list[Placed | None] = [None] * len(sections)
    taken: set[int] = set()
    for place, section in enumerate(sections):
        for index, canonical in enumerate(required):
            if is_accepted(section.heading.title, canonical, mode):
                placed[place] = Placed(section, index, accepted=True)
                taken.add(index)
    for place, section in enumerate(sections):
        if placed[place] is not None:
            continue
        varied = varied_index(section.heading.title, required)
        if varied is not None and varied in taken and not _same_start(section, required[varied]):
            varied = None
        if varied is not None:
            taken.add(varied)
        placed[place] = Placed(section, varied, accepted=False)
    return tuple(item for item in placed if item is not None)


def _same_start(section: Section, canonical: str) -> bool:
    return plain_key(section.heading.title).startswith(canonical.casefold())


def without_number(title: str) -> str:
    """Give a title without a number that is written before it."""
    return _NUMBER.sub("", title)


def plain_key(title: str) -> str:
    """Give a title without a number before it, in lower case."""
    return without_number(title).casefold()


def varied_index(title: str, required: Sequence[str]) -> int | None:
    """Give the required section that a title is a variation of, or None.

    >>> varied_index("4. why it fails (a proof)", ["The Trap Explained", "Why It Fails"])
    1
    """
    plain = plain_key(title)
    keys = [canonical.casefold() for canonical in required]
    starting = [
        index
        for index, key in enumerate(keys)
        if plain.startswith(key) and _SUFFIX.match(plain, len(key))
    ]
    if starting:
        return max(starting, key=lambda index: len(keys[index]))
    ratios = [difflib.SequenceMatcher(None, plain, key).ratio() for key in keys]
    best = max(range(len(keys)), key=ratios.__getitem__, default=None)
    if best is not None and ratios[best] >= _ALIKE:
        return best
    if len(plain.split()) > 1:
        holding = [index for index, key in enumerate(keys) if f" {plain} " in f" {key} "]
        if len(holding) == 1:
            return holding[0]
    return None


def resembling(title: str, required: Sequence[str]) -> str | None:
    """Give the required title that somebody may have meant, or None."""
    keys = {canonical.casefold(): canonical for canonical in required}
    close = difflib.get_close_matches(plain_key(title), list(keys), n=1, cutoff=_RESEMBLING)
    return keys[close[0]] if close else None
