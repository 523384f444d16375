"""Judging a finished PDF, and its outline."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import TexbookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pypdf import PdfReader

_TAIL = 1024
"""``%%EOF`` stands within the last 1024 bytes (PDF reference 1.7, appendix H, note 18)."""

STUMBLES = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""Besides its own: pypdf meets a damaged file with whatever its parser stumbled over."""


class InvalidPdfError(TexbookError):
    """A PDF that was just made is cut or damaged, or lacks pages."""

    code = "invalid-pdf"


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark of a PDF.

    Attributes:
        level: 0 for the outermost.
        page_index: the page it leads to, from 0; None if it leads nowhere.
    """

    title: str
    level: int
    page_index: int | None


def validate_pdf(path: Path, pages: int | None) -> None:
    """Check that a PDF is whole: header, end, cross-reference table, page tree, page count.

    An exit status of 0 and the log line "Output written" prove nothing: on a full disk both were
    seen with an unreadable PDF.

    Args:
        path: the PDF.
        pages: how many pages it must have; None for any number above 0.

    Raises:
        InvalidPdfError: saying what is wrong with it.
        StorageError: when it cannot be read.
    """
    _check_ends(path)
    count = page_count(path)
    if count == 0:
        raise InvalidPdfError(f'"{path.name}" has no page')
    if pages is not None and count != pages:
        raise InvalidPdfError(f'"{path.name}" has {count} pages, but the engine shipped {pages}')


def page_count(path: Path) -> int:
    """Count the pages of a PDF by walking its page tree.

    The tree is walked rather than its ``/Count`` believed, so that every page object is known to be
    there; the pages' contents are not read.

    Raises:
        InvalidPdfError: when it is damaged.
        StorageError: when it cannot be read.
    """
    with _reader(path) as reader:
        return len(reader.pages)


def page_texts(path: Path, pages: Iterable[int]) -> dict[int, str]:
    """Give the text of some pages, as a reader of the PDF would copy it.

    Args:
        path: the PDF.
        pages: which, from 1; those that it has not are left out.

    Raises:
        InvalidPdfError: when it is damaged.
        StorageError: when it cannot be read.
    """
    with _reader(path) as reader:
        there = range(1, len(reader.pages) + 1)
        return {page: reader.pages[page - 1].extract_text() for page in pages if page in there}


def outline(path: Path) -> tuple[OutlineEntry, ...]:
    """List the bookmarks of a PDF, in the order of a reader's side bar.

    Raises:
        InvalidPdfError: when it is damaged.
        StorageError: when it cannot be read.
    """
    with _reader(path) as reader:
        return tuple(_entries(reader, reader.outline, 0))


def _entries(reader: PdfReader, items: Sequence[object], level: int) -> Iterator[OutlineEntry]:
    from pypdf.generic import Destination  # noqa: PLC0415

    for item in items:
        if isinstance(item, list):
            yield from _entries(reader, item, level + 1)
        elif isinstance(item, Destination):
            page = reader.get_destination_page_number(item)
            yield OutlineEntry(item.title or "", level, page)


def _check_ends(path: Path) -> None:
    with storage_errors("read", path), path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if not stream.read(5).startswith(b"%PDF-"):
            raise InvalidPdfError(f'"{path.name}" is not a PDF: its header is missing')
        stream.seek(max(0, size - _TAIL))
        if b"%%EOF" not in stream.read():
            raise InvalidPdfError(f'"{path.name}" is cut off: its end is missing')


def preload() -> None:
    """Import pypdf, which takes 0.1 s, before it is needed."""
    import pypdf  # noqa: F401, PLC0415


@contextmanager
def _reader(path: Path) -> Iterator[PdfReader]:
    """Open a PDF with pypdf in strict mode; its complaints become `InvalidPdfError`."""
    from pypdf import PdfReader  # noqa: PLC0415  (0.1 s to import)
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    with storage_errors("read", path), path.open("rb") as stream, heard_warnings() as warnings:
        try:
            yield PdfReader(stream, strict=True)
        except OSError:
            raise
        except (PyPdfError, *STUMBLES) as error:
            reason = str(error).strip() or type(error).__name__
            raise InvalidPdfError(f'"{path.name}" is damaged: {reason}') from error
    if warnings:
        raise InvalidPdfError(f'"{path.name}" is damaged: {warnings[0]}')


@contextmanager
def heard_warnings() -> Iterator[list[str]]:
    """Collect what pypdf logs: strict as it is called, it repairs a broken table with a warning."""
    messages: list[str] = []

    def hear(record: logging.LogRecord) -> bool:
        messages.append(record.getMessage())
        return False

    logger = logging.getLogger("pypdf._reader")
    logger.addFilter(hear)
    try:
        yield messages
    finally:
        logger.removeFilter(hear)
