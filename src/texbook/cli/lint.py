"""``texbook lint``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from texbook.app.fixable import count_fixable
from texbook.app.lint import LintOptions, lint_book
from texbook.base.diagnostic import Severity
from texbook.base.errors import ExitStatus
from texbook.cli.fix import (
    Answer,
    Request,
    change_book,
    check_request,
    check_unsaved,
    fix_options,
    read_unsaved,
)
from texbook.cli.output import (
    Voice,
    lint_format_option,
    plural,
    show_findings,
    show_json,
    show_sarif,
    voice_options,
)
from texbook.cli.untrusted import (
    decide,
    refuse_changes,
    refuse_linked_settings,
    send_inside,
    untrusted_option,
)
from texbook.config.load import find_config
from texbook.project import document_files, open_project

if TYPE_CHECKING:
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project

EPILOG = """\b
Examples:
  texbook lint                           the whole book
  texbook lint chapters/02-data          some files of it
  texbook lint --select TB001,TB006      only some rules
  texbook lint --format concise          a line a finding, for editors
  texbook lint --fix                     apply the safe fixes, tell what remains
  texbook lint --diff                    show what --fix would change
  texbook lint - --stdin-filename chapters/01-loss/leak.j2.tex < unsaved.tex
  texbook lint --statistics              how often each rule found something
  texbook lint --baseline known.json --update-baseline
                                         from now on tell of new findings only

\b
Exit code 1 when there are findings of the --fail-on severity or graver: with --fix those that
remain. With --diff also when there is something to fix.
"""

_MANY = 100
"""Findings that nobody reads one by one on a terminal."""


@click.command("lint", epilog=EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, metavar="RULES", help="Run only these rules.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Run these rules as well.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Do not run these rules.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="warning",
    show_default=True,
    help="Gravity of findings that give exit code 1.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leave out the known findings that FILE lists.",
)
@click.option("--no-baseline", is_flag=True, help="Tell known findings, too.")
@click.option("--update-baseline", is_flag=True, help="Write the findings of now to the baseline.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@fix_options
@click.option("--no-cache", is_flag=True, help="Judge everything anew, and keep nothing.")
@untrusted_option
@lint_format_option
@voice_options
def command(
    paths: tuple[Path, ...],
    *,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    baseline: Path | None,
    no_baseline: bool,
    update_baseline: bool,
    statistics: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    stdin_filename: Path | None,
    no_cache: bool,
    untrusted: bool,
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Check the book's structure and sources.

    PATHS are files or folders of the book; all of it by default. Or the main file of another book.
    "-" reads one text from standard input; with --fix the fixed text goes to standard output.
    RULES are codes, names or beginnings of codes, with commas between them.
    """
    voice = Voice(quiet, verbose)
    request = Request(fix=fix, unsafe=unsafe_fixes, diff=diff)
    unsaved = read_unsaved(paths, stdin_filename)
    check_request(request, unsaved, form, update=update_baseline)
    named = paths if unsaved is None else (unsaved.path,)
    refuse_linked_settings(*named, untrusted=untrusted)
    project, chosen = _which_book(paths) if unsaved is None else _book_of(unsaved.path)
    powers = decide(project, untrusted=untrusted)
    refuse_changes(powers, "--fix", asked=fix and unsaved is None)
    refuse_changes(powers, "--update-baseline", asked=update_baseline)
    read = None if unsaved is None else unsaved.content
    status = send_inside(project, powers, quiet=quiet, read=read)
    if status is not None:
        return status
    options = LintOptions(
        chosen,
        _words(select),
        _words(extend_select),
        _words(ignore),
        cache=not no_cache,
        baseline=None if baseline is None else Path(os.path.normpath(baseline.absolute())),
        no_baseline=no_baseline,
        update_baseline=update_baseline,
    )
    if unsaved is not None:
        answer = check_unsaved(project, options, request, unsaved)
    elif request.fix or request.diff:
        answer = change_book(project, options, request)
    else:
        answer = Answer(lint_book(project, options))
    _show(answer, form, statistics=statistics)
    if form == "terminal" and len(answer.outcome.diagnostics) > _MANY and not statistics:
        voice.say(
            'note: "--statistics" counts these by rule; "--format concise" has a line for each'
        )
    if form not in ("json", "sarif"):
        _tell(answer, _fixable(project, options, request, answer), voice)
    findings = ExitStatus.FINDINGS if _fails(answer.outcome, fail_on) else ExitStatus.GOOD
    return answer.status or findings


