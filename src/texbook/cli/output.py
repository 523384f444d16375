"""How commands speak: findings on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.errors import TexbookError

Function = TypeVar("Function", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a command says: ``-q`` only faults, ``-v`` every step."""

    quiet: bool = False
    verbose: bool = False

    def say(self, message: str) -> None:
        """Tell of the work itself, on stderr, unless asked to be quiet."""
        if not self.quiet:
            click.echo(message, err=True)

    def detail(self, message: str) -> None:
        """Tell of a detail, on stderr, only with ``-v``."""
        if self.verbose:
            click.echo(message, err=True)


def voice_options(function: Function) -> Function:
    """Give a command ``-q/--quiet`` and ``-v/--verbose``, which may also stand before its name."""

    def option(short: str, name: str, words: str) -> Callable[[Function], Function]:
        return click.option(short, f"--{name}", is_flag=True, callback=_or_before, help=words)

    quiet = option("-q", "quiet", "Say nothing but faults.")
    verbose = option("-v", "verbose", "Tell every step.")
    return quiet(verbose(function))


def _or_before(context: click.Context, parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001  (click's own signature)
    return value or bool(context.find_root().params.get(parameter.name or ""))


format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="For people or for machines.",
)


def show_error(error: TexbookError) -> None:
    """Print a fault of use or machine like any other diagnostic, on stderr."""
    show_diagnostics([error.diagnostic()], to_stderr=True)


def show_diagnostics(diagnostics: Sequence[Diagnostic], *, to_stderr: bool = False) -> None:
    """Print diagnostics with their excerpts."""
    if not diagnostics:
        return
    from texbook.report.terminal import render_diagnostics  # noqa: PLC0415  (start-up time)

    stream = sys.stderr if to_stderr else sys.stdout
    render_diagnostics(diagnostics, stream=stream, folder=_here())


def _here() -> Path:
    """Give the current folder; the root where it has been removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def show_json(diagnostics: Sequence[Diagnostic], tool: str, extra: Mapping[str, Any]) -> None:
    """Print diagnostics for machines, with what else the command has to tell."""
    from texbook.report.machine import render_json  # noqa: PLC0415  (start-up time)

    click.echo(render_json(diagnostics, tool=tool, folder=_here(), extra=extra), nl=False)


def plural(count: int, noun: str) -> str:
    """Give a count with its noun.

    >>> plural(1, "page"), plural(212, "page")
    ('1 page', '212 pages')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
