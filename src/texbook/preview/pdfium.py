"""Reads and draws PDFs; the one door to pypdfium2 and Pillow, imported when a preview starts.

pdfium may be called by one thread at a time (pdfium, `public/fpdfview.h`: "none of the PDFium APIs
are thread-safe"), so every call is made under one lock. The functions of its C interface are used
as they are: the classes around them close their objects when they are collected, in any thread.

Places are points from the top left corner of a page as it is seen, with its crop box and rotation.
"""

from __future__ import annotations

import ctypes
import io
import math
import threading
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

from texbook.preview.text import PageText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Box = tuple[float, float, float, float]
"""x, y, width and height."""

_LOCK = threading.Lock()
_MOST_BOOKMARKS = 20_000
_DEEPEST = 15
_MOST_LINKS = 2_000
_MOST_PIXELS = 50_000_000
"""Of one image, three bytes each; lecture notes may be one page of several metres."""
_MOST_CHARACTERS = 50_000
"""Of one page; a page of this book has 2,500."""


class UnreadablePdfError(Exception):
    """What was given is no PDF that pdfium can read, or it was closed."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link on a page: to a page of the same PDF (from 0) with the height there, or to a URL."""

    box: Box
    page: int | None = None
    y: float | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; the page counts from 0."""

    title: str
    page: int
    y: float | None
    level: int
    is_open: bool


class Pdf:
    """A PDF in memory.

    Attributes:
        data: its bytes.
        sizes: width and height of each page as it is seen, in points.

    Raises:
        UnreadablePdfError: when pdfium cannot read it.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        with _LOCK:
            # The bytes are not copied, and must live as long as the document.
            self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
            if not self._document:
                code = pdfium.FPDF_GetLastError()
                raise UnreadablePdfError(f"error {code} of pdfium")
            self.sizes = tuple(self._sizes())

    def close(self) -> None:
        """Free its memory; what is asked of it afterwards fails."""
        with _LOCK:
            if self._document:
                pdfium.FPDF_CloseDocument(self._document)
            self._document = None

    def image(self, index: int, width: int) -> bytes:
        """Draw a page as PNG, so many pixels wide, or fewer if it would be immensely high."""
        with _LOCK, _Page(self._open(), index) as page:
            ratio = page.height / page.width
            width = max(1, min(width, int(math.sqrt(_MOST_PIXELS / ratio))))
            height = max(1, round(width * ratio))
            pixels = page.draw(width, height)
        image = Image.frombuffer("RGB", (width, height), pixels, "raw", "BGR", 0, 1)
        stream = io.BytesIO()
        # Level 1 takes two thirds of the time of level 6, and the files are no larger.
        image.save(stream, "PNG", compress_level=1)
        return stream.getvalue()

    def text(self, index: int) -> PageText:
        """Read the characters of a page with their boxes."""
        with _LOCK, _Page(self._open(), index) as page:
            return page.text()

    def links(self, index: int) -> list[Link]:
        """List the links of a page."""
        with _LOCK, _Page(self._open(), index) as page:
            return list(page.links(self.sizes))

    def outline(self) -> list[Bookmark]:
        """List the bookmarks that lead to a page, in order."""
        with _LOCK:
            return list(_bookmarks(self._open(), self.sizes))

    def _open(self) -> Any:
        if not self._document:
            raise UnreadablePdfError("it is closed")
        return self._document

    def _sizes(self) -> Iterator[tuple[float, float]]:
        size = pdfium.FS_SIZEF()
        for index in range(pdfium.FPDF_GetPageCount(self._document)):
            pdfium.FPDF_GetPageSizeByIndexF(self._document, index, size)
            yield round(size.width, 2) or 1.0, round(size.height, 2) or 1.0


