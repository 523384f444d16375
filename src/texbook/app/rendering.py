"""Templates on their way to a build or to lint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.build.model import GeneratedFile
from texbook.render.render import RenderOutcome, render_templates, write_rendered

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.project import Project
    from texbook.render.cache import RenderCache


class TemplateFaultError(Exception):
    """Templates that were good a moment ago are not any more: somebody is writing."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("a template was changed while the book was built")
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True)
class Rendering:
    """Rendered templates as the build takes them.

    Attributes:
        outcome: what rendering gave.
        generated: what is typeset.
    """

    outcome: RenderOutcome
    generated: tuple[GeneratedFile, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Faults and warnings of rendering itself, not of the structure rules."""
        return self.outcome.diagnostics

    @property
    def failed(self) -> bool:
        """Whether a question could not be rendered, so that the book would be wrong."""
        return any(item.severity is Severity.ERROR for item in self.diagnostics)


def render_for_build(project: Project, kept: RenderCache | None = None) -> Rendering:
    """Render the templates, and put them where people and ``xelatex`` by hand find them.

    Args:
        project: the book.
        kept: what the same process has rendered before; whoever keeps it saves it.
    """
    outcome = render_templates(project, kept=kept)
    if outcome.rendered:
        write_rendered(project, outcome)
    return Rendering(outcome, _generated(outcome))


def regenerate(
    project: Project, kept: RenderCache | None = None, before: Rendering | None = None
) -> tuple[GeneratedFile, ...]:
    """Give the rendered templates once more.

    Args:
        project: the book.
        kept: as for `render_for_build`.
        before: what rendering gave the last time; what is the same is not written again.

    Raises:
        TemplateFaultError: when one cannot be rendered now.
    """
    if before is not None:
        outcome = render_templates(project, kept=kept)
        if outcome.rendered == before.outcome.rendered:
            return before.generated
    rendering = render_for_build(project, kept)
    if rendering.failed:
        raise TemplateFaultError(rendering.diagnostics)
    return rendering.generated


def _generated(outcome: RenderOutcome) -> tuple[GeneratedFile, ...]:
    return tuple(
        GeneratedFile(item.name, item.text, item.source_map, item.inputs)
        for item in outcome.rendered
    )


def render_to_folder(project: Project, folder: Path | None) -> tuple[RenderOutcome, int]:
    """Render all templates into a folder (``build/tex`` if None); give how many texts changed."""
    outcome = render_templates(project)
    target = project.rendered_folder if folder is None else folder
    written = set(write_rendered(project, outcome, folder))
    return outcome, sum(target / item.name in written for item in outcome.rendered)
