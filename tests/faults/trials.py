"""Attempts at a fault, each in a folder of its own, through the command line as it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.cli.conftest import MAIN, Answer, Book, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

PATIENCE = 120.0
"""Seconds after which a command is said to hang; nothing here takes a tenth of that by itself."""

_NOT_OURS = ("TEXBOOK_", "GITHUB_", "XDG_", "NO_COLOR", "FORCE_COLOR", "LC_", "LANG")


@dataclass(frozen=True)
class Place(Book):
    """A folder with a book, in which every command is a process of its own."""

    def environment(self, **more: str) -> dict[str, str]:
        """Give what a command finds around it: nothing of the person who runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
        return {**kept, "HOME": str(self.root.parent / "home"), "LANG": "C.UTF-8", **more}

    def process(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start a command in a process and a process group of its own."""
        return super().process(*arguments, **{"env": self.environment(), **options})

    def texbook(self, *arguments: str, **options: object) -> Answer:
        """Run a command to its end; one that hangs is ended and counts as a failure."""
        process = self.process(*arguments, **options)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise AssertionError(f"texbook {' '.join(arguments)} hangs") from None
        return Answer(process.returncode, out or "", err or "")


@dataclass
class Trials:
    """Attempts at one fault, and how many came out as they should."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    record: Callable[[str, object], None]
    good: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def place(self, name: str) -> Place:
        """Make a folder with a ``main.tex`` of one line."""
        made = Place(self.folder / name / "book", self.capture)
        made.put("main.tex", MAIN)
        return made

    @contextmanager
    def attempt(self, name: str, place: Place | None = None) -> Iterator[Place]:
        """Try one fault; what is wrong is kept, and the next one is tried.

        Args:
            name: of the fault.
            place: where it is tried; a new one by default.
        """
        own = place is None
        place = place or self.place(str(self.good + len(self.failed)))
        try:
            yield place
            until(lambda: not place.processes(), f"processes are left: {place.processes()}")
        except AssertionError as error:
            self.failed[name] = str(error)[:4000] or repr(error)
            return
        self.good += 1
        if own:
            shutil.rmtree(place.root.parent)

    def end(self, figure: str) -> None:
        """Print the figure; fail if anything was wrong."""
        self.record("figure", f"{figure} {self.good} of {self.good + len(self.failed)}")
        told = "\n\n".join(f"{name}: {why}" for name, why in self.failed.items())
        assert not self.failed, told
