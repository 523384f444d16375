"""What is known about one error: TeX's message, its context, and the sources around the place."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.source import SourceFile, read_as_tex
from texbook.base.span import Position
from texbook.latex.mask import mask
from texbook.latex.specs import BUILT_IN, read_specs
from texbook.latex.tokens import Kind, tokenize
from texbook.texfiles.context import ContextLevel, read_context

if TYPE_CHECKING:
    from texbook.latex.tokens import TokenizedText
    from texbook.messages.known import KnownNames
    from texbook.messages.locate import Locator
    from texbook.texfiles.engine_log import LogMessage

_LAST_READ = re.compile(r"(?:\\(?:[^\W\d_]|@)+\*?(?:\[[^\[\]]*\]|\{[^{}]*\})*|\\.|\w+|\S)\s*$")
DEFINES = (
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|newrobustcmd|[gex]?def"
    r"|(?:New|Renew|Provide|Declare)\w*Command)\*?\s*\{?\s*"
)
"""The pattern of what stands before a macro that is being defined."""

_LONGEST_DEFINITION = 5000
_COMPARED = 60
"""Characters of a context line that are compared with the source."""


@dataclass(frozen=True, slots=True)
class EnginePlace:
    """A stretch of a line as the engine read it: a rendered file's, not yet the template's.

    Attributes:
        file: the file as the engine names it.
        line: from 1; None for the file as a whole.
        column: from 1, in code points.
        end_column: exclusive.
    """

    file: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """An error as a person should read it.

    Attributes:
        place: what must be changed, where that is certain; None for where TeX stopped.
        related: other places that help, and what they are.
    """

    code: str
    message: str
    hints: tuple[str, ...] = ()
    place: EnginePlace | None = None
    related: tuple[tuple[EnginePlace, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RunText:
    """A text of the author's as the engine read it.

    Attributes:
        name: as the engine names it.
        shown: the text with comments and code blanked out, offsets kept.
    """

    name: str
    source: SourceFile
    tokenized: TokenizedText
    shown: str

    def place(self, start: int, end: int) -> EnginePlace:
        """Give the place of a stretch between two offsets; one that goes on is cut at the line."""
        first, last = self.source.position(start), self.source.position(end)
        end_column = last.column
        if last.line != first.line:
            end_column = len(self.source.line(first.line)) + 1
        return EnginePlace(self.name, first.line, first.column, end_column)

    def find_back(self, pattern: str, stop: int | None = None) -> re.Match[str] | None:
        """Find the last match that ends at an offset or before it; the whole text without one."""
        last: re.Match[str] | None = None
        end = len(self.shown) if stop is None else stop
        for found in re.finditer(pattern, self.shown[:end]):
            last = found
        return last


@dataclass(slots=True)
class RunTexts:
    """The author's texts of a run, read and tokenized when they are asked for."""

    locator: Locator
    read: dict[str, RunText | None] = field(default_factory=dict)

    def text(self, name: str | None) -> RunText | None:
        """Give a text of the author's; None for any other file."""
        if not name or self.locator.path(name) is None:
            return None
        key = os.path.normpath(name)
        if key not in self.read:
            self.read[key] = self._read(name)
        return self.read[key]

    def all(self) -> list[RunText]:
        """Give all texts of the run that are the author's."""
        return [text for name in self.locator.texts if (text := self.text(name)) is not None]

    def _read(self, name: str) -> RunText | None:
        path = self.locator.folder / name
        try:
            source = SourceFile(path, read_as_tex(path))
        except (OSError, ValueError):
            return None
        tokenized = tokenize(source.text, BUILT_IN | read_specs(source.text))
        hidden = frozenset({Kind.COMMENT, Kind.CODE})
        return RunText(name, source, tokenized, mask(tokenized, hidden))


def command_pattern(name: str) -> str:
    r"""Give the pattern that finds a control sequence (``\foo``) as a whole."""
    behind = r"(?![^\W\d_]|@)" if re.search(r"[^\W\d_]$|@$", name) else ""
    return r"(?<!\\)(?:\\\\)*(?P<it>" + re.escape(name) + ")" + behind


