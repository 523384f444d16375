"""The book's outline: chapters, questions and their sections, over files in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.includes import READING, find_includes
from texbook.latex.specs import BUILT_IN, VerbatimSpecs
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind, TokenizedText, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from texbook.base.source import SourceFile

LEVELS = {
    "part": -1,
    "chapter": 0,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
"""Sectioning commands and their levels, as in LaTeX's standard classes."""


class Matter(Enum):
    r"""The part of a book: before ``\mainmatter``, the book itself, after ``\appendix``."""

    FRONT = "front"
    MAIN = "main"
    BACK = "back"


_MATTER = {
    "frontmatter": Matter.FRONT,
    "mainmatter": Matter.MAIN,
    "appendix": Matter.BACK,
    "backmatter": Matter.BACK,
}
_MARKING = _MATTER.keys() | LEVELS.keys()
_SECTIONING = re.compile(r"\\(part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)(?![A-Za-z@])")


class Stretch(NamedTuple):
    """A part of a file: code-point offsets, end exclusive."""

    source: SourceFile
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    r"""A sectioning command.

    Attributes:
        command: without backslash and star.
        title: as plain text.
        source: the file it stands in; ``start`` and ``end`` are code-point offsets of the
            command with its title.
        level: 0 for a chapter.
    """

    command: str
    title: str
    source: SourceFile
    start: int
    end: int
    level: int
    starred: bool = False
    matter: Matter = Matter.MAIN


@dataclass(slots=True)
class Section:
    """A section of a question; its body holds its own subsections too, without their headings."""

    heading: Heading
    body: list[Stretch] = field(default_factory=list)


@dataclass(slots=True)
class Question:
    """A unit of the book and the sections directly below it."""

    heading: Heading
    introduction: list[Stretch] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


@dataclass(slots=True)
class Chapter:
    """A chapter with its questions; heading None for what stands before the first chapter."""

    heading: Heading | None
    questions: list[Question] = field(default_factory=list)
    introduction: list[Stretch] = field(default_factory=list)
    """What stands before its first question; the preamble too, where the heading is None."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Chapters in reading order."""

    chapters: tuple[Chapter, ...]

    def questions(self) -> Iterator[Question]:
        """Give all questions in reading order."""
        for chapter in self.chapters:
            yield from chapter.questions


class _Include(NamedTuple):
    """A place where another file is read."""

    source: SourceFile
    target: str


class _Mark(NamedTuple):
    """Something in a file that ends a stretch of text."""

    start: int
    end: int
    what: Heading | Matter | _Include


def read_outline(
    sources: Sequence[SourceFile],
    unit: str = "section",
    *,
    unit_level: int | None = None,
    tokenized: dict[Path, TokenizedText] | None = None,
    specs: VerbatimSpecs = BUILT_IN,
) -> Outline:
    r"""Read the outline of a book from its files.

    A file that another one of them includes is read where it is included; the others in the
    order given.

    Args:
        sources: in reading order.
        unit: the command that begins a question: ``section``, ``chapter``, or one of the book's
            own, whose first braced argument is the title.
        unit_level: where a command of the book's own stands; that of ``section`` by default.
        tokenized: tokens that are at hand already, by path.
        specs: what is verbatim, for files whose tokens are not at hand.
    """
    tokens = dict(tokenized or {})
    for source in sources:
        if source.path not in tokens:
            tokens[source.path] = tokenize(source.text, specs)
    own = LEVELS["section"] if unit_level is None else unit_level
    levels = LEVELS if unit in LEVELS else {**LEVELS, unit: own}
    builder = _Builder(levels[unit])
    for item in _reading(sources, tokens, specs, levels):
        builder.add(item)
    return Outline(tuple(builder.chapters))


class _Builder:
    """Puts headings and text into chapters, questions and sections."""

    def __init__(self, unit_level: int):
        self.unit_level = unit_level
        self.chapters: list[Chapter] = [Chapter(None)]
        self.matter = Matter.MAIN
        self.body = self.chapters[0].introduction

    def add(self, item: Heading | Matter | Stretch) -> None:
        if isinstance(item, Stretch):
            self.body.append(item)
        elif isinstance(item, Matter):
            self.matter = item
        else:
            self._heading(item)

    def _heading(self, found: Heading) -> None:
        heading = replace(found, matter=self.matter)
        level = heading.level
        if level < self.unit_level:
            self.chapters.append(Chapter(heading))
            self.body = self.chapters[-1].introduction
        elif level == self.unit_level:
            question = Question(heading)
            self.chapters[-1].questions.append(question)
            self.body = question.introduction
        elif level == self.unit_level + 1 and self.chapters[-1].questions:
            section = Section(heading)
            self.chapters[-1].questions[-1].sections.append(section)
            self.body = section.body


