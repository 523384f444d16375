r"""Private-use characters that carry line numbers through Jinja, and their way back out.

Each piece of template text is preceded by a TEXT mark that says which line of which template it
comes from; what an expression gives stands between a CALL and a RETURN mark. After rendering the
marks are taken out again and become one `Origin` for each line.

All of them, and the delimiters that Jinja sees, are from U+100000 to U+1000FF: the last private-use
plane, which no font and no keyboard knows. A text that holds one of them is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.sourcemap import Origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TEXT, _CALL, _RETURN = "\U00100000", "\U00100001", "\U00100002"
_ZERO = 0x100010
_DIGITS = "\U00100010-\U0010001f"

BLOCK_START, BLOCK_END = "\U00100020", "\U00100021"
VARIABLE_START, VARIABLE_END = "\U00100022", "\U00100023"
COMMENT_START, COMMENT_END = "\U00100024", "\U00100025"

RESERVED = re.compile("[\U00100000-\U001000ff]")
"""What nobody but texbook may write."""

_MARK = re.compile(f"([{_DIGITS}]*)([{_TEXT}{_CALL}{_RETURN}])")

Site = tuple["Path", int]
"""A template and a line of it, from 1."""


class MarkError(ValueError):
    """The marks of a rendered text do not pair: an expression has cut or made some."""


@dataclass(slots=True)
class Sites:
    """The numbered places that marks speak of.

    >>> from pathlib import Path
    >>> sites = Sites()
    >>> raw = sites.text(Path("a.j2.tex"), 7) + "seven"
    >>> strip_marks(raw)
    'seven'
    """

    places: list[Site] = field(default_factory=list)
    _numbers: dict[Site, int] = field(default_factory=dict)

    def text(self, path: Path, line: int) -> str:
        """Give the mark before text that stands on that line."""
        return self._number(path, line) + _TEXT

    def call(self, path: Path, line: int) -> str:
        """Give the mark before what an expression on that line gives; end it with `returned`."""
        return self._number(path, line) + _CALL

    @staticmethod
    def returned() -> str:
        """Give the mark after what an expression gave."""
        return _RETURN

    def _number(self, path: Path, line: int) -> str:
        number = self._numbers.setdefault((path, line), len(self.places))
        if number == len(self.places):
            self.places.append((path, line))
        return "".join(chr(_ZERO + int(digit, 16)) for digit in f"{number:x}")


def strip_marks(text: str) -> str:
    """Take all marks out of a text."""
    return _MARK.sub("", text)


def take_marks(
    raw: str, sites: Sites, start: Site, is_authors: Callable[[Path], bool]
) -> tuple[str, tuple[Origin, ...]]:
    """Split what Jinja gave into the text and the origin of each of its lines.

    A line belongs to the first piece of visible text on it that stands in a file of the author's.
    A line that comes from packaged templates alone (a heading) belongs to the author's place that
    follows it, such as the ``%% block`` below the heading.

    Args:
        raw: what Jinja gave.
        sites: the places that its marks speak of.
        start: the place of what comes before all marks.
        is_authors: whether a template is the author's own, and not a packaged one.

    Raises:
        MarkError: when the marks do not pair.
    """
    reader = _Reader(sites, is_authors, start)
    position = 0
    pieces: list[str] = []
    for mark in _MARK.finditer(raw):
        if mark.start() > position:
            pieces.append(raw[position : mark.start()])
            reader.text(pieces[-1])
        reader.mark(mark[2], mark[1])
        position = mark.end()
    pieces.append(raw[position:])
    reader.text(pieces[-1])
    text = "".join(pieces)
    if RESERVED.search(text):
        raise MarkError("a mark was cut")
    return text, reader.finish()


class _Reader:
    """Follows marks and text, and settles the origin of each line at its end."""

    def __init__(self, sites: Sites, is_authors: Callable[[Path], bool], start: Site) -> None:
        self._sites = sites
        self._is_authors = is_authors
        self._current = start
        self._calls: list[tuple[Site, Site]] = []  # the call, and what was current before it
        self._last_authors = start
        self._origins: list[Origin | None] = []
        self._waiting = 0  # lines at the end of _origins that wait for an author's place
        self._visible: Origin | None = None
        self._any: Origin | None = None

    def mark(self, kind: str, digits: str) -> None:
        if kind == _RETURN:
            if digits or not self._calls:
                raise MarkError("a mark has no partner")
            self._current = self._calls.pop()[1]
            return
        try:
            site = self._sites.places[int("".join(f"{ord(c) - _ZERO:x}" for c in digits), 16)]
        except (ValueError, IndexError):
            raise MarkError("a mark was cut") from None
        if kind == _CALL:
            self._calls.append((site, self._current))
        self._current = site
        if self._is_authors(site[0]):
            self._settle_waiting(site)

    def text(self, piece: str) -> None:
        if not piece:
            return
        origin = self._origin()
        first, *others = piece.split("\n")
        self._add(first, origin)
        for part in others:
            self._any = self._any or origin
            self._end_line()
            self._add(part, origin)

    def finish(self) -> tuple[Origin, ...]:
        if self._calls:
            raise MarkError("a mark has no partner")
        if self._any is not None:
            self._end_line()
        self._settle_waiting(self._last_authors)
        return tuple(origin for origin in self._origins if origin is not None)

    def _origin(self) -> Origin:
        path, line = self._current
        calls: list[Site] = []
        for site, _ in self._calls:
            if site not in (self._current, *calls[-1:]) and self._is_authors(site[0]):
                calls.append(site)
        return Origin(path, line, tuple(calls))

    def _add(self, part: str, origin: Origin) -> None:
        if not part:
            return
        self._any = self._any or origin
        if not part.isspace() and (
            self._visible is None
            or (self._is_authors(origin.path) and not self._is_authors(self._visible.path))
        ):
            self._visible = origin

    def _end_line(self) -> None:
        origin = self._visible or self._any
        self._visible = self._any = None
        if origin is not None and self._is_authors(origin.path):
            self._origins.append(origin)
            return
        self._origins.append(None)
        self._waiting += 1

    def _settle_waiting(self, site: Site) -> None:
        self._last_authors = site
        for index in range(len(self._origins) - self._waiting, len(self._origins)):
            self._origins[index] = Origin(*site)
        self._waiting = 0
