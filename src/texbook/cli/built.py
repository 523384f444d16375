"""How a build that has ended is told of, to people and to machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from texbook.build.model import NoDraft, Outcome, Verdict
from texbook.cli.output import (
    Voice,
    output_width,
    plural,
    show_by_weight,
    show_diagnostics,
    show_findings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.build.model import BuildResult, Check, Draft
    from texbook.project import Project


def show_result(result: BuildResult, form: str, *, verbose: bool) -> None:
    """Show the findings of a build."""
    if form != "terminal":
        show_findings(result.diagnostics, form, "texbook build")
    elif verbose:
        show_diagnostics(result.diagnostics)
    else:
        show_by_weight(result.diagnostics, '"texbook build -v"')


def tell(
    result: BuildResult, project: Project, voice: Voice, *, explain: bool, timings: bool
) -> None:
    """Tell how a build ended, and what else was asked for."""
    if explain and result.reasons:
        from texbook.report.timings import render_reasons  # noqa: PLC0415  (late)

        click.echo(render_reasons([str(reason) for reason in result.reasons]), nl=False)
    if timings and result.runs:
        from texbook.app.timings import timings_page  # noqa: PLC0415  (late)

        click.echo(timings_page(result, project, output_width()), nl=False)
    if result.noise and voice.verbose:
        from texbook.messages.notices import noise_words  # noqa: PLC0415  (late)

        voice.detail(f"left out: {noise_words(result.noise)}")
    voice.say(verdict(result, project))
    if result.check is not None:
        voice.say(check_verdict(result, result.check))
    if timings and result.outcome is Outcome.UP_TO_DATE:
        voice.say('nothing ran; "texbook build --force --timings" builds all the same')


def verdict(result: BuildResult, project: Project) -> str:
    """Say in a line how a build ended."""
    name = project.display(result.output)
    if result.outcome is not Outcome.FAILED and result.pages is None:  # it is not typeset
        return f"{name}{'' if result.outcome is Outcome.BUILT else ' is up to date'}"
    if result.outcome is Outcome.UP_TO_DATE:
        return f"{name} is up to date ({plural(result.pages or 0, 'page')}){_counted(result)}"
    if result.outcome is Outcome.BUILT:
        pages = plural(result.pages or 0, "page")
        return f"{name}: {pages} in {result.seconds:.1f} s{_counted(result)}"
    words = f"the build failed; {standing(result.output, project)}"
    return words if result.log is None else f"{words}\nraw log: {project.display(result.log)}"


def check_verdict(result: BuildResult, check: Check) -> str:
    """Say in a line what a check found."""
    pages = plural(check.pages, "page")
    match check.verdict:
        case Verdict.SAME:
            seen = "" if check.drawn else "; not as images, for want of pdftoppm"
            return f"the same as one run: {pages}{seen}"
        case Verdict.ONE_RUN:
            return f"built in one run: {check.reason} (there is nothing to compare)"
        case Verdict.UNKNOWN:
            return "not compared with one run"
    if result.outcome is Outcome.FAILED:
        return "not the same as one run, which fails"
    name = result.output.name
    return f"not the same as one run: {len(check.differing)} of {pages}; {name} is that of one run"


def _counted(result: BuildResult) -> str:
    if not result.diagnostics:
        return ""
    from texbook.report.terminal import summary  # noqa: PLC0415  (start-up time)

    return f"; {summary(result.diagnostics)}"


def standing(pdf: Path, project: Project) -> str:
    """Say which PDF a failed build has left standing."""
    name = project.display(pdf)
    return f"{name} is still the one of {_time_of(pdf)}" if pdf.is_file() else f"there is no {name}"


def _time_of(path: Path) -> str:
    import time  # noqa: PLC0415  (start-up time)

    changed = time.localtime(path.stat().st_mtime)
    today = time.localtime()[:3] == changed[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", changed)


def draft_line(draft: Draft | NoDraft, project: Project) -> str:
    """Say in a line what draft there is, or why there is none."""
    if isinstance(draft, NoDraft):
        return f"no draft: {draft.reason}"
    pages = plural(draft.pages, "page")
    return f"draft: {project.display(draft.output)}, {pages}, {draft.seconds:.1f} s"


def _draft_fields(draft: Draft | NoDraft, project: Project) -> dict[str, object]:
    if isinstance(draft, NoDraft):
        return {"output": None, "reason": draft.reason}
    return {
        "output": project.display(draft.output).as_posix(),
        "pages": draft.pages,
        "seconds": round(draft.seconds, 3),
        "parts": list(draft.parts),
    }


def fields_of(
    result: BuildResult,
    project: Project,
    *,
    timings: bool,
    drafts: Sequence[Draft | NoDraft] | None = None,
) -> dict[str, object]:
    """Give what a machine is told of a build.

    Args:
        result: of the build.
        project: the book.
        timings: tell where the time went, too.
        drafts: what was told of the draft; None if none was asked for.
    """
    fields: dict[str, object] = {
        "outcome": result.outcome.value,
        "output": project.display(result.output).as_posix(),
        "pages": result.pages,
        "seconds": round(result.seconds, 3),
        "reasons": [str(reason) for reason in result.reasons],
        "runs": [
            {
                "program": run.program,
                "label": run.label,
                "seconds": round(run.seconds, 3),
                "cpu_seconds": round(run.cpu_seconds, 3),
                "pages": run.pages,
            }
            for run in result.runs
        ],
        "noise": dict(result.noise),
        "log": None if result.log is None else project.display(result.log).as_posix(),
    }
    if result.check is not None:
        fields["check"] = _check_fields(result.check)
    if drafts is not None:
        fields["draft"] = _draft_fields(drafts[0], project) if drafts else None
    if timings:
        from texbook.app.timings import timings_fields  # noqa: PLC0415  (late)

        fields["timings"] = timings_fields(result, project)
    return fields


def _check_fields(check: Check) -> dict[str, object]:
    return {
        "verdict": check.verdict.value,
        "reason": check.reason or None,
        "pages": check.pages,
        "differing": list(check.differing),
        "images": check.drawn,
        "seconds": round(check.seconds, 3),
    }
