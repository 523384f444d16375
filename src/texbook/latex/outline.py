"""The book's outline: chapters, questions and their sections, over files in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.includes import READING, find_includes
from texbook.latex.specs import BUILT_IN, VerbatimSpecs
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind, TokenizedText, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    """

    command: str
    title: str
    source: SourceFile
    start: int
    end: int
    starred: bool = False
    matter: Matter = Matter.MAIN

    @property
    def level(self) -> int:
        """The command's level: 0 for a chapter."""
        return LEVELS[self.command]


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
    tokenized: dict[Path, TokenizedText] | None = None,
    specs: VerbatimSpecs = BUILT_IN,
) -> Outline:
    r"""Read the outline of a book from its files.

    A file that another one of them includes is read where it is included; the others in the
    order given.

    Args:
        sources: in reading order.
        unit: the sectioning command that begins a question (``section``, ``chapter``).
        tokenized: tokens that are at hand already, by path.
        specs: what is verbatim, for files whose tokens are not at hand.
    """
    tokens = dict(tokenized or {})
    for source in sources:
        if source.path not in tokens:
            tokens[source.path] = tokenize(source.text, specs)
    builder = _Builder(LEVELS.get(unit, LEVELS["section"]))
    for item in _reading(sources, tokens, specs):
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
        heading = Heading(
            found.command,
            found.title,
            found.source,
            found.start,
            found.end,
            found.starred,
            self.matter,
        )
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
    sources: Sequence[SourceFile], tokens: dict[Path, TokenizedText], specs: VerbatimSpecs
) -> Iterator[Heading | Matter | Stretch]:
    """Give headings and text in the order in which TeX meets them."""
    finder = _Finder(sources)
    marks = {source.path: _marks(source, tokens[source.path], specs) for source in sources}
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


def _marks(source: SourceFile, tokenized: TokenizedText, specs: VerbatimSpecs) -> list[_Mark]:
    """Find headings, changes of matter and includes; a preamble has none."""
    reader = ArgumentReader(tokenized)
    begin = 0
    marks: list[_Mark] = []
    for kind, start, end, name in tokenized.tokens:
        if kind is Kind.BEGIN and name == "document":
            begin = end
            marks.clear()
        if name not in _MARKING or kind is not Kind.COMMAND or tokenized.in_definition(start):
            continue
        if name in _MATTER:
            marks.append(_Mark(start, end, _MATTER[name]))
        elif (heading := _heading(source, reader, name, start, end)) is not None:
            marks.append(_Mark(heading.start, heading.end, heading))
    if any(name in source.text for name in READING):
        marks.extend(
            _Mark(include.start, include.end, _Include(source, include.target))
            for include in find_includes(source, specs, tokenized)
            if include.command in READING and include.start >= begin and not include.defined
        )
    return sorted(marks, key=lambda mark: mark.start)


def _heading(
    source: SourceFile, reader: ArgumentReader, command: str, start: int, position: int
) -> Heading | None:
    after_star = reader.star(position)
    argument = reader.braced(reader.after_options(position))
    if argument is None:
        return None
    title = plain_title(reader.text[argument.start : argument.end])
    starred = after_star != position
    return Heading(command, title, source, start, argument.end + 1, starred=starred)


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
