"""Small PDFs, and a preview that shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from texbook.preview.hub import Hub
from texbook.preview.model import Actions

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.page_place import PagePlace

MakePdf = Callable[..., bytes]
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Recorder:
    """Actions that do nothing but remember what they were asked."""

    book: Path
    asked: list[tuple[object, ...]] = field(default_factory=list)
    place: PagePlace | None = None
    error: Exception | None = None

    @property
    def actions(self) -> Actions:
        return Actions(self._open_page, self._open_file, self._locate)

    def _open_page(self, page: int, x: float, y: float, word: str) -> tuple[Path, int]:
        return self._opened(page, x, y, word)

    def _open_file(self, path: Path, line: int, column: int | None) -> tuple[Path, int]:
        return self._opened(path, line, column)

    def _opened(self, *asked: object) -> tuple[Path, int]:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return self.book / "chapters/one.tex", 12

    def _locate(self, path: Path, line: int) -> PagePlace | None:
        self.asked.append((path, line))
        return self.place


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    """Make a PDF: a page for each text, its lines 20 points apart from 72 below the top."""
    return write_pdf


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    """What the preview asks for."""
    return Recorder(tmp_path)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A hub at noon, which shows nothing yet."""
    return Hub(title="Book", folder=tmp_path, clock=lambda: NOON)


def write_pdf(
    *texts: str, size: tuple[int, int] = (400, 600), page: str = "", more: tuple[str, ...] = ()
) -> bytes:
    """Write the objects of a PDF: 1 the catalogue, 2 the pages, 3 the font, 4 and 5 the first page.

    Args:
        texts: of the pages.
        size: of each in points.
        page: goes into the dictionary of each page.
        more: objects behind the last page's; the first is the outline, if it has entries.
    """
    first_more = 4 + 2 * len(texts)
    outline = f"/Outlines {first_more} 0 R" if more and "/First" in more[0] else ""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(texts)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{outline}>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(texts)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, text in enumerate(texts):
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n"))
        stream = f"BT /F 12 Tf 50 {size[1] - 72} Td {lines}ET"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]{page}"
            f"/Resources<</Font<</F 3 0 R>>>>/Contents {5 + 2 * index} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    return _assemble([*objects, *more])


def _assemble(objects: list[str]) -> bytes:
    content, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return content + (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{len(content)}\n%%EOF\n"
    ).encode("latin-1")
