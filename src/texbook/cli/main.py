"""The ``texbook`` command: finds the verb, and is the one place where exceptions end."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from texbook import __version__
from texbook.base.errors import (
    CancelledError,
    ExitStatus,
    LimitError,
    StorageError,
    TexbookError,
    UsageError,
)
from texbook.cli.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from texbook.cli.invocation import Surrounded

COMMANDS = {
    "build": "Typeset the exact, settled PDF.",
    "lint": "Check the book's structure and sources.",
    "watch": "Build and lint on every save.",
    "render": "Render the question templates only.",
    "run": "Run the experiments whose stored results are out of date.",
    "init": "Write the configuration for a book by looking at it.",
    "new": "Add a question from the skeleton.",
    "rules": "List the lint rules, or explain one.",
    "stats": "Count words, listings, figures, formulas and papers by question.",
    "view": "Open the PDF.",
    "sync": "Find the place of a line in the PDF, or the line of a place.",
    "doctor": "Say what is missing on the machine, and what brings it.",
    "clean": "Remove what was generated.",
}
"""Each verb and its line in ``texbook --help``; its module is imported only when it is used."""

_YOUNG_OBJECTS = 200_000
"""Objects that Python's cycle collector leaves alone; most commands end before there are so many.
Measured on lint of a book of 360 kB: a tenth of its time (with the freezing at the end)."""

EPILOG = """\b
Examples:
  texbook build              typeset main.tex here, or the only document there is
  texbook build thesis.tex   typeset another file
  texbook lint               check the whole book
  texbook watch              rebuild as you write

\b
Exit codes: 0 good, 1 findings or no PDF, 2 usage or configuration,
3 something missing, 4 a limit, 5 locked, 6 disk, 7 refused, 70 a bug,
130 and 143 ended by a signal, 141 nobody reads the output any more.
"""


class Terminated(BaseException):
    """SIGTERM or SIGHUP came: end in good order."""


class ReaderGoneError(Exception):
    """Who read our output has gone, as in ``texbook lint | head``."""


class TerminatedError(TexbookError):
    """What is told of `Terminated`."""

    status = ExitStatus.TERMINATED
    code = "terminated"


class BugError(TexbookError):
    """What is told of an exception that nobody expected."""

    status = ExitStatus.BUG
    code = "bug"


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called (start-up below 0.1 s)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the verbs in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a verb."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"texbook.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        if not os.environ.get("TEXBOOK_UNTRUSTED"):
            return command
        from texbook.cli.untrusted import guard  # noqa: PLC0415  (start-up time)

        return guard(cmd_name, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, and suggest the nearest when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib  # noqa: PLC0415  (start-up time)

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else '"texbook --help" lists the commands'
            ctx.fail(f'no such command "{args[0]}"; {hint}')

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; click would end the process with 1 when the reader of a pipe has gone."""
        from texbook.cli.output import print_kept  # noqa: PLC0415  (start-up time)

        try:
            answer = int(super().invoke(ctx) or 0)
            print_kept(ctx, answer)
        except BrokenPipeError as error:
            raise ReaderGoneError from error
        return answer

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of verbs without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="texbook %(version)s")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but faults.")
@click.option("-v", "--verbose", is_flag=True, help="Tell every step.")
def group(*, quiet: bool, verbose: bool) -> None:
    """Build, check and watch a LaTeX book of like-shaped questions.

    Works on any XeLaTeX document without configuration.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with a code of `ExitStatus`."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _mend_streams()
    gc.set_threshold(_YOUNG_OBJECTS)
    status = run(arguments)
    gc.freeze()  # Python would look at all objects once more, to free them one by one
    sys.exit(status)


def _mend_streams() -> None:
    """Give closed streams (``>&-``) a sink, and let every file name be printed.

    Standard output is strict by default: a name that is no Unicode would end the command.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        else:
            stream.reconfigure(errors="backslashreplace")
            if os.environ.get("GITHUB_ACTIONS") == "true":
                from texbook.cli.job_log import as_job_log  # noqa: PLC0415  (start-up time)

                setattr(sys, name, as_job_log(stream))


