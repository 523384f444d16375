r"""Auxiliary lines of a part of a book whose pages have moved.

What LaTeX wrote for a part holds the numbers of its pages. If the part before it grows by a page,
these numbers grow too, and nothing else in the lines changes. Fields that hold a page:

* the second group of a label (latex.ltx, ``\label``); of ``name@cref``, what stands in the second
  pair of brackets of the second group, the counter, and behind the third, the page as printed
  (cleveref.sty, ``\label@noarg``);
* the third group of ``\contentsline`` in any list (latex.ltx, ``\addcontentsline``); in a line that
  a class writes without it, the group behind the one that begins with ``\numberline``;
* the fourth group of either, hyperref's anchor, if it is that of a page, ``page.12``;
* ``\setcounter{page}`` of a checkpoint (latex.ltx, ``\@wckptelt``);
* the start of a row of page labels, ``\HyPL@Entry{4<</S/D /St 12>>}``, without ``/St`` if it is 1
  (hyperref.sty, ``\HyPL@EveryPage``);
* what lastpage.sty writes beside its label ``LastPage``.

Only arabic pages move. A page field that is not all digits (``iv``, ``A-3``) stays, and so does the
counter or the anchor beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.texfiles.contents import read_group

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOVING = re.compile(
    r"(?m)^\\(?:"
    r"newlabel ?(?=\{(?P<label>[^{}\n]*)\})"
    r"|(?P<entry>@writefile) ?\{[^{}\n]*\}(?=\{)"
    r"|setcounter\{page\}\{(?P<page>[0-9]+)\}"
    r"|setcounter\{LN@truepage\}\{(?P<shipped>[0-9]+)\}"
    r"|[gx]def ?\\lastpage@lastpage(?:Hy)? ?\{(?P<last>[0-9]+)\}"
    r"|HyPL@Entry\{(?P<index>[0-9]+)<<(?:/S/D(?P<start>(?: /St [0-9]+)?)>>)?"
    r")"
)
_PAGE = re.compile(r"\{([0-9]+)\}")
_ANCHOR = re.compile(r"\{page\.([0-9]+)\}")
_CLEVEREF_PAGE = re.compile(r"\{\[[^\[\]\n]*\]\[([0-9]+)\]\[[^\[\]\n]*\]([0-9]+)\}")
_CONTENTS_LINE = re.compile(r"\\contentsline ?(?=\{)")
_NUMBERED = re.compile(r"\{\\numberline\b")
_INDEX_PAGE = re.compile(
    r"(?m)^\\(?:index|glossary)entry ?(?:\[[^\[\]\n]*\])?\{.*\}\{([0-9]+)\}[ ]*$"
)
_LAST_PAGE = "LastPage"
_START = " /St "


class _Change(NamedTuple):
    """What stands from ``start`` to before ``end`` becomes ``text``."""

    start: int
    end: int
    text: str


class _Shift(NamedTuple):
    """How far what kind of page moves; see `move_aux`."""

    by: int
    last: int | None
    by_absolute: int


def move_aux(lines: str, by: int, last: int | None = None, *, by_absolute: int = 0) -> str:
    r"""Move the pages in lines of an ``.aux``, the main one's or an ``\include``d file's.

    ``\gdef \@abspage@last{N}`` stays as it is.

    Args:
        lines: as LaTeX wrote them, each entry on a line.
        by: pages by which the printed numbers grow; negative if they shrink.
        last: the page that the label ``LastPage`` then names; None if it moves like the others.
        by_absolute: pages by which the part moves in the file, whatever is printed on them. It
            moves the index in ``\HyPL@Entry`` and lineno's counter ``LN@truepage``.

    >>> move_aux("\\newlabel{a}{{2.3}{9}}", 1)
    '\\newlabel{a}{{2.3}{10}}'
    """
    if not by and not by_absolute and last is None:
        return lines
    shift = _Shift(by, last, by_absolute)
    found = _MOVING.finditer(lines)
    return _changed(lines, (change for item in found for change in _changes(lines, item, shift)))


def move_index(lines: str, by: int) -> str:
    r"""Move the pages in lines of an ``.idx`` or ``.glo``.

    The page is the last group of ``\indexentry{..}{12}`` and ``\glossaryentry{..}{12}``
    (latex.ltx, ``\@wrindex``, ``\@wrglossary``). It is looked for from the end of the line, since
    the braces of a term balance in another way: ``\index`` reads ``\{`` as two characters
    (``\@sanitize``), unless it stands in an argument.

    Args:
        lines: as LaTeX wrote them, each entry on a line.
        by: pages by which the printed numbers grow; negative if they shrink.
    """
    if not by:
        return lines
    return _changed(lines, (_moved(found, 1, by) for found in _INDEX_PAGE.finditer(lines)))


def _changed(text: str, changes: Iterator[_Change]) -> str:
    parts: list[str] = []
    position = 0
    for change in changes:
        parts += (text[position : change.start], change.text)
        position = change.end
    parts.append(text[position:])
    return "".join(parts)


def _moved(found: re.Match[str], group: int | str, by: int, to: int | None = None) -> _Change:
    page = int(found[group]) + by if to is None else to
    return _Change(found.start(group), found.end(group), str(page))


def _changes(text: str, found: re.Match[str], shift: _Shift) -> Iterator[_Change]:
    match found.lastgroup:
        case "label":
            yield from _label_changes(text, found, shift)
        case "entry":
            yield from _entry_changes(text, found.end(), shift.by)
        case "page":
            yield _moved(found, "page", shift.by)
        case "shipped":
            yield _moved(found, "shipped", shift.by_absolute)
        case "last":
            yield _moved(found, "last", shift.by, shift.last)
        case "index":
            yield _moved(found, "index", shift.by_absolute)
        case "start":
            yield _moved(found, "index", shift.by_absolute)
            first = int(found["start"].removeprefix(_START) or 1) + shift.by
            text_of_first = "" if first == 1 else f"{_START}{first}"
            yield _Change(found.start("start"), found.end("start"), text_of_first)


def _label_changes(text: str, found: re.Match[str], shift: _Shift) -> Iterator[_Change]:
    label = found["label"]
    to = shift.last if label == _LAST_PAGE else None
    number = found.end("label") + 1
    if not text.startswith("{", number):
        return
    page = _after_group(text, number + 1)
    if label.endswith("@cref"):
        if pages := _CLEVEREF_PAGE.match(text, page):
            yield _moved(pages, 1, shift.by)
            yield _moved(pages, 2, shift.by)
    else:
        yield from _page_changes(text, page, shift.by, to, has_title=True)


def _entry_changes(text: str, start: int, by: int) -> Iterator[_Change]:
    line = text.find("\n", start)
    end = len(text) if line < 0 else line
    is_plain = True
    for entry in _CONTENTS_LINE.finditer(text, start, end):
        is_plain = False
        title = _after_group(text, entry.end())
        yield from _page_changes(text, _after_group(text, title), by)
    if is_plain:
        for number in _NUMBERED.finditer(text, start, end):
            yield from _page_changes(text, _after_group(text, number.start()), by)


def _page_changes(
    text: str, start: int, by: int, to: int | None = None, *, has_title: bool = False
) -> Iterator[_Change]:
    """Move the page whose group starts here, and the anchor behind it and behind the title."""
    page = _PAGE.match(text, start)
    if not page:
        return
    yield _moved(page, 1, by, to)
    end = _after_group(text, page.end()) if has_title else page.end()
    if anchor := _ANCHOR.match(text, end):
        yield _moved(anchor, 1, by, to)


def _after_group(text: str, start: int) -> int:
    """Where the group that starts here ends; ``start`` if none does or if it is not closed."""
    return read_group(text, start)[1]
