"""Work on a book that is not trusted: texbook starts itself again in a sandbox.

Inside, the same command does the same work on what it is shown of the book: no network, no shell,
nothing of the person's. Outside nothing that comes from there is believed: of the files only those
are taken that the command makes, at their places and nowhere else, and a PDF only when another
sandbox, in which the book's programs have never been, has found nothing in it that acts.
"""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from texbook.app.policy import Taken
from texbook.app.received import Received, Said, sandbox_limit
from texbook.app.shown import home_folder, refuse_links, show_book, shown_folder
from texbook.base.atomic import storage_errors
from texbook.base.errors import ExitStatus, RefusedError
from texbook.build.publish import replace_file
from texbook.system.handover import FrameReader, Kind, NonsenseError
from texbook.system.lock import book_lock
from texbook.system.process import Limits, run_process
from texbook.system.sandbox import (
    OUTSIDE,
    Sandbox,
    search_environment,
    show_python,
    show_tex,
    start_fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.config.person import UntrustedLimits
    from texbook.project import Project
    from texbook.system.process import ProcessResult

ENTRY = "texbook.cli.inside"
"""The module that runs in the sandbox."""
INPUT = Path("/texbook/input")
"""Where standard input lies inside."""
CANDIDATE = Path("/texbook/candidate.pdf")
"""Where a PDF lies that is looked through."""
SUMMARY = Path("/tmp/summary.md")  # noqa: S108  (inside, where nobody else is)
"""Where the page for ``$GITHUB_STEP_SUMMARY`` is written inside."""

_CHECK_SECONDS = 120.0
_TOLD = 3

# What TeX's own switches can do, they do, besides the sandbox (texmf.cnf; kpathsea manual,
# "Path searching"): nothing by a path that leads out of the folder, no file that begins with a dot.
_TEX = {"openin_any": "r", "openout_any": "p", "shell_escape": "f", "shell_escape_commands": ""}

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_PASSED_ON = ("NO_COLOR", "TERM", "SOURCE_DATE_EPOCH", "GITHUB_ACTIONS", "GITHUB_WORKSPACE")


@dataclass(frozen=True, slots=True)
class Order:
    """A command that is to be carried out in a sandbox.

    Attributes:
        arguments: the command line behind ``texbook``.
        environment: the person's, of which little is passed on.
        limits: of the whole.
        variables: what the terminal is like, for the reports inside.
        input: standard input, if the command reads it.
        taken: what is taken of what it makes.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    limits: UntrustedLimits
    variables: Mapping[str, str] = field(default_factory=dict)
    input: bytes | None = None
    taken: Taken = Taken.BUILT


@dataclass(frozen=True, slots=True)
class Carried:
    """How a command in the sandbox ended.

    Attributes:
        status: its exit code.
        said: what it printed, in order.
        published: what was taken from it.
        summary: a page in Markdown on what it found, if one is wanted.
    """

    status: int
    said: tuple[Said, ...]
    published: tuple[Path, ...]
    summary: str = ""


def carry_out(
    project: Project, order: Order, *, progress: Progress, cancel: CancelToken
) -> Carried:
    """Carry out a command on a book in a sandbox, and publish what it made.

    Args:
        project: the book.
        order: the command.
        progress: is told how far it is.
        cancel: ends it when set.

    Raises:
        MissingToolError: when there is no sandbox to be had here.
        RefusedError: when the book's folder, or what the command made, must not be used.
        LimitError: when a limit was hit.
        NonsenseError: when what came out is not what texbook says.
        LockedError, StorageError, CancelledError: as `texbook.build.build.build`.
    """
    shown = shown_folder(project, order.environment)
    refuse_links(project)
    with ExitStack() as exits:
        staging = _staging(project.work_folder, exits) if order.taken.value else None
        received = Received(staging, order.limits, progress)
        source = None if order.input is None else _input(order.input, exits)
        command = _inside_command(project, shown, source, order)
        result = _run(command, received, order, shown, cancel)
        _refuse_broken(result, received, order.limits)
        files = _wanted(project, received.files, order.taken)
        for path in files.values():
            if path.suffix == ".pdf":
                progress.step("looking through the PDF")
                _refuse_active(path, shown, order, cancel)
        for target, path in files.items():
            _publish(project, path, target)
    status = result.status if result.status in set(ExitStatus) else ExitStatus.BUG
    return Carried(status, received.said, tuple(files), received.summary)


def _staging(work: Path, exits: ExitStack) -> Path:
    """Make a folder for what comes out, which nobody else uses meanwhile."""
    exits.enter_context(book_lock(work))
    staging = work / "received"
    exits.callback(shutil.rmtree, staging, ignore_errors=True)
    shutil.rmtree(staging, ignore_errors=True)
    with storage_errors("write", staging):
        staging.mkdir()
    return staging


def _input(content: bytes, exits: ExitStack) -> Path:
    folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="texbook-")))
    path = folder / "input"
    with storage_errors("write", path):
        path.write_bytes(content)
    return path


def _inside_command(project: Project, shown: Path, source: Path | None, order: Order) -> list[str]:
    sandbox = Sandbox(order.limits.disk_bytes)
    # Paths on the command line begin here.
    sandbox.make_folder(Path.cwd())
    show_book(sandbox, project, shown)
    home = home_folder(order.environment)
    environment = search_environment(order.environment, shown)
    start = show_python(sandbox, shown, home)
    show_tex(sandbox, environment, home.resolve())
    if source is not None:
        sandbox.show_at(source, str(INPUT))
    task = {
        "root": str(project.root),
        "work": str(project.work_folder),
        "pdf": str(project.pdf),
        "built": project.pdf.stat().st_mtime if project.pdf.is_file() else None,
        "disk": order.limits.disk_bytes,
        "input": source is not None,
    }
    return sandbox.command(
        (*start, ENTRY, json.dumps(task), *order.arguments),
        folder=Path.cwd(),
        variables=_variables(order),
        environment=environment,
    )


def _variables(order: Order) -> dict[str, str]:
    passed = {name: order.environment[name] for name in _PASSED_ON if name in order.environment}
    if order.environment.get(_STEP_SUMMARY):
        passed[_STEP_SUMMARY] = str(SUMMARY)
    return {**passed, **order.variables, **_TEX}


def _run(
    command: list[str], received: Received, order: Order, folder: Path, cancel: CancelToken
) -> ProcessResult:
    limits = order.limits
    return run_process(
        command,
        folder=folder,
        environment=OUTSIDE,
        limits=Limits(
            wall_seconds=limits.seconds,
            file_bytes=limits.disk_bytes,
            cpu_seconds=limits.cpu_seconds,
            memory_bytes=limits.memory_bytes,
            # Files come on the same way, and every frame has a head.
            output_bytes=2 * limits.disk_bytes + limits.output_bytes,
        ),
        registry=None,
        on_output=received.reader.feed,
        cancel=cancel,
    )


def _refuse_broken(result: ProcessResult, received: Received, limits: UntrustedLimits) -> None:
    """Take nothing from a sandbox that did not come to its end."""
    reader = received.reader
    # What it printed is the book's, and may well speak of memory; it knows how it ended.
    if result.limit is not None and not (result.limit == "memory" and reader.has_ended):
        raise sandbox_limit(result.limit, limits, received.step)
    if not reader.has_begun and not reader.has_ended:
        raise start_fault(reader.noise.decode("utf-8", "replace"))
    if not reader.has_ended:
        raise NonsenseError(
            f"the sandbox ended before it had said all (status {result.status}), "
            f"in the step: {received.step}",
            hints=("run the command again; if the book is honest, this is a bug of texbook's",),
        )


def _wanted(project: Project, files: Mapping[str, Path], taken: Taken) -> dict[Path, Path]:
    """Give the files that texbook makes, by the places where they belong; others are left."""
    return {
        project.root / name: path
        for name, path in files.items()
        if (name == project.pdf.name and taken is Taken.BUILT) or _is_generated(name, taken)
    }


def _is_generated(name: str, taken: Taken) -> bool:
    """Say whether a command makes files of such a name below `build`, for people.

    Nothing that later builds begin with is, nothing hidden, and nothing that some program would
    take for more than it is: a PDF has the ending by which it is looked through.

    >>> _is_generated("build/texbook/log/main.log", Taken.BUILT)
    True
    >>> _is_generated("build/tex/one.tex", Taken.BUILT)
    False
    >>> _is_generated("build/tex/../../main.tex", Taken.RENDERED)
    False
    """
    path = PurePosixPath(name)
    if str(path) != name or "\0" in name or any(part.startswith(".") for part in path.parts):
        return False
    return any(path.match(pattern) and name.startswith(folder) for folder, pattern in taken.value)


def _refuse_active(path: Path, shown: Path, order: Order, cancel: CancelToken) -> None:
    """Look through a PDF in a sandbox of its own.

    Raises:
        RefusedError: when it carries files or something that acts, or cannot be understood.
    """
    sandbox = Sandbox(1 << 20)
    start = show_python(sandbox, shown, home_folder(order.environment))
    sandbox.show_at(path, str(CANDIDATE))
    kept: list[bytes] = []

    def take(kind: Kind, content: bytes) -> None:
        if kind is Kind.OUTPUT:
            kept.append(content)

    reader = FrameReader(take)
    result = run_process(
        sandbox.command(
            (*start, ENTRY, json.dumps({"candidate": str(CANDIDATE)})),
            folder=Path("/"),
            variables={},
            environment=search_environment(order.environment, shown),
        ),
        folder=path.parent,
        environment=OUTSIDE,
        limits=Limits(
            wall_seconds=_CHECK_SECONDS,
            file_bytes=1 << 20,
            memory_bytes=order.limits.memory_bytes,
        ),
        registry=None,
        on_output=reader.feed,
        cancel=cancel,
    )
    if result.status or not reader.has_ended:
        raise RefusedError(
            "the PDF cannot be looked through, and was not published",
            hints=("a book that is not trusted may have made it so",),
        )
    found = [line for line in b"".join(kept).decode("utf-8", "replace").split("\n") if line]
    if found:
        more = f", and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        raise RefusedError(
            f"the PDF was not published, since it holds {', '.join(found[:_TOLD])}{more}",
            hints=("build it without --untrusted if you trust the authors of this book",),
        )


def _publish(project: Project, path: Path, target: Path) -> None:
    """Put a file at its place, in one step, and through no symbolic link."""
    folder = project.root
    with storage_errors("write", target):
        for part in target.parent.relative_to(project.root).parts:
            folder = folder / part
            if not folder.exists():
                folder.mkdir()
            _refuse_odd(folder, stat.S_ISDIR)
        _refuse_odd(target, stat.S_ISREG)
        replace_file(path, target)


def _refuse_odd(path: Path, is_right: Callable[[int], bool]) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not is_right(mode):
        raise RefusedError(
            f'"{path}" is in the way of what a build makes, and a book that is not trusted could '
            "have put it there",
            hints=("remove it, and run the command again",),
        )
