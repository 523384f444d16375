"""texbook in the sandbox: carries out a command, and hands out what it says and makes.

Started by `texbook.app.untrusted` with a task as JSON and the words of the command line.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.app.received import sandbox_limit
from texbook.app.untrusted import INPUT, SUMMARY
from texbook.base.errors import StorageError
from texbook.cli.main import run
from texbook.config.person import UntrustedLimits
from texbook.system.handover import LARGEST, Kind, frame, frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.errors import TexbookError

_LOG = Path("log")


class Outlet:
    """The way out: the standard output that this process was started with."""

    def __init__(self) -> None:
        # A descriptor that programs started here do not inherit; theirs lead nowhere.
        self._descriptor = os.dup(1)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (1, 2):
            os.dup2(nowhere, number)
        self._lock = threading.Lock()

    def send(self, kind: Kind, content: bytes) -> None:
        """Send a content of any length; nothing if it is empty."""
        self._write(frames(kind, content))

    def send_file(self, path: Path, name: str) -> None:
        """Send a file under a name."""
        self._write(frame(Kind.FILE, os.fsencode(name)))
        with path.open("rb") as stream:
            while piece := stream.read(LARGEST):
                self._write(frame(Kind.DATA, piece))

    def end(self) -> None:
        """Say that this was all."""
        self._write(frame(Kind.END, b""))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        with self._lock:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]


class _Printed(io.RawIOBase):
    """A stream whose bytes go out as frames."""

    def __init__(self, outlet: Outlet, kind: Kind) -> None:
        self._outlet = outlet
        self._kind = kind

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        content = bytes(data)
        self._outlet.send(self._kind, content)
        return len(content)


def _stream(outlet: Outlet, kind: Kind) -> io.TextIOWrapper:
    buffer = io.BufferedWriter(_Printed(outlet, kind))
    return io.TextIOWrapper(
        buffer, encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True
    )


@dataclass(frozen=True, slots=True)
class OutgoingProgress:
    """Tells the outside how far the work is."""

    outlet: Outlet

    def step(self, message: str) -> None:
        """A step begins."""
        self.outlet.send(Kind.STEP, _encoded(message))

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page."""
        self.outlet.send(Kind.PAGE, b"%d %d" % (number, expected or 0))

    def note(self, message: str) -> None:
        """Something is worth a line of its own."""
        self.outlet.send(Kind.NOTE, _encoded(message))

    def tell(self, message: str) -> None:
        """Write a line that stays."""
        self.outlet.send(Kind.ERRORS, _encoded(f"{message}\n"))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class HereInside:
    """The sandbox that this process is in.

    Attributes:
        outlet: the way out.
        disk_bytes: what may be written.
    """

    outlet: Outlet
    disk_bytes: int

    @contextmanager
    def progress(self) -> Iterator[OutgoingProgress]:
        """Give what tells the outside how far the work is."""
        yield OutgoingProgress(self.outlet)

    def translate(self, fault: TexbookError) -> TexbookError:
        """Say of a full disk that it is the sandbox's, which has a limit."""
        cause = fault.__cause__
        full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        if not (isinstance(fault, StorageError) and full):
            return fault
        return sandbox_limit("disk", UntrustedLimits(disk_megabytes=self.disk_bytes >> 20))


def _hand_out(outlet: Outlet, root: Path, work: Path, pdf: Path) -> None:
    """Send what the command has made: what lies in memory, for the sources lie elsewhere.

    What texbook keeps for later builds stays behind, but for the raw logs.
    """
    device = root.stat().st_dev
    for parent, folders, names in os.walk(root):
        here = Path(parent)
        folders[:] = sorted(
            name
            for name in folders
            if (here / name).lstat().st_dev == device and (here != work or name == _LOG.name)
        )
        for name in sorted(names):
            path = here / name
            if here == work or path.is_symlink() or not path.is_file():
                continue
            status = path.stat()
            if status.st_dev == device and (path != pdf or status.st_size):
                outlet.send_file(path, path.relative_to(root).as_posix())


def _carry_out(outlet: Outlet, task: dict[str, Any], arguments: list[str]) -> int:
    root, work, pdf = (Path(task[name]) for name in ("root", "work", "pdf"))
    if task["input"]:
        sys.stdin = INPUT.open(encoding="utf-8")
    if task["built"] is not None:
        # Stands for the PDF that is there outside, so that a failed build can tell of its time.
        pdf.touch()
        os.utime(pdf, (task["built"], task["built"]))
    status = run(arguments, HereInside(outlet, task["disk"]))
    sys.stdout.flush()
    sys.stderr.flush()
    if SUMMARY.is_file():
        outlet.send(Kind.SUMMARY, SUMMARY.read_bytes())
    _hand_out(outlet, root, work, pdf)
    return status


def _look_through(outlet: Outlet, path: Path) -> int:
    """Send a line for everything in a PDF that acts or is a file."""
    from texbook.texfiles.active_pdf import find_active_content  # noqa: PLC0415  (only here)

    found = find_active_content(path)
    kinds = dict.fromkeys(item.kind for item in found)
    lines = [f"{kind}\n" for kind in kinds]
    outlet.send(Kind.OUTPUT, _encoded("".join(lines)))
    return 0


def main() -> None:
    """Carry out the task that stands first on the command line."""
    outlet = Outlet()
    task = json.loads(sys.argv[1])
    sys.stdout, sys.stderr = _stream(outlet, Kind.OUTPUT), _stream(outlet, Kind.ERRORS)
    try:
        if "candidate" in task:
            status = _look_through(outlet, Path(task["candidate"]))
        else:
            status = _carry_out(outlet, task, sys.argv[2:])
        outlet.end()
    except BaseException as error:
        # There is no other way for it to be heard of.
        outlet.send(Kind.STEP, _encoded(f"{type(error).__name__}: {error}"))
        raise
    sys.exit(status)


if __name__ == "__main__":
    main()
