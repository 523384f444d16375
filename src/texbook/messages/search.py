"""Find in the author's sources what the engine names without its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.source import read_as_tex
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from texbook.messages.locate import Locator

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
_LINES_BEFORE = 80
_LINES_AFTER = 2


@dataclass(slots=True)
class SourceSearch:
    """Searches the texts of one run line by line, comments left out; reads each file once."""

    locator: Locator
    _lines: dict[Path, list[str]] = field(default_factory=dict)

    def near(
        self, wanted: re.Pattern[str], file: str | None, line: int | None, skip: int = 0
    ) -> Span | None:
        """Find a pattern at a line or shortly before it: TeX names the end of what it read.

        Args:
            wanted: matches what is looked for, within one line.
            file: as the engine names it.
            line: from 1, in that file; without it the whole file is searched.
            skip: how many matches in the same line to pass over, if there are more.
        """
        if self.locator.path(file) is None or file is None:
            return None
        if line is None:
            return next(self._in_file(wanted, file), None)
        lines = self._read(self.locator.folder / file)
        before = range(line, max(0, line - _LINES_BEFORE), -1)
        for number in (*before, *range(line + 1, line + 1 + _LINES_AFTER)):
            if number <= len(lines) and (found := list(wanted.finditer(lines[number - 1]))):
                match = found[min(skip, len(found) - 1)]
                return self._span(file, number, match, wanted)
        return None

    def between(
        self, wanted: re.Pattern[str], file: str, first: int, last: int | None
    ) -> Span | None:
        """Find the last match in some lines of a file as the engine names it."""
        lines = self.lines(file)
        for number in range(min(last or first, len(lines)), first - 1, -1):
            if found := list(wanted.finditer(lines[number - 1])):
                return self._span(file, number, found[-1], wanted)
        return None

    def lines(self, file: str) -> list[str]:
        """Give the lines of a file as the engine names it, without their comments."""
        return [] if self.locator.path(file) is None else self._read(self.locator.folder / file)

    def within(self, wanted: re.Pattern[str], file: str) -> tuple[Span, ...]:
        """Find all matches in one file as the engine names it."""
        return tuple(dict.fromkeys(self._in_file(wanted, file)))

    def everywhere(
        self, wanted: re.Pattern[str], names: Iterable[str] | None = None
    ) -> tuple[Span, ...]:
        """Find all matches in the texts of the run, or in other files of its folder."""
        chosen = self.locator.texts if names is None else names
        return tuple(dict.fromkeys(span for n in chosen for span in self._in_file(wanted, n)))

    def _in_file(self, wanted: re.Pattern[str], name: str) -> Iterator[Span]:
        if self.locator.path(name) is None:
            return
        for number, line in enumerate(self._read(self.locator.folder / name), 1):
            for match in wanted.finditer(line):
                span = self._span(name, number, match, wanted)
                if span is not None:
                    yield span

    def _span(
        self, name: str, number: int, match: re.Match[str], wanted: re.Pattern[str]
    ) -> Span | None:
        """Give the author's place of a match; in a template, of the same words in its line."""
        span = self.locator.span(name, number)
        path = self.locator.path(name)
        if span is None or span.start is None:
            return span
        if path not in self.locator.maps:
            return _stretch(span.path, number, match)
        lines = self._read(span.path)
        own = wanted.search(lines[span.start.line - 1]) if span.start.line <= len(lines) else None
        return span if own is None else _stretch(span.path, span.start.line, own)

    def _read(self, path: Path) -> list[str]:
        if path not in self._lines:
            try:
                text = read_as_tex(path, "replace")
            except (OSError, ValueError):  # a damaged log may name a file with a null byte
                text = ""
            lines = text.split("\n")
            self._lines[path] = [
                _COMMENT.sub(r"\1", line) if "%" in line else line for line in lines
            ]
        return self._lines[path]


def _stretch(path: Path, line: int, match: re.Match[str]) -> Span:
    """Give the place of a match, of its last group where the pattern has one."""
    start, end = match.span(match.lastindex or 0)
    return Span(path, Position(line, start + 1), Position(line, end + 1))
