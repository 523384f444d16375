"""What is watched, and what changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE_SUFFIXES = frozenset(
    {
        *(".tex", ".ltx", ".sty", ".cls", ".clo", ".def", ".cfg", ".ldf", ".bib", ".bst", ".bbx"),
        *(".cbx", ".lbx", ".ist", ".tikz", ".pgf", ".toml", ".json", ".csv", ".dat", ".py", ".txt"),
        *(".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".otf", ".ttf"),
    }
)
"""Endings by which a new file may matter to a book."""

_TEMPORARY_SUFFIXES = (".swp", ".swo", ".swx", ".tmp", ".bak", ".part", ".crdownload", ".orig")


@dataclass(frozen=True, slots=True)
class WatchSet:
    """What the book depends on; paths are absolute.

    Attributes:
        files: files whose content matters: those that the last build read or looked for in vain,
            templates, configuration.
        folders: folders in which a new file of a known suffix matters, and a new folder, because
            the book may have looked in vain for what will stand in it; not those below them.
        ignore: says of a path that it is texbook's own output.
        suffixes: the endings of new files that matter, lower case, with the dot.
    """

    files: frozenset[Path]
    folders: frozenset[Path]
    ignore: Callable[[Path], bool]
    suffixes: frozenset[str] = SOURCE_SUFFIXES

    def admits(self, path: Path) -> bool:
        """Say whether a file that appears in a watched folder matters."""
        return (
            path.suffix.lower() in self.suffixes
            and not is_temporary(path.name)
            and not self.ignore(path)
        )

    def admits_folder(self, path: Path) -> bool:
        """Say whether a folder that appears in a watched folder matters."""
        return (
            not path.name.startswith(".") and not is_temporary(path.name) and not self.ignore(path)
        )


def is_temporary(name: str) -> bool:
    """Say whether an editor or a download makes such a file for itself.

    Vim: ``.x.swp``, ``4913`` (it tries whether it may write), ``x~``; Emacs: ``.#x``, ``#x#``,
    ``x~``; others: ``.goutputstream-X``, ``x.tmp``, ``~$x``, JetBrains' ``___jb_tmp___``.

    >>> [is_temporary(name) for name in (".leak.tex.swp", "4913", "leak.tex~", "leak.tex")]
    [True, True, True, False]
    """
    lower = name.lower()
    return (
        lower.endswith(("~", *_TEMPORARY_SUFFIXES, "___jb_tmp___", "___jb_old___"))
        or lower.startswith((".#", "~$", ".goutputstream-"))
        or (lower.startswith("#") and lower.endswith("#"))
        # Vim takes 4913 and adds 123 while a file of that name is there (:help backupcopy).
        or (lower.isdecimal() and int(lower) >= 4913 and (int(lower) - 4913) % 123 == 0)  # noqa: PLR2004
    )


class ChangeKind(StrEnum):
    """What happened to a file."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One file whose content is not what it was."""

    path: Path
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes that one reaction answers.

    Attributes:
        changes: sorted by path, each path once.
        is_start: the watch begins, or what it has made is gone; there may be no change.
    """

    changes: tuple[Change, ...] = ()
    is_start: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """The changed files, sorted."""
        return tuple(change.path for change in self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes) or self.is_start

    def __or__(self, later: ChangeSet) -> ChangeSet:
        """Unite with later changes; of a path that is in both, the later kind counts."""
        kinds = {change.path: change for change in (*self.changes, *later.changes)}
        return ChangeSet(tuple(sorted(kinds.values())), self.is_start or later.is_start)
