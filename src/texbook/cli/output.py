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

_DOCUMENT = "texbook.json"
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


def show_by_weight(diagnostics: Sequence[Diagnostic], more: str) -> None:
    """Print faults with their excerpts, and after them what is for information, a line each.

    Args:
        diagnostics: the findings.
        more: the command that shows all of them in full, in quotes.
    """
    from texbook.base.diagnostic import Severity  # noqa: PLC0415  (start-up time)

    faults = [item for item in diagnostics if item.severity is not Severity.INFORMATION]
    show_diagnostics(faults)
    if len(faults) < len(diagnostics):
        from texbook.report.brief import render_brief  # noqa: PLC0415  (start-up time)

        rest = [item for item in diagnostics if item.severity is Severity.INFORMATION]
        render_brief(rest, stream=sys.stdout, folder=_here(), more=more)


def _here() -> Path:
    """Give the current folder; the root where it has been removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def show_json(diagnostics: Sequence[Diagnostic], tool: str, extra: Mapping[str, Any]) -> None:
    """Keep diagnostics for machines, with what else the command has to tell.

    They are printed when the command ends: `print_json` adds its exit code, and a command that is
    interrupted before that prints another document instead of a second one.
    """
    click.get_current_context().meta[_DOCUMENT] = (tuple(diagnostics), tool, dict(extra))


def print_kept_json(context: click.Context, status: int) -> None:
    """Print what `show_json` was given, if a command has asked for it."""
    kept = context.meta.pop(_DOCUMENT, None)
    if kept is not None:
        diagnostics, tool, extra = kept
        print_json(diagnostics, tool, status, extra)


def print_json(
    diagnostics: Sequence[Diagnostic],
    tool: str,
    status: int,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Print one document for machines, whole and at once."""
    from texbook.report.machine import render_json  # noqa: PLC0415  (start-up time)

    text = render_json(diagnostics, tool=tool, folder=_here(), status=status, extra=extra)
    click.echo(text, nl=False)


def json_tool(arguments: Sequence[str]) -> str | None:
    """Say which command was asked for JSON, even if its command line is wrong; None if none was.

    >>> json_tool(["build", "--format", "json", "--wrong"])
    'texbook build'
    """
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    pairs = zip(options, [*options[1:], ""], strict=False)
    if not any(o == "--format=json" or (o, value) == ("--format", "json") for o, value in pairs):
        return None
    verb = next((word for word in options if not word.startswith("-")), "")
    return f"texbook {verb}".strip()


def output_width() -> int | None:
    """Give the cells of a line of standard output; None where no person looks at it."""
    from texbook.report.terminal import is_terminal, terminal_width  # noqa: PLC0415  (start-up time)

    return terminal_width(sys.stdout) if is_terminal(sys.stdout) else None


def plural(count: int, noun: str) -> str:
    """Give a count with its noun.

    >>> plural(1, "page"), plural(212, "page")
    ('1 page', '212 pages')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
