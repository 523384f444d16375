from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pypdf import PdfWriter

from texbook.base.errors import StorageError
from texbook.texfiles.pdf import (
    InvalidPdfError,
    OutlineEntry,
    outline,
    page_count,
    page_texts,
    validate_pdf,
)

if TYPE_CHECKING:
    from pathlib import Path


def write_pdf(path: Path, pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    if pages > 2:
        first = writer.add_outline_item(title="One", page_number=0)
        writer.add_outline_item(title="Two, été", page_number=2, parent=first)
    writer.write(path)
    return path.read_bytes()


def test_a_whole_pdf_passes(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 3)
    validate_pdf(tmp_path / "a.pdf", 3)
    validate_pdf(tmp_path / "a.pdf", None)
    assert page_count(tmp_path / "a.pdf") == 3


def test_the_text_of_pages_that_are_there_is_given(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 2)
    assert page_texts(tmp_path / "a.pdf", [2, 3]) == {2: ""}


def test_another_number_of_pages_is_refused(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 3)
    with pytest.raises(InvalidPdfError, match="has 3 pages, but the engine shipped 4"):
        validate_pdf(tmp_path / "a.pdf", 4)


def test_no_page_at_all_is_refused(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 0)
    with pytest.raises(InvalidPdfError, match="has no page"):
        validate_pdf(tmp_path / "a.pdf", None)


@pytest.mark.parametrize("content", [b"", b"%PD", b"This is XeTeX", b"\0" * 5000])
def test_what_is_no_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(InvalidPdfError, match="header is missing"):
        validate_pdf(tmp_path / "a.pdf", 1)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_pdf_that_was_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    content = write_pdf(tmp_path / "a.pdf", 30)
    (tmp_path / "a.pdf").write_bytes(content[: int(len(content) * part)])
    with pytest.raises(InvalidPdfError, match="cut off"):
        validate_pdf(tmp_path / "a.pdf", 30)


@pytest.mark.parametrize("hole", [0.02, 0.3, 0.6, 0.9])
def test_a_hole_of_zeros_as_on_a_full_disk_is_refused(tmp_path: Path, hole: float) -> None:
    content = bytearray(write_pdf(tmp_path / "a.pdf", 30))
    start = int(len(content) * hole)
    content[start : start + 300] = bytes(300)
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(InvalidPdfError):
        validate_pdf(tmp_path / "a.pdf", 30)


def test_a_missing_pdf_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"a\.pdf"):
        validate_pdf(tmp_path / "a.pdf", 1)


def test_outline_gives_titles_levels_and_pages(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 3)
    expected = (OutlineEntry("One", 0, 0), OutlineEntry("Two, été", 1, 2))
    assert outline(tmp_path / "a.pdf") == expected
