"""The pages of a segment as they are kept on the disk.

After a head with the version and a digest of the rest, all is written as numbers of eight bytes and
texts with their length before them, and packed. Nothing in it is ever carried out.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.model import FontDefinition, Special, Xdv, XdvError
from texbook.texfiles.xdv.objects import PdfObject
from texbook.texfiles.xdv.open_pages import Folio, OpenPage, PageRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Item = TypeVar("Item")

_HEAD = b"texbook pages 1\n"
_DIGEST = 16
_NUMBER = 8
_FASTEST = 1
_NO_FONT = -1


def encode_run(run: PageRun) -> bytes:
    """Write the pages of a segment; equal pages give equal bytes."""
    writer = _Writer(run.fonts)
    writer.run(run)
    content = zlib.compress(bytes(writer.written), _FASTEST)
    return _HEAD + _digest(content) + content


def decode_run(content: bytes) -> PageRun:
    """Read what ``encode_run`` wrote.

    Raises:
        XdvError: when it is damaged, or was written by another version.
    """
    start = len(_HEAD) + _DIGEST
    if not content.startswith(_HEAD):
        raise XdvError("no pages of a segment, or those of another version")
    if content[len(_HEAD) : start] != _digest(content[start:]):
        raise XdvError("damaged pages of a segment")
    try:
        return _Reader(zlib.decompress(content[start:])).run()
    except (IndexError, struct.error, zlib.error):
        raise XdvError("damaged pages of a segment") from None


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()


class _Writer:
    """Writes values one behind another; ``_Reader`` reads them in the same order."""

    def __init__(self, fonts: Iterable[FontDefinition]) -> None:
        self.written = bytearray()
        self._fonts = {font: number for number, font in enumerate(fonts)}

    def run(self, run: PageRun) -> None:
        frame = run.frame
        self._numbers(frame.identification, *frame.units, frame.height, frame.width, frame.depth)
        self._text(frame.comment)
        self._numbers(len(run.fonts))
        for font in run.fonts:
            self._numbers(font.native)
            self._text(font.body)
        self._numbers(len(run.objects))
        for item in run.objects:
            self._object(item)
        self._numbers(len(run.pages))
        for page in run.pages:
            self._page(page)

    def _object(self, item: PdfObject) -> None:
        self._numbers(len(item.parts))
        for part in item.parts:
            self._numbers(isinstance(part, Special))
            self._text(part.text if isinstance(part, Special) else part)
        for names in (item.defines, item.uses):
            self._numbers(len(names))
            for name in sorted(names):
                self._text(name)

    def _page(self, page: OpenPage) -> None:
        self._numbers(*page.counts, page.depth, page.has_other_name)
        self._numbers(len(page.names), *page.names, len(page.folios))
        for folio in page.folios:
            self._text(folio.text)
            font = _NO_FONT if folio.font is None else self._fonts[folio.font]
            self._numbers(font, folio.at)
        self._text(page.body)

    def _numbers(self, *numbers: int) -> None:
        self.written += struct.pack(f">{len(numbers)}q", *numbers)

    def _text(self, text: bytes) -> None:
        self._numbers(len(text))
        self.written += text


class _Reader:
    """Reads the values of a ``_Writer``.

    Raises:
        IndexError: when the content ends too early.
        struct.error: likewise.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self._fonts: tuple[FontDefinition, ...] = ()

    def run(self) -> PageRun:
        identification, *units, height, width, depth = self._numbers(7)
        frame = Xdv(
            identification,
            (units[0], units[1], units[2]),
            self._text(),
            (),
            height,
            width,
            depth,
        )
        self._fonts = self._list(self._font)
        objects = self._list(self._object)
        return PageRun(self._list(self._page), objects, self._fonts, frame)

    def _font(self) -> FontDefinition:
        return FontDefinition(bool(self._number()), self._text())

    def _object(self) -> PdfObject:
        parts = self._list(self._part)
        defines = frozenset(self._list(self._text))
        return PdfObject(parts, defines, frozenset(self._list(self._text)))

    def _part(self) -> bytes | Special:
        is_special = self._number()
        text = self._text()
        return Special(text) if is_special else text

    def _page(self) -> OpenPage:
        *counts, depth, has_other_name = self._numbers(12)
        names = self._numbers(self._number())
        folios = self._list(self._folio)
        return OpenPage(tuple(counts), self._text(), depth, folios, names, bool(has_other_name))

    def _folio(self) -> Folio:
        text = self._text()
        font, at = self._numbers(2)
        return Folio(text, None if font == _NO_FONT else self._fonts[font], at)

    def _list(self, read: Callable[[], Item]) -> tuple[Item, ...]:
        return tuple(read() for _ in range(self._number()))

    def _number(self) -> int:
        return self._numbers(1)[0]

    def _numbers(self, count: int) -> tuple[int, ...]:
        start = self._at
        self._at += _NUMBER * count
        return struct.unpack_from(f">{count}q", self._content, start)

    def _text(self) -> bytes:
        start = self._at + _NUMBER
        self._at = start + self._number()
        if not start <= self._at <= len(self._content):
            raise IndexError(start)
        return self._content[start : self._at]
