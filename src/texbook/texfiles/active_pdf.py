r"""What in a PDF may act or carries files: scripts, programs to start, attachments, forms to send.

A book has no need of any, and its readers expect none. But xdvipdfmx writes what a document asks
for: any action by ``\special{pdf:ann ...}`` and any file of the machine by ``\special{pdf:fstream
...}`` (dvipdfmx manual, section 3). So the PDF of a book that is not trusted is read before it is
handed on. All objects are looked at, whoever names them: `texbook.texfiles.pdf_objects`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.texfiles.pdf_objects import PdfObjects, UnreadablePdfError
from texbook.texfiles.pdf_syntax import PdfName, PdfReference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.texfiles.pdf_objects import PdfObject
    from texbook.texfiles.pdf_syntax import PdfValue

_MOST_FINDINGS = 100
_LARGEST = 1 << 30
_UNPACKED = 256 << 20

_MEDIA = "sound, video or 3D"
_FILE = "an embedded file"
_OTHER_FILE = "opens another file"
_ALONE = "acts by itself, without a click"
_LINK = "a link that is not to the Web"

_ACTIONS = {
    "JavaScript": "JavaScript",
    "Launch": "starts a program (Launch)",
    "GoToR": f"{_OTHER_FILE} (GoToR)",
    "GoToE": f"{_OTHER_FILE} (GoToE)",
    "SubmitForm": "sends a form (SubmitForm)",
    "ImportData": "reads data from a file (ImportData)",
    "RichMediaExecute": "rich media",
    "Sound": _MEDIA,
    "Movie": _MEDIA,
    "Rendition": _MEDIA,
}
"""By the ``/S`` of an action (ISO 32000-1, table 198; ISO 32000-2 for RichMedia)."""

_HARMLESS = frozenset(
    ("GoTo", "URI", "Named", "Thread", "Hide", "ResetForm", "SetOCGState", "Trans", "GoTo3DView")
)
"""The other actions: they move in the document or change what of it is seen."""

_SUBTYPES = {
    "FileAttachment": _FILE,
    "RichMedia": "rich media",
    "Screen": _MEDIA,
    "Movie": _MEDIA,
    "Sound": _MEDIA,
    "3D": _MEDIA,
    "PS": "a PostScript program",
}
"""Annotations (table 169), and XObjects that are programs (8.8.2)."""

_KEYS = {
    "JS": "JavaScript",
    "JavaScript": "JavaScript",
    "EF": _FILE,
    "EmbeddedFiles": _FILE,
    "Collection": _FILE,
    "AA": _ALONE,
    "XFA": "an XFA form",
    "RichMediaContent": "rich media",
    "Renditions": _MEDIA,
    "AlternatePresentations": _MEDIA,
    "OPI": f"{_OTHER_FILE} (OPI)",
    "Encrypt": "encryption, behind which nothing can be seen",
}
"""Keys of the catalogue (table 28), of its names (31), of file specifications (44), forms (218),
actions (217), images (8.9.5) and the trailer (15)."""

_NAMED = {**_SUBTYPES, **_ACTIONS, "EmbeddedFile": _FILE}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):|[\\/]{2}")
_SCHEMES = frozenset(("http", "https", "mailto", "ftp", "doi", "urn"))


@dataclass(frozen=True, slots=True)
class ActiveContent:
    """Something in a PDF that may act, or that carries a file.

    Attributes:
        kind: what, in words for people.
        number: of the object that it was found in; None for the trailer and for the whole file.
    """

    kind: str
    number: int | None = None


def find_active_content(path: Path, *, most_objects: int = 2_000_000) -> tuple[ActiveContent, ...]:
    """List what in a PDF may act or carries files; links to the Web and in the document are fine.

    What cannot be read is a finding, too: a viewer may read it. At most 100 are given.

    Args:
        path: the PDF.
        most_objects: one with more is a finding.

    Raises:
        StorageError: when it cannot be read.
    """
    with storage_errors("read", path), path.open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        return (ActiveContent(f"more than {_LARGEST >> 20} MiB"),)
    found: dict[ActiveContent, None] = {}
    try:
        for one in _findings(PdfObjects(data, most_objects, _UNPACKED)):
            found[one] = None
            if len(found) == _MOST_FINDINGS:
                break
    except UnreadablePdfError as error:
        found[ActiveContent(f"cannot be read: {error}", error.number)] = None
    return tuple(found)


@dataclass(slots=True)
class _Elsewhere:
    """Links and first actions of which only the object's number is known until all are read."""

    links: dict[int, list[bytes]] = field(default_factory=dict)
    actions: set[int] = field(default_factory=set)
    sought: list[tuple[str, int, int | None]] = field(default_factory=list)

    def note(self, one: PdfObject) -> None:
        if one.number is not None and isinstance(one.value, bytes):
            self.links.setdefault(one.number, []).append(one.value)
        if one.number is not None and isinstance(one.value, dict) and "URI" in one.value:
            self.actions.add(one.number)

    def seek(self, entries: dict[str, PdfValue], number: int | None) -> None:
        for key in ("URI", "Base", "OpenAction"):
            target = entries.get(key)
            if isinstance(target, PdfReference):
                self.sought.append((key, target.number, number))

    def findings(self) -> Iterator[ActiveContent]:
        for key, target, number in self.sought:
            if key == "OpenAction" and target in self.actions:
                yield ActiveContent(_ALONE, number)
            elif key != "OpenAction" and any(map(_is_strange, self.links.get(target, ()))):
                yield ActiveContent(_LINK, number)


