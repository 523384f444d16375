"""A pair of named pipes through which TeX asks, and the thread that answers."""

from __future__ import annotations

import errno
import os
import select
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from texbook.base.atomic import storage_errors
from texbook.build.highlight_tex import ANSWER_PIPE, REQUEST_PIPE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

# What file systems without named pipes answer: FAT, some network shares, Windows drives in WSL.
_UNSUPPORTED = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_PATIENCE_SECONDS = 2.0
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Question:
    """A shell command that TeX asks for, and the place where it was reading."""

    command: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What TeX does next.

    Attributes:
        word: ``done``, ``shell`` (TeX gives the command to its own shell) or ``refused``.
        reason: the message of TeX's error when refused.
    """

    word: str
    reason: str = ""


class RequestPipes:
    """The pipes in the engine's folder; a context manager around one engine run.

    Args:
        folder: the engine's working folder.
        answer: called in the thread for each question; it must not raise.
    """

    def __init__(self, folder: Path, answer: Callable[[Question], Answer]):
        self._folder = folder
        self._decide = answer
        self._exit = ExitStack()
        self.is_supported = True
        """False, once entered, where the disk cannot hold named pipes."""

    def __enter__(self) -> Self:
        """Make the pipes and begin to answer.

        Raises:
            StorageError: when the folder does not take them, though the disk could.
        """
        with ExitStack() as stack:
            requests = self._make(REQUEST_PIPE, stack)
            answers = self._make(ANSWER_PIPE, stack)
            if requests is None or answers is None:
                self.is_supported = False
                return self
            self._start(requests, answers, stack)
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the thread and remove the pipes."""
        self._exit.close()

    def _make(self, name: str, stack: ExitStack) -> int | None:
        path = self._folder / name
        with storage_errors("create the pipe", path):
            path.unlink(missing_ok=True)
            try:
                os.mkfifo(path, 0o600)
            except OSError as error:
                if error.errno in _UNSUPPORTED:
                    return None
                raise
            stack.callback(path.unlink, missing_ok=True)
            # Open for both directions: neither side ever waits for the other to open it, and
            # there is no end of file between two requests (fifo(7)).
            return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def _start(self, requests: int, answers: int, stack: ExitStack) -> None:
        """Start the thread, which owns its descriptors; the stack wakes it and waits for it.

        A cancelled build does not wait for a listing of many megabytes: the thread then ends by
        itself, when it is through with it.
        """
        wake, waker = os.pipe()
        stack.callback(os.close, waker)
        thread = threading.Thread(
            target=self._serve, args=(requests, answers, wake), name="highlight", daemon=True
        )
        thread.start()
        stack.callback(thread.join, _PATIENCE_SECONDS)
        stack.callback(os.write, waker, b"x")

    def _serve(self, requests: int, answers: int, wake: int) -> None:
        """Answer until woken. A question is three lines: file, line number, command."""
        poll = select.poll()
        poll.register(requests, select.POLLIN)
        poll.register(wake, select.POLLIN)
        received = b""
        while wake not in {descriptor for descriptor, _ in poll.poll()}:
            received += os.read(requests, 65536)
            while received.count(b"\n") >= len(("file", "line", "command")):
                file, line, command, received = received.split(b"\n", 3)
                answer = self._decide(_question(file, line, command))
                # A full pipe means that nobody waits for answers; TeX asks one by one.
                with suppress(BlockingIOError):
                    os.write(answers, _encoded(answer))
        for descriptor in (requests, answers, wake):
            os.close(descriptor)


def _question(file: bytes, line: bytes, command: bytes) -> Question:
    return Question(
        command.decode("utf-8", "replace"),
        file.decode("utf-8", "replace"),
        int(line) if line.isdigit() else 0,
    )


def _encoded(answer: Answer) -> bytes:
    """Give three lines: a byte order mark, the word, the reason.

    XeTeX takes the first two bytes of a file for its encoding and cannot put them back into a
    pipe; after a byte order mark it does not try to. The TeX side skips the first line.
    """
    reason = " ".join(answer.reason.split())[:_LONGEST_REASON]
    return b"\xef\xbb\xbf\n" + f"{answer.word}\n{reason}\n".encode()
