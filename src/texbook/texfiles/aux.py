r"""Read LaTeX's auxiliary files: what they ask of other programs, and how far two of them differ.

Sources of the facts: ``latex.ltx`` (``\enddocument``, ``\@writefile``, ``\newlabel``), the BibTeX
manual (``btxdoc``: the four commands that it reads in an ``.aux``), biblatex's ``.bcf`` control
file as described in biber's manual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, zip_longest

_NUMBER = re.compile(rb"\d+|\{[ivxlcdm]{1,12}\}|\{[IVXLCDM]{1,12}\}")
# biblatex keeps book here on what biber should sort; it sets nothing in print by itself.
_BOOKKEEPING = re.compile(rb"(?m)^\\abx@aux@.*\n?")
# minted lists the cache files that it used, to delete others; biblatex keeps a checksum of the
# .bbl, to warn that another run is due. Nothing in print depends on either.
_INERT = re.compile(rb"(?m)^\\gdef ?\\minted@oldcachelist ?\{[^{}]*\}\n?|^\\abx@aux@read@bbl.*\n?")
_BIBTEX = re.compile(rb"(?m)^\\(citation|bibdata|bibstyle|@input)\s*\{([^}]*)\}")
_LAST_PAGE = re.compile(rb"(?m)^\\gdef ?\\@abspage@last ?\{\d+\}")
_LABEL = re.compile(rb"(?m)^\\newlabel\s*\{([^{}]+)\}")
_SECTION_SOURCES = re.compile(rb"<bcf:datasource\b[^>]*>\s*([^<]*?)\s*</bcf:datasource>")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


def settled_form(content: bytes) -> bytes:
    """Give the part of an auxiliary file that can change what is typeset."""
    return _INERT.sub(b"", content)


def shape(content: bytes) -> bytes:
    r"""Give the content with every number masked: equal shapes mean that only numbers moved.

    Roman page numbers count as numbers where they stand alone in braces, as ``\newlabel`` and
    ``\contentsline`` write them.

    >>> shape(b"\\newlabel{a}{{1}{xii}}") == shape(b"\\newlabel{a}{{2}{iv}}")
    True
    """
    return _NUMBER.sub(b"#", _BOOKKEEPING.sub(b"", settled_form(content)))


def is_complete(content: bytes, *, announces_last_page: bool) -> bool:
    r"""Say whether an ``.aux`` of the job was written to its end.

    Args:
        content: of the main ``.aux``.
        announces_last_page: whether the one before it held ``\gdef \@abspage@last{N}``, which
            LaTeX writes near the end since 2021 (``latex.ltx``, ``\enddocument``).
    """
    if content and not content.endswith(b"\n"):
        return False
    return not announces_last_page or _LAST_PAGE.search(content) is not None


def announces_last_page(content: bytes) -> bool:
    r"""Say whether an ``.aux`` holds LaTeX's line with the number of the last page."""
    return _LAST_PAGE.search(content) is not None


@dataclass(frozen=True, slots=True)
class BibtexRequest:
    """What an ``.aux`` (and those it inputs) asks of BibTeX."""

    citations: tuple[str, ...]
    databases: tuple[str, ...]
    style: str


def bibtex_request(name: str, files: dict[str, bytes]) -> BibtexRequest | None:
    r"""Read the request that BibTeX would find in the ``.aux`` of this name.

    Args:
        name: of an ``.aux`` that holds ``\bibdata`` itself.
        files: contents of all ``.aux`` files by name, to follow ``\@input``.

    Returns:
        None when it lacks one of citations, databases and style: BibTeX would only complain.
    """
    if not any(found[1] == b"bibdata" for found in _BIBTEX.finditer(files.get(name, b""))):
        return None
    citations: dict[str, None] = {}
    databases: list[str] = []
    style = ""
    for command, value in _bibtex_commands(name, files, set()):
        if command == "citation":
            citations.update(dict.fromkeys(value.split(",")))
        elif command == "bibdata":
            databases.extend(item.strip() for item in value.split(",") if item.strip())
        else:
            style = value
    if not (citations and databases and style):
        return None
    return BibtexRequest(tuple(citations), tuple(databases), style)


def _bibtex_commands(name: str, files: dict[str, bytes], seen: set[str]) -> list[tuple[str, str]]:
    commands: list[tuple[str, str]] = []
    seen.add(name)
    for found in _BIBTEX.finditer(files.get(name, b"")):
        command, value = found[1].decode(), found[2].decode("utf-8", "replace")
        if command != "@input":
            commands.append((command, value))
        elif value not in seen:
            commands.extend(_bibtex_commands(value, files, seen))
    return commands


def biber_sources(control: bytes) -> tuple[str, ...]:
    """List the data sources (``.bib`` files as the author wrote them) in a ``.bcf``."""
    names = (found[1].decode("utf-8", "replace") for found in _SECTION_SOURCES.finditer(control))
    return tuple(dict.fromkeys(_unescaped(name) for name in names))


def _unescaped(text: str) -> str:
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]], text)


def label_names(content: bytes) -> tuple[str, ...]:
    r"""List the labels of an ``.aux`` that a person has written.

    Others are left out: cleveref's ``x@cref`` and LaTeX's own with a double at sign.

    >>> label_names(b"\\newlabel{a}{{1}{1}}\n\\newlabel{a@cref}{{[section]1}}\n")
    ('a',)
    """
    names = (found[1].decode("utf-8", "replace") for found in _LABEL.finditer(content))
    return tuple(name for name in names if "@" not in name)


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A line that differs between two versions; empty where it is new or gone."""

    before: str
    after: str


def moved_lines(before: bytes, after: bytes, most: int = 3) -> tuple[MovedLine, ...]:
    r"""List the first lines that differ, for a person to read.

    >>> moved_lines(b"a\nb1\n", b"a\nb2\n")
    (MovedLine(before='b1', after='b2'),)
    """
    old = before.decode("utf-8", "replace").splitlines()
    new = after.decode("utf-8", "replace").splitlines()
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    pairs = (MovedLine(*pair) for pair in zip_longest(old, new, fillvalue=""))
    return tuple(islice((pair for pair in pairs if pair.before != pair.after), most))
