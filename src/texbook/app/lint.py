"""Lint a book: what will be typeset, in reading order, with templates rendered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, StorageError, UsageError
from texbook.base.source import SourceFile, read_source
from texbook.latex.includes import include_order
from texbook.lint.rule import all_rules, select_rules
from texbook.lint.runner import Document, LintOutcome, lint, unreadable
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.render import Rendered, RenderOutcome, render_templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.project import Project


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the person asked for; words name rules as in the configuration.

    Attributes:
        paths: only these files and folders of the book; all of it if empty. Absolute.
    """

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def lint_book(project: Project, options: LintOptions) -> LintOutcome:
    """Check the book, or some files of it.

    Raises:
        ConfigError: when a rule is named that does not exist.
        UsageError: when a path is named that does not exist.
    """
    rules = select_rules(
        all_rules(),
        project.config.lint,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
    )
    for path in options.paths:
        if not path.exists():
            raise UsageError(f'there is no file or folder "{project.display(path)}"')
    rendering = render_templates(project)
    reader = _Reader(project, {project.root / item.name: item for item in rendering.rendered})
    documents = [reader.document(source) for source in reader.reading_order()]
    notes: list[str] = []
    if options.paths:
        documents = reader.only(documents, options.paths)
        notes.append("only the files named were judged, not the book as a whole")
        notes.extend(
            f'"{project.display(path)}" holds nothing that is typeset'
            for path in options.paths
            if not any(reader.is_below(document, path) for document in documents)
        )
    outcome = lint(documents, project.config, rules=rules, definitions=reader.definitions())
    faults = (*_faults(rendering, options.paths), *reader.faults)
    return replace(
        outcome,
        diagnostics=(*faults, *outcome.diagnostics),
        notes=(*outcome.notes, *notes),
    )


def _faults(rendering: RenderOutcome, paths: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Give what kept templates from rendering: nobody else would tell a linter's user."""
    if not paths:
        return rendering.diagnostics
    return tuple(
        item
        for item in rendering.diagnostics
        if item.span is None or _is_below(item.span.path, paths)
    )


def _is_below(path: Path, paths: Sequence[Path]) -> bool:
    return any(path.is_relative_to(chosen) for chosen in paths)


@dataclass(slots=True)
class _Reader:
    """Reads the book's files, rendered templates in the place of what they render to."""

    project: Project
    rendered: dict[Path, Rendered]
    faults: list[Diagnostic] = field(default_factory=list)
    _read: dict[Path, SourceFile | None] = field(default_factory=dict)

    def reading_order(self) -> tuple[SourceFile, ...]:
        return include_order(self.project.main, self.read).sources

    def read(self, path: Path) -> SourceFile | None:
        if path not in self._read:
            self._read[path] = self._source(path)
        return self._read[path]

    def _source(self, path: Path) -> SourceFile | None:
        item = self.rendered.get(path)
        if item is not None:
            return SourceFile(item.source_map.rendered, item.text)
        if not path.is_file():
            return None
        try:
            return read_source(path)
        except BookError as error:
            self.faults.append(unreadable(error))
        except StorageError as error:
            self.faults.append(error.diagnostic())
        return None

    def document(self, source: SourceFile) -> Document:
        for item in self.rendered.values():
            if item.source_map.rendered == source.path:
                stub = item.front_matter is not None and item.front_matter.stub
                return Document(source, item.source_map, item.diagnostics, stub)
        return Document(source)

    def only(self, documents: Sequence[Document], paths: Sequence[Path]) -> list[Document]:
        """Keep the documents below some paths; files that the book does not read come last."""
        kept = [item for item in documents if any(self.is_below(item, path) for path in paths)]
        known = {self._written(item) for item in kept}
        for path in paths:
            if not path.is_file() or path in known or path.name.endswith(TEMPLATE_SUFFIX):
                continue
            source = self.read(path)
            if source is not None:
                kept.append(self.document(source))
        return kept

    def is_below(self, document: Document, path: Path) -> bool:
        """Say whether the author wrote a document in a file or below a folder."""
        return self._written(document).is_relative_to(path)

    def _written(self, document: Document) -> Path:
        """Give the file that the author wrote."""
        for item in self.rendered.values():
            if item.source_map.rendered == document.source.path:
                return item.template
        return document.source.path

    def definitions(self) -> list[SourceFile]:
        """Read the class and package files of the book's own folder: they define environments."""
        paths = sorted(
            path for ending in ("*.cls", "*.sty") for path in self.project.root.glob(ending)
        )
        return [source for path in paths if (source := self.read(path)) is not None]
