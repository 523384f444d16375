"""``texbook view``."""

from __future__ import annotations

from pathlib import Path

import click

from texbook.app.view import view_book
from texbook.cli.output import Voice, voice_options
from texbook.project import open_project

EPILOG = """\b
Examples:
  texbook view                   the book of this folder
  texbook view thesis.tex        another one
"""


@click.command("view", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@voice_options
def command(main: Path | None, *, quiet: bool, verbose: bool) -> None:
    """Open the PDF."""
    project = open_project(main)
    path = view_book(project)
    Voice(quiet, verbose).say(f"opening {project.display(path)}")
