"""One template to LaTeX: checks, Jinja, source map, findings."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from texbook.base.errors import TexbookError
from texbook.base.source import is_file
from texbook.base.sourcemap import SourceMap
from texbook.base.span import Span
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.book import Book, BookChapter, book_chapters
from texbook.render.cache import Sight
from texbook.render.check import check_structure
from texbook.render.diagnose import diagnose
from texbook.render.environment import BookEnvironment
from texbook.render.faults import TemplateFault, template_error
from texbook.render.frontmatter import read_front_matter
from texbook.render.listings import listing
from texbook.render.marks import MarkError, take_marks
from texbook.render.packaged import is_packaged
from texbook.render.papers import paper
from texbook.render.question import Question
from texbook.render.render import Rendered, RenderOutcome
from texbook.render.results import load_results, results_path
from texbook.texfiles.bib import Bibliography, read_bibliography

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.project import Project
    from texbook.render.frontmatter import FrontMatter
    from texbook.render.order import BookListing

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Renderer:
    """Renders the templates of a book, with one environment and one bibliography for all.

    Args:
        project: the book.
        listing: gives the questions of the book; asked only for a template that speaks of them.
        texts: what takes the place of files, by their paths.
    """

    def __init__(
        self,
        project: Project,
        listing: Callable[[], BookListing],
        texts: Mapping[Path, SourceFile] | None = None,
    ) -> None:
        self._project = project
        self._listing = listing
        self._texts = texts or {}
        self._environment = BookEnvironment(project.templates_folder, self._texts)
        self._looked_at: dict[Path, None] = {}
        self._asked_for_book = False

    def render(self, template: Path) -> tuple[RenderOutcome, Sight]:
        """Render one template.

        Returns:
            What it gave, and on what that depends.
        """
        finder = self._environment.finder
        finder.used.clear()
        self._looked_at = {template: None, results_path(template): None}
        self._asked_for_book = False
        try:
            outcome = self._render(template)
        except TexbookError as error:
            outcome = RenderOutcome((), (error.diagnostic(),))
        except Exception as error:  # noqa: BLE001  (an expression may raise anything)
            outcome = RenderOutcome((), (diagnose(error, template, finder),))
        return outcome, Sight((*self._looked_at, *finder.looked_at()), book=self._asked_for_book)

    def _render(self, template: Path) -> RenderOutcome:
        environment = self._environment
        if template not in self._texts and not template.is_file():
            raise TemplateFault("this is not a regular file", span=Span(template))
        tree = environment.parse_file(template)
        source = environment.finder.sources[str(template)]
        reading = read_front_matter(source)
        findings, renderable = check_structure(source, tree, environment)
        if reading.diagnostics or not renderable:
            return RenderOutcome((), (*reading.diagnostics, *findings))
        compiled = environment.compile_tree(tree, template)
        raw = compiled.render(self._context(source, reading.front_matter))
        try:
            text, origins = take_marks(raw, environment.sites, (template, 1), _is_authors)
        except MarkError as error:
            raise TemplateFault(
                "an expression cut a text that it should have left whole",
                hints=("texts from blocks, macros and includes cannot be sliced or reversed",),
            ) from error
        name = self._project.rendered_name(template)
        source_map = SourceMap(self._project.rendered_folder / name, origins)
        if fault := _control_character(text, source_map):
            return RenderOutcome((), (fault,))
        of_book = self._listing().looked_at if self._asked_for_book else ()
        looked_at = dict.fromkeys((*self._looked_at, *of_book, *environment.finder.looked_at()))
        inputs = tuple(path for path in looked_at if is_file(path))
        rendered = Rendered(
            template, name, text, source_map, inputs, reading.front_matter, findings
        )
        problems = self._bibliography.problems if self._uses_bibliography else ()
        return RenderOutcome((rendered,), problems)

    def _context(self, source: SourceFile, front_matter: FrontMatter | None) -> dict[str, Any]:
        script = source.path.with_name(source.path.name.removesuffix(TEMPLATE_SUFFIX) + ".py")

        def give_paper(key: object) -> str:
            self._looked_at[self._project.bibliography] = None
            return paper(self._bibliography, key)

        def give_listing(region: object, title: object = None, label: object = None) -> str:
            self._looked_at[script] = None
            return listing(script, self._environment.sites, region, title, label)

        def give_chapters() -> tuple[BookChapter, ...]:
            self._asked_for_book = True
            return self._chapters

        context: dict[str, Any] = {
            "results": load_results(source.path),
            "book": Book(give_chapters),
            "paper": give_paper,
            "listing": give_listing,
        }
        if front_matter is not None:
            context["question"] = Question(source, front_matter, self._environment.sites)
        return context

    @property
    def _uses_bibliography(self) -> bool:
        return self._project.bibliography in self._looked_at

    @functools.cached_property
    def _chapters(self) -> tuple[BookChapter, ...]:
        """The chapters for all templates: a book's questions are put together once."""
        return book_chapters(self._listing(), self._environment.sites)

    @functools.cached_property
    def _bibliography(self) -> Bibliography:
        return read_bibliography(self._project.bibliography)


def _is_authors(path: Path) -> bool:
    return not is_packaged(path)


def _control_character(text: str, source_map: SourceMap) -> Diagnostic | None:
    """Find a character that TeX would read as something that nobody has written."""
    found = _CONTROL.search(text)
    if found is None:
        return None
    span = source_map.span(text.count("\n", 0, found.start()) + 1)
    return template_error(
        "template-error",
        f"the control character U+{ord(found[0]):04X} gets into the text here",
        span or Span(source_map.rendered),
        ("remove it, or correct the value that holds it",),
    )
