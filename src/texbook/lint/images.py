r"""The pictures that a book shows, and the files that TeX would find for them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.includes import IMPORTING, find_includes
from texbook.lint.inputs import input_folders
from texbook.lint.labels import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.lint.book import Book
    from texbook.lint.files import Files

EXTENSIONS = (
    *(".pdf", ".PDF", ".ai", ".AI", ".png", ".PNG", ".jpg", ".JPG", ".jpeg", ".JPEG", ".jp2"),
    *(".JP2", ".jpf", ".JPF", ".bmp", ".BMP", ".ps", ".PS", ".eps", ".EPS", ".mps", ".MPS"),
)
"""What graphics adds to a name under XeTeX, in this order (xetex.def 5.0t)."""

_SHOWING = {
    "includegraphics": EXTENSIONS,
    "includepdf": (".pdf", ".PDF"),
    "includesvg": (".svg",),
    "includestandalone": (".tex", ".pdf"),
}
_MOST_FOLDERS = 200
"""Every picture is looked for in each of them."""
_PATHS = re.compile(r"\\(?:graphicspath|svgpath)\s*\{((?:\s*\{[^{}]*\})*)\s*\}")
_UNKNOWN_PATHS = re.compile(r"\\(?:graphicspath|svgpath)\s*(?:\{[^{}]*\\|\\|\{\s*\{[^{}]*\\)")
_FOLDER = re.compile(r"\{([^{}]*)\}")
_MORE_EXTENSIONS = re.compile(r"\\DeclareGraphicsExtensions\s*\{([^{}]*)\}")
_IMPORTS = (*(f"\\{name}" for name in IMPORTING), "\\subfile", "{subfiles}", "{standalone}")
"""What lets files name pictures from their own folders."""


class Picture(NamedTuple):
    """A place where a picture is shown.

    Attributes:
        found: the file that TeX would take; None if there is none.
    """

    place: Place
    command: str
    found: Path | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """All pictures of a book.

    Attributes:
        folders: where they are looked for.
        unreadable: beginnings of names that macros end: any file that begins so may be shown.
    """

    pictures: tuple[Picture, ...]
    folders: tuple[Path, ...]
    unreadable: tuple[str, ...]


def read_pictures(book: Book, files: Files) -> Pictures | None:
    r"""Look for all pictures; None where ``\graphicspath`` cannot be read."""
    texts = [source.text for source in book.sources]
    folders = input_folders(files.root, texts)
    more: tuple[str, ...] = ()
    for text in texts:
        if "path" in text and _UNKNOWN_PATHS.search(text):
            return None
        for found in _PATHS.finditer(text) if "path" in text else ():
            folders += [files.root / name.strip() for name in _FOLDER.findall(found[1])]
        for found in _MORE_EXTENSIONS.finditer(text) if "DeclareGraphics" in text else ():
            more += tuple(part.strip() for part in found[1].split(","))
    imports = any(word in text for text in texts for word in _IMPORTS)
    pictures: list[Picture] = []
    if len(folders) > _MOST_FOLDERS:
        return None
    finder = _Finder(files, tuple(dict.fromkeys(folders)), more)
    for document in book.documents:
        own = (document.source.path.parent,) if imports else ()
        for command, place in _shown(book, document.source):
            pictures.append(Picture(place, command, finder.find(command, place.name, own)))
    return Pictures(tuple(pictures), finder.folders, tuple(_unreadable(texts)))


def _shown(book: Book, source: SourceFile) -> Iterator[tuple[str, Place]]:
    tokenized = book.tokenized[source.path]
    if not any(name in source.text for name in _SHOWING):
        return
    for include in find_includes(source, book.specs, tokenized):
        if include.command in _SHOWING and not include.defined:
            start = source.text.rfind(include.target, include.start, include.end)
            end = start + len(include.target)
            place = (start, end) if start >= 0 else (include.start, include.end)
            yield include.command, Place(include.target, source, *place)


_WITH_MACRO = re.compile(
    r"\\include(?:graphics|pdf|svg)\*?\s*(?:\[[^\]]*\])?\s*\{([^{}\\#\n]*)[\\#]"
)


def _unreadable(texts: list[str]) -> Iterator[str]:
    for text in texts:
        if "\\include" in text:
            for found in _WITH_MACRO.finditer(text):
                yield found[1].strip()


class _Finder:
    def __init__(self, files: Files, folders: tuple[Path, ...], more: tuple[str, ...]):
        self.files = files
        self.folders = folders
        self.more = more
        self.names: dict[Path, frozenset[str]] = {}

    def find(self, command: str, name: str, own: tuple[Path, ...]) -> Path | None:
        """Look in each folder for the name as it is, and with each ending."""
        target = name.replace('"', "")
        for folder in (*self.folders, *own):
            path = Path(os.path.normpath(folder / target))
            names = self._listed(path.parent)
            for ending in ("", *_SHOWING[command], *self.more):
                if path.name + ending in names:
                    return path.with_name(path.name + ending)
        return None

    def _listed(self, folder: Path) -> frozenset[str]:
        """List a folder: only a list tells "a.PDF" from "a.pdf" where the file system does not."""
        if folder not in self.names:
            self.names[folder] = frozenset(self.files.names(folder))
        return self.names[folder]
