"""From the engine's places to the author's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Related
from texbook.base.source import SourceFile, read_as_tex
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.sourcemap import SourceMap
    from texbook.texfiles.engine_log import LogMessage


@dataclass(frozen=True, slots=True)
class Locator:
    """Knows which file of the author's stands behind a file in a run's working folder.

    Attributes:
        folder: the working folder of the run.
        source_of: `Mirror.source_of`.
        maps: source maps by the path of the rendered file.
        texts: names of the texts in which a character or a label is looked for.
        recorder: the run's list of the files that it read; None if there is none.
    """

    folder: Path
    source_of: Callable[[Path], Path | None]
    maps: Mapping[Path, SourceMap] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    recorder: Path | None = None

    def path(self, file: str | None) -> Path | None:
        """Give the author's (or the rendered) file behind a file as the engine names it."""
        if not file:
            return None
        return self.source_of(Path(os.path.normpath(self.folder / file)))

    def span(self, file: str | None, line: int | None = None) -> Span | None:
        """Give the author's place of a line; None for files that are not the author's."""
        path = self.path(file)
        return None if path is None else self._author_span(path, line)

    def stretch(self, file: str, line: int, start: int, end: int) -> Span | None:
        """Give the author's place of a stretch of a line as the engine read it.

        In a template the columns are kept where they are certain: if the line came through
        unchanged, or if its stretch stands once in the template's line.

        Args:
            file: as the engine names it.
            line: from 1.
            start: the first column, from 1.
            end: the column behind the last.
        """
        path = self.path(file)
        if path is None:
            return None
        if path not in self.maps:
            return Span(path, Position(line, start), Position(line, end))
        place = self._author_span(path, line)
        if place.start is None:
            return place
        written = _line(place.path, place.start.line)
        rendered = _line(self.folder / file, line)
        piece = rendered[start - 1 : end - 1]
        if written != rendered:
            if not piece or written.count(piece) != 1:
                return place
            start = written.find(piece) + 1
            end = start + len(piece)
        origin = place.start.line
        return Span(place.path, Position(origin, start), Position(origin, end))

    def author(self, file: str | None) -> Path | None:
        """Give the author's own file, the template where it was rendered from one."""
        span = self.span(file)
        return None if span is None else span.path

    def place(self, message: LogMessage) -> Span | None:
        """Give the author's place; in a package's code, the author's file that was being read."""
        span = self.span(message.file, message.line)
        if span is not None:
            return span
        return next(
            (found for name in reversed(message.opened) if (found := self.span(name))), None
        )

    def _author_span(self, path: Path, line: int | None, column: int | None = None) -> Span:
        source_map = self.maps.get(path)
        if source_map is None:
            return Span(path) if line is None else Span.at(path, line, column)
        mapped = source_map.span(line or 1)
        if mapped is None or line is None:
            return Span(mapped.path if mapped else path)
        return mapped

    def translate(self, finding: Diagnostic) -> Diagnostic:
        """Move a finding in the working folder to the author's file, its other places too."""
        moved = ((self._moved(item.span), item.message) for item in finding.related)
        return replace(
            finding,
            span=self._moved(finding.span) if finding.span else None,
            related=tuple(Related(span, message) for span, message in moved if span is not None),
        )

    def _moved(self, span: Span) -> Span | None:
        path = self.path(str(span.path))
        if path is None or path not in self.maps:
            return None if path is None else Span(path, span.start, span.end)
        return self._author_span(path, span.start.line if span.start else None)

    def places(self, wanted: str, first: str | None = None) -> tuple[Span, ...]:
        """Find a text in the author's sources, comments left out; in ``first`` if it is there.

        Args:
            wanted: the text.
            first: a file as the engine names it, which is searched before the others.
        """
        if first is not None and self.path(first) is not None:
            found = tuple(self._places_in(wanted, (first,)))
            if found:
                return found
        return tuple(self._places_in(wanted, self.texts))

    def _places_in(self, wanted: str, names: Iterable[str]) -> list[Span]:
        found: list[Span] = []
        for name in names:
            path = self.path(name)
            try:
                source = SourceFile(self.folder / name, read_as_tex(self.folder / name))
            except (OSError, UnicodeDecodeError):
                continue
            at = source.text.find(wanted)
            while at >= 0:
                position = source.position(at)
                if path is not None and not _in_comment(source, position):
                    found.append(self._author_span(path, position.line, position.column))
                at = source.text.find(wanted, at + len(wanted))
        return found


def _line(path: Path, number: int) -> str:
    try:
        return SourceFile(path, read_as_tex(path)).line(number)
    except (OSError, UnicodeDecodeError):
        return ""


def _in_comment(source: SourceFile, position: Position) -> bool:
    before = source.line(position.line)[: (position.column or 1) - 1]
    return "%" in before.replace(r"\%", "")
