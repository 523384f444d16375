r"""A work is cited that the bibliography does not have.

## What it does
Looks up what `\cite`, `\parencite`, `\textcite`, `\citep`, `\nocite` and their like name in the
`.bib` files of `\addbibresource` and `\bibliography`, or among the `\bibitem`s. Names are compared
exactly, as biber does; other names of an entry (`ids = {...}`) count. Macros of the book that cite
are understood by their definitions; others can be declared as `citation-commands` of `[lint]`.

A bibliography file that does not exist is reported where it is named, unless its path leads out of
the book's folder to one that is not there. If any source of entries
cannot be read, nothing is said of single keys.

## Why
The PDF prints the key, or a question mark, where the citation should be.

## Instead
Correct the key, or add the entry.

## Example
```latex
\addbibresource{references.bib}
... as shown by~\cite{smith2066optimizers}
```
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.closest import Closest
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.bibliography import Bibliography
    from texbook.lint.book import Book
    from texbook.lint.files import Files
    from texbook.lint.labels import Place


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each citation without an entry, and each file that is missing."""
    if book.inputs.main is None:
        return
    works = book.bibliography
    for place in works.missing:
        yield from _missing_file(book, works, place)
    if not works.is_known:
        return
    missing = [
        place
        for place in book.keys.citations
        if place.name not in works.entries and not _is_derived(works, place.name)
    ]
    if missing and not book.inputs.is_whole:
        book.leave_open(RULE.code, {place.name for place in missing})
        return
    closest = Closest(works.entries)
    for place in missing:
        yield _missing_entry(works, closest, place)


def _is_derived(works: Bibliography, key: str) -> bool:
    """Say whether it is a known key and more: styles make such entries (``a-customc``)."""
    return len(key) > _LONGEST_KEY or any(
        key[:place] in works.entries or key[place + 1 :] in works.entries
        for place, sign in enumerate(key)
        if sign == "-"
    )


def _missing_file(book: Book, works: Bibliography, place: Place) -> Iterator[Diagnostic]:
    if book.files is None or _leads_away(book.files, place.name):
        return
    names = book.files.names(book.files.root)
    read = {source.path.name for source in works.files}
    others = [name for name in names if name.endswith(".bib") and name not in read]
    close = Closest(others).to(place.name)
    if close or len(others) == 1:
        hint = f'did you mean "{close or others[0]}"?'
    elif "/" in place.name:
        hint = "the path begins in the folder of the main file"
    else:
        return  # TeX may have it elsewhere: in a folder of the person's own, say
    yield RULE.diagnostic(
        f'the bibliography file "{place.name}" does not exist', place.span, hints=(hint,)
    )


def _leads_away(files: Files, name: str) -> bool:
    """Say whether a path leads to a folder above the book that is not at hand."""
    folder = Path(os.path.normpath(files.root / name)).parent
    return name.startswith("..") and not files.names(folder)


def _missing_entry(works: Bibliography, closest: Closest, place: Place) -> Diagnostic:
    close = closest.to(place.name)
    related: tuple[Related, ...] = ()
    hint = "correct the key, or add the entry"
    if close:
        hint = f'did you mean "{close}"?'
        related = (Related(works.entries[close].span, f'"{close}" is here'),)
    where = f'"{works.files[0].path.name}"' if len(works.files) == 1 else "the bibliography"
    return RULE.diagnostic(
        f'{where} has no entry "{place.name}"', place.span, hints=(hint,), related=related
    )


_LONGEST_KEY = 200
"""Code points; what is longer is no key but a fault that others tell of."""

RULE = Rule("TB306", "missing-bib-entry", Severity.ERROR, check)
