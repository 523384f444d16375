"""How commands speak: findings on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.errors import TexbookError
    from texbook.base.source import SourceFile
    from texbook.report.sarif import RuleText

_DOCUMENT = "texbook.document"
Function = TypeVar("Function", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a command says: ``-q`` only faults, ``-v`` every step."""

    quiet: bool = False
    verbose: bool = False

    def say(self, message: str) -> None:
        """Tell of the work itself, on stderr, unless asked to be quiet."""
        if not self.quiet:
            click.echo(_fitted(message), err=True)

    def detail(self, message: str) -> None:
        """Tell of a detail, on stderr, only with ``-v``."""
        if self.verbose:
            click.echo(_fitted(message), err=True)


def _fitted(message: str) -> str:
    """Wrap at spaces what is wider than the terminal, if there is one."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # no terminal, or a stream without a descriptor
        return message
    if width == 0 or len(message) <= width:
        return message
    import textwrap  # noqa: PLC0415  (start-up time)

    wrapper = textwrap.TextWrapper(
        width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(wrapper.fill(line) for line in message.split("\n"))


def voice_options(function: Function) -> Function:
    """Give a command ``-q/--quiet`` and ``-v/--verbose``, which may also stand before its name."""

    def option(short: str, name: str, words: str) -> Callable[[Function], Function]:
        return click.option(short, f"--{name}", is_flag=True, callback=_or_before, help=words)

    quiet = option("-q", "quiet", "Say nothing but faults.")
    verbose = option("-v", "verbose", "Tell every step.")
    return quiet(verbose(function))


def _or_before(context: click.Context, parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001  (click's own signature)
    before = context.parent.params if context.parent is not None else {}
    return value or bool(before.get(parameter.name or ""))


FORMS = ("terminal", "concise", "json", "sarif", "github")
"""What ``--format`` takes; not every command has all of them."""


def format_choice(*forms: str) -> Callable[[Function], Function]:
    """Give a command ``--format`` with some of `FORMS`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default="terminal",
        show_default=True,
        help="For people or for machines.",
    )


format_option = format_choice("terminal", "json")

lint_format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    callback=lambda _context, _parameter, form: form or default_form(),
    show_default="terminal; github under GitHub Actions",
    help="For people, editors or machines.",
)


def default_form() -> str:
    """Choose how findings of lint are shown if nothing is said."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "terminal"


def show_diagnostics(
    diagnostics: Sequence[Diagnostic],
    *,
    to_stderr: bool = False,
    texts: Mapping[Path, SourceFile] | None = None,
) -> None:
    """Print diagnostics with their excerpts, from texts that take the place of files too."""
    if not diagnostics:
        return
    from texbook.report.terminal import render_diagnostics  # noqa: PLC0415  (start-up time)

    stream = sys.stderr if to_stderr else sys.stdout
    render_diagnostics(diagnostics, stream=stream, folder=_here(), texts=texts)


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


def show_findings(
    diagnostics: Sequence[Diagnostic],
    form: str,
    tool: str,
    *,
    to_stderr: bool = False,
    texts: Mapping[Path, SourceFile] | None = None,
) -> None:
    """Print diagnostics at once in one of the forms that do not tell the exit code.

    Args:
        diagnostics: the findings.
        form: the form's name.
        tool: the command.
        to_stderr: standard output holds something else.
        texts: what takes the place of files, by their paths.
    """
    if form == "concise":
        from texbook.report.concise import render_concise  # noqa: PLC0415  (start-up time)

        click.echo(render_concise(diagnostics, _here()), nl=False, err=to_stderr)
    elif form == "github":
        _show_annotations(diagnostics, tool)
    else:
        show_diagnostics(diagnostics, to_stderr=to_stderr, texts=texts)


def _show_annotations(diagnostics: Sequence[Diagnostic], tool: str) -> None:
    """Print workflow commands, and add to the summary of the job's page."""
    from texbook.report.github import render_annotations, render_step_summary  # noqa: PLC0415  (start-up time)

    root = _repository()
    click.echo(render_annotations(diagnostics, workspace=root, folder=_here()), nl=False)
    from texbook.report.terminal import summary  # noqa: PLC0415  (start-up time)

    heading = f"{tool}: {summary(diagnostics)}"
    add_to_summary(render_step_summary(diagnostics, heading=heading, workspace=root))


