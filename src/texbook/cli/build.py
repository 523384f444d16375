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
    format_option,
    plural,
    show_diagnostics,
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
@click.option("--timings", is_flag=True, help="Tell how long each step took.")
@click.option(
    "--shell-escape", is_flag=True, help="Let TeX run any program (xelatex -shell-escape)."
)
@click.option("--keep-going", is_flag=True, help="Go on after a TeX error, to see more of them.")
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@format_option
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
    options = BuildOptions(shell, keep_going, force)
    try:
        result = _build(project, options, voice, plain=verbose or explain)
    except KeyboardInterrupt:
        click.echo(f"interrupted; {_standing(project.pdf, project)}", err=True)
        return ExitStatus.INTERRUPTED
    if form == "json":
        show_json(result.diagnostics, "texbook build", _fields(result, project))
    else:
        show_diagnostics(result.diagnostics)
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
    if explain or timings:
        from texbook.report.timings import render_reasons, render_timings  # noqa: PLC0415  (late)

        if explain and result.reasons:
            click.echo(render_reasons([str(reason) for reason in result.reasons]), nl=False)
        if timings:
            rows = [(run.label, run.seconds, run.cpu_seconds, run.pages) for run in result.runs]
            click.echo(render_timings(rows, result.seconds), nl=False)
    voice.say(_verdict(result, project))


def _verdict(result: BuildResult, project: Project) -> str:
    name = project.display(result.output)
    if result.outcome is Outcome.UP_TO_DATE:
        return f"{name} is up to date ({plural(result.pages or 0, 'page')})"
    if result.outcome is Outcome.BUILT:
        return f"{name}: {plural(result.pages or 0, 'page')} in {result.seconds:.1f} s"
    words = f"the build failed; {_standing(result.output, project)}"
    return words if result.log is None else f"{words}\nraw log: {project.display(result.log)}"


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
        "log": None if result.log is None else project.display(result.log).as_posix(),
    }
