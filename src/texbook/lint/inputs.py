"""Which file of the book reads which: what is missing, what goes in circles, what is unknown.

Rules that know the whole book must know first whether they have seen the whole book.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.includes import READING, find_includes
from texbook.latex.tokens import Kind
from texbook.lint.makefiles import Makefiles
from texbook.project import TEMPLATE_SUFFIX
from texbook.system.packages import find_package

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.base.source import SourceFile
    from texbook.latex.includes import Include
    from texbook.latex.tokens import TokenizedText
    from texbook.lint.book import Book, Document
    from texbook.lint.files import Files


class Input(NamedTuple):
    """A place where a file is named."""

    source: SourceFile
    include: Include


@dataclass(frozen=True, slots=True)
class Inputs:
    r"""What the documents read.

    Attributes:
        main: the document with ``\begin{document}``; None where only parts are at hand.
        missing: inputs of files that do not exist.
        cycles: inputs of a file that is being read already.
        doubt: why more may be read than is known here; empty if nothing is.
        made: names of files that the book itself writes.
    """

    main: Document | None
    missing: tuple[Input, ...] = ()
    cycles: tuple[Input, ...] = ()
    doubt: str = ""
    made: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether all of the book is at hand."""
        return self.main is not None and not self.missing and not self.doubt

    @property
    def gap(self) -> str:
        """What of the book is not at hand, in words; empty if all of it is."""
        if self.main is None:
            return "only parts of the book are at hand"
        return f'"{self.missing[0].include.target}" is missing' if self.missing else self.doubt


_ASKING = frozenset({"IfFileExists", "InputIfFileExists"})
_GENERATED = frozenset(
    {".aux", ".bbl", ".toc", ".lof", ".lot", ".lol", ".ind", ".gls", ".acr", ".nls", ".out", ".loa"}
    | {".sagetex", ".sout", ".pytxcode", ".ent", ".jobname"}
)
"""Endings of files that a run of TeX or of its helpers makes."""
_MADE_FILE = re.compile(
    r"\\(?:immediate\s*\\)?openout[^=\n\\]{0,40}(?:\\[A-Za-z@]+)?\s*=?\s*\{?([\w./-]+)"
    r"|\\begin\s*\{(?:filecontents\*?|VerbatimOut|verbatimwrite|tcboutputlisting|scontents)\}"
    r"\s*(?:\[[^\]\n]*\])?\s*\{([^{}\n]+)\}"
    r"|\\newwrite|\\write18|\\ShellEscape"
)
_INPUT_PATH = re.compile(r"\\input@path\s*\{((?:\s*\{[^{}]*\})+)\s*\}")
_FOLDER = re.compile(r"\{([^{}]*)\}")
_BODY_READS = re.compile(rf"\\(?:{'|'.join(sorted(READING))})(?![A-Za-z@])[^\n]{{0,80}}[#\\]")


def read_inputs(book: Book) -> Inputs:
    """Follow the inputs of a book's documents."""
    return _Reader(book).run()


def input_folders(root: Path, texts: Sequence[str]) -> list[Path]:
    r"""Give the folders in which TeX looks for a file: the root, and those of ``\input@path``."""
    folders = [root]
    for text in texts:
        if "input@path" in text:
            for found in _INPUT_PATH.finditer(text):
                folders += [root / folder for folder in _FOLDER.findall(found[1])]
    return folders


def written_path(document: Document) -> Path:
    """Give the path that the book includes: of a rendering, its template's without the ending."""
    path = document.source.path
    if document.template is None:
        return path
    template = document.template.path
    return template.with_name(template.name.removesuffix(TEMPLATE_SUFFIX) + ".tex")