def add_to_summary(text: str) -> None:
    """Add to the summary of the job's page, if this runs in a job."""
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if not page or not text:
        return
    try:
        with Path(page).open("a", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
    except OSError as error:
        click.echo(f'note: no summary was written to "{page}": {error.strerror}', err=True)


def _repository() -> Path:
    """Give the folder to which GitHub takes paths as relative: that of the checkout."""
    folder = os.environ.get("GITHUB_WORKSPACE")
    return Path(folder).resolve() if folder else _here()


def show_json(
    diagnostics: Sequence[Diagnostic],
    tool: str,
    extra: Mapping[str, Any],
    texts: Mapping[Path, SourceFile] | None = None,
    *,
    listed: bool = True,
) -> None:
    """Keep diagnostics for machines, listed or only counted, with what else there is to tell.

    They are printed when the command ends: the document holds its exit code, and a command that is
    interrupted before that prints another document instead of a second one.
    """

    def text(status: int) -> str:
        return _json_text(diagnostics, tool, status, extra, texts, listed=listed)

    click.get_current_context().meta[_DOCUMENT] = text


def show_sarif(
    diagnostics: Sequence[Diagnostic],
    notes: Sequence[str],
    texts: Mapping[Path, SourceFile] | None = None,
) -> None:
    """Keep diagnostics as SARIF, until the exit code is known."""

    def text(status: int) -> str:
        return _sarif_text(diagnostics, status, notes=notes, texts=texts)

    click.get_current_context().meta[_DOCUMENT] = text


def print_kept(context: click.Context, status: int) -> None:
    """Print what `show_json` or `show_sarif` was given, if a command has asked for it."""
    text = context.meta.pop(_DOCUMENT, None)
    if text is not None:
        click.echo(text(status), nl=False)


def _json_text(
    diagnostics: Sequence[Diagnostic],
    tool: str,
    status: int,
    extra: Mapping[str, Any] | None = None,
    texts: Mapping[Path, SourceFile] | None = None,
    *,
    listed: bool = True,
) -> str:
    from texbook.report.machine import render_json  # noqa: PLC0415  (start-up time)

    return render_json(
        diagnostics,
        tool=tool,
        folder=_here(),
        status=status,
        extra=extra,
        texts=texts,
        listed=listed,
    )


def _sarif_text(
    diagnostics: Sequence[Diagnostic],
    status: int,
    *,
    notes: Sequence[str] = (),
    fault: Diagnostic | None = None,
    texts: Mapping[Path, SourceFile] | None = None,
) -> str:
    from texbook import __version__  # noqa: PLC0415  (start-up time)
    from texbook.report.sarif import render_sarif  # noqa: PLC0415  (start-up time)

    return render_sarif(
        diagnostics,
        version=__version__,
        folder=_repository(),
        status=status,
        rules=_rule_texts({item.code for item in diagnostics}),
        notes=notes,
        fault=fault,
        texts=texts,
    )


def _rule_texts(codes: Iterable[str]) -> dict[str, RuleText]:
    from texbook.lint.manual import rule_description, rule_manual, rule_summary  # noqa: PLC0415  (start-up time)
    from texbook.lint.rule import all_rules  # noqa: PLC0415  (start-up time)
    from texbook.report.sarif import RuleText  # noqa: PLC0415  (start-up time)

    return {
        rule.code: RuleText(
            rule.name,
            rule.severity,
            rule_summary(rule),
            rule_description(rule),
            rule_manual(rule),
            default=rule.default,
        )
        for rule in (all_rules() if codes else ())
        if rule.code in codes
    }


def show_fault(fault: TexbookError, form: str, tool: str) -> None:
    """Tell what ended a command in the form that was asked for.

    A document for machines is always whole. Where it may go to a file, or is read by a runner,
    people are told as well.
    """
    found = fault.diagnostic()
    if form == "json":
        click.echo(_json_text([found], tool, fault.status), nl=False)
        return
    if form == "sarif":
        click.echo(_sarif_text([], fault.status, fault=found), nl=False)
    elif form == "github":
        show_findings([found], form, tool)
    elif form == "concise":
        from texbook.report.concise import render_concise  # noqa: PLC0415  (start-up time)

        click.echo(render_concise([found], _here()), nl=False, err=True)
        return
    show_diagnostics([found], to_stderr=True)


def asked_form(arguments: Sequence[str]) -> tuple[str, str]:
    """Say which form a command was asked for, even if its command line is wrong, and its name.

    >>> asked_form(["build", "--format", "json", "--wrong"])
    ('json', 'texbook build')
    """
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    verb = next((word for word in options if not word.startswith("-")), "")
    form = default_form() if verb == "lint" else "terminal"
    for word, value in zip(options, [*options[1:], ""], strict=False):
        asked = value if word == "--format" else word.removeprefix("--format=")
        if asked in FORMS and (word == "--format" or word.startswith("--format=")):
            form = asked
    return form, f"texbook {verb}".strip()


def output_width() -> int | None:
    """Give the cells of a line of standard output; None where no person looks at it."""
    from texbook.report.terminal import is_terminal, terminal_width  # noqa: PLC0415  (start-up time)

    return terminal_width(sys.stdout) if is_terminal(sys.stdout) else None


def plural(count: int, noun: str) -> str:
    """Give a count with its noun.

    >>> plural(1, "page"), plural(1212, "page")
    ('1 page', '1,212 pages')
    """
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