def run(arguments: Sequence[str] | None = None, sandbox: Surrounded | None = None) -> int:
    """Run the command line and give the exit code; everything that is raised ends here.

    Args:
        arguments: the words behind ``texbook``; those of the process if None.
        sandbox: what this process is in; None if it is in none.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    previous = _catch_signals()
    try:
        answer = group.main(
            args=words, prog_name="texbook", standalone_mode=False, obj=Invocation(words, sandbox)
        )
        sys.stdout.flush()
        return int(answer or 0)
    except BaseException as error:  # noqa: BLE001  (the one boundary)
        return _end(error, words, sandbox)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _end(error: BaseException, arguments: Sequence[str], sandbox: Surrounded | None) -> int:
    """Say what ended the command, for people or as JSON, and give the exit code for it."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return ExitStatus.USAGE
        case SystemExit():
            return error.code if isinstance(error.code, int) else ExitStatus.BUG
        case ReaderGoneError() | BrokenPipeError():
            _drop_output(sys.stdout, sys.stderr)  # nobody is left to tell
            return ExitStatus.PIPE_CLOSED
    from texbook.cli.output import asked_form, show_fault  # noqa: PLC0415  (start-up time)

    fault, report = _fault(error)
    fault = fault if sandbox is None else sandbox.translate(fault)
    form, tool = asked_form(arguments)
    if form != "json" and isinstance(error, OSError):
        _drop_output(sys.stdout)
    if report:
        _say(report)
    if form == "json" or not report:
        try:
            show_fault(fault, form, tool)
        except OSError:  # the fault is that nothing can be written
            _drop_output(sys.stdout, sys.stderr)
    return fault.status


def _fault(error: BaseException) -> tuple[TexbookError, str]:
    """Give what ended the command as a fault, and what to say of it instead on standard error."""
    match error:
        case click.ClickException():
            return _usage_error(error), ""
        case TexbookError():
            return error, ""
        case KeyboardInterrupt() | click.Abort():
            return CancelledError("interrupted"), "interrupted"
        case Terminated():
            return TerminatedError("ended by a signal"), "ended by a signal"
        case OSError() | MemoryError() if (fault := _machine_fault(error)) is not None:
            return fault, ""
    from texbook.cli.bug import report  # noqa: PLC0415  (start-up time)

    return BugError(f"texbook has a bug: {type(error).__name__}: {error}"), report(error)


def _usage_error(error: click.ClickException) -> UsageError:
    """Say what click says in the manner of all our messages."""
    message = _our_words(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "texbook"
    hint = f'"{command} --help" shows how it is used'
    return UsageError(message[:1].lower() + message[1:], hints=(hint,))


def _our_words(error: click.ClickException) -> str:
    """Give a message of click's; that of an option that is not there with double quotes."""
    if not isinstance(error, click.NoSuchOption):
        return error.format_message().rstrip(".")
    meant = " or ".join(f'"{name}"' for name in error.possibilities or ())
    return f'no such option "{error.option_name}"' + (f"; did you mean {meant}?" if meant else "")


def _machine_fault(error: OSError | MemoryError) -> TexbookError | None:
    """Tell a full disk or a closed folder, wherever nobody expected it, from a bug of ours."""
    if isinstance(error, MemoryError):
        return LimitError("all the memory that texbook may use is used up")
    if isinstance(error, FileNotFoundError) and not _has_folder():
        hints = ('go to another one with "cd", or make it anew',)
        return StorageError("the folder that you are in is gone", hints=hints)
    if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}:
        return None
    words = os.strerror(error.errno)
    where = f' at "{os.fsdecode(error.filename)}"' if error.filename else ""
    return StorageError(f"{words[:1].lower()}{words[1:]}{where}")


def _has_folder() -> bool:
    try:
        return bool(Path.cwd())
    except OSError:
        return False


def _drop_output(*streams: TextIO) -> None:
    """Keep Python from writing at its end what could not be written: its exit code would be 120."""
    for stream in streams:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _overhear(number: int, frame: FrameType | None) -> None:
    """Do nothing about a signal."""
    del number, frame


def _catch_signals() -> dict[int, Any]:
    def end(number: int, frame: FrameType | None) -> None:
        del frame
        for known in numbers:
            # The kernel and the shell may both send one; another must not end the cleaning up.
            # SIG_IGN would make Python complain of one that has come already.
            signal.signal(known, _overhear)
        raise Terminated(number)

    # Who calls us with a signal ignored, as nohup does with SIGHUP, wants it ignored.
    numbers = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    try:
        return {number: signal.signal(number, end) for number in numbers}
    except ValueError:  # not the main thread: whoever embeds us owns the signals
        return {}


def _say(message: str) -> None:
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)  # noqa: T201  (stderr, when nothing else may work)
