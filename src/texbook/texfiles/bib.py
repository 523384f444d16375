"""Bibliographies: BibTeX files as plain values, LaTeX in them left as it is."""

from __future__ import annotations

import functools
import logging
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import TexbookError
from texbook.base.source import LARGEST_BIBLIOGRAPHY, SourceFile, read_source
from texbook.base.span import Span
from texbook.texfiles.bib_braces import entry_keys, unclosed_entries, unclosed_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bibtexparser.model import Block, Entry

# The parser also logs each failure; without a handler that would reach the terminal.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_SYNTAX = "bibliography-syntax"

# What holds the place of publication, by preference, in BibTeX's and in biblatex's words.
_VENUES = (
    "journaltitle", "journal", "booktitle", "maintitle", "publisher", "school", "institution",
    "organization", "howpublished",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Author:
    """A person's name in parts, or a body's name as ``last`` alone; all of them LaTeX."""

    last: str
    first: str = ""

    def __str__(self) -> str:
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    r"""A work; every text is LaTeX as it stands in the file, absent fields are empty.

    Attributes:
        kind: ``article``, ``inproceedings``, ``misc``, ...
        line: where the entry begins in its file, from 1.
        others: whether the list of authors ends in ``and others``.
        eprint: the identifier at ``eprinttype`` (lower case), as ``1706.03762`` at ``arxiv``.
        fields: all fields by their names in small letters.
    """

    key: str
    kind: str
    line: int
    authors: tuple[Author, ...] = ()
    others: bool = False
    title: str = ""
    venue: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    year: str = ""
    doi: str = ""
    eprint: str = ""
    eprinttype: str = ""
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of a file by key, in its order, and what is wrong with the file.

    Attributes:
        hidden: by the key of each entry that stands in the file but was not read, the problem.
    """

    path: Path
    entries: Mapping[str, BibliographyEntry] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()
    hidden: Mapping[str, Diagnostic] = field(default_factory=dict)


MOST_ENTRIES = 50_000
"""Entries of a file, by its ``@``; the parser takes a tenth of a millisecond for each."""


def read_bibliography(path: Path) -> Bibliography:
    """Read a BibTeX file; a file that cannot be read is a problem, not an exception."""
    try:
        source = read_source(path, LARGEST_BIBLIOGRAPHY, "leave out what is not cited")
    except TexbookError as error:
        problem = _problem(error.message, error.span or Span(path), hints=error.hints)
        return Bibliography(path, problems=(problem,))
    return parse_bibliography(path, source.text)


@functools.lru_cache(maxsize=2)  # a watch asks for the same one after every save
def parse_bibliography(path: Path, text: str) -> Bibliography:
    """Read the text of a BibTeX file."""
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415  (50 ms)
    from bibtexparser.model import Entry  # noqa: PLC0415

    if text.count("@") > MOST_ENTRIES:
        message = f"too large to be read: more than {MOST_ENTRIES:,} entries"
        return Bibliography(path, problems=(_problem(message, Span(path)),))
    text = text.replace("\r\n", "\n")
    library = parse_string(text)
    entries: dict[str, BibliographyEntry] = {}
    for block in library.blocks:
        if isinstance(block, Entry):
            entries.setdefault(block.key, _entry(block))
    failures = [_failure(path, block) for block in library.failed_blocks]
    source = SourceFile(path, text)
    unclosed = list(unclosed_entries(text)) if failures else []
    lines = {source.position(item.start).line for item in unclosed}
    problems = (
        *(unclosed_entry(source, item, "texbook") for item in unclosed),
        *(item for item in failures if item.code != _SYNTAX or _line(item) not in lines),
    )
    return Bibliography(path, entries, problems, _hidden(source, entries, problems))


def _hidden(
    source: SourceFile, read: Mapping[str, BibliographyEntry], problems: tuple[Diagnostic, ...]
) -> dict[str, Diagnostic]:
    """Give the fault before each entry that was not read; the parser goes on behind it or stops."""
    faults = sorted((item for item in problems if item.code == _SYNTAX), key=_line)
    hidden: dict[str, Diagnostic] = {}
    for key, offset in entry_keys(source.text) if faults else ():
        line = source.position(offset).line
        # The brace that is missing may be in a later line than the key of the same entry.
        if key not in read:
            before = bisect_right(faults, line, key=_line)
            hidden.setdefault(key, faults[max(0, before - 1)])
    return hidden


def _line(problem: Diagnostic) -> int:
    return problem.span.start.line if problem.span and problem.span.start else 0


def split_names(text: str) -> Iterator[str]:
    """Give the names in an author field; an ``and`` inside braces belongs to its name.

    >>> list(split_names("Knuth, Donald E. and {Barnes and Noble} and others"))
    ['Knuth, Donald E.', '{Barnes and Noble}', 'others']
    """
    yield from (part for part in _split_outside_braces(text, r"\s+and\s+") if part)


def parse_name(name: str) -> Author:
    """Split a name as BibTeX does: ``Last, First``, ``Last, Jr, First`` or ``First von Last``.

    Source: O. Patashnik, "BibTeXing", section 4.

    >>> parse_name("van den Goorbergh, Ruben"), parse_name("Ludwig van Beethoven").last
    (Author(last='van den Goorbergh', first='Ruben'), 'van Beethoven')
    """
    parts = [part.strip() for part in _split_outside_braces(name, ",")]
    if len(parts) > 1:
        suffix = "" if len(parts) == 2 else f", {parts[1]}"  # noqa: PLR2004
        return Author(parts[0] + suffix, parts[-1])
    words = [word for word in _split_outside_braces(name, r"[\s~]+") if word]
    if len(words) < 2:  # noqa: PLR2004
        return Author(name.strip())
    particle = next((i for i, word in enumerate(words[:-1]) if word[:1].islower()), len(words) - 1)
    return Author(" ".join(words[particle:]), " ".join(words[:particle]))


def _split_outside_braces(text: str, separator: str) -> list[str]:
    parts = [""]
    depth = 0
    for piece in re.split(rf"([{{}}]|\\.|{separator})", text, flags=re.DOTALL):
        if depth == 0 and re.fullmatch(separator, piece):
            parts.append("")
            continue
        depth += {"{": 1, "}": -1}.get(piece, 0)
        parts[-1] += piece
    return [part.strip() for part in parts]


def _entry(entry: Entry) -> BibliographyEntry:
    fields = {
        item.key.lower(): re.sub(r"\s+", " ", str(item.value)).strip() for item in entry.fields
    }
    names = list(split_names(fields.get("author") or fields.get("editor", "")))
    others = bool(names) and names[-1] == "others"
    eprint_type = fields.get("eprinttype") or fields.get("archiveprefix", "")
    found_year = re.search(r"\d{4}", fields.get("year") or fields.get("date", ""))
    return BibliographyEntry(
        key=entry.key,
        kind=entry.entry_type.lower(),
        line=(entry.start_line or 0) + 1,
        authors=tuple(parse_name(name) for name in names if name != "others"),
        others=others,
        title=fields.get("title", ""),
        venue=next((fields[name] for name in _VENUES if fields.get(name)), ""),
        volume=fields.get("volume", ""),
        number=fields.get("number", ""),
        pages=fields.get("pages", ""),
        year=found_year[0] if found_year else fields.get("year", ""),
        doi=re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", fields.get("doi", "")),
        eprint=re.sub(
            r"^(?:https?://arxiv\.org/abs/|arxiv:)",
            "",
            fields.get("eprint", ""),
            flags=re.IGNORECASE,
        ),
        eprinttype=eprint_type.lower(),
        url=fields.get("url", ""),
        fields=fields,
    )


def _failure(path: Path, block: Block) -> Diagnostic:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock  # noqa: PLC0415

    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        first = Span.at(path, (block.previous_block.start_line or 0) + 1)
        return _problem(
            f'the key "{block.key}" is used twice; the first entry counts',
            Span.at(path, line),
            related=(Related(first, "first used here"),),
        )
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(f'"{name}"' for name in sorted(block.duplicate_keys))
        return _problem(f"this entry has the field {names} twice", Span.at(path, line))
    return _problem(
        "this entry cannot be read",
        Span.at(path, line),
        code=_SYNTAX,
        hints=("look for a missing comma, or a brace or quote that is not closed",),
    )


def _problem(
    message: str,
    span: Span,
    *,
    code: str = "bibliography",
    hints: tuple[str, ...] = (),
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span, hints, related, source="texbook")
