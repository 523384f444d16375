r"""The lines of the table of contents, from the auxiliary files of a run.

LaTeX writes ``\@writefile{toc}{\contentsline {section}{\numberline {1.1}Title}{5}{..}..}`` into the
auxiliary file whether or not the document prints a table, and ``\@input{chapters/x.aux}`` where an
``\include``d file's own auxiliary file belongs (latex.ltx, ``\addcontentsline``, ``\@include``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINE = re.compile(r"\\@writefile\{toc\}\{\\contentsline \{(?P<kind>[^{}]*)\}|\\@input\{([^{}]*)\}")
_NUMBER = re.compile(r"\\numberline ?\{((?:[^{}]|\{[^{}]*\})*)\}")
_BRACE = re.compile(r"\\.|[{}\n]")
_LAST = re.compile(rb"\\gdef ?\\@abspage@last\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """A heading as it was typeset.

    Attributes:
        kind: the sectioning command.
        number: as printed; empty if it has none.
        title: LaTeX, without the number.
        page: as printed: ``12``, ``iv``.
    """

    kind: str
    number: str
    title: str
    page: str


def read_contents(files: Mapping[str, bytes], name: str) -> tuple[ContentsLine, ...]:
    """List the headings of a run in reading order.

    Args:
        files: auxiliary files by name.
        name: the main one.
    """
    return tuple(_lines(files, name, set()))


def last_page(files: Mapping[str, bytes], name: str) -> int | None:
    r"""Give the number of pages that a run shipped, which LaTeX keeps since 2021."""
    found = _LAST.search(files.get(name, b""))
    return int(found[1]) if found else None


def _lines(files: Mapping[str, bytes], name: str, seen: set[str]) -> Iterator[ContentsLine]:
    seen.add(name)
    text = files.get(name, b"").decode("utf-8", "replace")
    for found in _LINE.finditer(text):
        if found["kind"] is None:
            if found[2] not in seen:
                yield from _lines(files, found[2], seen)
            continue
        title, end = read_group(text, found.end())
        page, _ = read_group(text, end)
        number = _NUMBER.match(title)
        yield ContentsLine(
            found["kind"],
            number[1] if number else "",
            title[number.end() :] if number else title,
            page,
        )


def read_group(text: str, start: int) -> tuple[str, int]:
    r"""Read a group in braces; give what is in it and where it ends. ``\{`` is no brace."""
    if not text.startswith("{", start):
        return "", start
    depth = 0
    for found in _BRACE.finditer(text, start):
        if found[0] == "\n":
            break
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return text[start + 1 : found.start()], found.end()
    return "", start
