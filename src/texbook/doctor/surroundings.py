"""Where the doctor looks, and how it asks programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.errors import TexbookError
from texbook.system.process import Limits, run_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_SECONDS = 20.0
_OUTPUT = 4 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What a program said.

    Attributes:
        status: its exit status; -1 when it could not be run or did not end in time.
        text: the end of what it printed, or why it could not be run.
    """

    status: int
    text: str

    @property
    def last_words(self) -> str:
        """The last line that says something."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit status {self.status}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The machine as a build of the book would see it.

    Attributes:
        folder: the book's folder; search paths of TeX that are relative begin here.
        environment: the environment that the programs get.
    """

    folder: Path
    environment: Mapping[str, str]

    def ask(self, *arguments: str, folder: Path | None = None) -> Reply:
        """Run a program that only tells something.

        Raises:
            MissingToolError: when it is not installed.
        """
        try:
            result = run_process(
                arguments,
                folder=folder or self.folder,
                # An engine without its format would make one, and leave it on the machine.
                environment={**self.environment, "MKTEXFMT": "0"},
                limits=Limits(wall_seconds=_SECONDS, output_bytes=_OUTPUT),
                registry=None,
            )
        except OSError as error:
            return Reply(-1, f"cannot be run: {error.strerror}")
        if result.limit is not None:
            return Reply(-1, f"did not answer in {_SECONDS:.0f} s")
        return Reply(result.status, result.output.decode("utf-8", "replace"))

    def find(self, names: Iterable[str]) -> dict[str, Path] | None:
        """Find files as the engine would, all by one call of kpsewhich.

        It prints the places in the order of the names, leaves out what it does not find, and ends
        with the number of those (kpathsea manual, "Invoking kpsewhich"; kpsewhich.c).

        Returns:
            the place of each file that is there; None when kpsewhich cannot be asked.
        """
        wanted = [name for name in names if not name.startswith("-")]
        if not wanted:
            return {}
        try:
            # xetex, since a format is looked for under the engine's own name.
            reply = self.ask("kpsewhich", "-progname=xelatex", "-engine=xetex", *wanted)
        except TexbookError:
            return None
        found: dict[str, Path] = {}
        lines = iter(reply.text.splitlines())
        line = next(lines, None)
        for name in wanted:
            if line is not None and (line == name or line.endswith("/" + name)):
                found[name] = self.folder / line
                line = next(lines, None)
        # Something else than places was printed, as by a damaged installation.
        return found if reply.status >= 0 and line is None else None

    def values(self, *names: str) -> dict[str, str]:
        """Read variables of texmf.cnf; those without a value are left out."""
        try:
            reply = self.ask(
                "kpsewhich",
                "-progname=xelatex",
                "-expand-var",
                "\n".join(f"${name}" for name in names),
            )
        except TexbookError:
            return {}
        lines = reply.text.splitlines()
        if reply.status or len(lines) != len(names):
            return {}
        return {
            name: line
            for name, line in zip(names, lines, strict=True)
            if line and line != f"${name}"
        }


def version_in(text: str) -> tuple[int, ...]:
    """Read the first number with a dot in it.

    >>> version_in("biber version: 2.18 (beta)")
    (2, 18)
    """
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
