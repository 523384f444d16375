"""Exit codes, and the exceptions that carry them.

A fault in the book is a `Diagnostic`; a fault in the use of the tool or of the machine is one of
these exceptions; anything else is a bug and ends with `ExitStatus.BUG`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from texbook.base.diagnostic import Diagnostic
    from texbook.base.span import Span


class ExitStatus(IntEnum):
    """What the process tells its caller; documented in README.md."""

    GOOD = 0
    FINDINGS = 1
    """The book has findings or does not build."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    MISSING = 3
    """Something is missing on the machine."""
    LIMIT = 4
    """A limit (time, file size, output) was hit."""
    LOCKED = 5
    """Another texbook works in the same folder."""
    STORAGE = 6
    """The disk is full or access is denied."""
    REFUSED = 7
    """The policy does not allow what the book asks for."""
    BUG = 70
    """A fault in texbook itself (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130
    """Ended by SIGINT: 128 + 2."""
    PIPE_CLOSED = 141
    """The reader of the output has gone: 128 + 13 (SIGPIPE), as with other programs of a pipe."""
    TERMINATED = 143
    """Ended by SIGTERM: 128 + 15."""


class TexbookError(Exception):
    """A fault that ends the command with a message, an exit code and a way on.

    Args:
        message: what is wrong, lower case, no full stop.
        hints: how to go on, one sentence each.
        span: where, if it is in a file of the author's.
    """

    status = ExitStatus.FINDINGS
    code = "error"

    def __init__(self, message: str, *, hints: tuple[str, ...] = (), span: Span | None = None):
        super().__init__(message)
        self.message = message
        self.hints = hints
        self.span = span

    def diagnostic(self) -> Diagnostic:
        """Give the same fault as a `Diagnostic`, so that one printer serves all."""
        from texbook.base.diagnostic import Diagnostic, Severity  # noqa: PLC0415  (cycle)

        return Diagnostic(
            code=self.code,
            severity=Severity.ERROR,
            message=self.message,
            span=self.span,
            hints=self.hints,
            source="texbook",
        )


class BookError(TexbookError):
    """The book itself cannot be worked on (no main file, say)."""

    code = "book"


class UsageError(TexbookError):
    """The command was called wrongly."""

    status = ExitStatus.USAGE
    code = "usage"


class ConfigError(TexbookError):
    """The configuration cannot be read or says something unknown."""

    status = ExitStatus.USAGE
    code = "config"


class MissingToolError(TexbookError):
    """A program, font or package that is needed is not on this machine."""

    status = ExitStatus.MISSING
    code = "missing-tool"


class LimitError(TexbookError):
    """A limit on time, file size or output was hit."""

    status = ExitStatus.LIMIT
    code = "limit"


class LockedError(TexbookError):
    """Another texbook holds the lock of this book."""

    status = ExitStatus.LOCKED
    code = "locked"


class StorageError(TexbookError):
    """A file could not be read or written: disk full, or no permission."""

    status = ExitStatus.STORAGE
    code = "storage"


class RefusedError(TexbookError):
    """The book asks for a power that the person who runs texbook has not given."""

    status = ExitStatus.REFUSED
    code = "refused"


class CancelledError(TexbookError):
    """The work was stopped because newer work replaces it or a signal came."""

    status = ExitStatus.INTERRUPTED
    code = "cancelled"
