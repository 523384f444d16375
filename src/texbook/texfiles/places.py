r"""Where the parts of a document began in its last run, and which numbers had been given by then.

Read from the auxiliary files, which hold in the order of the document: a line for every heading and
caption, ``\@writefile{toc}{\contentsline {section}{\numberline {1.2}Title}{5}{section.1.2}}``
(latex.ltx, ``\addcontentsline``), and labels, whose anchor names a counter with its number,
``\newlabel{a}{{1.3}{5}{..}{equation.1.3}{}}`` (hyperref manual, "Anchors"). memoir writes
``\chapternumberline`` and ``\partnumberline`` (memoir.cls). Equations without a
label leave nothing: the numbers found are right for headings, and nearly so for the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from texbook.texfiles.contents import read_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_EVENT = re.compile(
    r"\\newlabel\s*(?P<label>\{)"
    r"|\\@input\{(?P<input>[^{}]*)\}"
    r"|\\@writefile\{(?P<list>[^{}]*)\}\{\\contentsline \{(?P<kind>[^{}]*)\}"
)
_NUMBER = re.compile(r"\\(?:part|chapter)?numberline ?\{((?:[^{}]|\{[^{}]*\})*)\}")
_ANCHOR = re.compile(r"(?!Item|page|Hfootnote|\w+\.caption\.)([A-Za-z]+)\.(?:\w+\.)*(\d+)")
_LAST = re.compile(r"(\d+|[A-Z]+)\W*\Z")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class Step(NamedTuple):
    """A counter and the number that it was given."""

    counter: str
    number: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the auxiliary files.

    Attributes:
        kind: of a heading its sectioning command, of a caption its float; empty for a label.
        text: of a heading its title in LaTeX, of a label its name.
        page: as printed.
        is_heading: whether it stands in the table of contents.
        step: the number that was given there; None if it cannot be told.
    """

    kind: str
    text: str
    page: str
    is_heading: bool = False
    step: Step | None = None


def read_marks(files: Mapping[str, bytes], name: str) -> tuple[Mark, ...]:
    """List headings, captions and labels in the order of the document.

    Args:
        files: auxiliary files by name.
        name: the main one.
    """
    return tuple(_marks(files, name, set()))


def steps_before(marks: Sequence[Mark], index: int) -> tuple[Step, ...]:
    """Give the numbers that had been given before a mark, in their order.

    What a heading's own label says is left out: behind other steps it would reset their counters.
    """
    headings = {mark.kind for mark in marks if mark.is_heading}
    return tuple(
        mark.step
        for mark in marks[:index]
        if mark.step is not None and (mark.kind or mark.step.counter not in headings)
    )


def page_number(page: str) -> int | None:
    """Give the number of a page as printed, arabic or roman; None for others.

    >>> page_number("12"), page_number("xiv"), page_number("A-3")
    (12, 14, None)
    """
    if page.isascii() and page.isdigit():
        return int(page)
    return _roman(page.lower())


def _marks(files: Mapping[str, bytes], name: str, seen: set[str]) -> Iterator[Mark]:
    seen.add(name)
    text = files.get(name, b"").decode("utf-8", "replace")
    for found in _EVENT.finditer(text):
        if found["label"]:
            label, end = read_group(text, found.start("label"))
            content, _ = read_group(text, end)
            yield _label(label, content)
        elif found["kind"]:
            title, end = read_group(text, found.end())
            page, _ = read_group(text, end)
            number = _NUMBER.match(title)
            yield Mark(
                found["kind"],
                title[number.end() :] if number else title,
                page,
                is_heading=found["list"] == "toc",
                step=_numbered(found["kind"], number[1]) if number else None,
            )
        elif found["input"] and found["input"] not in seen:
            yield from _marks(files, found["input"], seen)


def _label(name: str, content: str) -> Mark:
    groups = []
    position = 0
    while content.startswith("{", position):
        group, end = read_group(content, position)
        if end == position:
            break
        groups.append(group)
        position = end
    anchor = _ANCHOR.fullmatch(groups[3]) if len(groups) > 3 else None  # noqa: PLR2004
    step = Step(anchor[1], int(anchor[2])) if anchor else None
    return Mark("", name, groups[1] if len(groups) > 1 else "", step=step)


def _numbered(kind: str, number: str) -> Step | None:
    """Read the last part of a number, ``2`` of ``1.2``, ``A``, or ``II`` of a part."""
    last = _LAST.search(number)
    if last is None:
        return None
    if last[1].isdigit():
        return Step(kind, int(last[1]))
    roman = _roman(last[1].lower()) if kind == "part" else None
    if roman is not None:
        return Step(kind, roman)
    return Step(kind, ord(last[1]) - ord("A") + 1) if len(last[1]) == 1 else None


def _roman(text: str) -> int | None:
    if not text or not set(text) <= _ROMAN.keys():
        return None
    values = [_ROMAN[character] for character in text]
    after = [*values[1:], 0]
    return sum(
        -value if value < following else value
        for value, following in zip(values, after, strict=True)
    )
