"""The questions of a book in their order, found without rendering anything.

The main file and the files that it reads are walked as they were written, with each question's
template standing for a question of its name, so that a template that lists all questions may itself
be among the files of the book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file, digest_text
from texbook.base.errors import TexbookError
from texbook.base.source import LARGEST, SourceFile, is_file, read_source
from texbook.latex.arguments import ArgumentReader
from texbook.latex.includes import include_order
from texbook.latex.outline import Heading, read_outline
from texbook.latex.tokens import tokenize
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.frontmatter import FrontMatter, read_front_matter
from texbook.render.question import reading_minutes, template_slug
from texbook.render.results import results_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.latex.outline import Outline
    from texbook.project import Project

_LABEL = re.compile(r"(?:\s|%[^\n]*\n)*\\label\s*\{([^{}]*)\}")
_INNER_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question in its place in the book.

    Attributes:
        source: its template.
        name: the path, relative to the book, that its rendered text is typeset as.
    """

    source: SourceFile
    name: Path
    front_matter: FrontMatter

    @property
    def slug(self) -> str:
        """The name that labels and other questions know it by."""
        return template_slug(self.source.path)

    @property
    def facts(self) -> tuple[object, ...]:
        """All that a template can learn of it, and the lines to which findings in that lead."""
        minutes = reading_minutes(self.source.text)
        results = digest_file(results_path(self.source.path))
        return str(self.source.path), self.front_matter, minutes, results


@dataclass(frozen=True, slots=True)
class ListedChapter:
    r"""A chapter that holds questions.

    Attributes:
        title: LaTeX, as typed in its ``\chapter``; empty for what stands before the first one.
        label: of the ``\label`` in or behind its heading, else empty.
    """

    title: str
    label: str
    questions: tuple[ListedQuestion, ...]


@dataclass(frozen=True, slots=True)
class BookListing:
    """The questions of a book in reading order.

    Attributes:
        chapters: those that hold questions.
        looked_at: every file on which all this depends, those looked for in vain included.
        faults: of the front matter of questions that were left out for it.
    """

    chapters: tuple[ListedChapter, ...]
    looked_at: tuple[Path, ...]
    faults: tuple[Diagnostic, ...] = ()

    @property
    def questions(self) -> tuple[ListedQuestion, ...]:
        """All questions in reading order."""
        return tuple(item for chapter in self.chapters for item in chapter.questions)

    def digest(self) -> str:
        """Digest all that a template can learn from the book (`texbook.render.book`).

        It stays what it was when a question's text is edited and takes as long to read as before.
        """
        return digest_text(
            repr(
                [
                    (chapter.title, chapter.label, [item.facts for item in chapter.questions])
                    for chapter in self.chapters
                ]
            )
        )


def list_book(project: Project, texts: Mapping[Path, SourceFile] | None = None) -> BookListing:
    r"""Find the questions of a book, in the order in which its main file reads them.

    A question is a template with front matter. One whose front matter is faulty is left out, as is
    a file that cannot be read: they are told of where they are rendered or typeset. What only TeX
    or Jinja can know (an ``\include`` made by a macro) is not seen.

    Args:
        project: the book.
        texts: what takes the place of files, by their paths.
    """
    reader = _Reader(project, texts or {})
    order = include_order(project.main, reader.read)
    outline = read_outline(order.sources)
    chapters = tuple(_chapters(outline, reader.found))
    return BookListing(chapters, tuple(reader.looked_at), tuple(reader.faults))


class _Reader:
    """Reads files as they were written; each question's template as a heading and no more."""

    def __init__(self, project: Project, texts: Mapping[Path, SourceFile]) -> None:
        self._project = project
        self._texts = texts
        self.looked_at: dict[Path, None] = {}
        self.faults: list[Diagnostic] = []
        self._read: dict[Path, SourceFile | None] = {}
        self.found: dict[Path, ListedQuestion] = {}

    def read(self, path: Path) -> SourceFile | None:
        if path not in self._read:
            self._read[path] = self._template(path) or self._file(path)
        return self._read[path]

    def _file(self, path: Path) -> SourceFile | None:
        self.looked_at[path] = None
        try:
            return self._texts.get(path) or (read_source(path, LARGEST) if is_file(path) else None)
        except TexbookError:
            return None

    def _template(self, path: Path) -> SourceFile | None:
        """Read the template of a file that is named by what it renders to; None without one."""
        if path.suffix != ".tex" or path.name.endswith(TEMPLATE_SUFFIX):
            return None
        source = self._file(path.with_name(path.stem + TEMPLATE_SUFFIX))
        if source is None:
            return None
        reading = read_front_matter(source)
        front_matter = reading.front_matter
        if front_matter is None:
            self.faults += reading.diagnostics
            return SourceFile(path, source.text)
        self.looked_at[results_path(source.path)] = None
        name = self._project.rendered_name(source.path)
        self.found[path] = ListedQuestion(source, name, front_matter)
        return SourceFile(path, r"\section{A question}")


def _chapters(outline: Outline, found: Mapping[Path, ListedQuestion]) -> Iterable[ListedChapter]:
    for chapter in outline.chapters:
        paths = (question.heading.source.path for question in chapter.questions)
        questions = tuple(found[path] for path in paths if path in found)
        if questions:
            title, label = ("", "") if chapter.heading is None else _heading(chapter.heading)
            yield ListedChapter(title, label, questions)


def _heading(heading: Heading) -> tuple[str, str]:
    """Give a heading's title as it was typed, and its label."""
    source = heading.source
    reader = ArgumentReader(tokenize(source.text))
    start = heading.start + len(heading.command) + 1
    argument = reader.braced(reader.after_options(start))
    title = "" if argument is None else source.text[argument.start : argument.end]
    label = _INNER_LABEL.search(title) or _LABEL.match(source.text, heading.end)
    return _INNER_LABEL.sub("", title).strip(), label[1].strip() if label else ""
