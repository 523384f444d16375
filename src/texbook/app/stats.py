"""Count what a book is made of: by question, by chapter, and in all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from texbook.app.numbering import Numbering
from texbook.base.errors import BookError
from texbook.base.source import LARGEST, SourceFile, is_file, read_source
from texbook.latex.includes import include_order
from texbook.latex.material import Material, MaterialReader
from texbook.latex.tokens import Kind
from texbook.lint.book import Book, Document
from texbook.render.render import render_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.latex.outline import Heading, Question, Stretch
    from texbook.lint.questions import JudgedQuestion
    from texbook.project import Project
    from texbook.render.frontmatter import FrontMatter
    from texbook.render.render import Rendered


_PAPER = re.compile(r"\bpaper\(\s*[\"']([^\"'\n]+)[\"']")


@dataclass(frozen=True, slots=True)
class SectionStats:
    """A section of a question; a required one that is missing has no material."""

    title: str
    material: Material | None


@dataclass(frozen=True, slots=True)
class UnitStats:
    """A question, or in another document what its outline is made of.

    Attributes:
        path: the author's file.
        number: as printed; empty if it has none.
        level: of difficulty, from the front matter.
        is_stub: whether the front matter says that it is not written yet; None without any.
        sections: the required ones in their order, or those that are there.
        material: of all of it.
        pages: of the last good build; None if unknown.
        is_question: whether it has the sections of a question.
    """

    path: Path
    line: int
    number: str
    title: str
    level: str
    is_stub: bool | None
    sections: tuple[SectionStats, ...]
    material: Material
    pages: int | None = None
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class ChapterStats:
    """A chapter (a part, where that holds the text): its own introduction, and its questions."""

    number: str
    title: str
    introduction: Material
    units: tuple[UnitStats, ...]
    pages: int | None = None

    @property
    def material(self) -> Material:
        """Of all of it."""
        return reduce(add, (unit.material for unit in self.units), self.introduction)


@dataclass(frozen=True, slots=True)
class BookStats:
    """A whole book.

    Attributes:
        minimum_words: fewest words that a section should have; 0 for no such wish.
        pages: of the last good build; None if there was none.
        diagnostics: what could not be read, and so is not counted.
    """

    chapters: tuple[ChapterStats, ...]
    minimum_words: int = 0
    pages: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def units(self) -> tuple[UnitStats, ...]:
        """All questions in reading order."""
        return tuple(unit for chapter in self.chapters for unit in chapter.units)

    @property
    def material(self) -> Material:
        """Of the whole book."""
        return reduce(add, (chapter.material for chapter in self.chapters), Material())


def book_stats(project: Project) -> BookStats:
    """Count what is in a book, templates rendered; pages from the last good build."""
    rendering = render_templates(project)
    reader = _Reader(project, rendering.rendered)
    sources = include_order(project.main, reader.read).sources
    definitions = [
        source
        for ending in ("*.cls", "*.sty")
        for path in sorted(project.root.glob(ending))
        if (source := reader.read(path)) is not None
    ]
    documents = [
        Document(source, item.source_map if item else None)
        for source in sources
        for item in [reader.template(source)]
    ]
    book = Book(documents, project.config, definitions)
    counter = _Counter(book, reader, Numbering(project, book.outline))
    return BookStats(
        tuple(counter.chapters()),
        project.config.structure.minimum_words,
        counter.numbers.book_pages,
        (*rendering.diagnostics, *reader.faults),
    )


class _Reader:
    """Reads the book's files, rendered templates in the place of what they render to."""

    def __init__(self, project: Project, rendered: Sequence[Rendered]):
        self.faults: list[Diagnostic] = []
        self._read: dict[Path, SourceFile | None] = {}
        self._typeset = {project.root / item.name: item for item in rendered}
        self._rendered = {item.source_map.rendered: item for item in rendered}

    def read(self, path: Path) -> SourceFile | None:
        if path not in self._read:
            self._read[path] = self._source(path)
        return self._read[path]

    def _source(self, path: Path) -> SourceFile | None:
        if (item := self._typeset.get(path)) is not None:
            return SourceFile(item.source_map.rendered, item.text)
        try:
            return read_source(path, LARGEST) if is_file(path) else None
        except BookError as error:
            self.faults.append(error.diagnostic())
            return None

    def template(self, source: SourceFile) -> Rendered | None:
        return self._rendered.get(source.path)

    def front_matter(self, source: SourceFile) -> FrontMatter | None:
        item = self.template(source)
        return None if item is None else item.front_matter

    def papers(self, source: SourceFile) -> frozenset[str]:
        """Give the papers that a template sets by ``paper("key")``, which cites nothing."""
        item = self.template(source)
        template = self.read(item.template) if item else None
        return frozenset(_PAPER.findall(template.text)) if template else frozenset()

    def place(self, heading: Heading) -> tuple[Path, int]:
        """Give the author's file and line of a heading."""
        line = heading.source.position(heading.start).line
        item = self.template(heading.source)
        origin = item.source_map.origin(line) if item else None
        return (origin.path, origin.line) if origin else (heading.source.path, line)


class _Counter:
    """Counts the parts of an outline."""

    def __init__(self, book: Book, reader: _Reader, numbers: Numbering):
        self.book = book
        self.reader = reader
        self.numbers = numbers
        self._judged = {id(item.question): item for item in book.questions}
        self._materials: dict[Path, MaterialReader] = {}

    def chapters(self) -> Iterator[ChapterStats]:
        for chapter in self.book.outline.chapters:
            introduction = self._sum(chapter.introduction)
            units = tuple(self._unit(question) for question in chapter.questions)
            heading = chapter.heading
            if units or introduction != Material() or heading is not None:
                yield ChapterStats(
                    self.numbers.number(heading) if heading else "",
                    heading.title if heading else "",
                    introduction,
                    units,
                    self.numbers.pages(heading) if heading else None,
                )

    def _unit(self, question: Question) -> UnitStats:
        heading = question.heading
        path, line = self.reader.place(heading)
        front = self.reader.front_matter(heading.source)
        judged = self._judged.get(id(question))
        parts = [question.introduction, *(section.body for section in question.sections)]
        material = reduce(add, map(self._sum, parts), Material())
        return UnitStats(
            path,
            line,
            self.numbers.number(heading),
            heading.title,
            front.level if front else "",
            front.stub if front else None,
            self._sections(question, judged),
            replace(material, papers=material.papers | self.reader.papers(heading.source)),
            self.numbers.pages(heading),
            is_question=judged is not None,
        )

    def _sections(
        self, question: Question, judged: JudgedQuestion | None
    ) -> tuple[SectionStats, ...]:
        if judged is None:
            return tuple(
                SectionStats(section.heading.title, self._sum(section.body))
                for section in question.sections
            )
        return tuple(
            SectionStats(title, self._sum(placed.section.body) if placed else None)
            for index, title in enumerate(self.book.required)
            for placed in [judged.first(index)]
        )

    def _sum(self, stretches: Iterable[Stretch]) -> Material:
        return reduce(add, map(self._count, stretches), Material())

    def _count(self, stretch: Stretch) -> Material:
        path = stretch.source.path
        tokenized = self.book.tokenized[path]
        if path not in self._materials:
            self._materials[path] = MaterialReader(tokenized, self.book.specs)
        begin = next(
            (t.end for t in tokenized.tokens if t.kind is Kind.BEGIN and t.name == "document"), 0
        )
        start = max(stretch.start, begin)
        return (
            self._materials[path].count(start, stretch.end) if start < stretch.end else Material()
        )