def _show(answer: Answer, form: str, *, statistics: bool) -> None:
    """Print the findings in the form that was asked for."""
    outcome = answer.outcome
    to_stderr = answer.output_is_taken
    if not answer.is_told:
        return
    if form == "json":
        extra: dict[str, Any] = {
            "files": outcome.files,
            "questions": outcome.questions,
            "sections": outcome.sections,
            "notes": list(outcome.notes),
            "known": outcome.known,
            "fixed": dict(answer.fixed),
        }
        if statistics:
            extra["statistics"] = _statistics(outcome)
        show_json(outcome.diagnostics, "texbook lint", extra, answer.texts, listed=not statistics)
    elif form == "sarif":
        show_sarif(outcome.diagnostics, outcome.notes, answer.texts)
    elif statistics:
        click.echo(_statistics_table(outcome), nl=False, err=to_stderr)
    else:
        form = "terminal" if to_stderr and form == "github" else form
        show_findings(
            outcome.diagnostics, form, "texbook lint", to_stderr=to_stderr, texts=answer.texts
        )


def _which_book(paths: tuple[Path, ...]) -> tuple[Project, tuple[Path, ...]]:
    r"""Take a file with a ``\documentclass``, or its folder, as a book; other paths as parts.

    A file named where there is no book is judged by itself.
    """
    chosen = tuple(Path(os.path.normpath(path.absolute())) for path in paths)
    if len(chosen) == 1:
        (path,) = chosen
        if (path / "main.tex").is_file() or path in document_files(path.parent):
            return open_project(path), ()
        here = Path.cwd()
        if path.is_file() and find_config(here) is None and not document_files(here):
            return open_project(path), ()
    return open_project(), chosen


def _book_of(unsaved: Path) -> tuple[Project, tuple[Path, ...]]:
    from texbook.app.unsaved import open_book_of  # noqa: PLC0415  (start-up time)

    return open_book_of(unsaved), (unsaved,)


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _statistics(outcome: LintOutcome) -> list[dict[str, Any]]:
    from texbook.report.statistics import count_by_rule, statistics_fields  # noqa: PLC0415  (start-up time)

    return statistics_fields(count_by_rule(outcome.diagnostics))


def _statistics_table(outcome: LintOutcome) -> str:
    from texbook.report.statistics import count_by_rule, render_statistics  # noqa: PLC0415  (start-up time)

    return render_statistics(count_by_rule(outcome.diagnostics))


def _fails(outcome: LintOutcome, fail_on: str) -> bool:
    if fail_on == "never":
        return False
    limit = Severity(fail_on).rank
    return any(item.severity.rank <= limit for item in outcome.diagnostics)


def _fixable(project: Project, options: LintOptions, request: Request, answer: Answer) -> str:
    """Say how many of the findings could be fixed, by what has not been tried."""
    safe, unsafe = count_fixable(project, options, answer.outcome.diagnostics)
    if request.unsafe or not safe + unsafe:
        return ""
    if request.fix or request.diff or not safe:
        return f"; {unsafe:,} fixable with --fix --unsafe-fixes" if unsafe else ""
    more = f", {unsafe:,} more with --unsafe-fixes" if unsafe else ""
    return f"; {safe:,} fixable with --fix{more}"


def _tell(answer: Answer, fixable: str, voice: Voice) -> None:
    from texbook.report.terminal import summary  # noqa: PLC0415  (start-up time)

    outcome = answer.outcome
    for line in (*answer.said, *(f"note: {note}" for note in outcome.notes)):
        voice.say(line)
    checked = f"checked {plural(outcome.files, 'file')}"
    if outcome.questions:
        checked += (
            f", {plural(outcome.questions, 'question')}, {plural(outcome.sections, 'section')}"
        )
    if outcome.known:
        checked += f"; {plural(outcome.known, 'known finding')} left out"
    voice.say(f"{summary(outcome.diagnostics)}{fixable}; {checked}")
