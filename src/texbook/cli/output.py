"""How commands speak: findings on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.errors import TexbookError


class Verbosity:
    """How much a command says; ``-q`` and ``-v`` may stand before or after other arguments."""

    QUIET = -1
    NORMAL = 0
    VERBOSE = 1


def verbosity_options[F: Callable[..., object]](function: F) -> F:
    """Give a command ``-q`` and ``-v``."""
    return function


def show_error(error: TexbookError) -> None:
    """Print a fault of use or machine like any other diagnostic, on stderr."""
    show_diagnostics([error.diagnostic()], to_stderr=True)


def show_diagnostics(diagnostics: Sequence[Diagnostic], *, to_stderr: bool = False) -> None:
    """Print diagnostics with their excerpts."""
    from texbook.report.terminal import render_diagnostics  # noqa: PLC0415  (start-up time)

    stream = sys.stderr if to_stderr else sys.stdout
    render_diagnostics(diagnostics, stream=stream, folder=Path.cwd())


def say(message: str) -> None:
    """Print a line about the work itself, on stderr."""
    click.echo(message, err=True)
