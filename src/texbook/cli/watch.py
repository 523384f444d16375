"""``texbook watch``."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from texbook.app.build import BuildOptions
from texbook.app.view import open_outside
from texbook.app.watch import watch_book
from texbook.base.errors import ExitStatus, MissingToolError
from texbook.cli.output import voice_options
from texbook.cli.untrusted import decide
from texbook.project import open_project
from texbook.report.screen import WatchScreen

EPILOG = """\b
Examples:
  texbook watch                one screen: state, findings, where to look; Ctrl-C ends it
  texbook watch --serve        and a live preview for the browser
  texbook watch --open --editor code
"""


@click.command("watch", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--serve", is_flag=True, help="Show the pages in the browser as you write.")
@click.option("--open", "opens", is_flag=True, help="The same, and open the browser.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="For the preview; 8765, or any if that is taken."
)
@click.option(
    "--editor",
    metavar="NAME|COMMAND",
    help="Where a click on a page leads: code, nvim, emacs ..., or a command with {file} {line}.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "concise"]),
    default="terminal",
    help="concise: no screen, and findings one a line, for editors.",
)
@click.option("--poll", is_flag=True, help="Look at the files twice a second; for network disks.")
@click.option("--shell-escape", is_flag=True, help="Let TeX run any program.")
@voice_options
def command(
    main: Path | None,
    *,
    serve: bool,
    opens: bool,
    port: int | None,
    editor: str | None,
    form: str,
    poll: bool,
    shell_escape: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Build and lint on every save, and show how the book is doing."""
    del quiet, verbose  # the screen has one voice
    project = open_project(main)
    powers = decide(project, shell_escape=shell_escape, untrusted=False)
    stop = threading.Event()
    with ExitStack() as exits:
        preview = None
        if serve or opens or port is not None or editor is not None:
            from texbook.app.preview import PreviewOptions, open_preview  # noqa: PLC0415

            options = PreviewOptions(port, editor, os.environ)
            preview = exits.enter_context(open_preview(project, options))
        link = preview.url if preview is not None else ""
        screen = exits.enter_context(
            WatchScreen(
                sys.stdout,
                title=project.title,
                folder=Path.cwd(),
                link=link,
                concise=form == "concise",
            )
        )
        if opens:
            _open_browser(link, screen)
        try:
            watch_book(
                project,
                BuildOptions(powers.shell),
                screen,
                stop=stop,
                poll=poll,
                named=main,
                preview=preview,
            )
        except KeyboardInterrupt:
            stop.set()
    return ExitStatus.GOOD


def _open_browser(link: str, screen: WatchScreen) -> None:
    """Open the preview; whoever has no program for that can do it himself while the watch runs."""
    try:
        open_outside(link)
    except MissingToolError as error:
        screen.note(f"{error.message}: {error.hints[0]}")
