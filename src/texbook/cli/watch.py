"""``texbook watch``."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import click

from texbook.app.build import BuildOptions
from texbook.app.policy import choose_shell_escape
from texbook.app.watch import watch_book
from texbook.base.errors import ExitStatus
from texbook.cli.output import voice_options
from texbook.project import open_project
from texbook.report.screen import WatchScreen

EPILOG = """\b
Example:
  texbook watch         one screen: state, findings, where to look; Ctrl-C ends it
"""


@click.command("watch", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--poll", is_flag=True, help="Look at the files twice a second; for network disks.")
@click.option("--shell-escape", is_flag=True, help="Let TeX run any program.")
@voice_options
def command(
    main: Path | None, *, poll: bool, shell_escape: bool, quiet: bool, verbose: bool
) -> int:
    """Build and lint on every save, and show how the book is doing."""
    del quiet, verbose  # the screen has one voice
    project = open_project(main)
    shell = choose_shell_escape(project, asked=shell_escape, environment=os.environ)
    stop = threading.Event()
    title = project.root.name if project.main.name == "main.tex" else project.main.stem
    with WatchScreen(sys.stdout, title=title, folder=Path.cwd()) as screen:
        try:
            options = BuildOptions(shell)
            watch_book(project, options, screen, stop=stop, poll=poll, named=main)
        except KeyboardInterrupt:
            stop.set()
    return ExitStatus.GOOD