class Scene:
    """One error and everything that an explanation may want to look at.

    Attributes:
        message: as the log has it.
        levels: TeX's context, innermost first.
        text: the innermost text of the author's that was open.
        package: the file outside the book in which TeX stopped; empty if it was the author's text.
        stop: the offset in it where TeX stopped, or where the author loads the package in which it
            did; None if only the file is known.
        call_end: the offset behind that command, if it is a package's.
    """

    def __init__(self, message: LogMessage, texts: RunTexts, known: KnownNames):
        self.message = message
        self.texts = texts
        self.known = known
        self.levels: tuple[ContextLevel, ...] = read_context(message.context)
        self.text = texts.text(message.file)
        self.package = ""
        if self.text is None:
            self.text, self.package = self._calling_text()
        self.call_end = 0
        self.stop = self._stop()

    @property
    def own_level(self) -> ContextLevel | None:
        """The level of the author's own line."""
        if self.package:
            return None
        return next((level for level in self.levels if level.line is not None), None)

    @property
    def before(self) -> str:
        """What TeX had read of the author's line; empty if that is not known."""
        level = self.own_level
        return level.before if level else ""

    @property
    def head(self) -> str:
        """What stands on the author's line before the stop, comments blanked out."""
        if self.text is None or self.stop is None or self.package:
            return self.before
        return self.text.shown[self.text.shown.rfind("\n", 0, self.stop) + 1 : self.stop]

    def default_place(self) -> EnginePlace | None:
        """Give the place where TeX stopped: the last thing it read there."""
        if self.text is None:
            return None
        if self.stop is None:
            return EnginePlace(self.text.name, None if self.package else self.message.line)
        if self.package:
            return self.text.place(self.stop, self.call_end)
        return self.last_read()

    def last_read(self) -> EnginePlace | None:
        """Give the place of the last command, word or sign before the stop, on the same line."""
        if self.text is None or self.stop is None:
            return None
        position = self.text.source.position(self.stop)
        line = self.text.source.line(position.line)
        head = line[: (position.column or 1) - 1]
        found = _LAST_READ.search(head)
        if found is None:
            indent = len(line) - len(line.lstrip())
            end = len(line.rstrip())
            if end == indent:
                return EnginePlace(self.text.name, position.line)
            return EnginePlace(self.text.name, position.line, indent + 1, end + 1)
        start = found.start()
        return EnginePlace(
            self.text.name, position.line, start + 1, start + 1 + len(found[0].rstrip())
        )

    def find_command(self, name: str) -> EnginePlace | None:
        r"""Find where the author wrote a control sequence: the last before the stop."""
        return self._find(command_pattern(name))

    def find_word(self, word: str) -> EnginePlace | None:
        """Find a whole word (any text that no letters adjoin): the last before the stop."""
        return self._find(r"(?<![\w@])(?P<it>" + re.escape(word) + r")(?![\w@])")

    def _find(self, pattern: str) -> EnginePlace | None:
        text = self.text
        if text is not None:
            stop = None if self.package else self.stop
            found = text.find_back(pattern, stop)
            if found is None and self.stop is not None:
                line_end = text.shown.find("\n", self.stop)
                found = text.find_back(pattern, line_end if line_end >= 0 else None)
            if found is not None:
                return text.place(found.start("it"), found.end("it"))
        for other in self.texts.all():
            found = other.find_back(pattern)
            if found is not None:
                return other.place(found.start("it"), found.end("it"))
        return None

    def definition(self, macro: str, name: str) -> EnginePlace | None:
        """Find a control sequence in the author's own definition of a macro."""
        for text in self.texts.all():
            found = text.find_back(DEFINES + command_pattern(macro))
            if found is None:
                continue
            body = re.compile(command_pattern(name)).search(
                text.shown, found.end(), found.end() + _LONGEST_DEFINITION
            )
            if body is not None:
                return text.place(body.start("it"), body.end("it"))
        return None

    def _calling_text(self) -> tuple[RunText | None, str]:
        """Give the innermost text of the author's, and the file that it called."""
        opened = self.message.opened
        for index in range(len(opened) - 1, -1, -1):
            text = self.texts.text(opened[index])
            if text is not None:
                rest = opened[index + 1 :]
                return text, rest[0] if rest else (self.message.file or "")
        return None, ""

    def _stop(self) -> int | None:
        if self.text is None:
            return None
        if self.package:
            stem = self.package.rpartition("/")[2].rpartition(".")[0]
            pattern = (
                r"\\(?:usepackage|RequirePackage\w*|documentclass|LoadClass\w*|input)(?![A-Za-z])"
                r"[^{}]*\{[^{}]*?(?<![\w-])(?P<it>" + re.escape(stem) + r")(?![\w-])"
            )
            found = self.text.find_back(pattern)
            if found is None:
                return None
            closing = self.text.shown.find("}", found.end())
            self.call_end = closing + 1 if closing >= 0 else found.end()
            return found.start()
        line = self.message.line
        if line is None or not 1 <= line <= self.text.source.line_count:
            return None
        level = self.own_level
        written = self.text.source.line(line)
        start = self.text.source.offset(Position(line))
        if level is None or level.line != line:
            return start + len(written)
        return start + _column_of(level, written)


def _column_of(level: ContextLevel, written: str) -> int:
    """Give how many characters of a line had been read."""
    before = level.before
    if not level.is_cut and written.startswith(before):
        return len(before)
    tail = before[-_COMPARED:]
    after = level.after.strip()[:_COMPARED]
    places: list[int] = []
    at = written.find(tail) if tail else -1
    while at >= 0:
        places.append(at + len(tail))
        at = written.find(tail, at + 1)
    exact = [end for end in places if written[end:].lstrip().startswith(after)]
    if exact or places:
        return (exact or places)[0]
    # Characters that TeX shows as ^^M or ^^@ stand in the way: count from the end.
    rest = len(level.after.strip())
    return max(0, len(written.rstrip()) - rest) if rest and not level.is_cut_after else len(written)