def _findings(objects: PdfObjects) -> Iterator[ActiveContent]:
    elsewhere = _Elsewhere()
    for one in objects:
        elsewhere.note(one)
        if isinstance(one.value, PdfName) and one.value.text in _NAMED:
            # Nobody keeps such a word in an object of its own but who wants to hide it.
            yield ActiveContent(_NAMED[one.value.text], one.number)
        if one.is_stream and isinstance(one.value, dict) and "F" in one.value:
            # ISO 32000-1, table 5: the stream's data is in another file.
            yield ActiveContent(f"{_OTHER_FILE} (F)", one.number)
        for entries in _dictionaries(one.value):
            elsewhere.seek(entries, one.number)
            for kind in (*_kinds(entries), *_leading(entries)):
                yield ActiveContent(kind, one.number)
    yield from elsewhere.findings()


def _dictionaries(value: PdfValue) -> Iterator[dict[str, PdfValue]]:
    """Give all dictionaries in a value."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _kinds(entries: dict[str, PdfValue]) -> Iterator[str]:
    """Say what a dictionary is or has that may act."""
    for key in _KEYS.keys() & entries.keys():
        yield _KEYS[key]
    action, subtype, kind = (_name(entries.get(key)) for key in ("S", "Subtype", "Type"))
    if action in _ACTIONS:
        yield _ACTIONS[action]
    elif kind == "Action" and action not in _HARMLESS:
        yield f'an unknown action ("{action}")'
    elif action == "Thread" and "F" in entries:
        yield f"{_OTHER_FILE} (Thread)"
    if subtype in _SUBTYPES or (subtype == "Form" and entries.get("Subtype2") == PdfName("PS")):
        yield _SUBTYPES.get(subtype, _SUBTYPES["PS"])
    if subtype == "Form" and "Ref" in entries:
        # ISO 32000-1, 8.10.4: a page of another PDF.
        yield f"{_OTHER_FILE} (Ref)"
    if kind == "EmbeddedFile":
        yield _FILE


def _leading(entries: dict[str, PdfValue]) -> Iterator[str]:
    """Say of a dictionary's links what is wrong with them."""
    opened = entries.get("OpenAction")
    if isinstance(opened, dict) and "URI" in opened:
        yield _ALONE
    for key in ("URI", "Base"):
        target = entries.get(key)
        if isinstance(target, bytes) and _is_strange(target):
            yield _LINK


def _name(value: PdfValue) -> str:
    return value.text if isinstance(value, PdfName) else ""


def _is_strange(target: bytes) -> bool:
    """Say whether a link leads elsewhere than to the Web, to mail or to a place beside the book.

    A browser drops control characters and spaces before the scheme, and some within it (WHATWG URL
    standard, section 4.4).
    """
    encoding = "utf-16" if target[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1"
    text = target.decode(encoding, "replace").lower()
    text = "".join(letter for letter in text if " " < letter < "\x7f")
    found = _SCHEME.match(text)
    return found is not None and found[1] not in _SCHEMES
