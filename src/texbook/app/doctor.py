"""Examine the machine: what a book needs, what is there, what brings the rest."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.app.policy import (
    SHELL_ESCAPE_VARIABLE,
    UNTRUSTED_VARIABLE,
    choose_powers,
    says_untrusted,
)
from texbook.base.errors import BookError, ConfigError, ExitStatus, StorageError, TexbookError
from texbook.build.engine import program_environment
from texbook.build.model import ShellEscape
from texbook.build.state import BuildState, load_state, state_path
from texbook.config.model import Config
from texbook.doctor import engine, machine, python, shell, tools
from texbook.doctor.check import Check, Verdict, install_commands
from texbook.doctor.files import check_files, find_files
from texbook.doctor.needs import Needs, read_needs
from texbook.doctor.surroundings import Surroundings
from texbook.experiments.experiment import find_experiments
from texbook.project import Project, document_files, open_project

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from texbook.base.diagnostic import Diagnostic

_BOOK = "Book"


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found.

    Attributes:
        project: the book; None where there is none.
        checks: in the order in which they are told.
        diagnostics: faults of the configuration, and of the command where it names no book.
        status: of the command.
    """

    project: Project | None
    checks: tuple[Check, ...]
    diagnostics: tuple[Diagnostic, ...]
    status: ExitStatus

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that bring all that is missing."""
        return install_commands(self.checks, sys.platform)


def examine(main: Path | None) -> Examination:
    """Look at the machine, and at what the book of a folder needs of it.

    Nothing of the book is run and nothing is written in its folder. What is broken becomes a check.

    Args:
        main: the main file that was named, or None.
    """
    project, fault, notes = _open(main)
    folder = Path.cwd() if project is None else project.root
    around = Surroundings(folder, program_environment(folder))
    looks: list[Callable[[], list[Check]]] = [
        partial(engine.check_engine, around),
        partial(engine.check_driver, around),
        partial(engine.check_search, around),
        partial(_check_book, around, project),
        partial(shell.check_distribution, around),
        partial(_check_permission, project),
        partial(python.check_python, around, experiments=_has_experiments(project)),
        partial(machine.check_storage, folder, folder / "build"),
        partial(_check_paths, around),
        machine.check_events,
        partial(machine.check_sandbox, around),
    ]
    # Most of them wait for a program.
    with ThreadPoolExecutor(max_workers=len(looks)) as pool:
        found = pool.map(lambda look: look(), looks)
        checks = (*notes, *(check for part in found for check in part))
    if any(check.verdict is Verdict.FAULT for check in checks):
        status = ExitStatus.MISSING
    else:
        status = ExitStatus.GOOD if fault is None else fault.status
    diagnostics = () if fault is None else (fault.diagnostic(),)
    return Examination(project, checks, diagnostics, status)


def _open(main: Path | None) -> tuple[Project | None, TexbookError | None, list[Check]]:
    """Find the book; without one, or with a configuration that is broken, the doctor goes on."""
    if says_untrusted(os.environ):
        # Its sources may be links to anything, and what they need would be told.
        words = f"is not looked at, since {UNTRUSTED_VARIABLE} is set"
        return None, None, [Check(_BOOK, "book", words, Verdict.NOTE)]
    try:
        return open_project(main), None, []
    except ConfigError as error:
        words = "the configuration is broken: the book is looked at without it"
        note = Check(_BOOK, "configuration", words, Verdict.NOTE)
        return _without_configuration(main), error, [note]
    except TexbookError as error:
        if main is not None or not isinstance(error, BookError):
            return None, error, []
        return None, None, [Check(_BOOK, "book", error.message, Verdict.NOTE, hints=error.hints)]
    except OSError as error:
        words = f"the book's folder cannot be read: {error.strerror}"
        return None, StorageError(words), []


def _without_configuration(main: Path | None) -> Project | None:
    path = (Path.cwd() / (main or "main.tex")).resolve()
    found = [path] if path.is_file() else list(document_files(Path.cwd()))
    return Project(found[0].parent, found[0], Config()) if len(found) == 1 else None


def _check_book(around: Surroundings, project: Project | None) -> list[Check]:
    """Look for the files and the programs that the book asks for."""
    needs = Needs() if project is None else read_needs(project.main)
    files = find_files(around, needs, () if project is None else _recorded(project))
    checks = check_files(around, needs, files)
    if project is not None:
        pygments = python.installed_version("pygments")
        checks += tools.check_tools(around, project.main, needs, files.found, pygments)
    return checks


def _recorded(project: Project) -> Collection[Path]:
    """Give the distribution's files that the last build read, if the book has not changed since."""
    state = load_state(state_path(project))
    if not isinstance(state, BuildState):
        return ()
    same = all(stamp.matches(path, seen_ns=state.seen_ns) for path, stamp in state.inputs.items())
    return tuple(state.system) if same else ()


def _check_permission(project: Project | None) -> list[Check]:
    """Say what a build would let TeX run, and who said so."""
    what = "this book"
    if says_untrusted(os.environ):
        return [Check(shell.GROUP, what, f"nothing, in a sandbox: {UNTRUSTED_VARIABLE} says so")]
    if project is None:
        return []
    try:
        powers = choose_powers(project, os.environ)
    except TexbookError as error:
        return [Check(shell.GROUP, what, error.message, Verdict.FAULT, hints=error.hints)]
    if powers.shell is ShellEscape.FULL:
        by_variable = os.environ.get(SHELL_ESCAPE_VARIABLE, "") not in ("", "0")
        who = (
            f"{SHELL_ESCAPE_VARIABLE} says so" if by_variable else "your own configuration says so"
        )
        return [Check(shell.GROUP, what, f"any program: {who}", Verdict.NOTE)]
    forbids = project.config.build.forbid_shell_escape
    more = "the book forbids more" if forbids else "--shell-escape would give it any program"
    return [Check(shell.GROUP, what, f"what texmf.cnf allows; {more}")]


def _check_paths(around: Surroundings) -> list[Check]:
    home = around.values("TEXMFHOME").get("TEXMFHOME", "")
    return machine.check_search_paths(os.environ, home)


def _has_experiments(project: Project | None) -> bool:
    try:
        return project is not None and bool(find_experiments(project))
    except OSError:
        return False
