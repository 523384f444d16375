r"""A file that the book reads does not exist, or a file reads itself.

## What it does
Follows `\input`, `\include`, `\subfile` and `\import`, as TeX does: from the folder of the main
file, with `.tex` added. Reports files that are not there, and files that are read while they are
being read.

Left alone are files that come with TeX, that a run of TeX makes (`.bbl`, `.toc`), that the book
itself writes (`filecontents`), that are only read if they exist (`\IfFileExists`), and those that
another tool makes: a makefile in the book's folder, or up to two above it, names the file or sets
`TEXINPUTS`, or a template (`version.tex.in`) lies in its place.

## Why
TeX stops with "File not found"; `\include` leaves the chapter out with no more than a warning. A
circle ends when TeX's memory does.

## Instead
Correct the path. Paths begin in the folder of the main file, not in that of the file that names
them.

## Example
```latex
\include{chapters/02-dta-quality}
```
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.closest import Closest
from texbook.lint.inputs import written_path
from texbook.lint.rule import Rule
from texbook.project import TEMPLATE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.files import Files
    from texbook.lint.inputs import Input


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each input that cannot be read."""
    if book.files is None:
        return
    for item in book.inputs.missing:
        yield RULE.diagnostic(
            f'the file "{item.include.target}" does not exist',
            item.source.span(item.include.start, item.include.end),
            hints=(_hint(book, book.files, item),),
        )
    for item in book.inputs.cycles:
        yield RULE.diagnostic(
            f'the file "{item.include.target}" is being read already: it would read itself',
            item.source.span(item.include.start, item.include.end),
            hints=("remove this line: TeX would never come to an end",),
        )


def _hint(book: Book, files: Files, item: Input) -> str:
    target = Path(item.include.target)
    folder = Path(os.path.normpath(files.root / target)).parent
    known = [
        *(name for name in files.names(folder) if name.endswith(".tex")),
        *(path.name for path in map(written_path, book.documents) if path.parent == folder),
    ]
    known = [name.replace(TEMPLATE_SUFFIX, ".tex") for name in known]
    known = [name for name in known if folder / name != item.source.path]
    name = target.name if target.suffix == ".tex" else f"{target.name}.tex"
    close = Closest(known).to(name)
    if close:
        shown = close if target.suffix == ".tex" else close.removesuffix(".tex")
        return f'did you mean "{(target.parent / shown).as_posix()}"?'
    if not files.names(folder):
        return f'there is no folder "{target.parent.as_posix()}" beside the main file'
    return "the path begins in the folder of the main file"


RULE = Rule("TB402", "missing-input", Severity.ERROR, check)
