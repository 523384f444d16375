"""What a chunk job is told: its body, its start states, and how work is shared among engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.build.chunks.driver import END_OF_PREAMBLE, WITHOUT_MARKS, distinct_bases
from texbook.build.chunks.engine import JobText
from texbook.build.chunks.keys import first_heading
from texbook.build.chunks.model import SegmentState
from texbook.build.engine import LIGHT_CODE
from texbook.latex.spine import SegmentKind, select_body
from texbook.texfiles.contents import read_group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.book import ChunkedBook
    from texbook.latex.spine import Spine

_HEADING = re.compile(r"(?m)^\s*\\(chapter|section)\s*[\[{]")
_TITLED = re.compile(r"(?m)^[^%\n]*?\\(chapter|section|subsection)\s*\{")
_COMMANDS = re.compile(r"\\[A-Za-z@]+|\\.")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9,.:;?!' -]")
_BYTES_A_PAGE = 2000
# What another package sets before it uses it; to set it from outside could only disturb.
_NOT_CARRIED = re.compile(
    r"page|Item|Hfootnote|Fancy\w*|FV@\w*|minted@\w*|maxextra\w*|blx@\w*|Hy@\w*|refsection|refsegment"
    r"|(?:max|min)?(?:names|items)|cite(?:counter|total|count)|maxcitecount|instcount|tcolorbox@number"
)


WORTH_A_WAITING_ENGINE = 20
"""Pages for which a further engine is asked that has read the preamble."""
_WORTH_A_NEW_ENGINE = 150
"""Pages for which one is started; in the time of the preamble some 80 pages are typeset."""


def engines_for(pages: float, cores: int, waiting: int) -> int:
    """Say how many engines share so many pages, where a new one reads the preamble first.

    Args:
        pages: what is to be typeset.
        cores: the most engines.
        waiting: engines that have read the preamble.

    >>> engines_for(12, 2, 2), engines_for(40, 2, 0), engines_for(300, 2, 0)
    (1, 1, 2)
    """
    if pages <= WORTH_A_WAITING_ENGINE:
        return 1
    return cores if pages > _WORTH_A_NEW_ENGINE else max(1, min(cores, waiting))


def preamble_text(spine: Spine) -> str:
    """Give the main file as an engine reads it: the preamble, and then the job."""
    return f"{spine.text[: spine.begin]}{END_OF_PREAMBLE}\n"


def job_text(
    book: ChunkedBook,
    numbers: Sequence[int],
    starts: Mapping[int, SegmentState],
    auxiliary: Snapshot,
    *,
    light: bool = False,
) -> JobText:
    """Say what an engine does for some segments.

    Args:
        book: the book.
        numbers: the segments, by their numbers in the spine, in increasing order.
        starts: the state to be set before a segment; where none is given, the one before it in
            the job has left the right one.
        auxiliary: the auxiliary files of the book.
        light: leave out the shadows, since the segments will be typeset again.
    """
    segments = book.spine.segments
    before = {number: _declarations_before(book.spine, number) for number in starts}
    entry = {min((number, *before[number])): number for number in starts}
    chosen = {*numbers, *(index for group in before.values() for index in group)}

    def wrap(index: int, text: str) -> str:
        parts = []
        if index in entry:
            parts.append(rf"\input{{texbook-start-{entry[index]}.tex}}")
        if segments[index].kind is SegmentKind.DECLARATION:
            return "".join((*parts, text))
        parts += (rf"\csname texbook@begin\endcsname{{{index}}}", text)
        if index < len(segments) - 1:
            parts.append(rf"\csname texbook@end\endcsname{{{index}}}")
        return "".join(parts)

    body = select_body(book.spine, chosen, wrap, r"\csname texbook@stop\endcsname")
    bases = distinct_bases(book.names)
    setup = "".join(
        rf"\expandafter\def\csname texbook@base@{number}\endcsname"
        rf"{{\csname texbook@anchors\endcsname{{{bases[segments[number].name]}}}}}" + "\n"
        for number in numbers
    )
    setup += f"{LIGHT_CODE}\n" if light else ""
    setup += "" if book.marks_folios else f"{WITHOUT_MARKS}\n"
    files = {f"texbook-start-{number}.tex": _state_code(state) for number, state in starts.items()}
    for number in (*numbers, "document"):
        files |= {f"texbook-{what}-{number}.mark": "" for what in ("begin", "end")}
    return JobText(body, setup, files, auxiliary)


def _declarations_before(spine: Spine, number: int) -> tuple[int, ...]:
    first = number
    while first > 0 and spine.segments[first - 1].kind is SegmentKind.DECLARATION:
        first -= 1
    return tuple(range(first, number))


def _state_code(state: SegmentState) -> str:
    lines = [
        rf"\texbook@set{{{name}}}{{{value}}}"
        for name, value in state.counters.items()
        if not _NOT_CARRIED.fullmatch(name)
    ]
    lines.append(rf"\global\c@page={state.page}\relax")
    # hyperref then writes a page label; those that say nothing new are left out afterwards.
    lines.append(r"\gdef\HyPL@LastType{init}")
    for name, text in state.texts.items():
        if name == "botmark":
            lines += [rf"\texbook@prime{{{text}}}"] if text else []
        elif name == "BKM@":
            lines.append(rf"\texbook@setbookmarks{{{text}}}")
        else:
            lines.append(rf"\expandafter\gdef\csname {name}\endcsname{{{text}}}")
    return "".join(f"{line}%\n" for line in (r"\makeatletter", *lines, r"\makeatother"))


def predicted_contents(book: ChunkedBook, source_of: Callable[[str], str]) -> bytes:
    r"""Guess the table of contents of a book of which nothing has been typeset.

    It only has to be as long as the real one, so that the pages behind it get their numbers at
    once. Of the titles letters and digits are taken alone: what cannot be read cannot fail.
    """
    lines: list[str] = []
    for segment in book.spine.segments:
        if segment.kind is not SegmentKind.INCLUDE:
            continue
        text = source_of(segment.name)
        for found in _TITLED.finditer(text):
            title, _ = read_group(text, found.end() - 1)
            entry = r"\numberline {1.1}" + _NOT_PLAIN.sub(" ", _COMMANDS.sub(" ", title))
            lines.append(rf"\contentsline {{{found[1]}}}{{{entry}}}{{100}}{{{found[1]}.1}}%")
    return "".join(f"{line}\n" for line in lines).encode()


def predicted_state(
    book: ChunkedBook, number: int, source_of: Callable[[str], str]
) -> SegmentState:
    r"""Guess the state in which a segment begins if nothing before it has been typeset.

    The guess only has to be good enough for the lengths of pages: what is typeset under a wrong one
    is typeset again.

    Args:
        book: the book.
        number: the segment's number in the spine.
        source_of: gives the source of an included file.
    """
    counters = {"chapter": 0, "section": 0}
    size = 0
    for segment in book.spine.segments[:number]:
        text = book.spine.text[segment.start : segment.stop]
        if segment.kind is SegmentKind.INCLUDE:
            text = source_of(segment.name)
        if r"\appendix" in text:
            counters = {"chapter": 0, "section": 0}
        for found in _HEADING.finditer(text):
            counters[found[1]] += 1
            if found[1] == "chapter":
                counters["section"] = 0
        size += len(text)
    return SegmentState({**counters, "page": 1 + size // _BYTES_A_PAGE})


def share(
    book: ChunkedBook,
    numbers: Sequence[int],
    weights: Mapping[int, float],
    engines: int,
    source_of: Callable[[str], str],
) -> list[list[int]]:
    """Share segments among engines: increasing lists of about equal weight.

    Behind a segment that was never typeset a list begins where a chapter does, if that can be:
    its state is then guessed best.

    Args:
        book: the book.
        numbers: the segments, in increasing order.
        weights: how long each takes.
        engines: how many lists at most.
        source_of: gives the source of an included file.
    """
    if engines < 2 or len(numbers) < 2:  # noqa: PLR2004
        return [list(numbers)]
    total = sum(weights[number] for number in numbers)

    def cost(cut: int) -> float:
        uneven = abs(sum(weights[number] for number in numbers[:cut]) - total / 2) / total
        segment = book.spine.segments[numbers[cut]]
        known = all(name in book.records for name in book.names if book.number(name) < numbers[cut])
        is_guessed = not known and segment.kind is SegmentKind.INCLUDE
        if is_guessed and first_heading([source_of(segment.name)]) != "chapter":
            uneven += 0.25
        return uneven

    best = min(range(1, len(numbers)), key=cost)
    left, right = numbers[:best], numbers[best:]
    more = engines // 2
    return [
        *share(book, left, weights, engines - more, source_of),
        *share(book, right, weights, more, source_of),
    ]
