"""Where the entries of ``.bib`` files begin, for messages that name a key and no line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.source import SourceFile
from texbook.base.span import Position, Span
from texbook.texfiles.bib_braces import unclosed_entries, unclosed_entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ENTRY = re.compile(r"^\s*@\s*(\w+)\s*[{(]\s*([^\s,{}()]*)")
_SYNTAX = "bibliography-syntax"
_NO_ENTRIES = frozenset({"comment", "string", "preamble"})


@dataclass(frozen=True, slots=True)
class Entry:
    """The beginning of an entry: its type, its key and where the key stands."""

    kind: str
    key: str
    span: Span


@dataclass(slots=True)
class Entries:
    """The entries of the ``.bib`` files in a folder, read when they are asked for."""

    folder: Path
    _files: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    def of(self, file: str) -> tuple[Entry, ...]:
        """List the entries of one file, in its order."""
        if file not in self._files:
            path = self.folder / file
            text = path.read_text("utf-8", "replace") if path.is_file() else ""
            self._files[file] = tuple(_entries(path, text))
        return self._files[file]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that were read so far."""
        return tuple(self.folder / name for name in self._files)

    def named(self, key: str, file: str = "") -> tuple[Entry, ...]:
        """Find the entries with a key, in one file or in all that were read so far."""
        names = (file,) if file else tuple(self._files)
        return tuple(entry for name in names for entry in self.of(name) if entry.key == key)

    def place(self, key: str, file: str = "") -> Span | None:
        """Give the place of the first entry with a key."""
        return next((entry.span for entry in self.named(key, file)), None)

    def before(self, file: str, line: int) -> Entry | None:
        """Give the last entry that begins before a line."""
        earlier = [
            entry for entry in self.of(file) if entry.span.start and entry.span.start.line < line
        ]
        return earlier[-1] if earlier else None

    def with_key(self, file: str, line: int) -> Entry | None:
        """Give the entry that a line belongs to."""
        return self.before(file, line + 1)


def _entries(path: Path, text: str) -> list[Entry]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _ENTRY.match(line)
        if match and match[1].lower() not in _NO_ENTRIES:
            start, end = match.span(2)
            span = Span(path, Position(number, start + 1), Position(number, end + 1))
            found.append(Entry(match[1], match[2], span))
    return found


def unclosed_first(
    problems: Iterable[Diagnostic], entries: Entries, program: str
) -> tuple[Diagnostic, ...]:
    """Name the entries that are not closed, instead of what follows from them.

    Args:
        problems: what a program complained of.
        entries: of the files that it read.
        program: its name.
    """
    rest = list(problems)
    if not any(item.code == _SYNTAX or _is_fatal(item) for item in rest):
        return tuple(rest)
    found: list[Diagnostic] = []
    for path in entries.paths:
        source = SourceFile(path, path.read_text("utf-8", "replace") if path.is_file() else "")
        for entry in unclosed_entries(source.text):
            found.append(unclosed_entry(source, entry, program))
            first, last = source.position(entry.start).line, source.position(entry.end).line
            lines = range(first, last)
            rest = [
                item
                for item in rest
                if not _stands_in(item, path, lines)
                # The next entry is what the program stumbles over.
                and not (item.code == _SYNTAX and _stands_in(item, path, range(last, last + 1)))
            ]
    return (*found, *rest)


def _is_fatal(problem: Diagnostic) -> bool:
    return problem.code == "bibliography" and problem.severity is Severity.ERROR


def _stands_in(problem: Diagnostic, path: Path, lines: range) -> bool:
    span = problem.span
    if span is None or span.start is None:
        return False
    return span.path == path and span.start.line in lines


def missing_entry(key: str, source: str) -> Diagnostic:
    """Say that no bibliography file has an entry; `split_missing_entries` finds it again."""
    message = f'no bibliography file has an entry "{key}"'
    return Diagnostic("undefined-citation", Severity.WARNING, message, source=source)


def split_missing_entries(
    findings: list[Diagnostic],
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Divide findings into the keys of missing entries and all others."""
    missing = [item for item in findings if item.code == "undefined-citation"]
    keys = dict.fromkeys(item.message.split('"')[1] for item in missing)
    return tuple(keys), tuple(item for item in findings if item not in missing)


def unexplained(program: str, code: str, status: int, text: str) -> Diagnostic:
    """Say that a program failed, with its last words."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = f': "{lines[-1]}"' if lines else " without a word"
    message = f"{program} ended with status {status}{said}"
    return Diagnostic(code, Severity.ERROR, message, source=program)
