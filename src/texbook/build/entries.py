"""Where the entries of ``.bib`` files begin, for messages that name a key and no line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from pathlib import Path

_ENTRY = re.compile(r"^\s*@\s*(\w+)\s*[{(]\s*([^\s,{}()]*)")
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
