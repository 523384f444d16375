"""What TeX may do, as said by the person who runs texbook and never by the book."""

from __future__ import annotations

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


def choose_shell_escape(
    project: Project, *, asked: bool, environment: Mapping[str, str]
) -> ShellEscape:
    """Decide whether TeX gets an unrestricted shell.

    It does when the person says so: on the command line, by ``TEXBOOK_SHELL_ESCAPE=1``, or by
    naming the book's folder in their own configuration, ``~/.config/texbook/config.toml``::

        shell-escape = ["~/books/mine"]

    Raises:
        RefusedError: when the book forbids what was asked, or ``TEXBOOK_UNTRUSTED=1`` is set, which
            this version cannot honour and so does not ignore.
        ConfigError: when the person's configuration is faulty.
    """
    if environment.get(UNTRUSTED_VARIABLE, "") not in ("", "0"):
        raise RefusedError(
            f"{UNTRUSTED_VARIABLE} is set, but this version cannot build untrusted books",
            hints=(f"unset {UNTRUSTED_VARIABLE} if you trust the authors of this book",),
        )
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
    if shell_escape is ShellEscape.RESTRICTED or not project.config.build.forbid_shell_escape:
        return
    path = project.config.path
    raise RefusedError(
        "this book forbids --shell-escape",
        span=None if path is None else key_span(path, "build", "forbid-shell-escape"),
        hints=("build without it, or change forbid-shell-escape in the configuration",),
    )
