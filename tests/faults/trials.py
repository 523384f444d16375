"""Attempts at a fault, each in a folder of its own, through the command line as it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
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

MEMORY_KILOBYTES = 3_000_000
"""What a command may use where a file without an end may be read: else it would take it all."""
WITHIN_MEMORY = ("/bin/sh", "-c", f'ulimit -v {MEMORY_KILOBYTES} && exec "$@"', "sh")

_MODES = "-dac_override,-dac_read_search"
AS_OTHERS: tuple[str, ...] = (
    ("setpriv", f"--bounding-set={_MODES}", f"--inh-caps={_MODES}") if os.geteuid() == 0 else ()
)
"""Root may read and write whatever the modes of files say; without these two powers it may not."""

# Python that does not buffer forgets what a pipe did not take, and that its reader has gone.
_NOT_OURS = (
    *("TEXBOOK_", "GITHUB_", "XDG_", "NO_COLOR", "FORCE_COLOR", "LC_", "LANG"),
    "PYTHONUNBUFFERED",
)


@dataclass(frozen=True)
class Place(Book):
    """A folder with a book, in which every command is a process of its own."""

    def environment(self, **more: str) -> dict[str, str]:
        """Give what a command finds around it: nothing of the person who runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
        return {**kept, "HOME": str(self.root.parent / "home"), "LANG": "C.UTF-8", **more}

    def process(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start a command in a process and a process group of its own.

        Args:
            arguments: of texbook.
            options: of `subprocess.Popen`; ``before`` is a command that runs texbook.
        """
        settings: dict[str, object] = {
            "cwd": self.root,
            "env": self.environment(),
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "start_new_session": True,
            **options,
        }
        before = settings.pop("before", ())
        assert isinstance(before, tuple)
        command = [*before, sys.executable, "-m", "texbook", *arguments]
        return subprocess.Popen(command, **settings)  # type: ignore[call-overload, no-any-return]

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
    def attempt(
        self, name: str, place: Place | None = None, *, is_watched: bool = False
    ) -> Iterator[Place]:
        """Try one fault; what is wrong is kept, and the next one is tried.

        Args:
            name: of the fault.
            place: where it is tried; a new one by default.
            is_watched: a watch runs on there; else no process may be left.
        """
        own = place is None
        place = place or self.place(str(self.good + len(self.failed)))
        try:
            yield place
            if not is_watched:
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
