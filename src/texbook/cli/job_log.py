"""Standard output and standard error in a job of GitHub Actions."""

from __future__ import annotations

import io
import os
import stat
from typing import TYPE_CHECKING

from texbook.base.job_log import inert

if TYPE_CHECKING:
    from typing import TextIO


class JobLog(io.TextIOWrapper):
    """A stream whose lines are carried out where they look like orders: no text of a book may."""

    def write(self, text: str, /) -> int:
        """Write a text, in which orders are broken up."""
        super().write(inert(text))
        return len(text)


def as_job_log(stream: TextIO) -> TextIO:
    """Give a stream for what goes into the log of a job; a file gets everything as it is."""
    if not isinstance(stream, io.TextIOWrapper) or stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    return JobLog(
        stream.buffer,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
    )
