"""What a PDF shows: its text, its pixels, and whether its contents name the right pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]  # it ships no types

from texbook.texfiles.pdf import outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from texbook.texfiles.pdf import OutlineEntry

_ENTRY = re.compile(r"(?P<title>.*\S)[\s.]+(?P<folio>\d+|[ivxlc]+)")
_FOLIO = re.compile(r"\d+|[ivxlc]+")
_TALLEST = 3
"""Lines that an entry of the contents may take."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found when a table of contents was read back.

    Attributes:
        entries: bookmarks that have a line in the contents; not all do (a title page, say).
        wrong: those whose printed number is not the one printed on the heading's page.
    """

    entries: int
    wrong: tuple[str, ...]


def page_texts(pdf: Path) -> tuple[str, ...]:
    """Give the text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def pages_that_differ(one: Path, other: Path) -> list[int]:
    """List the pages, from 1, that are on one side only or differ in any pixel at 72 dpi."""
    first, second = pypdfium2.PdfDocument(one), pypdfium2.PdfDocument(other)
    try:
        both = min(len(first), len(second))
        differing = [n + 1 for n in range(both) if _pixels(first[n]) != _pixels(second[n])]
        return differing + list(range(both + 1, max(len(first), len(second)) + 1))
    finally:
        first.close()
        second.close()


def _pixels(page: pypdfium2.PdfPage) -> bytes:
    return bytes(page.render(scale=1).buffer)


def read_contents(pdf: Path) -> Contents:
    """Compare each line of the table of contents with the folio on the page of its heading.

    A heading's page is where its bookmark leads: xdvipdfmx resolves that from the named place that
    the heading itself left on its page, while the number in the contents comes from a pass before.
    The folio is the number that stands alone in a line at the head or foot of that page.
    """
    texts = page_texts(pdf)
    entries = [entry for entry in outline(pdf) if entry.page_index is not None]
    printed = _printed_lines(texts, entries)
    found, wrong = 0, []
    for entry in entries:
        lines = printed.get(_plain(entry.title))
        if not lines:
            continue
        found += 1
        folio = lines.pop(0)
        if folio not in _folios(texts[entry.page_index or 0]):
            wrong.append(f"{entry.title}: {folio}")
    return Contents(found, tuple(wrong))


def _printed_lines(texts: Iterable[str], entries: Iterable[OutlineEntry]) -> dict[str, list[str]]:
    """Give the numbers printed in the contents by title; equal titles in the order of the book."""
    titles = {_plain(entry.title) for entry in entries}
    printed: dict[str, list[str]] = {}
    for text in texts:
        hits = [hit for hit in _numbered_lines(text) if hit[0] in titles]
        if printed and not hits:
            break
        if printed or len(hits) > 1:
            for title, folio in hits:
                printed.setdefault(title, []).append(folio)
    return printed


def _numbered_lines(text: str) -> Iterator[tuple[str, str]]:
    """Give what stands before a number at the end of a line, with up to two lines above it."""
    lines = text.splitlines()
    for place in range(len(lines)):
        for height in range(_TALLEST):
            match = _ENTRY.fullmatch(" ".join(lines[max(0, place - height) : place + 1]).strip())
            if match:
                yield _plain(match["title"]), match["folio"]


def _plain(title: str) -> str:
    return "".join(character for character in title if character.isalnum())


def _folios(text: str) -> set[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {line for line in (*lines[:2], *lines[-2:]) if _FOLIO.fullmatch(line)}
