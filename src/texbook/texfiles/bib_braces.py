r"""Entries of a BibTeX file that a missing brace leaves open, and where that brace is missing.

To BibTeX every brace counts, ``\{`` too, and an ``@`` inside an entry means nothing (O. Patashnik,
"BibTeXing", section 4). So an entry that is not closed swallows those behind it, and what the
programs complain of is far away. Here an ``@type{key,`` at the beginning of a line ends the entry
before it whether that is closed or not, and a ``name = `` there ends the field before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile

_ENTRY = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)\s*([{(])[ \t]*([^\s,{}()=#\"]+)\s*,", re.MULTILINE)
_NOT_ENTRIES = frozenset({"comment", "preamble", "string"})
_TOKEN = re.compile(r"[{}]|^[ \t]*([A-Za-z][\w-]*)[ \t]*=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class UnclosedEntry:
    """An entry that is still open where the next one begins, or at the end of the file.

    Attributes:
        start: the offset of the entry.
        field: the field whose value is not closed; empty if that cannot be told.
        opened: the offset of the brace without a partner: the value's or, else, the entry's own.
        end: the offset of the next entry, or of the end of the file.
    """

    key: str
    start: int
    field: str
    opened: int
    end: int


def unclosed_entries(text: str) -> Iterator[UnclosedEntry]:
    r"""Give the entries of a file that are not closed, in its order.

    >>> [found] = unclosed_entries("@misc{a,\n  title = {One,\n  year = {1961},\n}\n")
    >>> found.key, found.field, found.opened
    ('a', 'title', 19)
    """
    entries = list(_entries(text))
    ends = (*(entry.start() for entry in entries[1:]), len(text))
    for entry, end in zip(entries, ends, strict=False):
        is_entry = entry[1].lower() not in _NOT_ENTRIES and entry[2] == "{"
        if is_entry and (found := _unclosed(text, entry, end)):
            yield found


def unclosed_entry(source: SourceFile, entry: UnclosedEntry, program: str) -> Diagnostic:
    """Say that an entry is not closed, at the brace of its value or, else, at its key.

    Args:
        source: the file.
        entry: one of its `unclosed_entries`.
        program: who complained of the file.
    """
    what = f'the field "{entry.field}" of the entry' if entry.field else "the entry"
    key = source.text.index(entry.key, entry.start)
    start, stop = entry.opened, entry.opened + 1
    if start < key:
        start, stop = key, key + len(entry.key)
    following = Span.at(source.path, source.position(entry.end).line)
    is_last = entry.end == len(source.text)
    return Diagnostic(
        "bibliography-syntax",
        Severity.ERROR,
        f'{what} "{entry.key}" is not closed',
        source.span(start, stop),
        hints=('look for a "}" that is missing: every "{" needs its own',),
        related=() if is_last else (Related(following, "the next entry begins here"),),
        source=program,
    )


def entry_keys(text: str) -> Iterator[tuple[str, int]]:
    """Give the keys of all entries that begin a line, read or not, with their offsets."""
    for entry in _entries(text):
        if entry[1].lower() not in _NOT_ENTRIES:
            yield entry[3], entry.start(3)


def _entries(text: str) -> Iterator[re.Match[str]]:
    return _ENTRY.finditer(text)


def _unclosed(text: str, entry: re.Match[str], end: int) -> UnclosedEntry | None:
    """Follow the braces of one entry; the first value that runs into the next field is at fault."""
    opened = [entry.start(2)]
    field, culprit = "", ("", opened[0])
    for token in _TOKEN.finditer(text, entry.end(), end):
        if token[0] == "{":
            opened.append(token.start())
        elif token[0] == "}":
            opened.pop()
            if not opened:
                return None
        else:
            if len(opened) > 1 and not culprit[0]:
                culprit = (field, opened[1])
            if len(opened) == 1:
                field = token[1]
    if len(opened) > 1 and not culprit[0]:
        culprit = (field, opened[1])
    return UnclosedEntry(entry[3], entry.start(), *culprit, end)
