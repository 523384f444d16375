"""Finds every object that a PDF may give to a viewer, named by its tables or not.

The cross-reference tables of a PDF name where its objects are (ISO 32000-1, section 7.5.4), an
incremental update names others in their place (7.5.6), and object streams hold objects of their own
(7.5.7). A viewer that takes the tables for damaged looks for ``1 0 obj`` in the bytes instead. So
all places that look like one are read, whether or not a table names them; then pypdf reads the
tables, and what they name must have been among them.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from texbook.texfiles.pdf import STUMBLES, heard_warnings
from texbook.texfiles.pdf_syntax import PdfName, PdfSyntaxError, read_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.texfiles.pdf_syntax import PdfValue

_HEADER = re.compile(rb"([0-9]{1,10})[\0\t\n\f\r ]{1,64}[0-9]{1,5}[\0\t\n\f\r ]{0,64}obj")
_TRAILER = re.compile(rb"trailer(?=[\0\t\n\f\r ]{0,64}<<)")
_ENDING = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*(?:(endobj)|stream\r?\n)")
_NUMBERS = re.compile(rb"[\0\t\n\f\r ]*([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,10})(?![0-9])")
_END = re.compile(rb"%%EOF[\0\t\n\f\r ]*\Z")


class UnreadablePdfError(Exception):
    """A PDF of which something cannot be read for certain.

    Attributes:
        number: of the object in question; None for none.
    """

    def __init__(self, why: str, number: int | None = None):
        super().__init__(why)
        self.number = number


@dataclass(frozen=True, slots=True)
class PdfObject:
    """An indirect object, or a trailer.

    Attributes:
        number: None for a trailer.
        value: of a stream, its dictionary.
        is_stream: whether data follows.
    """

    number: int | None
    value: PdfValue
    is_stream: bool = False


@dataclass(slots=True)
class PdfObjects:
    """All objects of a PDF, read one after the other.

    Attributes:
        data: the whole file.
        most_objects: so many of them are read.
        most_unpacked: so many bytes of object and cross-reference streams are unpacked, in all.
    """

    data: bytes
    most_objects: int
    most_unpacked: int
    _numbers: dict[int, int] = field(default_factory=dict)
    _unpacked: set[int] = field(default_factory=set)
    _count: int = 0

    def __iter__(self) -> Iterator[PdfObject]:
        """Give each of them, also those of object streams and of older revisions.

        Raises:
            UnreadablePdfError: when one cannot be read, or there are too many.
        """
        if not self.data.startswith(b"%PDF-") or not _END.search(self.data, len(self.data) - 1024):
            raise UnreadablePdfError("something stands before its header or after its end")
        behind = 0
        for found in _TRAILER.finditer(self.data):
            if found.start() < behind:
                raise UnreadablePdfError("a trailer begins in another")
            value, behind = _value(self.data, found.end(), None)
            yield self._counted(PdfObject(None, value))
        yield from self._numbered()
        self._check_tables()

    def _numbered(self) -> Iterator[PdfObject]:
        behind = 0
        for found in _HEADER.finditer(self.data):
            number = int(found[1])
            if found.start() < behind:
                raise UnreadablePdfError("another object begins in it", number)
            value, behind = _value(self.data, found.end(), number)
            ending = _ENDING.match(self.data, behind)
            if ending is None:
                raise UnreadablePdfError("it does not end", number)
            self._numbers[found.start()] = number
            is_stream = ending[1] is None
            yield self._counted(PdfObject(number, value, is_stream))
            if is_stream and isinstance(value, dict):
                yield from self._inside(number, value, ending.end())

    def _counted(self, one: PdfObject) -> PdfObject:
        self._count += 1
        if self._count > self.most_objects:
            raise UnreadablePdfError(f"there are more than {self.most_objects} objects")
        return one

    def _inside(self, number: int, entries: dict[str, PdfValue], start: int) -> Iterator[PdfObject]:
        """Give the objects of an object stream; of another stream none."""
        kind = entries.get("Type")
        if kind == PdfName("XRef"):
            # pypdf unpacks it later: let it be no bomb.
            self._unpack(number, entries, start)
        elif kind == PdfName("ObjStm") or {"N", "First"} <= entries.keys():
            if entries.get("DecodeParms") is not None:
                raise UnreadablePdfError("it is packed in an unusual way", number)
            content = self._unpack(number, entries, start)
            self._unpacked.add(number)
            left = len(content)
            for inner, place in _inner_places(number, entries, content):
                value, end = _value(content, place, inner)
                left -= end - place
                if left < 0:
                    raise UnreadablePdfError("objects of it overlap", number)
                yield self._counted(PdfObject(inner, value))

    def _unpack(self, number: int, entries: dict[str, PdfValue], start: int) -> bytes:
        """Give the data of a stream, if it is not too much: a megabyte may unpack to a gigabyte."""
        packed = self.data[start : max(start, self.data.find(b"endstream", start))]
        filters = entries.get("Filter")
        if isinstance(filters, list) and len(filters) == 1:
            filters = filters[0]
        if filters is None:
            return packed
        if filters != PdfName("FlateDecode"):
            raise UnreadablePdfError("it is packed in an unusual way", number)
        machine = zlib.decompressobj()
        try:
            content = machine.decompress(packed, self.most_unpacked + 1)
        except zlib.error as error:
            raise UnreadablePdfError(f"it cannot be unpacked ({error})", number) from error
        self.most_unpacked -= len(content)
        if not machine.eof or self.most_unpacked < 0:
            raise UnreadablePdfError("it is cut, or unpacks to too much", number)
        return content

    def _check_tables(self) -> None:
        """Check that all that the cross-reference tables name was read."""
        from pypdf import PdfReader  # noqa: PLC0415  (0.1 s to import)
        from pypdf.errors import PyPdfError  # noqa: PLC0415

        with heard_warnings() as warnings:
            try:
                reader = PdfReader(BytesIO(self.data), strict=True)
            except (PyPdfError, RecursionError, *STUMBLES) as error:
                raise UnreadablePdfError(str(error) or type(error).__name__) from error
        if warnings:
            raise UnreadablePdfError(warnings[0])
        for places in reader.xref.values():
            for number, place in places.items():
                if self._numbers.get(place) != number:
                    raise UnreadablePdfError("it is not where the table says", number)
        for number, (stream, _index) in reader.xref_objStm.items():
            if stream not in self._unpacked:
                raise UnreadablePdfError("it is in a stream that holds no objects", number)


def _value(data: bytes, start: int, number: int | None) -> tuple[PdfValue, int]:
    try:
        return read_value(data, start)
    except PdfSyntaxError as error:
        raise UnreadablePdfError(str(error), number) from error


def _inner_places(
    number: int, entries: dict[str, PdfValue], content: bytes
) -> Iterator[tuple[int, int]]:
    """Give the number and the place of each object in an object stream (7.5.7, table 16)."""
    count, first = entries.get("N"), entries.get("First")
    if not isinstance(count, float) or not isinstance(first, float):
        raise UnreadablePdfError("it does not say how many objects it holds", number)
    if max(count, first) > len(content):
        raise UnreadablePdfError("it holds fewer objects than it says", number)
    place = 0
    for _ in range(int(count)):
        found = _NUMBERS.match(content, place)
        if found is None:
            raise UnreadablePdfError("it holds fewer objects than it says", number)
        place = found.end()
        yield int(found[1]), int(first) + int(found[2])
