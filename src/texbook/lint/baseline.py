"""Known findings: a book can adopt lint today and be told of new findings only.

The file is JSON, one entry a line and sorted, so that version control shows what came and went. An
entry names no line but holds a digest of what stands on it: the finding stays known wherever the
line moves, and is told again when the line is changed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_text
from texbook.base.errors import UsageError
from texbook.base.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.base.span import Position

VERSION = 1
"""Grows when an older texbook would misread the file."""

_ANEW = 'remove it, and give the same command with "--update-baseline" to write it anew'


class Entry(NamedTuple):
    """What a known finding is known by.

    Attributes:
        path: relative to the book's folder, ``/`` between folders; "" if it concerns no file.
        code: the rule's.
        digest: of the code, and the lines that it is about.
    """

    path: str
    code: str
    digest: str


Known = Counter[Entry]
"""Known findings: how many of each entry."""


def read_baseline(path: Path) -> Known:
    """Read the file.

    Raises:
        UsageError: when it is not there, cannot be read, is damaged or of another version.
    """
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f'the baseline "{path}" is no regular file')
        text = read_regular(path).decode()
    except FileNotFoundError:
        hints = ('the same command with "--update-baseline" writes it from today\'s findings',)
        raise UsageError(f'there is no baseline "{path}"', hints=hints) from None
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f'cannot read the baseline "{path}": {why}') from error
    except UnicodeDecodeError:
        raise _damaged(path, "it is no UTF-8") from None
    try:
        return _known(path, json.loads(text))
    except RecursionError:
        raise _damaged(path, "it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _damaged(path, f"line {error.lineno} is no JSON: {error.msg}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(path, "an entry is not as texbook writes it") from None


def _damaged(path: Path, why: str) -> UsageError:
    message = f'"{path}" is no baseline, or a damaged one: {why}'
    return UsageError(message, hints=(f"name another file; or {_ANEW}",))


def _known(path: Path, table: dict[str, Any]) -> Known:
    version = table["version"]
    if version != VERSION:
        message = f'the baseline "{path}" is of version {version}; this texbook reads {VERSION}'
        raise UsageError(message, hints=(f"use the texbook that wrote it; or {_ANEW}",))
    known: Known = Counter()
    for entry in table["findings"]:
        count = entry["count"]
        if type(count) is not int or count < 1:
            raise ValueError(count)
        known[Entry(*(str(entry[name]) for name in Entry._fields))] += count
    return known


def write_baseline(path: Path, known: Mapping[Entry, int]) -> None:
    """Write the file.

    Raises:
        StorageError: when that is not possible; the old file is then untouched.
    """
    lines = ",\n".join(
        "    " + json.dumps({**entry._asdict(), "count": count}, ensure_ascii=False)
        for entry, count in sorted(known.items())
        if count > 0
    )
    findings = f"[\n{lines}\n  ]" if lines else "[]"
    text = f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'
    write_atomically(path, text.encode("utf-8", "surrogatepass"))


class Reader:
    """Gives the entries of findings: reads the lines that they are about.

    Args:
        root: the book's folder.
        source: gives a file of the author's; None if it cannot be read.
    """

    def __init__(self, root: Path, source: Callable[[Path], SourceFile | None]) -> None:
        self._root = root
        self._source = source
        self._sources: dict[Path, SourceFile | None] = {}

    def entry(self, finding: Diagnostic) -> Entry | None:
        """Give what a finding is known by; None if its file cannot be read."""
        span = finding.span
        # What concerns a file as a whole is about no line: the message tells it from others.
        about: str | None = finding.message
        if span is not None and span.start is not None:
            about = self._lines(span.path, span.start, span.end)
        if about is None:
            return None
        path = "" if span is None else os.path.relpath(span.path, self._root).replace(os.sep, "/")
        return Entry(path, finding.code, digest_text(f"{finding.code}\n{about}"))

    def _lines(self, path: Path, start: Position, end: Position | None) -> str | None:
        """Give the lines that a stretch touches, without the blanks around them."""
        if path not in self._sources:
            self._sources[path] = self._source(path)
        source = self._sources[path]
        if source is None:
            return None
        # A stretch that ends before the first sign of a line does not touch it.
        last = start.line if end is None else max(start.line, end.line - (end.column == 1))
        lines = (source.line(number).strip() for number in range(start.line, last + 1))
        return "\n".join(lines)


def count_known(findings: Iterable[Diagnostic], codes: Collection[str], reader: Reader) -> Known:
    """Give a baseline of what rules of these codes have found; nothing else can be known."""
    entries = (reader.entry(finding) for finding in findings if finding.code in codes)
    return Known(entry for entry in entries if entry is not None)


def leave_out(
    findings: Iterable[Diagnostic], codes: Collection[str], known: Known, reader: Reader
) -> tuple[tuple[Diagnostic, ...], Known]:
    """Leave out known findings of these codes, and give the entries that were not found.

    Of several findings with one entry the first are the known ones.
    """
    left = known.copy()
    told = []
    for finding in findings:
        entry = reader.entry(finding) if finding.code in codes else None
        if entry is not None and left[entry] > 0:
            left[entry] -= 1
        else:
            told.append(finding)
    return tuple(told), +left
