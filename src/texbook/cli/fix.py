"""What ``texbook lint`` does besides telling: fixes, diffs, and texts from standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from texbook.base.errors import BookError, ExitStatus, UsageError
from texbook.base.source import SourceFile, decode_source, encode_source
from texbook.cli.output import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from texbook.app.fix import FixOutcome
    from texbook.app.lint import LintOptions
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project

DASH = Path("-")
Function = TypeVar("Function", bound="Callable[..., object]")


def fix_options(function: Function) -> Function:
    """Give a command the options that `Request` is made of."""
    options = (
        click.option("--fix", is_flag=True, help="Apply the safe fixes, and tell what remains."),
        click.option(
            "--unsafe-fixes",
            is_flag=True,
            help="With --fix or --diff: also those that may change what is meant.",
        ),
        click.option(
            "--diff", is_flag=True, help="Print what --fix would change, and change nothing."
        ),
        click.option(
            "--stdin-filename",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help='With "-": the file whose unsaved text comes from standard input.',
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done with the fixes."""

    fix: bool = False
    unsafe: bool = False
    diff: bool = False


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text from standard input, and the file that it is to be (absolute)."""

    path: Path
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found and done.

    Attributes:
        outcome: the findings that remain.
        status: the exit code, unless findings give a worse one.
        is_told: whether the findings shall be told.
        output_is_taken: whether standard output holds a text, so that all else goes to stderr.
        said: what was done, in words for people.
        fixed: code of a rule -> number of its findings that were fixed.
        texts: what takes the place of files, by their paths.
    """

    outcome: LintOutcome
    status: int = ExitStatus.GOOD
    is_told: bool = True
    output_is_taken: bool = False
    said: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[Path, SourceFile] = field(default_factory=dict)


def read_unsaved(paths: Sequence[Path], filename: Path | None) -> Unsaved | None:
    """Read standard input if "-" asks for it.

    Raises:
        UsageError: when "-" is joined with other files, or there is a name without it.
    """
    if DASH not in paths:
        if filename is not None:
            raise UsageError(
                '"--stdin-filename" names the text that "-" reads, and there is no "-"',
                hints=(f'write "texbook lint - --stdin-filename {filename} < {filename}"',),
            )
        return None
    if len(paths) > 1:
        raise UsageError('"-" stands for the only file, and cannot be joined with others')
    from texbook.app.unsaved import NAMELESS  # noqa: PLC0415  (start-up time)

    path = Path(os.path.normpath((filename or Path(NAMELESS)).absolute()))
    return Unsaved(path, sys.stdin.buffer.read())


def check_request(request: Request, unsaved: Unsaved | None, form: str, *, update: bool) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: naming them.
    """
    if request.unsafe and not (request.fix or request.diff):
        raise UsageError(
            '"--unsafe-fixes" says which fixes, but not what to do with them',
            hints=('add "--fix" to apply them, or "--diff" to see them',),
        )
    prints = '"--diff"' if request.diff else '"-" with "--fix"'
    takes_output = request.diff or (request.fix and unsaved is not None)
    if takes_output and form in ("json", "sarif"):
        raise UsageError(f'{prints} and "--format {form}" both write to standard output')
    if update and (request.diff or unsaved is not None):
        other = '"--diff" changes nothing' if request.diff else '"-" is about one unsaved text'
        raise UsageError(f'{other}, so that "--update-baseline" cannot be joined with it')


def check_unsaved(
    project: Project, options: LintOptions, request: Request, unsaved: Unsaved
) -> Answer:
    """Check, and fix, a text from standard input; a fixed one goes to standard output."""
    try:
        source = SourceFile(unsaved.path, decode_source(unsaved.path, unsaved.content))
    except BookError as error:
        return _unreadable(error, request, unsaved)
    texts = {source.path: source}
    if not (request.fix or request.diff):
        from texbook.app.unsaved import lint_unsaved  # noqa: PLC0415  (start-up time)

        return Answer(lint_unsaved(project, options, source), texts=texts)
    from texbook.app.fix import fix_book  # noqa: PLC0415  (start-up time)

    done = fix_book(project, options, unsafe=request.unsafe, texts=texts)
    if request.diff:
        return _diff(project, done)
    after = next((change.after for change in done.changes), source)
    _write_output(encode_source(after.text, unsaved.content))
    return Answer(
        done.remaining,
        output_is_taken=True,
        said=_said(done),
        fixed=done.fixed,
        texts={source.path: after},
    )


def _unreadable(error: BookError, request: Request, unsaved: Unsaved) -> Answer:
    from texbook.lint.outcome import LintOutcome  # noqa: PLC0415  (start-up time)
    from texbook.lint.runner import unreadable  # noqa: PLC0415  (start-up time)

    if request.fix and not request.diff:
        _write_output(unsaved.content)  # an editor puts what it gets in the place of its text
    shown = SourceFile(unsaved.path, unsaved.content.decode("utf-8", "replace"))
    return Answer(
        LintOutcome((unreadable(error),), files=1),
        output_is_taken=request.fix or request.diff,
        texts={shown.path: shown},
    )


def change_book(project: Project, options: LintOptions, request: Request) -> Answer:
    """Fix the files of a book, or say what would be fixed."""
    from texbook.app.fix import fix_book, write_changes  # noqa: PLC0415  (start-up time)
    from texbook.app.lint import lint_book  # noqa: PLC0415  (start-up time)

    done = fix_book(project, options, unsafe=request.unsafe)
    if request.diff:
        return _diff(project, done)
    written, errors = write_changes(project, done.changes)
    # Looked at again: not all may have been written, and what is kept serves the next run.
    remaining = lint_book(project, options)
    faults = tuple(error.diagnostic() for error in errors)
    done = replace(done, changes=written)
    return Answer(
        replace(remaining, diagnostics=(*faults, *remaining.diagnostics)),
        status=ExitStatus.STORAGE if errors else ExitStatus.GOOD,
        said=_said(done),
        fixed=done.fixed,
    )


def _diff(project: Project, done: FixOutcome) -> Answer:
    from texbook.app.fix import diff_changes  # noqa: PLC0415  (start-up time)

    click.echo(diff_changes(project, done.changes), nl=False)
    return Answer(
        done.remaining,
        status=ExitStatus.FINDINGS if done.changes else ExitStatus.GOOD,
        is_told=False,
        said=_said(done, "would fix"),
    )


def _said(done: FixOutcome, verb: str = "fixed") -> tuple[str, ...]:
    """Say how many findings of which rules were fixed."""
    notes = tuple(f"note: {note}" for note in done.notes)
    if not done.changes:
        return notes
    from texbook.lint.rule import all_rules  # noqa: PLC0415  (start-up time)

    names = {rule.code: rule.name for rule in all_rules()}
    count, files = done.fixed.total(), len(done.changes)
    width = len(str(max(done.fixed.values())))
    return (
        f"{verb} {plural(count, 'finding')} in {plural(files, 'file')}:",
        *(
            f"  {number:>{width}}  {code} {names.get(code, '')}".rstrip()
            for code, number in sorted(done.fixed.items())
        ),
        *notes,
    )


def _write_output(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
