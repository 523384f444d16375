"""``texbook run``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from texbook.app.run import RunOptions, run_book, usable_cores
from texbook.base.cancel import CancelToken
from texbook.base.errors import ExitStatus, UsageError
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
    from collections.abc import Sequence

    from texbook.app.run import Ran, RunOutcome
    from texbook.base.diagnostic import Diagnostic
    from texbook.project import Project

MOST_DIFFERENCES = 5
"""So many values that differ are shown of one experiment, for one cause often changes them all."""

EPILOG = """\b
Examples:
  texbook run                        what is out of date
  texbook run winning-is-bad-news    one experiment, by the name of its question
  texbook run --force chapters/02    all in a folder, whether out of date or not
  texbook run --check                run all and compare with what is stored; writes nothing
"""


@click.command("run", epilog=EPILOG)
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Compare with the stored results; write nothing.")
@click.option("--force", is_flag=True, help="Run what is up to date as well.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="How many at once; by default one a core.",
)
@click.option(
    "--python",
    metavar="PATH",
    help="Interpreter to run them with; by default texbook's own.",
)
@format_option
@voice_options
def command(
    names: tuple[str, ...],
    *,
    check: bool,
    force: bool,
    jobs: int | None,
    python: str | None,
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the experiments whose stored results are out of date.

    NAMES are questions, or paths of scripts, templates or folders; all by default. What results()
    of a script gives is stored beside it, and what figure() draws in images/.
    """
    voice = Voice(quiet, verbose)
    project = open_project()
    options = RunOptions(
        names,
        Path.cwd(),
        check=check,
        force=force,
        jobs=jobs or usable_cores(),
        python=_interpreter(python),
    )
    outcome = _run(project, options, voice)
    if form == "json":
        show_json(outcome.diagnostics, "texbook run", _fields(outcome, project))
    else:
        _tell(outcome, project, options, voice)
    return _status(outcome)


def _interpreter(word: str | None) -> str:
    """Give the interpreter; a path is meant from here, a name is looked up on the PATH.

    Links stay: an environment's interpreter is a link, and knows its environment by that.
    """
    if word is None:
        return sys.executable
    if os.sep not in word:
        return word
    path = Path(word).expanduser().absolute()
    if not os.access(path, os.X_OK) or path.is_dir():
        raise UsageError(
            f'there is no interpreter "{word}"',
            hints=("name a Python, as in --python .venv/bin/python",),
        )
    return str(path)


def _run(project: Project, options: RunOptions, voice: Voice) -> RunOutcome:
    from texbook.report.progress import TerminalProgress  # noqa: PLC0415  (start-up time)

    with TerminalProgress(sys.stderr, plain=voice.verbose) as progress:
        if voice.quiet:
            from texbook.base.progress import Silence  # noqa: PLC0415  (start-up time)

            return run_book(
                project, options, environment=os.environ, progress=Silence(), cancel=CancelToken()
            )
        return run_book(
            project, options, environment=os.environ, progress=progress, cancel=CancelToken()
        )


def _tell(outcome: RunOutcome, project: Project, options: RunOptions, voice: Voice) -> None:
    for ran in outcome.ran:
        for line in ran.execution.output.splitlines():
            voice.detail(f"{ran.execution.experiment.slug}: {line}")
    shown = outcome.diagnostics if voice.verbose else _first(outcome.diagnostics)
    show_diagnostics(shown)
    if not outcome.experiments:
        voice.say("there are no experiments in this book")
        return
    for ran in outcome.ran:
        voice.say(_line(ran, project, outcome, check=options.check))
    if len(shown) < len(outcome.diagnostics):
        left = plural(len(outcome.diagnostics) - len(shown), "more difference")
        voice.say(f'{left}; "texbook run --check -v" shows all')
    if not outcome.ran and not outcome.diagnostics:
        voice.say(f"{plural(len(outcome.experiments), 'experiment')}, up to date")


def _first(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Keep what is not a difference, and the first differences of each file."""
    from texbook.experiments.compare import CODE  # noqa: PLC0415  (start-up time)

    counts: Counter[Path] = Counter()
    kept = []
    for item in diagnostics:
        if item.code == CODE and item.span is not None:
            counts[item.span.path] += 1
            if counts[item.span.path] > MOST_DIFFERENCES:
                continue
        kept.append(item)
    return kept


def _line(ran: Ran, project: Project, outcome: RunOutcome, *, check: bool) -> str:
    execution = ran.execution
    seconds = f"{execution.seconds:.1f} s"
    slug = execution.experiment.slug
    if execution.report is None:
        return f"{slug}: failed after {seconds}"
    values = plural(len(execution.report["values"]), "value")
    if check:
        places = (execution.experiment.results, execution.experiment.script)
        differing = [item for item in outcome.diagnostics if item.span and item.span.path in places]
        verdict = plural(len(differing), "difference") if differing else "as stored"
        return f"{slug}: {values}, {verdict}, {seconds}"
    written = ", ".join(str(project.display(path)) for path in ran.written)
    return f"{slug}: {values}, {f'wrote {written}' if written else 'nothing new'}, {seconds}"


def _status(outcome: RunOutcome) -> ExitStatus:
    if any(item.code == "limit" for item in outcome.diagnostics):
        return ExitStatus.LIMIT
    return ExitStatus.FINDINGS if outcome.diagnostics else ExitStatus.GOOD


def _fields(outcome: RunOutcome, project: Project) -> dict[str, object]:
    return {
        "experiments": [item.slug for item in outcome.experiments],
        "ran": [
            {
                "experiment": ran.execution.experiment.slug,
                "reason": ran.reason,
                "good": ran.execution.report is not None,
                "seconds": round(ran.execution.seconds, 3),
                "written": [project.display(path).as_posix() for path in ran.written],
                "output": ran.execution.output,
            }
            for ran in outcome.ran
        ],
    }
