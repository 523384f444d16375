"""A book in a folder, worked on by texbook in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pypdf import PdfReader

from tests.processes import working_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tests.faults.books import BookKind

PATIENCE = 120.0
"""Seconds after which a test gives up; nothing waits so long unless it is broken."""

PUBLISHED = frozenset({"main.pdf", "main.synctex.gz"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader gets of a PDF: words, where references lead, bookmarks.

    Attributes:
        pages: the text of each.
        places: named destinations, and the pages that they are on.
        bookmarks: their titles.
    """

    pages: tuple[str, ...]
    places: tuple[tuple[str, int | None], ...]
    bookmarks: tuple[str, ...]


def read_pdf(path: Path) -> Shown:
    """Read a PDF; one that is cut or damaged raises."""
    reader = PdfReader(path, strict=True)
    places = {
        name: reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    return Shown(
        tuple(page.extract_text() for page in reader.pages),
        tuple(sorted(places.items())),
        tuple(_titles(reader.outline)),
    )


def _titles(outline: Iterable[object]) -> Iterable[str]:
    for item in outline:
        if isinstance(item, list):
            yield from _titles(item)
        else:
            yield str(getattr(item, "title", ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave, and the number of its process."""

    status: int
    out: str
    err: str
    pid: int = 0

    def __post_init__(self) -> None:
        """No fault of the machine may look like one of texbook's own."""
        if not self.is_interrupted_start():
            assert "Traceback" not in self.out + self.err, self.err
        assert "texbook has a bug" not in self.err, self.err

    def is_interrupted_start(self) -> bool:
        """Say whether Python itself was ended by SIGINT, as it is while it imports texbook."""
        interrupted = self.err.endswith("\nKeyboardInterrupt\n")
        if self.status == -signal.SIGINT:
            return not self.err or interrupted
        return self.status == 1 and interrupted


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with a book of some kind.

    Attributes:
        root: the folder, as this process finds it.
        kind: what is written there.
        entrance: a command that leads to where texbook finds the folder; empty if that is here.
        inside: the folder, as texbook finds it; `root` if empty.
    """

    root: Path
    kind: BookKind
    entrance: Sequence[str] = ()
    inside: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def pdf(self) -> Path:
        return self.root / "main.pdf"

    def write(self, version: int) -> None:
        """Write the sources of a version."""
        self.kind.write(self.root, version)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a session of its own, as a terminal would."""
        command = [sys.executable, "-m", "texbook", *arguments]
        if self.entrance:
            command = [*self.entrance, *command]
        return subprocess.Popen(
            command,
            cwd=self.root if not self.entrance else None,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def run(self, *arguments: str) -> Answer:
        """Run a command to its end."""
        return finished(self.start(*arguments))

    def forget(self) -> None:
        """Remove what builds have kept, but not what they have published."""
        shutil.rmtree(self.root / "build", ignore_errors=True)

    def withdraw(self) -> None:
        """Remove what builds have published."""
        for name in PUBLISHED:
            (self.root / name).unlink(missing_ok=True)

    def files(self) -> set[str]:
        """Name everything outside ``build/``."""
        paths = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {path.as_posix() for path in paths if path.parts[0] != "build"}

    def half_made(self) -> list[str]:
        """Name what a build takes away again: runs, records of processes, unfinished files."""
        work = self.root / "build" / "texbook"
        left = [*work.glob("runs/*"), *work.glob("processes/*"), *self.root.rglob(".*.tmp")]
        return [path.relative_to(self.root).as_posix() for path in left]

    def processes(self) -> list[str]:
        """List the processes that work in the folder or name it."""
        return working_in(self.inside or self.root)

    def fault(self, right: Shown, *, watched: bool = False) -> str:
        """Say what is wrong after a good build; '' if nothing is.

        Args:
            right: what the PDF shall be.
            watched: whether a watch still runs, which holds engines ready.
        """
        try:
            shown = read_pdf(self.pdf)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with the PDF is the finding)
            return f"main.pdf cannot be read: {error}"
        for name in ("pages", "places", "bookmarks"):
            if getattr(shown, name) != getattr(right, name):
                return f"the {name} are wrong"
        if watched:
            return ""
        return f"left behind: {left}" if (left := self.half_made()) else ""


def finished(process: subprocess.Popen[str]) -> Answer:
    """Wait for the end of a command."""
    out, err = process.communicate(timeout=PATIENCE)
    return Answer(process.returncode, out, err, process.pid)


def until(condition: Callable[[], object], message: Callable[[], str]) -> float:
    """Wait for something that another process does; give the seconds that it took."""
    began = time.monotonic()
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < began + PATIENCE, message()
        pause.wait(0.005)
    return time.monotonic() - began
