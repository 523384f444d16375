"""What comes out of a sandbox, kept where nobody looks until all of it is there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import LimitError
from texbook.system.handover import FrameReader, Kind, NonsenseError
from texbook.system.text_guard import TextGuard

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.progress import Progress
    from texbook.config.person import UntrustedLimits

_MOST_FILES = 10_000
_LONGEST_NOTE = 300
_LONGEST_SUMMARY = 1 << 20
_LONGEST_NAME = 4096
_FRAME_COST = 64
"""Bytes that a frame counts for besides its text: so many frames of nothing are held in bounds."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text that the command printed; it holds nothing that steers a terminal."""

    text: str
    is_output: bool


@dataclass(slots=True)
class Received:
    """What has come out so far.

    Attributes:
        staging: the folder in which files are kept, under numbers; None to keep none.
        limits: of the whole; that of printed text and of files are held here.
        progress: is told how far it is.
        files: the names that the sandbox gives to files -> where they are.
        step: what goes on inside, in words.
        summary: a page in Markdown on what was found.
        reader: takes the stream.
    """

    staging: Path | None
    limits: UntrustedLimits
    progress: Progress
    files: dict[str, Path] = field(default_factory=dict)
    step: str = "starting"
    summary: str = ""
    reader: FrameReader = field(init=False)
    _guards: dict[Kind, TextGuard] = field(init=False)
    _said: list[Said] = field(default_factory=list)
    _bytes: int = 0
    _printed: int = 0
    _path: Path | None = None

    def __post_init__(self) -> None:
        self.reader = FrameReader(self._take)
        self._guards = {Kind.OUTPUT: TextGuard(), Kind.ERRORS: TextGuard()}

    @property
    def said(self) -> tuple[Said, ...]:
        """What was printed, to its end."""
        rest = [Said(guard.rest(), kind is Kind.OUTPUT) for kind, guard in self._guards.items()]
        return (*self._said, *(item for item in rest if item.text))

    def _take(self, kind: Kind, content: bytes) -> None:
        if kind not in (Kind.FILE, Kind.DATA):
            self._hold_in_bounds(content)
        match kind:
            case Kind.OUTPUT | Kind.ERRORS:
                if text := self._guards[kind].feed(content):
                    self._said.append(Said(text, kind is Kind.OUTPUT))
            case Kind.SUMMARY:
                self._summarize(content)
            case Kind.STEP | Kind.NOTE:
                self._tell(kind, content)
            case Kind.PAGE:
                self._count(content)
            case Kind.FILE:
                self._begin(content)
            case Kind.DATA:
                self._write(content)
            case Kind.END:
                self._path = None

    def _hold_in_bounds(self, content: bytes) -> None:
        self._printed += _FRAME_COST + len(content)
        if self._printed > self.limits.output_bytes:
            raise sandbox_limit("output", self.limits, self.step)

    def _tell(self, kind: Kind, content: bytes) -> None:
        guard = TextGuard()
        words = (guard.feed(content[:_LONGEST_NOTE]) + guard.rest()).replace("\n", " ")
        if kind is Kind.STEP:
            self.step = words
            self.progress.step(words)
        else:
            self.progress.note(words)

    def _summarize(self, content: bytes) -> None:
        guard = TextGuard()
        self.summary += guard.feed(content) + guard.rest()
        if len(self.summary) > _LONGEST_SUMMARY:
            raise sandbox_limit("output", self.limits, self.step)

    def _count(self, content: bytes) -> None:
        numbers = [int(word) for word in content.split()[:2] if word.isdigit() and len(word) < 9]  # noqa: PLR2004
        if len(numbers) == 2:  # noqa: PLR2004  (the page and their number)
            self.progress.page(numbers[0], numbers[1] or None)

    def _begin(self, content: bytes) -> None:
        if self.staging is None:
            return
        name = os.fsdecode(content)
        if name in self.files or len(self.files) >= _MOST_FILES or len(content) > _LONGEST_NAME:
            raise NonsenseError("the sandbox handed out too many files; none was taken")
        suffix = ".pdf" if name.endswith(".pdf") else ""
        self._path = self.files[name] = self.staging / f"{len(self.files)}{suffix}"
        with storage_errors("write", self._path):
            self._path.touch()

    def _write(self, content: bytes) -> None:
        if self.staging is None:
            return
        if self._path is None:
            raise NonsenseError("the sandbox handed out a file without a name")
        self._bytes += len(content)
        if self._bytes > self.limits.disk_bytes:
            raise sandbox_limit("disk", self.limits, self.step)
        with storage_errors("write", self._path), self._path.open("ab") as stream:
            stream.write(content)


def sandbox_limit(limit: str, limits: UntrustedLimits, step: str = "") -> LimitError:
    """Say which limit was hit, in which step, and who may change it."""
    key, words = {
        "time": ("seconds", f"{limits.seconds:,} s"),
        "cpu": ("cpu-seconds", f"{limits.cpu_seconds:,} s of processor time"),
        "memory": ("memory-megabytes", f"{limits.memory_bytes >> 20:,} MiB of memory"),
        "output": ("output-megabytes", f"{limits.output_bytes >> 20:,} MiB of output"),
    }.get(limit, ("disk-megabytes", f"{limits.disk_bytes >> 20:,} MiB of disk"))
    where = f", in the step: {step}" if step else ""
    return LimitError(
        f"the work in the sandbox was stopped at its limit of {words}{where}",
        hints=(f'"{key}" below [untrusted] in your own ~/.config/texbook/config.toml changes it',),
    )
