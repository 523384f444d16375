r"""A document cut into parts that can be typeset by themselves, for a draft of one of them.

The files that the main file's body reads by ``\input`` and ``\include`` are put in their places.
The cuts are at the headings and the includes of the outermost level, and at inputs where no heading
is near. Nobody relies on them for exact pages: what one part leaves to the next is not looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.source import SourceFile
from texbook.latex.declarations import declaration_end
from texbook.latex.forms import DefinitionReader
from texbook.latex.includes import find_includes
from texbook.latex.level import Level
from texbook.latex.specs import BUILT_IN, VerbatimSpecs, read_specs
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from texbook.latex.tokens import Token, TokenizedText

HEADINGS = ("part", "chapter", "section")
"""The sectioning commands at which a document is cut."""
_READING = re.compile(r"\\(?:input|include)(?![A-Za-z@])")
_ENDS_EARLY = re.compile(r"\\endinput(?![A-Za-z@])")
_BLANK = re.compile(r"(?:\s|%[^\n]*(?:\n|\Z)|\\(?:clear(?:double)?page|newpage)(?![A-Za-z@]))*")
_LEAST = 300
r"""Code points that stand before an ``\input`` in a part that is cut there; fewer belong to it."""
_LARGE = 2000
"""Code points of a file, about a page, at whose input a part is cut."""
_DEEPEST = 20
r"""``\input`` within ``\input``; TeX itself stops at 15 open files (texmf.cnf, ``max_in_open``)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body.

    Attributes:
        start: code-point offset in the body; ``stop`` is exclusive.
        heading: the sectioning command that it begins with; empty for none.
        title: of that heading, as plain text.
        files: last components of the names of files that it reads or prints.
    """

    start: int
    stop: int
    heading: str = ""
    title: str = ""
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    r"""A document in parts.

    Attributes:
        preamble: the main file as far as ``\begin{document}``, and that.
        preamble_files: last components of the names of files that the preamble reads.
        body: what follows, up to ``\end{document}``, with files in the place of their inputs.
        parts: all of the body that is not blank, in order.
        settings: declarations at the outermost level of the body, offsets from, to.
    """

    preamble: str
    preamble_files: frozenset[str]
    body: str
    parts: tuple[Part, ...]
    settings: tuple[tuple[int, int], ...]

    def text(self, part: Part) -> str:
        """Give the text of a part."""
        return self.body[part.start : part.stop]


def read_document(
    main: str, read: Callable[[str], str | None], specs: VerbatimSpecs = BUILT_IN
) -> Document | None:
    r"""Cut a document into parts.

    Args:
        main: the main file.
        read: gives the text of a file by its name in an ``\input``; None if there is none.
        specs: what the class makes verbatim; the main file's own definitions are read.

    Returns:
        None if the main file has no ``\begin{document}`` with an end.

    >>> document = read_document(
    ...     r"\documentclass{article}\begin{document}\section{One}a\input{two}\end{document}",
    ...     {"two": r"\section{Two}b"}.get,
    ... )
    >>> [(part.title, document.text(part)) for part in document.parts]
    [('One', '\\section{One}a'), ('Two', '\\section{Two}b\n')]
    """
    specs |= read_specs(main)
    tokenized = tokenize(main, specs)
    ends = [
        token
        for token in tokenized.tokens
        if token.kind in (Kind.BEGIN, Kind.END) and token.name == "document"
    ]
    begin = next((token.end for token in ends if token.kind is Kind.BEGIN), None)
    if begin is None:
        return None
    end = next((item.start for item in ends if item.kind is Kind.END and item.start > begin), None)
    if end is None:
        return None
    flat = _Flat(read, specs)
    flat.add(main, begin, end, tokenized)
    body = "".join(flat.texts)
    parts, settings = _Cutter(tokenize(body, specs), flat).run()
    named = find_includes(SourceFile(Path("main"), main), tokenized=tokenized)
    before = frozenset(_last(item.target) for item in named if item.start < begin)
    return Document(main[:begin], before, body, parts, settings)


def _last(target: str) -> str:
    return target.rpartition("/")[2]


@dataclass(slots=True)
class _Flat:
    """Puts files in the places of their inputs, and remembers where they begin and end."""

    read: Callable[[str], str | None]
    specs: VerbatimSpecs
    texts: list[str] = field(default_factory=list)
    length: int = 0
    includes: set[int] = field(default_factory=set)
    inputs: set[int] = field(default_factory=set)

    def add(
        self, text: str, start: int, stop: int, tokenized: TokenizedText | None, depth: int = 0
    ) -> None:
        position = start
        for command, target, begin, end in self._reads(text, tokenized):
            if not position <= begin < stop:
                continue
            inner = self._text_of(target)
            if inner is None or depth >= _DEEPEST:
                continue
            self._put(text[position:begin])
            is_include = command == "include"
            if is_include:
                self.includes.add(self.length)
                self._put("\\clearpage\n")
            elif len(inner) >= _LARGE:
                self.inputs.add(self.length)
            self.add(inner, 0, len(inner), None, depth + 1)
            self._put("" if inner.endswith("\n") else "\n")
            if is_include:
                self._put("\\clearpage\n")
                self.includes.add(self.length)
            position = end
        self._put(text[position:stop])

    def _reads(
        self, text: str, tokenized: TokenizedText | None
    ) -> Iterator[tuple[str, str, int, int]]:
        if not _READING.search(text):
            return
        for item in find_includes(SourceFile(Path("file"), text), self.specs, tokenized):
            if item.command in ("input", "include") and not item.defined:
                yield item.command, item.target, item.start, item.end

    def _text_of(self, target: str) -> str | None:
        text = self.read(target)
        return None if text is None or _ENDS_EARLY.search(text) else text

    def _put(self, text: str) -> None:
        self.texts.append(text)
        self.length += len(text)


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    command: str
    title: str


class _Cutter:
    """Cuts a body."""

    def __init__(self, tokenized: TokenizedText, flat: _Flat) -> None:
        self.tokenized = tokenized
        self.body = tokenized.text
        self.flat = flat
        self.reader = DefinitionReader(tokenized)
        self.headings: list[_Heading] = []
        self.settings: list[tuple[int, int]] = []
        self.cuts: set[int] = set()
        self.weak: set[int] = set()

    def run(self) -> tuple[tuple[Part, ...], tuple[tuple[int, int], ...]]:
        self._look()
        spans = list(self._spans())
        files: list[set[str]] = [set() for _ in spans]
        starts = [start for start, _ in spans]
        source = SourceFile(Path("body"), self.body)
        for item in find_includes(source, tokenized=self.tokenized):
            if (at := bisect_right(starts, item.start) - 1) >= 0:
                files[at].add(_last(item.target))
        parts = (
            self._part(start, stop, names)
            for (start, stop), names in zip(spans, files, strict=True)
        )
        return tuple(parts), tuple(self.settings)

    def _look(self) -> None:
        """Find headings, declarations and the borders of files at the outermost level."""
        level = Level(self.tokenized)
        borders = sorted(self.flat.includes | self.flat.inputs)
        position = 0
        for token in self.tokenized.tokens:
            while borders and borders[0] <= token.start:
                self._border(borders.pop(0), level)
            if token.start < position:
                continue
            end = self._command(token, level) if token.kind is Kind.COMMAND else None
            if end is None:
                level.step(token)
            else:
                position = end
                self.settings.append((token.start, end))

    def _border(self, offset: int, level: Level) -> None:
        if level.inside(offset) is None:
            (self.cuts if offset in self.flat.includes else self.weak).add(offset)

    def _command(self, token: Token, level: Level) -> int | None:
        """Take a heading; give the end of a declaration."""
        if self.tokenized.in_definition(token.start) or level.inside(token.start) is not None:
            return None
        if token.name not in HEADINGS:
            return declaration_end(self.reader, token)
        argument = self.reader.braced(self.reader.after_options(self.reader.star(token.end)))
        title = "" if argument is None else plain_title(self.reader.of(argument))
        self.headings.append(_Heading(token.start, token.name, title))
        self.cuts.add(token.start)
        return None

    def _spans(self) -> Iterator[tuple[int, int]]:
        start, at_beginning = 0, True
        for cut in (*sorted(self.cuts | self.weak), len(self.body)):
            is_short = cut - start < _LEAST and not at_beginning
            if (cut in self.weak and cut not in self.cuts and is_short) or self._is_blank(
                start, cut
            ):
                continue
            yield start, cut
            start, at_beginning = cut, False

    def _is_blank(self, start: int, stop: int) -> bool:
        return _BLANK.fullmatch(self.body, start, stop) is not None

    def _part(self, start: int, stop: int, files: Iterable[str]) -> Part:
        for heading in self.headings:
            if start <= heading.start < stop and self._is_blank(start, heading.start):
                return Part(start, stop, heading.command, heading.title, frozenset(files))
        return Part(start, stop, files=frozenset(files))
