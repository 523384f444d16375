"""Build a book: render its templates, then bring the PDF up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from texbook.app.rendering import TemplateFaultError, regenerate, render_for_build
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, Outcome, ShellEscape
from texbook.experiments.stale import stale_results
from texbook.render.cache import RenderCache

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.base.cancel import CancelToken
    from texbook.base.diagnostic import Diagnostic
    from texbook.base.progress import Progress
    from texbook.build.chunks.workshop import Workshop
    from texbook.build.model import Draft, NoDraft, PagesAhead
    from texbook.project import Project


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the person asked for.

    Attributes:
        on_draft: as in `BuildRequest`.
        on_pages: as in `BuildRequest`.
        on_suspects: as in `BuildRequest`.
    """

    shell_escape: ShellEscape = ShellEscape.RESTRICTED
    keep_going: bool = False
    force: bool = False
    timings: bool = False
    check: bool = False
    on_draft: Callable[[Draft | NoDraft], None] | None = None
    on_pages: Callable[[PagesAhead], None] | None = None
    on_suspects: Callable[[tuple[Diagnostic, ...]], None] | None = None


def build_book(
    project: Project,
    options: BuildOptions,
    *,
    progress: Progress,
    cancel: CancelToken,
    workshop: Workshop | None = None,
    templates: RenderCache | None = None,
) -> BuildResult:
    """Bring the PDF up to date; faults of templates come first and stop the build.

    Args:
        project: the book.
        options: what the person asked for.
        progress: is told what happens.
        cancel: ends the build when set.
        workshop: engines and pages that outlive the build; None for a build that stands alone.
        templates: what the process has rendered before, which the caller saves after the build;
            None for a build that stands alone.

    Raises:
        TexbookError: as `texbook.build.build.build`.
    """
    kept = templates or RenderCache(project)
    rendering = render_for_build(project, kept)
    if templates is None:
        kept.save()
    if rendering.failed:
        return _failed(project, rendering.diagnostics)
    request = BuildRequest(
        project,
        generated=rendering.generated,
        regenerate=partial(regenerate, project, kept, rendering) if rendering.generated else None,
        shell_escape=options.shell_escape,
        keep_going=options.keep_going,
        force=options.force,
        timings=options.timings,
        workshop=workshop,
        check=options.check,
        on_draft=options.on_draft,
        on_pages=options.on_pages,
        on_suspects=options.on_suspects,
    )
    try:
        result = build(request, progress=progress, cancel=cancel)
    except TemplateFaultError as fault:
        return _failed(project, fault.diagnostics)
    # Last, so that nobody waits for it.
    more = (*rendering.diagnostics, *stale_results(project))
    return replace(result, diagnostics=(*more, *result.diagnostics)) if more else result


def _failed(project: Project, faults: tuple[Diagnostic, ...]) -> BuildResult:
    told = {(item.message, item.span) for item in faults}  # that a results file is damaged, say
    warnings = stale_results(project)
    more = tuple(item for item in warnings if (item.message, item.span) not in told)
    return BuildResult(Outcome.FAILED, project.pdf, diagnostics=(*faults, *more))
