"""``texbook build``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from texbook.app.build import BuildOptions, build_book
from texbook.app.policy import Taken
from texbook.base.cancel import CancelToken
from texbook.base.errors import ExitStatus, UsageError
from texbook.build.model import Outcome
from texbook.cli.built import draft_line, fields_of, show_result, standing, tell
from texbook.cli.invocation import shown_progress
from texbook.cli.output import Voice, format_choice, show_json, voice_options
from texbook.cli.untrusted import decide, refuse_linked_settings, send_inside, untrusted_option
from texbook.project import open_project

if TYPE_CHECKING:
    from texbook.build.model import BuildResult, Draft, NoDraft
    from texbook.project import Project

EPILOG = """\b
Examples:
  texbook build                 main.tex here, or the only document there is
  texbook build thesis.tex      another file
  texbook build --explain       why each step runs
  texbook build --check         then compare with one run of the whole book
  texbook build --shell-escape  let TeX run any program
  texbook build --untrusted     a stranger's book, in a sandbox
  texbook build --draft         first what was edited, as build/draft.pdf
  texbook build --edition questions --question winning-is-bad-news
                                one question as a PDF of its own
  texbook build --edition cheat-sheet
                                all of them on one page
  texbook build --edition cards flash cards for Anki
"""


@click.command("build", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Tell why each step ran.")
@click.option("--timings", is_flag=True, help="Tell where the time went, and what would save some.")
@click.option(
    "--shell-escape", is_flag=True, help="Let TeX run any program (xelatex -shell-escape)."
)
@untrusted_option
@click.option("--keep-going", is_flag=True, help="Go on after a TeX error, to see more of them.")
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.option("--draft", is_flag=True, help="First make build/draft.pdf of what was edited alone.")
@click.option(
    "--check",
    is_flag=True,
    help="Then build it once more in one run, and compare; the PDF is the right one afterwards.",
)
@click.option(
    "--edition",
    metavar="NAME",
    default="book",
    show_default=True,
    help="What to make: book, questions, cheat-sheet or cards; into build/editions.",
)
@click.option(
    "--question",
    "slugs",
    metavar="SLUG",
    multiple=True,
    help="With --edition questions: only this one. May be repeated.",
)
@format_choice("terminal", "concise", "json", "github")
@voice_options
def command(
    main: Path | None,
    *,
    explain: bool,
    timings: bool,
    shell_escape: bool,
    untrusted: bool,
    keep_going: bool,
    force: bool,
    check: bool,
    draft: bool,
    edition: str,
    slugs: tuple[str, ...],
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    r"""Typeset the exact, settled PDF.

    MAIN is the file to typeset; by default the configured one, main.tex, or the only file with a
    \documentclass. Passes run until nothing moves; the PDF is replaced only when it is right.
    With --draft a PDF of its own holds what was edited, with the numbers of the last build, before
    the exact one follows.
    """
    voice = Voice(quiet, verbose)
    refuse_linked_settings(main, untrusted=untrusted)
    project = open_project(main)
    powers = decide(project, shell_escape=shell_escape, untrusted=untrusted)
    options = BuildOptions(powers.shell, keep_going, force, timings, check)
    if draft and (edition != "book" or slugs):
        raise UsageError('"--draft" is of the book, not of its editions')
    if (edition != "book" or slugs) and check:
        raise UsageError('"--check" is for the book, and not for an edition')
    status = send_inside(
        project, powers, quiet=quiet, verbose=verbose or explain, taken=Taken.BUILT
    )
    if status is not None:
        return status
    if edition != "book" or slugs:
        from texbook.cli.editions import EditionCommand  # noqa: PLC0415  (start-up time)

        return EditionCommand(project, options, voice, form, explain).run(edition, slugs)
    drafts: list[Draft | NoDraft] | None = [] if draft else None
    try:
        result = _build(
            project, options, voice, drafts, plain=verbose or explain, tells=form != "json"
        )
    except KeyboardInterrupt:
        if form == "json":
            raise
        click.echo(f"interrupted; {standing(project.pdf, project)}", err=True)
        return ExitStatus.INTERRUPTED
    if form == "json":
        fields = fields_of(result, project, timings=timings, drafts=drafts)
        show_json(result.diagnostics, "texbook build", fields)
    else:
        show_result(result, form, verbose=verbose)
        tell(result, project, voice, explain=explain, timings=timings)
    is_wrong = result.check is not None and not result.check.is_good
    failed = is_wrong or result.outcome is Outcome.FAILED
    return ExitStatus.FINDINGS if failed else ExitStatus.GOOD


def _build(
    project: Project,
    options: BuildOptions,
    voice: Voice,
    drafts: list[Draft | NoDraft] | None,
    *,
    plain: bool,
    tells: bool,
) -> BuildResult:
    """Build; what is told of a draft goes to ``drafts``, and at once to the person if ``tells``."""
    if voice.quiet:
        from texbook.base.progress import Silence  # noqa: PLC0415  (start-up time)

        if drafts is not None:
            options = replace(options, on_draft=drafts.append)
        return build_book(project, options, progress=Silence(), cancel=CancelToken())
    with shown_progress(plain=plain) as progress:
        if drafts is not None:

            def on_draft(draft: Draft | NoDraft) -> None:
                drafts.append(draft)
                if tells:
                    progress.tell(draft_line(draft, project))

            options = replace(options, on_draft=on_draft)
        return build_book(project, options, progress=progress, cancel=CancelToken())
