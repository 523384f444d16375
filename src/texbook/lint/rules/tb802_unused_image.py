r"""A picture lies in the book's folder, and nothing shows it.

## What it does
Lists the folders from which the book shows pictures, the main file's own folder left out, and
reports each picture whose name stands nowhere in the book's texts. The finding stands where the
first picture of that folder is shown. Needs the whole book. Nothing is said of a folder in which a
macro chooses the picture.

## Why
Old figures make a book heavy, and sooner or later one is shown in place of the new one.

## Instead
Show it, or delete the file.

## Example
```latex
\includegraphics{images/curve-v2}   % images/curve.pdf is still there
```
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.mask import mask
from texbook.latex.tokens import Kind
from texbook.lint.images import EXTENSIONS, read_pictures
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.images import Picture, Pictures


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each picture that is not shown."""
    if book.files is None or not book.inputs.is_whole:
        return
    pictures = read_pictures(book, book.files)
    if pictures is None or "" in pictures.unreadable:
        return
    texts = [source.text for source in book.definitions]
    texts += [mask(book.tokenized[item.source.path], _COMMENTS) for item in book.documents]
    for folder, first in _folders(pictures, book.files.root).items():
        for name in book.files.names(folder):
            path = folder / name
            stem = Path(name).stem
            if Path(name).suffix not in EXTENSIONS or _may_be_shown(
                pictures, book.files.root, path
            ):
                continue
            named = re.compile(rf"(?<![\w-]){re.escape(stem)}(?![\w-])")  # not as in "curve-v2"
            if any(named.search(text) for text in texts):
                continue
            shown = path.relative_to(book.files.root).as_posix()
            yield RULE.diagnostic(
                f'nothing shows the picture "{shown}"',
                first.place.span,
                hints=("show it, or delete the file",),
            )


def _folders(pictures: Pictures, root: Path) -> dict[Path, Picture]:
    """Give the folders below the root that hold pictures of the book, with the first of each."""
    folders: dict[Path, Picture] = {}
    for picture in pictures.pictures:
        path = picture.found
        if path is not None and path.parent != root and path.is_relative_to(root):
            folders.setdefault(path.parent, picture)
    return folders


def _may_be_shown(pictures: Pictures, root: Path, path: Path) -> bool:
    return any(
        path.as_posix().startswith((folder / start).as_posix())
        for start in pictures.unreadable
        for folder in (*pictures.folders, root)
    )


_COMMENTS = frozenset({Kind.COMMENT})

RULE = Rule("TB802", "unused-image", Severity.INFORMATION, check, default=False)
