r"""Whether two XDV files are the same book, however many runs it was typeset in.

One run of the whole document and pages joined from several differ in what nobody sees: pgf's
objects have other numbers and are defined on other pages, a colour is pushed at each joint, what
speaks for the whole document stands elsewhere on the first page, and destinations are named after
counters that run on. All else is a difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.compare import PageDifference, compare, quote_special
from texbook.texfiles.xdv.destinations import Destinations, names_in
from texbook.texfiles.xdv.model import Special, Xdv
from texbook.texfiles.xdv.objects import PdfObject, lift_objects, used_names
from texbook.texfiles.xdv.specials import (
    is_job_special,
    without_idle_colours,
    without_specials,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PUT = re.compile(rb"pdf: ?put\b")
_COMMAND = re.compile(rb"\w+: ?\w+")
_DESTINATION = re.compile(rb"pdf: ?dest\b")


# From the first page that needs one of pgf's dictionaries on, all pages name it; in a run that
# began later, pages that use none name fewer (pgfsys-dvipdfmx.def).
_RESOURCES = re.compile(
    rb"pdf: ?put @resources <<(?: ?/(?:ExtGState|ColorSpace|Pattern|Shading) @pgf\w+)+ ?>>"
)


def differences(first: Xdv, second: Xdv) -> tuple[PageDifference, ...]:
    """Tell where two files are not the same book; nothing is returned if they are.

    Names of destinations may differ in their numbers, if those of the second file are those of the
    first under one bijection: each link then leads where it leads in the first.

    Args:
        first: the one that the messages begin with, and whose names of destinations they use.
        second: the other.

    Returns:
        The first difference of each page, in the order of the pages. What speaks for the whole
        document counts to the page where it stands.

    Raises:
        XdvError: when a character or a glyph stands where no font is chosen.
    """
    one, other = _read(first), _read(second)
    destinations = Destinations()
    destinations.pair(one.pages.pages, other.pages.pages)
    destinations.pair_names(_names(one.job), _names(other.job))
    other = other.with_names_of_first(destinations)
    found: dict[int, PageDifference] = {}
    for difference in (
        *_unit_differences(first, second),
        *compare(one.pages, other.pages),
        *_object_differences(one, other),
        *_job_differences(one.job, other.job),
    ):
        found.setdefault(difference.page, difference)
    return tuple(found[page] for page in sorted(found))


@dataclass(frozen=True, slots=True)
class _JobSpecial:
    """A special for the whole document, and on which page it stands, from 1."""

    page: int
    text: bytes


@dataclass(frozen=True, slots=True)
class _Book:
    """A file, taken apart into what is compared each in its own way."""

    pages: Xdv
    objects: tuple[PdfObject, ...]
    job: tuple[_JobSpecial, ...]

    def with_names_of_first(self, destinations: Destinations) -> _Book:
        pages = tuple(destinations.in_first(page) for page in self.pages.pages)
        job = (replace(item, text=destinations.spell(item.text)) for item in self.job)
        return replace(self, pages=replace(self.pages, pages=pages), job=tuple(job))


def _read(file: Xdv) -> _Book:
    lifted = lift_objects(file.pages)
    job = tuple(
        _JobSpecial(number, part.text)
        for number, page in enumerate(lifted.pages, 1)
        for part in page.parts
        if isinstance(part, Special) and _is_for_document(part.text)
    )
    pages = [without_specials(page, _is_no_mark) for page in lifted.pages]
    return _Book(replace(file, pages=without_idle_colours(pages)), lifted.objects, job)


def _is_no_mark(text: bytes) -> bool:
    return _is_for_document(text) or _RESOURCES.fullmatch(text) is not None


def _is_for_document(text: bytes) -> bool:
    """Say whether it is the same wherever it stands: a destination is not."""
    return is_job_special(text) and not _DESTINATION.match(text)


def _names(job: Sequence[_JobSpecial]) -> Iterator[bytes]:
    return (name for item in job for name in names_in(item.text))


def _unit_differences(first: Xdv, second: Xdv) -> Iterator[PageDifference]:
    if first.units != second.units:
        yield PageDifference(1, f"measured in units of {first.units} and {second.units}")


def _object_differences(one: _Book, other: _Book) -> Iterator[PageDifference]:
    """Follow the names that a page uses, and those that their definitions use."""
    firsts, seconds = _by_name(one.objects), _by_name(other.objects)
    known: set[bytes] = set()
    for number, page in enumerate(one.pages.pages, 1):
        names = used_names([page]) - known
        while names:
            name = names.pop()
            known.add(name)
            if firsts[name] != seconds[name]:
                shown = name.decode("utf-8", "replace")
                message = f'the object "{shown}", which it uses, is defined in another way'
                yield PageDifference(number, message)
            names |= {used for item in firsts[name] for used in item.uses} - known


def _by_name(objects: Sequence[PdfObject]) -> defaultdict[bytes, set[PdfObject]]:
    found: defaultdict[bytes, set[PdfObject]] = defaultdict(set)
    for item in objects:
        for name in item.defines:
            found[name].add(item)
    return found


def _job_differences(
    one: Sequence[_JobSpecial], other: Sequence[_JobSpecial]
) -> Iterator[PageDifference]:
    firsts, seconds = _by_command(one), _by_command(other)
    for command in dict.fromkeys([*firsts, *seconds]):
        for item, counterpart in zip_longest(firsts[command], seconds[command]):
            text = item.text if item else b""
            its_text = counterpart.text if counterpart else b""
            if text != its_text:
                page = (item or counterpart).page
                message = f"{_quote(text, its_text)}; {_quote(its_text, text)}"
                yield PageDifference(page, message)
                break


def _by_command(job: Sequence[_JobSpecial]) -> defaultdict[bytes, list[_JobSpecial]]:
    """Sort specials by their commands, each in its order: outlines are nested by theirs.

    Entries are put into one dictionary in any order.
    """
    found: defaultdict[bytes, list[_JobSpecial]] = defaultdict(list)
    for item in job:
        command = _COMMAND.match(item.text)
        found[command[0] if command and not _PUT.match(item.text) else item.text].append(item)
    return found


def _quote(text: bytes, other: bytes) -> str:
    return quote_special(text, other) if text else "nothing more"
