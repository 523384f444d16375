"""What a book may do, as said by the person who runs texbook and never by the book."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from texbook.base.errors import RefusedError
from texbook.build.model import ShellEscape
from texbook.config.load import key_span
from texbook.config.person import load_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.project import Project

SHELL_ESCAPE_VARIABLE = "TEXBOOK_SHELL_ESCAPE"
UNTRUSTED_VARIABLE = "TEXBOOK_UNTRUSTED"

UNTRUSTED_COMMANDS = frozenset({"build", "lint", "render", "stats", "rules", "doctor", "clean"})
"""Commands of which something remains for books that are not trusted. The first four work in a
sandbox, the others carry out and render nothing of the book. All others are refused."""


class Confinement(Enum):
    """Where the work on the book is done."""

    NONE = "none"
    """Here: its author is trusted."""
    WANTED = "wanted"
    """In a sandbox, which is to be made."""
    INSIDE = "inside"
    """Here, and here is a sandbox."""


class Taken(Enum):
    """What is taken of what a command in the sandbox has made: folders, and patterns of names."""

    NOTHING = ()
    BUILT = (
        ("build/draft.pdf", "build/draft.pdf"),
        ("build/editions/", "*.pdf"),
        ("build/editions/", "*.csv"),
        ("build/texbook/log/", "build/texbook/log/*.log"),
    )
    """Not the rendered templates: whoever runs ``xelatex`` by hand later would run those."""
    RENDERED = (("build/tex/", "*.tex"),)


@dataclass(frozen=True, slots=True)
class Powers:
    """What a book may do while texbook works on it. Only `choose_powers` makes one.

    Attributes:
        shell: what TeX may run.
        confinement: where the work is done.
    """

    shell: ShellEscape
    confinement: Confinement


def choose_powers(
    project: Project,
    environment: Mapping[str, str],
    *,
    shell_escape: bool = False,
    untrusted: bool = False,
    inside: bool = False,
) -> Powers:
    """Decide all powers of a book at once.

    TeX has an unrestricted shell when the person says so: on the command line, by
    ``TEXBOOK_SHELL_ESCAPE=1``, or by naming the book's folder in their own configuration,
    ``~/.config/texbook/config.toml``::

        shell-escape = ["~/books/mine"]

    A book that is not trusted has no power at all, whatever else is said.

    Args:
        project: the book, which may forbid and never grant.
        environment: the person's.
        shell_escape: whether the command line asks for a shell.
        untrusted: whether the command line says that the book is not trusted.
        inside: whether this process is in the sandbox already.

    Raises:
        RefusedError: when the book forbids the shell that was asked for, or a shell is asked for
            though the book is not trusted.
        ConfigError: when the person's configuration is faulty.
    """
    if inside:
        return Powers(ShellEscape.NONE, Confinement.INSIDE)
    if untrusted or says_untrusted(environment):
        if shell_escape:
            who = "--untrusted" if untrusted else UNTRUSTED_VARIABLE
            raise RefusedError(
                f"{who} takes every power from the book, and --shell-escape asks for one",
                hints=("leave out one of the two",),
            )
        return Powers(ShellEscape.NONE, Confinement.WANTED)
    return Powers(
        _choose_shell(project, environment, asked=shell_escape), confinement=Confinement.NONE
    )


def says_untrusted(environment: Mapping[str, str]) -> bool:
    """Say whether the person trusts no book at all: ``TEXBOOK_UNTRUSTED=1``."""
    return environment.get(UNTRUSTED_VARIABLE, "") not in ("", "0")


def refuse_untrusted(command: str, environment: Mapping[str, str]) -> None:
    """Refuse a command that runs or changes what strangers may have written.

    Raises:
        RefusedError: when ``TEXBOOK_UNTRUSTED=1`` is set.
    """
    if says_untrusted(environment):
        raise RefusedError(
            f'{UNTRUSTED_VARIABLE} is set, and "texbook {command}" is for books that you trust',
            hints=(f"unset {UNTRUSTED_VARIABLE} if you trust the authors of this book",),
        )


def _choose_shell(project: Project, environment: Mapping[str, str], *, asked: bool) -> ShellEscape:
    by_variable = environment.get(SHELL_ESCAPE_VARIABLE, "") not in ("", "0")
    if not asked and not by_variable:
        root = project.root.resolve()
        trusted = any(
            root.is_relative_to(folder.resolve())
            for folder in load_person(environment).trusted_folders
        )
        # A folder may hold many books; one that forbids a shell is taken at its word.
        may = trusted and not project.config.build.forbid_shell_escape
        return ShellEscape.FULL if may else ShellEscape.RESTRICTED
    refuse_forbidden(project, ShellEscape.FULL)
    return ShellEscape.FULL


def refuse_forbidden(project: Project, shell_escape: ShellEscape) -> None:
    """Refuse a full shell where the book forbids it.

    Raises:
        RefusedError: at the line of the configuration that forbids it.
    """
    if shell_escape is not ShellEscape.FULL or not project.config.build.forbid_shell_escape:
        return
    path = project.config.path
    raise RefusedError(
        "this book forbids --shell-escape",
        span=None if path is None else key_span(path, "build", "forbid-shell-escape"),
        hints=("build without it, or change forbid-shell-escape in the configuration",),
    )
