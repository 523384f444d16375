r"""Headings as they are written, and what of their titles is printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.latex.arguments import ArgumentReader
from texbook.latex.outline import LEVELS
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.latex.arguments import Argument
    from texbook.latex.tokens import TokenizedText
    from texbook.lint.book import Book

_CLASS = re.compile(r"\\documentclass\s*(?:\[[^\]]*\]\s*)?\{\s*([\w.-]+)")
CLASS_DEPTHS = {
    **dict.fromkeys(("book", "report", "extbook", "extreport", "scrbook", "scrreprt"), 2),
    **dict.fromkeys(("article", "extarticle", "scrartcl", "amsart", "amsbook"), 3),
    "amznotes": 2,
    "memoir": 1,
    "beamer": -2,
}
"""Classes whose numbering is known -> the deepest level that has numbers (their ``secnumdepth``;
beamer numbers no headings)."""
_MEMOIR_DEPTH = re.compile(r"\\(?:set|max)secnumdepth[ \t]*\{[ \t]*(\w+)[ \t]*\}")
_MEMOIR_DEPTHS = {**LEVELS, "all": 5, "none": -2}
_FORMAT = re.compile(
    r"\\titleformat[ \t]*\{[ \t]*\\([a-z]+)[ \t]*\}"
    r"|\\renewcommand\*?[ \t]*\{?[ \t]*\\the((?:sub)*section|chapter|part)[ \t]*\}?(?![A-Za-z@])"
)
_COUNTS = ("\\arabic", "\\Roman", "\\roman", "\\Alph", "\\alph")
_FORMAT_REACH = 300
_DEPTH = re.compile(r"\\setcounter[ \t]*\{secnumdepth\}[ \t]*\{[ \t]*(-?\d+)[ \t]*\}")


@dataclass(frozen=True, slots=True)
class WrittenHeading:
    r"""A sectioning command in a text; all offsets are code points.

    Attributes:
        command: without backslash and star.
        start: of the command.
        title: the braced title, without its braces.
        short: the optional title for the table of contents, without its brackets.
    """

    command: str
    start: int
    starred: bool
    title: Argument
    short: Argument | None = None

    @property
    def level(self) -> int:
        """The command's level: 0 for a chapter."""
        return LEVELS[self.command]

    @property
    def end(self) -> int:
        """The offset after the title's brace."""
        return self.title.end + 1

    def text(self, tokenized: TokenizedText) -> str:
        """Give the title as plain text."""
        return plain_title(tokenized.text[self.title.start : self.title.end])


def read_headings(
    tokenized: TokenizedText, arguments: ArgumentReader | None = None
) -> Iterator[WrittenHeading]:
    r"""Read the headings of a text, in order; those in definitions are none.

    >>> from texbook.latex.tokens import tokenize
    >>> [(h.command, h.starred) for h in read_headings(tokenize(r"\section*{A} \part{B}"))]
    [('section', True), ('part', False)]
    """
    reader = arguments or ArgumentReader(tokenized)
    for token in tokenized.tokens:
        if token.kind is not Kind.COMMAND or token.name not in LEVELS:
            continue
        if tokenized.in_definition(token.start):
            continue
        after_star = reader.star(token.end)
        short = reader.bracketed(after_star)
        title = reader.braced(after_star if short is None else short.end + 1)
        if title is not None:
            starred = after_star != token.end
            yield WrittenHeading(token.name, token.start, starred, title, short)


def class_name(text: str) -> str:
    r"""Give the class that a document asks for; empty where it asks for none.

    >>> class_name(r"\documentclass[11pt]{memoir}")
    'memoir'
    """
    found = _CLASS.search(text)
    return found[1] if found else ""


def numbered_depth(texts: Iterable[str]) -> int:
    r"""Give the deepest level that a book numbers, by its class and ``secnumdepth``.

    Where the depth is set more than once, the least of them: what is not numbered somewhere is in
    doubt. An unknown class numbers down to ``\subsection``, as book and report do.

    >>> numbered_depth([r"\documentclass{book}"])
    2
    """
    depths: list[int] = []
    by_class = LEVELS["subsection"]
    for text in texts:
        depths += [int(found[1]) for found in _DEPTH.finditer(text)]
        depths += [_MEMOIR_DEPTHS.get(found[1], -1) for found in _MEMOIR_DEPTH.finditer(text)]
        by_class = CLASS_DEPTHS.get(class_name(text), by_class)
    return min(depths, default=by_class)


def are_slides(texts: Iterable[str]) -> bool:
    """Say whether the class is beamer: its headings go to the contents and print nothing."""
    return any(class_name(text) == "beamer" for text in texts)


def unnumbered_by_format(texts: Iterable[str]) -> frozenset[str]:
    r"""Give the sectioning commands whose number the book's own format leaves out, or may.

    ``\titleformat`` (titlesec) prints the number only where its label says so.

    >>> sorted(unnumbered_by_format([r"\titleformat{\section}{\bfseries}{}{0em}{}"]))
    ['section']
    """
    found: set[str] = set()
    for text in texts:
        for match in _FORMAT.finditer(text):
            command = match[1] or match[2]
            body = text[match.end() : match.end() + _FORMAT_REACH]
            numbers = (f"\\the{command}", *_COUNTS) if match[1] else _COUNTS
            if not any(number in body for number in numbers):
                found.add(command)
    return frozenset(found)


def defining_texts(book: Book) -> list[str]:
    """Give the texts of a book that may set how its headings look: class, packages, documents."""
    return [source.text for source in book.sources]
