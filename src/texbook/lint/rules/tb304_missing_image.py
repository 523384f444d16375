r"""A picture that the book shows is not there.

## What it does
Looks for the files of `\includegraphics`, `\includepdf`, `\includesvg` and `\includestandalone` as
TeX does: from the folder of the main file and those of `\graphicspath`, with each ending that XeTeX
knows, small and capital letters told apart. Left alone are example pictures that come with TeX,
names that hold a macro, pictures that are only shown if they exist, and those that another tool
makes: a makefile in the book's folder, or up to two above it, names the picture, knows how to make
it of a file beside it (`fsm.dot`), or sets `TEXINPUTS`.

## Why
TeX stops with "File not found". On macOS and Windows a name in the wrong case works, and the same
book fails on Linux.

## Instead
Correct the path, or make the picture: `texbook run` runs the experiments that draw figures.

## Example
```latex
\includegraphics{images/wining-is-bad-news}
```
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.branches import Branches
from texbook.lint.closest import Closest
from texbook.lint.images import read_pictures
from texbook.lint.makefiles import Makefiles
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book, Document
    from texbook.lint.files import Files
    from texbook.lint.images import Picture, Pictures

_WITH_TEX = re.compile(
    r"example-(?:image|grid)[\w-]*|beamericon\w+|tiger|golfer|cc-by\S*|doclicense\S*"
)
"""Pictures of mwe, beamer, graphics and doclicense, by name without folder."""


_BY_LATEX2HTML = "\\lthtmltypeout"
"""In the file ``images.tex`` that LaTeX2HTML writes and typesets with a search path of its own."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each picture without a file."""
    if book.files is None or book.inputs.main is None:
        return
    if _BY_LATEX2HTML in book.inputs.main.source.text:
        return
    pictures = read_pictures(book, book.files)
    if pictures is None:
        return
    documents = {document.source.path: document for document in book.documents}
    branches: dict[Path, Branches] = {}
    makefiles = Makefiles(book.files)
    for picture in pictures.pictures:
        if picture.found is not None or _may_be_elsewhere(book, picture):
            continue
        path = picture.place.source.path
        if path not in branches:
            branches[path] = Branches(book.tokenized[path])
        document = documents[path]
        if branches[path].hold(picture.place.start) or _is_told(document, picture):
            continue
        if _is_made(makefiles, book.files, pictures, picture):
            continue
        yield RULE.diagnostic(
            f'there is no picture "{picture.place.name}"',
            picture.place.span,
            hints=(_hint(pictures, book.files, document, picture),),
        )


def _may_be_elsewhere(book: Book, picture: Picture) -> bool:
    target = Path(picture.place.name)
    if target.is_absolute() or picture.place.name.startswith(("~", "|", "http:", "https:")):
        return True
    return _WITH_TEX.fullmatch(target.stem) is not None or target.name in book.inputs.made


def _is_told(document: Document, picture: Picture) -> bool:
    """Say whether TB403 tells of it: the figure of an experiment that has to be run."""
    return any(Path(picture.place.name).stem in item.message for item in document.stale_results)


def _is_made(makefiles: Makefiles, files: Files, pictures: Pictures, picture: Picture) -> bool:
    """Say whether another tool may make it, or whether it is there, but packed."""
    for folder in pictures.folders:
        target = Path(os.path.normpath(folder / picture.place.name.replace('"', "")))
        packed = {f"{target.name}{ending}" for ending in _PACKED}
        if makefiles.may_make(target) or packed & set(files.names(target.parent)):
            return True
    return False


def _hint(pictures: Pictures, files: Files, document: Document, picture: Picture) -> str:
    target = Path(picture.place.name.replace('"', ""))
    for folder in pictures.folders:
        known = files.names(Path(os.path.normpath(folder / target)).parent)
        same = [name for name in known if name.casefold() == target.name.casefold()]
        same += [name for name in known if Path(name).stem.casefold() == target.name.casefold()]
        if same:
            return f'it is called "{same[0]}": macOS and Windows find it, Linux does not'
    for folder in pictures.folders:
        known = files.names(Path(os.path.normpath(folder / target)).parent)
        names = [name for name in known if Path(name).suffix.lower() in _ENDINGS]
        stems = {name if target.suffix else Path(name).stem: name for name in names}
        if close := Closest(stems).to(target.name):
            return f'did you mean "{(target.parent / close).as_posix()}"?'
    own = Path(os.path.normpath(picture.place.source.path.parent / target))
    if any(Path(name).stem == target.stem for name in files.names(own.parent)):
        return "it lies beside this file; the path begins in the folder of the main file"
    template = document.template
    script = None if template is None else template.path.parent / f"{target.stem}.py"
    if script is not None and files.is_file(script):
        return f'"texbook run" makes it: "{script.name}" draws it'
    return "the path begins in the folder of the main file"


_PACKED = tuple(f"{kind}{packing}" for kind in ("", ".ps", ".eps") for packing in (".gz", ".Z"))
"""What dvips unpacks by itself (dvips.def 3.1e)."""
_ENDINGS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".bmp", ".ps", ".jp2"})

RULE = Rule("TB304", "missing-image", Severity.ERROR, check)
