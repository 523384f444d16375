"""``--untrusted``: a command sends itself into a sandbox."""

from __future__ import annotations

import functools
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from texbook.app.policy import (
    UNTRUSTED_COMMANDS,
    Confinement,
    Powers,
    Taken,
    choose_powers,
    refuse_untrusted,
    says_untrusted,
)
from texbook.base.cancel import CancelToken
from texbook.base.errors import ExitStatus, RefusedError
from texbook.base.progress import Silence
from texbook.cli.invocation import current, shown_progress
from texbook.cli.output import add_to_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.project import Project

Function = TypeVar("Function", bound="Callable[..., object]")

untrusted_option = click.option(
    "--untrusted",
    is_flag=True,
    help="The book is a stranger's: work on it in a sandbox. Needs bubblewrap.",
)


def decide(project: Project, *, shell_escape: bool = False, untrusted: bool) -> Powers:
    """Decide what the book may do; raises as `choose_powers`."""
    return choose_powers(
        project,
        os.environ,
        shell_escape=shell_escape,
        untrusted=untrusted,
        inside=current().sandbox is not None,
    )


def send_inside(
    project: Project,
    powers: Powers,
    *,
    quiet: bool,
    verbose: bool = False,
    taken: Taken = Taken.NOTHING,
    read: bytes | None = None,
) -> int | None:
    """Carry out this command in a sandbox if it has to be; give its exit code.

    Args:
        project: the book.
        powers: of the book.
        quiet: tell nothing of how far it is.
        verbose: tell it a line a step.
        taken: what is taken of what the command makes.
        read: what the command has read from standard input.

    Returns:
        None when the work is to be done here.

    Raises:
        TexbookError: as `texbook.app.untrusted.carry_out`.
    """
    if powers.confinement is not Confinement.WANTED:
        return None
    from texbook.app.untrusted import Order, carry_out  # noqa: PLC0415  (start-up time)
    from texbook.config.person import load_person  # noqa: PLC0415  (start-up time)
    from texbook.system.handover import NonsenseError  # noqa: PLC0415  (start-up time)

    order = Order(
        current().arguments,
        os.environ,
        load_person(os.environ).untrusted,
        _terminal(),
        read,
        taken,
    )
    shown = nullcontext(Silence()) if quiet else shown_progress(plain=verbose)
    with shown as progress:
        carried = carry_out(project, order, progress=progress, cancel=CancelToken())
    made = any(path.suffix in {".pdf", ".csv"} for path in carried.published)
    if taken is Taken.BUILT and carried.status == ExitStatus.GOOD and not made:
        # Whoever looks at the exit code alone would take an old PDF for this one.
        raise NonsenseError("the sandbox says that the build is good, and hands out nothing of it")
    for said in carried.said:
        click.echo(said.text, nl=False, err=not said.is_output)
    add_to_summary(carried.summary)
    return carried.status


def refuse_linked_settings(*places: Path | None, untrusted: bool) -> None:
    """Refuse a configuration that leads elsewhere, before it is read.

    Args:
        places: files and folders that the command line names; the working folder is one always.
        untrusted: whether the command line says that the book is not trusted.

    Raises:
        RefusedError: when the book is not trusted and its configuration is such a link.
    """
    if not untrusted and not says_untrusted(os.environ):
        return
    from texbook.app.shown import refuse_linked_config  # noqa: PLC0415  (start-up time)

    here = Path.cwd()
    for place in (here, *(here / place for place in places if place is not None)):
        refuse_linked_config(place if place.is_dir() else place.parent)


def refuse_changes(powers: Powers, option: str, *, asked: bool) -> None:
    """Refuse an option with which a command would change the sources of strangers.

    Raises:
        RefusedError: when it is asked for.
    """
    if asked and powers.confinement is not Confinement.NONE:
        raise RefusedError(
            f"{option} changes files of the book, and a book that is not trusted is only read",
            hints=(f"leave out {option}, or trust the book",),
        )


def guard(name: str, command: click.Command) -> click.Command:
    """Have a command refused for books that are not trusted, unless it is known to be harmless."""
    if name in UNTRUSTED_COMMANDS or command.callback is None:
        return command
    carry_out = command.callback

    @functools.wraps(carry_out)
    def guarded(*arguments: object, **options: object) -> object:
        refuse_untrusted(name, os.environ)
        return carry_out(*arguments, **options)

    command.callback = guarded
    return command


def _terminal() -> dict[str, str]:
    """Say what the terminal is like, for reports that are written where there is none."""
    from texbook.report.terminal import (  # noqa: PLC0415  (start-up time)
        is_terminal,
        terminal_width,
        uses_colour,
    )

    if not is_terminal(sys.stdout):
        return {}
    colour = "FORCE_COLOR" if uses_colour(sys.stdout) else "NO_COLOR"
    return {"COLUMNS": str(terminal_width(sys.stdout)), colour: "1"}