def _reading(
    sources: Sequence[SourceFile],
    tokens: dict[Path, TokenizedText],
    specs: VerbatimSpecs,
    levels: Mapping[str, int],
) -> Iterator[Heading | Matter | Stretch]:
    """Give headings and text in the order in which TeX meets them."""
    finder = _Finder(sources)
    marks = {source.path: _marks(source, tokens[source.path], specs, levels) for source in sources}
    included = {
        target.path
        for source in sources
        for mark in marks[source.path]
        if isinstance(mark.what, _Include) and (target := finder.find(mark.what))
        if target.path != source.path
    }
    roots = [source for source in sources if source.path not in included]
    seen: set[Path] = set()
    # The second round reads the files of a cycle, which has no root.
    for root in (*roots, *sources):
        stack = [] if root.path in seen else [_pieces(root, marks[root.path])]
        seen.add(root.path)
        while stack:
            piece = next(stack[-1], None)
            if piece is None:
                stack.pop()
            elif not isinstance(piece, _Mark):
                yield piece
            elif isinstance(piece.what, _Include):
                target = finder.find(piece.what)
                if target is None:
                    yield Stretch(piece.what.source, piece.start, piece.end)
                elif target.path not in seen:
                    seen.add(target.path)
                    stack.append(_pieces(target, marks[target.path]))
            else:
                yield piece.what


def _pieces(source: SourceFile, marks: list[_Mark]) -> Iterator[_Mark | Stretch]:
    position = 0
    for mark in marks:
        if mark.start > position:
            yield Stretch(source, position, mark.start)
        position = mark.end
        yield mark
    if position < len(source.text):
        yield Stretch(source, position, len(source.text))


def _marks(
    source: SourceFile,
    tokenized: TokenizedText,
    specs: VerbatimSpecs,
    levels: Mapping[str, int],
) -> list[_Mark]:
    """Find headings, changes of matter and includes; a preamble has none."""
    reader = ArgumentReader(tokenized)
    begin = 0
    marks: list[_Mark] = []
    marking = _MARKING | levels.keys()
    for kind, start, end, name in tokenized.tokens:
        if kind is Kind.BEGIN and name == "document":
            begin = end
            marks.clear()
        if name not in marking or kind is not Kind.COMMAND or tokenized.in_definition(start):
            continue
        if name in _MATTER:
            marks.append(_Mark(start, end, _MATTER[name]))
        elif (
            heading := _heading(source, reader, name, start, end, level=levels[name])
        ) is not None:
            marks.append(_Mark(heading.start, heading.end, heading))
    if any(name in source.text for name in READING):
        marks.extend(
            _Mark(include.start, include.end, _Include(source, include.target))
            for include in find_includes(source, specs, tokenized)
            if include.command in READING and include.start >= begin and not include.defined
        )
    return sorted(marks, key=lambda mark: mark.start)


def _heading(
    source: SourceFile,
    reader: ArgumentReader,
    command: str,
    start: int,
    position: int,
    *,
    level: int,
) -> Heading | None:
    after_star = reader.star(position)
    argument = reader.braced(reader.after_options(position))
    if argument is None:
        return None
    title = plain_title(reader.text[argument.start : argument.end])
    starred = after_star != position
    return Heading(command, title, source, start, argument.end + 1, level, starred=starred)


def level_of_macro(body: str) -> int | None:
    r"""Give the level of the sectioning command that a macro stands for; None if there is none.

    >>> level_of_macro(r"\clearpage\section{#1}\label{q:#2}")
    1
    """
    found = _SECTIONING.search(body)
    return None if found is None else LEVELS[found[1]]


class _Finder:
    """Finds the file that an include means among those at hand."""

    def __init__(self, sources: Iterable[SourceFile]):
        self.by_path = {source.path.as_posix(): source for source in sources}
        self.by_name: dict[str, list[SourceFile]] = {}
        for source in sources:
            self.by_name.setdefault(source.path.name, []).append(source)

    def find(self, include: _Include) -> SourceFile | None:
        """Look in the holder's folder and those above it; else for the only path of that ending.

        Rendered templates stand in another folder than the file that includes them.
        """
        target = include.target.removeprefix("./")
        # Of thousands of files that are not at hand, most are known by their last name.
        names = [
            name for name in (f"{target}.tex", target) if name.rpartition("/")[2] in self.by_name
        ]
        for folder in include.source.path.parents:
            for name in names:
                found = self.by_path.get((folder / name).as_posix())
                if found is not None:
                    return found
        for name in names:
            close = [
                source
                for source in self.by_name.get(Path(name).name, ())
                if source.path.as_posix().endswith(f"/{name}")
            ]
            if len(close) == 1:
                return close[0]
        return None
