r"""The works that a book can cite: entries of its ``.bib`` files, and ``\bibitem``."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import BookError
from texbook.latex.arguments import ArgumentReader
from texbook.latex.tokens import Kind, tokenize
from texbook.lint.branches import Branches
from texbook.lint.labels import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.latex.tokens import Token
    from texbook.lint.book import Book
    from texbook.lint.files import Files


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What can be cited.

    Attributes:
        entries: by key.
        missing: names of bibliography files that do not exist.
        is_known: whether these are all; False too where the book has no bibliography in sight.
        files: the bibliography files that were read.
    """

    entries: dict[str, Place]
    missing: tuple[Place, ...]
    is_known: bool
    files: tuple[SourceFile, ...] = ()


_LISTS = frozenset({"bibliography", "nobibliography", "defaultbibliography"})
_SOURCES = _LISTS | {"addbibresource", "addglobalbib", "addsectionbib"}
_PREAMBLE_ONLY = frozenset({"addbibresource", "addglobalbib", "addsectionbib"})
"""In the text they are written about."""
_OPAQUE = frozenset({"bibselect", "externalcitedocument", "newcites", "putbib", "DeclareSourcemap"})
"""Commands after which keys come from elsewhere, or change."""
_NAMES_FILES = re.compile(
    r"\\(?:(?:no|default)?bibliography|add(?:global|section)?bib|bibselect|putbib|newcites"
    r"|DeclareSourcemap|externalcitedocument)"
)
_WITH_TEX = frozenset(
    {"xampl.bib", "biblatex-examples.bib", "IEEEabrv.bib", "IEEEfull.bib", "IEEEexample.bib"}
)
"""Bibliographies that come with TeX Live, and are used in examples."""
_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]\s*([^\s,{}()\"]+)")
_ALIASES = re.compile(r"\bids\s*=\s*[{\"]([^{}\"]*)")
_NO_ENTRIES = frozenset({"comment", "preamble", "string"})
_SET = re.compile(r"\\defbibentryset\s*\{([^{}]+)\}|\\(?:bib|DefineKey)\s*\{([^{}]+)\}\s*\{")
_FILE_NAME = re.compile(r"\{([^{}]*)\}\s*\Z")


def read_bibliography(book: Book) -> Bibliography:
    """Read the bibliographies that a book names."""
    return _Reader(book).run()


class _Reader:
    def __init__(self, book: Book):
        self.book = book
        self.entries: dict[str, Place] = {place.name: place for place in book.keys.bibitems}
        self.missing: list[Place] = []
        self.read: list[SourceFile] = []
        self.is_known = book.inputs.main is not None
        main = book.inputs.main
        self.job = "" if main is None else main.source.path.stem
        self.made = dict(self._made_files())

    def run(self) -> Bibliography:
        files = self.book.files
        named = False
        for source in self.book.sources:
            for place, is_readable in self._named(source):
                named = True
                if not is_readable or files is None:
                    self.is_known = False
                else:
                    self._take(place, files)
            for found in _SET.finditer(source.text):
                group = 1 if found[1] else 2
                key = found[group].strip()
                self.entries.setdefault(key, Place(key, source, *found.span(group)))
        self.is_known &= named or bool(self.book.keys.bibitems)
        return Bibliography(self.entries, tuple(self.missing), self.is_known, tuple(self.read))

    def _named(self, source: SourceFile) -> Iterator[tuple[Place, bool]]:
        """Give the bibliography files that a text names, and whether each can be read."""
        if not _NAMES_FILES.search(source.text):
            return
        tokenized = self.book.tokenized.get(source.path) or tokenize(source.text, self.book.specs)
        reader: ArgumentReader | None = None
        begun = False
        for token in tokenized.tokens:
            begun |= token.kind is Kind.BEGIN and token.name == "document"
            if token.kind is not Kind.COMMAND or (begun and token.name in _PREAMBLE_ONLY):
                continue
            if token.name in _OPAQUE:
                if not tokenized.in_definition(token.start):
                    self.is_known = False
            elif token.name in _SOURCES:
                reader = reader or ArgumentReader(tokenized)
                yield from self._names(reader, token, source)

    def _names(
        self, reader: ArgumentReader, token: Token, source: SourceFile
    ) -> Iterator[tuple[Place, bool]]:
        option = reader.bracketed(reader.star(token.end))
        argument = reader.braced(reader.after_options(token.end))
        if argument is None:
            return  # \def\bibliography, \nobibliography*
        is_local = option is None or "remote" not in reader.text[option.start : option.end]
        position = argument.start
        parts = reader.text[argument.start : argument.end].replace("\\jobname", self.job)
        for part in parts.split(",") if token.name in _LISTS else (parts,):
            name = part.strip()
            is_readable = is_local and not set(name) & set("\\#{}$*?") and "://" not in name
            start = source.text.find(name, position, argument.end)
            start, end = (start, start + len(name)) if start >= 0 else argument
            if name:
                yield Place(name, source, start, end), is_readable
            position = end

    def _made_files(self) -> Iterator[tuple[str, tuple[SourceFile, int, int]]]:
        """Give the bibliographies that a document holds in ``filecontents``."""
        for document in self.book.documents:
            source = document.source
            if "filecontents" not in source.text:
                continue
            name = ""
            for token in self.book.tokenized[source.path].tokens:
                if token.kind is Kind.ARGUMENT and token.name.startswith("filecontents"):
                    found = _FILE_NAME.search(source.text[token.start : token.end])
                    name = found[1].replace("\\jobname", self.job) if found else ""
                elif token.kind is Kind.CODE and token.name.startswith("filecontents") and name:
                    yield name.strip(), (source, token.start, token.end)

    def _take(self, place: Place, files: Files) -> None:
        name = place.name if place.name.endswith(".bib") else f"{place.name}.bib"
        if place.name in self.made or name in self.made:
            source, start, end = self.made.get(name) or self.made[place.name]
            self._entries(source, start, end)
            return
        path = Path(os.path.normpath(files.root / name))
        if not files.is_file(path):
            path = Path(os.path.normpath(files.root / place.name))
        if not files.is_file(path):
            self.is_known = False
            target = Path(name)
            tokenized = self.book.tokenized.get(place.source.path)
            in_branch = tokenized is not None and Branches(tokenized).hold(place.start)
            if target.name not in _WITH_TEX and not in_branch:
                self.missing.append(place)
            return
        try:
            bibliography = files.read(path) if path.suffix == ".bib" else None
        except BookError:
            bibliography = None
        if bibliography is None:
            self.is_known = False
            return
        self.read.append(bibliography)
        self._entries(bibliography, 0, len(bibliography.text))

    def _entries(self, source: SourceFile, start: int, end: int) -> None:
        for found in _ENTRY.finditer(source.text, start, end):
            if found[1].lower() not in _NO_ENTRIES:
                self.entries.setdefault(found[2], Place(found[2], source, *found.span(2)))
        for found in _ALIASES.finditer(source.text, start, end):
            for alias in found[1].split(","):
                key = alias.strip()
                if key:
                    self.entries.setdefault(key, Place(key, source, *found.span(1)))
