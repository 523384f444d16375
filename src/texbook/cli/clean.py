"""``texbook clean``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from texbook.app.clean import clean_book
from texbook.app.policy import says_untrusted
from texbook.app.shown import refuse_links, shown_folder
from texbook.cli.output import Voice, voice_options
from texbook.cli.untrusted import refuse_linked_settings
from texbook.project import open_project

EPILOG = """\b
Examples:
  texbook clean                  caches, rendered templates and editions
  texbook clean --all            the PDF, too
"""


@click.command("clean", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Remove the PDF too.")
@voice_options
def command(main: Path | None, *, everything: bool, quiet: bool, verbose: bool) -> None:
    """Remove what was generated: build/tex, build/texbook and build/editions."""
    refuse_linked_settings(main, untrusted=False)
    project = open_project(main)
    if says_untrusted(os.environ):
        shown_folder(project, os.environ)
        refuse_links(project)
    removed = clean_book(project, everything=everything)
    names = ", ".join(str(project.display(path)) for path in removed)
    Voice(quiet, verbose).say(f"removed {names}" if removed else "there was nothing to remove")
