"""``texbook render``."""

from __future__ import annotations

from pathlib import Path

import click

from texbook.app.policy import Taken
from texbook.app.rendering import render_to_folder
from texbook.base.diagnostic import Severity
from texbook.base.errors import ExitStatus
from texbook.cli.output import Voice, plural, show_diagnostics, voice_options
from texbook.cli.untrusted import (
    decide,
    refuse_changes,
    refuse_linked_settings,
    send_inside,
    untrusted_option,
)
from texbook.project import open_project

EPILOG = """\b
Examples:
  texbook render                 all of them, to build/tex
  texbook render -o /tmp/tex     to another folder
"""


@click.command("render", epilog=EPILOG)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to, instead of build/tex.",
)
@untrusted_option
@voice_options
def command(output: Path | None, *, untrusted: bool, quiet: bool, verbose: bool) -> int:
    """Render the question templates only.

    What they give stands in build/tex, where amznotes.cls finds it, so that
    "xelatex -shell-escape main.tex" works by hand.
    """
    voice = Voice(quiet, verbose)
    refuse_linked_settings(untrusted=untrusted)
    project = open_project()
    powers = decide(project, untrusted=untrusted)
    refuse_changes(powers, "--output", asked=output is not None)
    status = send_inside(project, powers, quiet=quiet, taken=Taken.RENDERED)
    if status is not None:
        return status
    outcome, written = render_to_folder(project, None if output is None else output.absolute())
    show_diagnostics(outcome.diagnostics)
    folder = project.display(output.absolute() if output else project.rendered_folder)
    total = plural(len(outcome.rendered), "template")
    voice.say(f"rendered {total} to {folder}, {written} changed")
    failed = any(item.severity is Severity.ERROR for item in outcome.diagnostics)
    return ExitStatus.FINDINGS if failed else ExitStatus.GOOD
