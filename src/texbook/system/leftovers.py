"""Processes of a run that are still there, now or at the next start."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

TOKEN_VARIABLE = "TEXBOOK_PROCESS"  # noqa: S105  (a name, no secret)
"""Every process of a run carries the run's token in this variable of its environment.

So it is known by it wherever it went: grandchildren, sessions of their own, a recycled number. (For
a moment while a program is being loaded its environment cannot be read; its session can.)
"""

_GRACE_SECONDS = 2.0
_LOOK_SECONDS = 0.01
_PROC = Path("/proc")
_ENDED_STATES = (b"Z", b"X")


def new_token() -> str:
    """Give a name for a run that no other run has."""
    return secrets.token_hex(16)


def end_session(session: int, token: str) -> None:
    """End every process of a run: SIGTERM, up to two seconds, SIGKILL; return when all are gone.

    Args:
        session: the run's session, which is also its first process and its process group.
        token: what the run's processes carry in their environment.
    """
    _end(lambda: _members(session, token))


def _end(find: Callable[[], list[int]]) -> None:
    gone = False
    try:
        members = find()
        _signal(members, signal.SIGTERM)
        gone = not members or _wait_until_none(find)
    finally:
        # Also when it is cut short by an impatient second Ctrl-C, at whatever moment.
        if not gone:
            _signal(find(), signal.SIGKILL)
            _wait_until_none(find)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _wait_until_none(find: Callable[[], list[int]]) -> bool:
    deadline = time.monotonic() + _GRACE_SECONDS
    while find():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _members(session: int | None, token: str) -> list[int]:
    """List the living processes of a run, as `kill` takes them."""
    if not (_PROC / "self" / "stat").exists():
        return _group(session)
    marker = f"{TOKEN_VARIABLE}={token}".encode()
    return [
        pid
        for pid in (int(name) for name in os.listdir(_PROC) if name.isdigit())  # noqa: PTH208
        if _belongs(pid, session, marker)
    ]


def _belongs(pid: int, session: int | None, marker: bytes) -> bool:
    """Look at ``/proc/PID/stat`` (proc(5): fields 3 state, 5 group, 6 session) and ``environ``."""
    try:
        fields = _stat_fields(pid)
        if fields[0] in _ENDED_STATES:
            return False
        if session is not None and session in (int(fields[2]), int(fields[3])):
            return True
        with open(f"/proc/{pid}/environ", "rb") as stream:  # noqa: PTH123  (raw speed)
            return marker in stream.read().split(b"\0")
    except (OSError, IndexError, ValueError):
        # Ended meanwhile, or another user's.
        return False


def _stat_fields(pid: int) -> list[bytes]:
    """Give the fields of ``/proc/PID/stat`` from the third on; the second may hold anything."""
    with open(f"/proc/{pid}/stat", "rb") as stream:  # noqa: PTH123  (raw speed)
        return stream.read().rpartition(b")")[2].split()


def _group(session: int | None) -> list[int]:
    """List a run where there is no ``/proc``: its process group, in the form that `kill` takes."""
    if session is None:
        return []
    try:
        os.killpg(session, 0)
    except (ProcessLookupError, PermissionError):
        # macOS denies permission for a group of which only the unreaped leader is left.
        return []
    return [-session]


def start_time(pid: int) -> str:
    """Say when a process began, in the system's own way; '' if there is no such process."""
    if (_PROC / "self" / "stat").exists():
        try:
            return _stat_fields(pid)[19].decode()  # field 22: clock ticks since the system's start
        except (OSError, IndexError):
            return ""
    # Only reached where there is no /proc; POSIX has no start time in ps, the BSDs and macOS do.
    try:
        answer = subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError:
        return ""
    return answer.stdout.decode("ascii", "replace").strip()


@dataclass(frozen=True, slots=True)
class ProcessRegistry:
    """The children that run now, one small file each, for the next start to find.

    A file is named by its run's token and there before the child is, so no moment is left at which
    a ``kill -9`` of texbook could lose a child from sight. Its last two lines name the texbook that
    runs the child, by number and start time: while that one lives, the child is no left-over.

    Attributes:
        folder: where the files are; None to keep none.
    """

    folder: Path | None

    @contextmanager
    def record(self, token: str, command: Sequence[str]) -> Iterator[Callable[[int], None]]:
        """Keep a child on record during the block; the value is to be told its number.

        Raises:
            StorageError: when the record cannot be written.
        """
        if self.folder is None:
            yield lambda _pid: None
            return
        path = self.folder / token
        words = " ".join(command).encode("utf-8", "backslashreplace").replace(b"\n", b" ")
        owner = os.getpid()
        signature = b"%d\n%s" % (owner, _own_start_time(owner).encode())

        def write(pid: int) -> None:
            with storage_errors("write", path):
                started = start_time(pid) if pid else ""
                path.write_bytes(b"%d\n%s\n%s\n%s\n" % (pid, started.encode(), words, signature))

        with storage_errors("write", path):
            self.folder.mkdir(parents=True, exist_ok=True)
        try:
            write(0)
            yield write
        finally:
            path.unlink(missing_ok=True)

    def end_leftovers(self) -> tuple[str, ...]:
        """End what an earlier texbook left running, and remove its records.

        To be called under the book's lock. Only processes that carry a record's token, or that have
        both its number and its start time, are ended; none of a texbook that is alive, such as the
        engines that this one, or one that watches the book, holds ready.

        Returns:
            The commands that were still running.
        """
        if self.folder is None or not self.folder.is_dir():
            return ()
        ended = []
        for path in sorted(self.folder.iterdir()):
            if _has_living_owner(path):
                continue
            if _end_leftover(path):
                ended.append(_read_record(path)[2])
            path.unlink(missing_ok=True)
        return tuple(ended)


@cache
def _own_start_time(pid: int) -> str:
    """Say when this process began; asked once, since without ``/proc`` that runs a program."""
    return start_time(pid)


def _has_living_owner(path: Path) -> bool:
    try:
        number, started = path.read_text("utf-8", "replace").split("\n")[3:5]
        owner = int(number)
    except (OSError, ValueError):
        return False
    return bool(started) and start_time(owner) == started and not _is_zombie(owner)


def _is_zombie(pid: int) -> bool:
    """Say whether a process has ended and was not reaped; False where there is no ``/proc``."""
    try:
        return _stat_fields(pid)[0] in _ENDED_STATES
    except (OSError, IndexError):
        return False


def _end_leftover(path: Path) -> bool:
    pid, started, _command = _read_record(path)
    same = bool(pid and started and start_time(pid) == started)
    # Without the leader, whether its session's number still means the same session is unknown.
    session = pid if same else None

    def find() -> list[int]:
        return _members(session, path.name)

    if not find():
        return False
    _end(find)
    return True


def _read_record(path: Path) -> tuple[int, str, str]:
    """Give number, start time and command; a record cut off by ``kill -9`` has only its token."""
    try:
        lines = path.read_text("utf-8", "replace").split("\n")
        return int(lines[0]), lines[1], lines[2]
    except (OSError, ValueError, IndexError):
        return 0, "", "a program of an earlier build"
