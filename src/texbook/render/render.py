"""Rendering all templates of a book, and writing what they gave."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.cache import RenderCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from texbook.base.source import SourceFile
    from texbook.base.sourcemap import SourceMap
    from texbook.project import Project
    from texbook.render.frontmatter import FrontMatter
    from texbook.render.order import BookListing

_OURS = ".rendered"
"""The list of the files in ``build/tex`` that texbook wrote, one name a line."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template that became LaTeX.

    Attributes:
        template: the author's file.
        name: the path, relative to the book, that it is typeset as.
        source_map: from the lines of ``project.rendered_folder / name`` to the template's.
        inputs: the files that the text was made from.
        diagnostics: findings of the structure rules on the template itself, source ``lint``.
    """

    template: Path
    name: Path
    text: str
    source_map: SourceMap
    inputs: tuple[Path, ...]
    front_matter: FrontMatter | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderOutcome:
    """What rendering a book gave.

    Attributes:
        rendered: the templates that became LaTeX.
        diagnostics: what kept the others from it, and what is wrong with the bibliography.
        looked_at: the digest of every file on which all this depends; None for one not found.
    """

    rendered: tuple[Rendered, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    looked_at: Mapping[Path, str | None] = field(default_factory=dict)


def render_templates(
    project: Project,
    *,
    cache: bool = True,
    texts: Mapping[Path, SourceFile] | None = None,
    kept: RenderCache | None = None,
) -> RenderOutcome:
    """Render every template of a book; a fault in one does not keep the others back.

    Args:
        project: the book.
        cache: take what an earlier run gave where no input has changed, and remember the rest.
        texts: what takes the place of files, by their paths: what an editor has not saved yet.
        kept: what the same process has rendered before; whoever keeps it saves it.
    """
    texts = texts or {}
    templates = sorted({*project.templates(), *_unsaved(project, texts)})
    if not templates:
        return RenderOutcome()
    store = kept or RenderCache(project)
    if cache or kept:
        store.begin()
    listing = book_listing(project, texts)
    rendered: list[Rendered] = []
    diagnostics: list[Diagnostic] = []
    renderer = None
    for template in templates:
        outcome = store.get(template, listing, texts)
        if outcome is None:
            if renderer is None:
                from texbook.render.renderer import Renderer  # noqa: PLC0415  (jinja2)

                renderer = Renderer(project, listing, texts)
            outcome, sight = renderer.render(template)
            read = (*sight.paths, *(listing().looked_at if sight.book else ()))
            if texts.keys().isdisjoint(read):
                store.put(template, outcome, sight, listing)
        rendered += outcome.rendered
        diagnostics += outcome.diagnostics
        diagnostics += _shadowed(project, template)
    store.shrink(templates)
    if cache and kept is None:
        store.save()
    return RenderOutcome(tuple(rendered), tuple(dict.fromkeys(diagnostics)), store.looked_at())


def book_listing(project: Project, texts: Mapping[Path, SourceFile]) -> Callable[[], BookListing]:
    """Give what lists the questions of a book when it is asked, and only once."""

    @functools.cache
    def listing() -> BookListing:
        from texbook.render.order import list_book  # noqa: PLC0415  (late: few templates ask)

        return list_book(project, texts)

    return listing


def _unsaved(project: Project, texts: Iterable[Path]) -> Iterator[Path]:
    """Give the question templates that are no files yet."""
    for path in texts:
        is_template = path.name.endswith(TEMPLATE_SUFFIX) and path.is_relative_to(project.root)
        if is_template and not path.exists() and project.templates_folder not in path.parents:
            yield path


def _shadowed(project: Project, template: Path) -> list[Diagnostic]:
    """Warn of a file that the rendered template takes the place of."""
    path = project.root / project.rendered_name(template)
    if not path.exists():
        return []
    message = f'"{path.name}" is not typeset: the template "{template.name}" takes its place'
    hints = ("rename or remove one of the two",)
    return [
        Diagnostic(
            "template-shadows", Severity.WARNING, message, Span(path), hints, source="template"
        )
    ]


def write_rendered(
    project: Project, outcome: RenderOutcome, folder: Path | None = None
) -> tuple[Path, ...]:
    """Write rendered templates for people and for ``xelatex`` by hand; give what was written.

    A file whose content is the same is left alone, time stamp included. In ``build/tex`` the files
    of templates that are gone are removed, as far as a list there says that they are ours; a
    folder named by the person is only added to.

    Raises:
        StorageError: when a file cannot be written.
    """
    target = project.rendered_folder if folder is None else folder
    wanted = {target / item.name: item.text.encode() for item in outcome.rendered}
    if folder is None and (wanted or target.is_dir()):
        names = _remove_stale(target, project) | {str(item.name) for item in outcome.rendered}
        wanted[target / _OURS] = "".join(f"{name}\n" for name in sorted(names)).encode()
        wanted[target / ".gitignore"] = b"*\n"
    written = []
    for path, content in wanted.items():
        with storage_errors("read", path):
            if path.is_file() and path.read_bytes() == content:
                continue
        # What is rendered can be rendered again: waiting for the disk would only cost time.
        write_atomically(path, content, durable=False)
        written.append(path)
    return tuple(written)


def _remove_stale(target: Path, project: Project) -> set[str]:
    """Remove files that we wrote for templates now gone; give the names of ours that remain.

    The file of a template that is only faulty stays as it was.
    """
    ours = target / _OURS
    with storage_errors("read", ours):
        names = set(ours.read_text("utf-8").splitlines()) if ours.is_file() else set()
    expected = {str(project.rendered_name(template)) for template in project.templates()}
    for name in names - expected:
        path = target / name
        if not path.resolve().is_relative_to(target.resolve()):
            continue
        with storage_errors("remove", path):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == target or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
    return names & expected