class _Page:
    """A page that is loaded, with what turns its coordinates into those of the one who looks."""

    def __init__(self, document: Any, index: int) -> None:
        self._document = document
        self._page = pdfium.FPDF_LoadPage(document, index)
        if not self._page:
            raise UnreadablePdfError(f"page {index + 1} cannot be read")
        self.width = pdfium.FPDF_GetPageWidthF(self._page) or 1.0
        self.height = pdfium.FPDF_GetPageHeightF(self._page) or 1.0
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._page, box)
        self._seen = _Seen(
            box.left, box.bottom, box.right, box.top, pdfium.FPDFPage_GetRotation(self._page)
        )

    def __enter__(self) -> _Page:
        return self

    def __exit__(self, *_: object) -> None:
        pdfium.FPDF_ClosePage(self._page)

    def draw(self, width: int, height: int) -> bytes:
        """Give the pixels, three bytes each (blue, green, red), row after row."""
        buffer = bytearray(3 * width * height)
        held = (ctypes.c_ubyte * len(buffer)).from_buffer(buffer)
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, held, 3 * width)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            pdfium.FPDF_RenderPageBitmap(
                bitmap, self._page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT
            )
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return bytes(buffer)

    def text(self) -> PageText:
        """Read the characters."""
        text_page = pdfium.FPDFText_LoadPage(self._page)
        try:
            return self._characters(text_page)
        finally:
            pdfium.FPDFText_ClosePage(text_page)

    def _characters(self, text_page: Any) -> PageText:
        letters: list[str] = []
        boxes = array("f")
        box = pdfium.FS_RECTF()
        for index in range(min(pdfium.FPDFText_CountChars(text_page), _MOST_CHARACTERS)):
            code = pdfium.FPDFText_GetUnicode(text_page, index)
            letters.append(chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else " ")  # noqa: PLR2004
            if pdfium.FPDFText_GetLooseCharBox(text_page, index, box):
                boxes.extend(self._seen.box(box.left, box.bottom, box.right, box.top))
            else:
                boxes.extend((0.0, 0.0, 0.0, 0.0))
        return PageText("".join(letters), boxes)

    def links(self, sizes: tuple[tuple[float, float], ...]) -> Iterator[Link]:
        """Yield the links that lead somewhere."""
        position, raw = ctypes.c_int(0), pdfium.FPDF_LINK()
        box = pdfium.FS_RECTF()
        for _ in range(_MOST_LINKS):
            if not pdfium.FPDFLink_Enumerate(self._page, position, raw):
                return
            if not pdfium.FPDFLink_GetAnnotRect(raw, box):
                continue
            seen = self._seen.box(box.left, box.bottom, box.right, box.top)
            target = _target(self._document, raw, sizes)
            if target is not None:
                yield Link(seen, *target)
            elif url := _url(self._document, raw):
                yield Link(seen, url=url)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The part of a page that is seen, in the page's own coordinates, and its quarter turns."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Give a box of the page's own as x, y, width and height for the one who looks."""
        u, v = left - self.left, bottom - self.bottom
        w, h = right - left, top - bottom
        across, up = self.right - self.left, self.top - self.bottom
        # /Rotate turns clockwise (ISO 32000, 7.7.3.3).
        if self.turns == 1:
            return v, u, h, w
        if self.turns == 2:  # noqa: PLR2004
            return across - u - w, v, w, h
        if self.turns == 3:  # noqa: PLR2004
            return up - v - h, across - u - w, h, w
        return u, up - v - h, w, h


def _target(
    document: Any, raw: Any, sizes: tuple[tuple[float, float], ...]
) -> tuple[int, float | None] | None:
    """Give the page and the height that a link leads to; None if it does not lead to a page."""
    destination = pdfium.FPDFLink_GetDest(document, raw)
    if not destination:
        action = pdfium.FPDFLink_GetAction(raw)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_GOTO:
            return None
        destination = pdfium.FPDFAction_GetDest(document, action)
    return _destination(document, destination, sizes)


def _destination(
    document: Any, destination: Any, sizes: tuple[tuple[float, float], ...]
) -> tuple[int, float | None] | None:
    if not destination:
        return None
    page = pdfium.FPDFDest_GetDestPageIndex(document, destination)
    if not 0 <= page < len(sizes):
        return None
    has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFDest_GetLocationInPage(destination, has_x, has_y, has_zoom, x, y, zoom)
    if not has_y.value:
        return page, None
    height = sizes[page][1]
    return page, round(min(max(height - y.value, 0.0), height), 2)


def _url(document: Any, raw: Any) -> str:
    """Give the URL of a link that a browser may follow; "" for any other."""
    action = pdfium.FPDFLink_GetAction(raw)
    if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""

    def read(buffer: Any, size: int) -> int:
        return int(pdfium.FPDFAction_GetURIPath(document, action, buffer, size))

    url = _bytes(read).rstrip(b"\0").decode("utf-8", "replace")
    return url if url.lower().startswith(("http://", "https://", "mailto:")) else ""


def _bookmarks(document: Any, sizes: tuple[tuple[float, float], ...]) -> Iterator[Bookmark]:
    """Yield the bookmarks in order; a ring of them, which a damaged file may have, ends."""
    waiting = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 0)]
    left = _MOST_BOOKMARKS
    while waiting and left:
        mark, level = waiting.pop()
        if not mark:
            continue
        left -= 1
        waiting.append((pdfium.FPDFBookmark_GetNextSibling(document, mark), level))
        if level < _DEEPEST:
            waiting.append((pdfium.FPDFBookmark_GetFirstChild(document, mark), level + 1))
        target = _destination(document, pdfium.FPDFBookmark_GetDest(document, mark), sizes)
        if target is not None:
            # A negative count means that the entries below are hidden (ISO 32000, 12.3.3).
            is_open = pdfium.FPDFBookmark_GetCount(mark) > 0
            yield Bookmark(_title(mark), *target, level, is_open)


def _title(mark: Any) -> str:
    def read(buffer: Any, size: int) -> int:
        return int(pdfium.FPDFBookmark_GetTitle(mark, buffer, size))

    return _bytes(read).decode("utf-16-le", "replace").rstrip("\0")


def _bytes(read: Callable[[Any, int], int]) -> bytes:
    """Call a function of pdfium's that tells the size it needs, then fills a buffer."""
    size = read(None, 0)
    buffer = ctypes.create_string_buffer(max(size, 1))
    read(buffer, size)
    return buffer.raw[:size]
