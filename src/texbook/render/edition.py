r"""The text of an edition: a template of its own, ``editions/question.j2.tex``, as a document.

It knows ``book`` with its preamble, and ``edition`` with what belongs to this edition. Each line of
the preamble keeps its place in the main file, so that an error is told where the author wrote it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from texbook.base.errors import BookError
from texbook.base.source import LARGEST, read_source
from texbook.base.sourcemap import SourceMap
from texbook.base.span import Span
from texbook.latex.tokens import Kind, tokenize
from texbook.render.book import Book, BookChapter, BookQuestion, book_chapters
from texbook.render.diagnose import diagnose
from texbook.render.environment import BookEnvironment
from texbook.render.faults import TemplateFault
from texbook.render.marks import MarkError, take_marks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.project import Project
    from texbook.render.marks import Sites
    from texbook.render.order import BookListing


@dataclass(frozen=True, slots=True)
class EditionText:
    """What rendering an edition gave.

    Attributes:
        text: a whole document; empty when there are faults.
        source_map: from its lines to the templates and to the main file.
        faults: what kept it from being made.
    """

    text: str
    source_map: SourceMap
    faults: tuple[Diagnostic, ...] = ()


class EditionBook(Book):
    """The book, for templates of editions."""

    FIELDS: ClassVar[tuple[str, ...]] = (*Book.FIELDS, "preamble")

    def __init__(self, chapters: tuple[BookChapter, ...], preamble: str) -> None:
        super().__init__(lambda: chapters)
        self.preamble = preamble


class EditionRenderer:
    r"""Renders editions of one book, with one environment for all.

    Attributes:
        chapters: as templates see them.
        body: the main file from ``\begin{document}`` on.
    """

    def __init__(self, project: Project, listing: BookListing) -> None:
        r"""Read the main file.

        Raises:
            BookError: when it has no ``\begin{document}``.
        """
        self._project = project
        self._environment = BookEnvironment(project.templates_folder)
        self.chapters = book_chapters(listing, self._environment.sites)
        main = read_source(project.main, LARGEST)
        end = _document_begin(main)
        self.body = main.text[end:]
        self._book = EditionBook(self.chapters, _marked(main, end, self._environment.sites))

    @functools.cached_property
    def questions(self) -> Mapping[str, BookQuestion]:
        """The book's questions by their slugs."""
        return {item.slug: item for item in self._book.questions}

    def render(self, template: str, name: Path, edition: Mapping[str, Any]) -> EditionText:
        """Render one edition.

        Args:
            template: the name of its template, in the book's folder of templates or packaged.
            name: the path, relative to the book, that it is typeset as.
            edition: what the template sees as ``edition``.
        """
        rendered = self._project.rendered_folder / name
        try:
            return self._render(template, rendered, edition)
        except Exception as error:  # noqa: BLE001  (an expression may raise anything)
            fault = diagnose(error, self._project.main, self._environment.finder)
            return EditionText("", SourceMap(rendered, ()), (fault,))

    def _render(self, template: str, rendered: Path, edition: Mapping[str, Any]) -> EditionText:
        environment = self._environment
        compiled = environment.get_template(template)
        raw = compiled.render(book=self._book, edition=edition, question=edition.get("question"))
        path = environment.finder.found[template]
        try:
            text, origins = take_marks(raw, environment.sites, (path, 1), lambda _: True)
        except MarkError as error:
            raise TemplateFault(
                "an expression cut a text that it should have left whole",
                hints=("texts from blocks, macros and includes cannot be sliced or reversed",),
            ) from error
        if not _has_class(text):
            raise TemplateFault(
                f'the edition has no \\documentclass: the template "{template}" does not print the '
                "book's preamble",
                hints=("let it begin with \\VAR{book.preamble}",),
                span=Span.at(path, 1),
            )
        return EditionText(text, SourceMap(rendered, origins))


def _document_begin(main: SourceFile) -> int:
    tokens = tokenize(main.text).tokens
    found = (item for item in tokens if item.kind is Kind.BEGIN and item.name == "document")
    if (token := next(found, None)) is None:
        raise BookError(
            f'"{main.path.name}" has no \\begin{{document}}, at which an edition takes its place',
            span=Span(main.path),
            hints=("let the main file hold it, and not a file that it reads",),
        )
    return token.start


def _marked(main: SourceFile, end: int, sites: Sites) -> str:
    """Give the text before an offset with the place of each of its lines."""
    lines = main.text[:end].rstrip().split("\n")
    marked = (sites.text(main.path, number) + line for number, line in enumerate(lines, 1))
    return sites.call(main.path, 1) + "\n".join(marked) + sites.returned()


def _has_class(text: str) -> bool:
    return any(
        item.kind is Kind.COMMAND and item.name == "documentclass" for item in tokenize(text).tokens
    )
