r"""The PDF does not say its title, author or language, or what its images show.

## What it does
Looks for `pdftitle`, `pdfauthor` and `pdflang` of hyperref, or `lang` of `\DocumentMetadata`, in
the preamble, the class and the packages of the book; `pdfusetitle` stands for the first two.
Without hyperref in sight there is one finding for all three. Each `\includegraphics` without `alt`
or `artifact` is reported, too. A file without `\documentclass` has no metadata to lack. The fix
takes the values from `\title`, `\author` and the language of the text; it is unsafe, since they may
be meant otherwise. Off by default.

## Why
Readers, libraries and search engines show the title of the PDF, not of its first page; screen
readers need the language, and words for what cannot be seen.

## Instead
Write `\hypersetup{pdftitle={...}, pdfauthor={...}, pdflang={en}}`, and
`\includegraphics[alt={A curve that falls}]{...}`.

## Example
```latex
\usepackage{hyperref}
\title{Traps}
\begin{document}
\includegraphics{curve}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.arguments import ArgumentReader
from texbook.latex.mask import mask
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.latex.tokens import Token
    from texbook.lint.book import Book

_KEYS = {"title": "pdftitle", "author": "pdfauthor", "language": "pdflang"}
_SETS = {
    "title": re.compile(r"\bpdftitle\s*=|\bpdfusetitle\b|/Title\b"),
    "author": re.compile(r"\bpdfauthor\s*=|\bpdfusetitle\b|/Author\b"),
    "language": re.compile(r"\bpdflang\s*=|\\DocumentMetadata\s*\{[^{}]*\blang\s*=|/Lang\b"),
}
_HYPERREF = re.compile(r"[{,]\s*hyperref\s*[,}]|\\hypersetup(?![A-Za-z])|\{hyperxmp\}")
_DESCRIBED = re.compile(r"(?:^|,)\s*(?:alt\s*=|artifact\b|actualtext\s*=)")


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each value that is missing, and for each image without words."""
    for document in book.documents:
        begin = _begin(book, document.source)
        if begin is not None:
            yield from _metadata(book, document.source, begin)
        yield from _images(book, document.source)


def _begin(book: Book, source: SourceFile) -> Token | None:
    r"""Give the ``\begin{document}`` of a file that has a document class."""
    if "\\documentclass" not in source.text:
        return None
    tokens = book.tokenized[source.path].tokens
    return next((t for t in tokens if t.kind is Kind.BEGIN and t.name == "document"), None)


def _metadata(book: Book, source: SourceFile, begin: Token) -> Iterator[Diagnostic]:
    preamble = mask(book.tokenized[source.path])[: begin.start]
    texts = (preamble, *(item.text for item in book.definitions))
    # Some files of the preamble may be read with \input.
    texts += tuple(d.source.text for d in book.documents if d.source is not source)
    missing = [what for what in _SETS if not any(_SETS[what].search(text) for text in texts)]
    if not missing:
        return
    if not any(_HYPERREF.search(text) for text in texts):
        yield RULE.diagnostic(
            f"the PDF does not say its {', '.join(missing)}: hyperref is not loaded",
            source.span(begin.start, begin.end),
            hints=("load hyperref, and set " + ", ".join(_KEYS[what] for what in missing),),
        )
        return
    for what in missing:
        value = _value(book, source, what)
        setting = f"\\hypersetup{{{_KEYS[what]}={{{value or '...'}}}}}"
        line_end = "\r\n" if "\r\n" in source.text else "\n"
        edit = Edit(begin.start, begin.start, setting + line_end)
        yield RULE.diagnostic(
            f"the PDF does not say its {what}",
            source.span(begin.start, begin.end),
            hints=(f"write {setting}",),
            fix=Fix(f"set {_KEYS[what]}", (edit,), safe=False) if value else None,
        )


def _value(book: Book, source: SourceFile, what: str) -> str:
    """Give what the document itself says; nothing if it is not plain text."""
    if what == "language":
        return book.facts.language
    tokenized = book.tokenized[source.path]
    reader = ArgumentReader(tokenized)
    for token in tokenized.tokens:
        if token.kind is Kind.COMMAND and token.name == what:
            argument = reader.braced(reader.after_options(token.end))
            written = "" if argument is None else reader.text[argument.start : argument.end]
            simple = re.search(r"\\(?:and|thanks|[^A-Za-z])|[$#%]", written) is None
            return plain_title(written) if simple else ""
    return ""


def _images(book: Book, source: SourceFile) -> Iterator[Diagnostic]:
    if "\\includegraphics" not in source.text:
        return
    tokenized = book.tokenized[source.path]
    reader = ArgumentReader(tokenized)
    for token in tokenized.tokens:
        if token.name != "includegraphics" or token.kind is not Kind.COMMAND:
            continue
        start = reader.star(token.end)
        options = reader.bracketed(start)
        argument = reader.braced(reader.after_options(token.end))
        if argument is None or tokenized.in_definition(token.start):
            continue
        given = "" if options is None else reader.text[options.start : options.end]
        name = reader.text[argument.start : argument.end].strip()
        if "#" not in name and not _DESCRIBED.search(given):
            yield RULE.diagnostic(
                f'the image "{name}" has no alternative text',
                source.span(token.start, argument.end + 1),
                hints=("say in its options what it shows: alt={...}",),
            )


RULE = Rule("TB809", "pdf-metadata", Severity.INFORMATION, check, default=False, fixes=Fixes.UNSAFE)
