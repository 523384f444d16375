"""The programs that turn one auxiliary file into another between two passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a program said: its exit status, its output, and the folder it ran in."""

    status: int
    text: str
    folder: Path


@dataclass(frozen=True, slots=True)
class ToolJob:
    """A run of biber, bibtex or makeindex that the auxiliary files ask for.

    Attributes:
        name: which one, for ``--explain`` and for the state: ``biber``, ``makeindex notes.idx``.
        key: digests of everything it reads by name; the same key gives the same output.
        output: the file that it makes, relative to the working folder.
        inputs: the files that it reads besides the auxiliary files.
        read_problems: reads what it said; findings at paths in the working folder.
    """

    name: str
    arguments: tuple[str, ...]
    key: Mapping[str, str]
    output: str
    inputs: tuple[Path, ...]
    read_problems: Callable[[ToolOutput], tuple[Diagnostic, ...]]

    @property
    def program(self) -> str:
        """The program's name."""
        return self.arguments[0]

    def why(self, last: Mapping[str, str] | None, *, has_output: bool) -> str:
        """Say why it has to run now; empty if it need not.

        Args:
            last: the key that it was last run under.
            has_output: whether the output of that run is there.
        """
        if last is None or not has_output:
            return f"{self.output} is new"
        changed = [name for name in self.key if self.key[name] != last.get(name)]
        if changed:
            return f"{', '.join(changed)} changed"
        gone = [name for name in last if name not in self.key]
        return f"{', '.join(gone)} is no longer read" if gone else ""


def file_digests(paths: Iterable[Path]) -> dict[str, str]:
    """Give the digest of each file by its name; of one that is not there, ``absent``."""
    return {path.name: digest_file(path) or "absent" for path in paths}