class _Reader:
    def __init__(self, book: Book):
        self.book = book
        self.files: Files | None = book.files
        self.documents = {written_path(item): item for item in book.documents}
        self.main = next((item for item in book.documents if self._begins(item)), None)
        root = None if self.main is None else self.main.source.path.parent
        self.root = book.files.root if book.files is not None else root
        self.makefiles = None if book.files is None else Makefiles(book.files)
        self.doubt = ""
        self.lookups = 0

    def _begins(self, document: Document) -> bool:
        source = document.source
        return "\\begin" in source.text and any(
            token.kind is Kind.BEGIN and token.name == "document"
            for token in self.book.tokenized[source.path].tokens
        )

    @cached_property
    def made(self) -> frozenset[str]:
        """Files that the book writes; the empty name for one that cannot be told."""
        return frozenset(
            Path(found[1] or found[2] or "").name
            for document in self.book.documents
            for found in _MADE_FILE.finditer(document.source.text)
        )

    @cached_property
    def folders(self) -> list[Path]:
        texts = [document.source.text for document in self.book.documents]
        return input_folders(self.root or Path(), texts)

    def run(self) -> Inputs:
        if self.main is None or self.root is None:
            return Inputs(None)
        missing: list[Input] = []
        edges: dict[Path, list[tuple[Input, Path]]] = {}
        for path, document in self.documents.items():
            edges[path] = []
            for item, asked in self._inputs(document):
                target = self._resolve(item.include, path)
                if target is not None and target in self.documents:
                    edges[path].append((item, target))
                elif target is not None:
                    self._doubt(f'"{item.include.target}" was not read')
                elif not asked and self._is_missing(item.include):
                    missing.append(item)
        return Inputs(
            self.main,
            tuple(missing),
            tuple(_cycles(written_path(self.main), edges)),
            self.doubt or self._reading_macro(),
            self.made,
        )

    def _inputs(self, document: Document) -> Iterator[tuple[Input, bool]]:
        """Give the inputs of a document, and whether each is only read if it exists."""
        source = document.source
        if not any(
            name in source.text for name in ("input", "include", "subfile", "import", "Input")
        ):
            return
        tokenized = self.book.tokenized[source.path]
        includes = find_includes(source, self.book.specs, tokenized)
        asked = {_stem(item.target) for item in includes if item.command in _ASKING}
        readable = {item.start for item in includes}
        self._unreadable(tokenized, readable)
        for include in includes:
            if include.command in READING and not include.defined:
                yield Input(source, include), _stem(include.target) in asked

    def _unreadable(self, tokenized: TokenizedText, readable: set[int]) -> None:
        r"""Take note of ``\input{\jobname-x}`` and the like."""
        reader: ArgumentReader | None = None
        for token in tokenized.tokens:
            if (
                token.kind is Kind.COMMAND
                and token.name in READING
                and token.start not in readable
                and not tokenized.in_definition(token.start)
            ):
                reader = reader or ArgumentReader(tokenized)
                if reader.braced(reader.after_options(token.end)) is not None:
                    self._doubt(f"a \\{token.name} reads a file that only TeX can name")

    def _reading_macro(self) -> str:
        """Name a macro that the documents use and that reads files which it is told of."""
        texts = [document.source.text for document in self.book.documents]
        return next(
            (
                f'the macro "\\{definition.name}" reads files'
                for _, definition in self.book.defined
                if _BODY_READS.search(definition.body) is not None
                and any(f"\\{definition.name}" in text for text in texts)
            ),
            "",
        )

    def _doubt(self, reason: str) -> None:
        self.doubt = self.doubt or reason

    def _resolve(self, include: Include, holder: Path) -> Path | None:
        for folder in (*self.folders, holder.parent):
            for name in (f"{include.target}.tex", include.target):
                path = Path(os.path.normpath(folder / name))
                if path in self.documents or (self.files and self.files.is_file(path)):
                    return path
        return None

    def _is_missing(self, include: Include) -> bool:
        """Say whether a file that is not in the book is nowhere else either."""
        target = Path(include.target)
        if self.files is None or include.target.startswith(("|", "~")):
            self._doubt(f'"{include.target}" cannot be looked for')
            return False
        if target.suffix in _GENERATED:
            return False
        template = f"{_stem(include.target)}{TEMPLATE_SUFFIX}"
        if any(self.files.is_file(folder / template) for folder in self.folders):
            self._doubt(f'"{template}" does not render')
            return False
        if {target.name, f"{target.name}.tex", ""} & self.made or self._is_made_elsewhere(target):
            self._doubt(f'"{include.target}" is made by a program')
            return False
        if len(target.parts) == 1 and include.command in ("input", "@input"):
            return not self._is_of_tex(target.name)
        return True

    def _is_made_elsewhere(self, target: Path) -> bool:
        """Say whether a makefile may make a file."""
        return self.makefiles is not None and any(
            self.makefiles.may_make(Path(os.path.normpath(folder / target)))
            for folder in self.folders
        )

    def _is_of_tex(self, name: str) -> bool:
        """Say whether TeX brings a file; of a book that lacks a hundred, no more is asked."""
        self.lookups += 1
        if self.lookups > _MOST_LOOKUPS:
            self._doubt(f"more than {_MOST_LOOKUPS} files are missing")
            return True
        return any(find_package(file) for file in (name, f"{name}.tex"))


_MOST_LOOKUPS = 100
"""Looking a name up among the files of TeX takes half a millisecond."""


def _stem(target: str) -> str:
    return target.removesuffix(".tex")


def _cycles(main: Path, edges: dict[Path, list[tuple[Input, Path]]]) -> Iterator[Input]:
    """Walk from the main file, without recursion, and give what leads back into the open path."""
    done: set[Path] = set()
    open_paths = [main]
    stack = [iter(edges.get(main, ()))]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            done.add(open_paths.pop())
            continue
        item, target = step
        if target in open_paths:
            yield item
        elif target not in done:
            open_paths.append(target)
            stack.append(iter(edges.get(target, ())))
