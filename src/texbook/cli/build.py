"""``texbook build``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from texbook.app.build import BuildOptions, build_book
from texbook.app.policy import choose_shell_escape
from texbook.base.cancel import CancelToken
from texbook.base.errors import ExitStatus
from texbook.build.model import Outcome
from texbook.cli.output import (
    Voice,
    format_choice,
    output_width,
    plural,
    show_by_weight,
    show_diagnostics,
    show_findings,
    show_json,
    voice_options,
)
from texbook.project import open_project

if TYPE_CHECKING:
    from texbook.build.model import BuildResult
    from texbook.project import Project

EPILOG = """\b
Examples:
  texbook build                 main.tex here, or the only document there is
  texbook build thesis.tex      another file
  texbook build --explain       why each step runs
  texbook build --shell-escape  let TeX run any program
"""


@click.command("build", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Tell why each step ran.")
@click.option("--timings", is_flag=True, help="Tell where the time went, and what would save some.")
@click.option(
    "--shell-escape", is_flag=True, help="Let TeX run any program (xelatex -shell-escape)."
)
@click.option("--keep-going", is_flag=True, help="Go on after a TeX error, to see more of them.")
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@format_choice("terminal", "concise", "json", "github")
@voice_options
def command(
    main: Path | None,
    *,
    explain: bool,
    timings: bool,
    shell_escape: bool,
    keep_going: bool,
    force: bool,
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    r"""Typeset the exact, settled PDF.

    MAIN is the file to typeset; by default the configured one, main.tex, or the only file with a
    \documentclass. Passes run until nothing moves; the PDF is replaced only when it is right.
    """
    voice = Voice(quiet, verbose)
    project = open_project(main)
    shell = choose_shell_escape(project, asked=shell_escape, environment=os.environ)
    options = BuildOptions(shell, keep_going, force, timings)
    try:
        result = _build(project, options, voice, plain=verbose or explain)
    except KeyboardInterrupt:
        if form == "json":
            raise
        click.echo(f"interrupted; {_standing(project.pdf, project)}", err=True)
        return ExitStatus.INTERRUPTED
    if form == "json":
        fields = _fields(result, project)
        if timings:
            from texbook.app.timings import timings_fields  # noqa: PLC0415  (late)

            fields["timings"] = timings_fields(result, project)
        show_json(result.diagnostics, "texbook build", fields)
    else:
        if form != "terminal":
            show_findings(result.diagnostics, form, "texbook build")
        elif verbose:
            show_diagnostics(result.diagnostics)
        else:
            show_by_weight(result.diagnostics, '"texbook build -v"')
        _tell(result, project, voice, explain=explain, timings=timings)
    return ExitStatus.FINDINGS if result.outcome is Outcome.FAILED else ExitStatus.GOOD


def _build(project: Project, options: BuildOptions, voice: Voice, *, plain: bool) -> BuildResult:
    from texbook.report.progress import TerminalProgress  # noqa: PLC0415  (start-up time)

    if voice.quiet:
        from texbook.base.progress import Silence  # noqa: PLC0415  (start-up time)

        return build_book(project, options, progress=Silence(), cancel=CancelToken())
    with TerminalProgress(sys.stderr, plain=plain) as progress:
        return build_book(project, options, progress=progress, cancel=CancelToken())


def _tell(
    result: BuildResult, project: Project, voice: Voice, *, explain: bool, timings: bool
) -> None:
    if explain and result.reasons:
        from texbook.report.timings import render_reasons  # noqa: PLC0415  (late)

        click.echo(render_reasons([str(reason) for reason in result.reasons]), nl=False)
    if timings and result.runs:
        from texbook.app.timings import timings_page  # noqa: PLC0415  (late)

        click.echo(timings_page(result, project, output_width()), nl=False)
    if result.noise and voice.verbose:
        from texbook.messages.notices import noise_words  # noqa: PLC0415  (late)

        voice.detail(f"left out: {noise_words(result.noise)}")
    voice.say(_verdict(result, project))
    if timings and result.outcome is Outcome.UP_TO_DATE:
        voice.say('nothing ran; "texbook build --force --timings" builds all the same')


def _verdict(result: BuildResult, project: Project) -> str:
    name = project.display(result.output)
    if result.outcome is Outcome.UP_TO_DATE:
        return f"{name} is up to date ({plural(result.pages or 0, 'page')}){_counted(result)}"
    if result.outcome is Outcome.BUILT:
        pages = plural(result.pages or 0, "page")
        return f"{name}: {pages} in {result.seconds:.1f} s{_counted(result)}"
    words = f"the build failed; {_standing(result.output, project)}"
    return words if result.log is None else f"{words}\nraw log: {project.display(result.log)}"


def _counted(result: BuildResult) -> str:
    if not result.diagnostics:
        return ""
    from texbook.report.terminal import summary  # noqa: PLC0415  (start-up time)

    return f"; {summary(result.diagnostics)}"


def _standing(pdf: Path, project: Project) -> str:
    """Say which PDF a failed build has left standing."""
    name = project.display(pdf)
    return f"{name} is still the one of {_time_of(pdf)}" if pdf.is_file() else f"there is no {name}"


def _time_of(path: Path) -> str:
    import time  # noqa: PLC0415  (start-up time)

    changed = time.localtime(path.stat().st_mtime)
    today = time.localtime()[:3] == changed[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", changed)


def _fields(result: BuildResult, project: Project) -> dict[str, object]:
    return {
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
