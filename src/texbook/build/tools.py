"""The programs that turn one auxiliary file into another between two passes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file
from texbook.messages.findings import findings_from_json, findings_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from texbook.base.diagnostic import Diagnostic
    from texbook.messages.tool_output import ToolOutput


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


@dataclass(frozen=True, slots=True)
class ToolRecord:
    """A run that counts until something that it read changes; kept in the state between builds.

    Attributes:
        key: as in `ToolJob`.
        output: as in `ToolJob`; no longer good once no job asks for it.
        findings: what it complained of.
    """

    key: Mapping[str, str]
    output: str
    findings: tuple[Diagnostic, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the record as JSON can hold it."""
        findings = findings_to_json(self.findings)
        return {"key": dict(self.key), "output": self.output, "findings": findings}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ToolRecord:
        """Read what `to_json` gave."""
        return cls(value["key"], value["output"], findings_from_json(value["findings"]))


def program_stamp(name: str) -> dict[str, str]:
    """Give what tells one version of a program from the next: size and time of its file.

    To be put into a job's key: another version of biber may sort in another way.
    """
    path = shutil.which(name)
    status = Path(path).stat() if path is not None else None
    return {name: f"{status.st_size} {status.st_mtime_ns}" if status else "absent"}


def file_digests(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Give the digest of each file by its path in the folder; of one not there, ``absent``."""
    return {
        str(path.relative_to(folder) if path.is_relative_to(folder) else path): (
            digest_file(path) or "absent"
        )
        for path in paths
    }
