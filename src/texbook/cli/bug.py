"""What to paste when texbook itself has failed."""

from __future__ import annotations

import platform
import sys
import traceback

from texbook import __version__


def report(error: BaseException) -> str:
    """Describe an exception that nobody expected, for an issue report."""
    frames = "".join(traceback.format_exception(error)).rstrip()
    return "\n".join(
        (
            f"texbook has a bug: {type(error).__name__}: {error}",
            "Your sources and the last good PDF are untouched. Please report this text:",
            "",
            f"  texbook {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"  command: {' '.join(sys.argv[1:])}",
            *(f"  {line}" for line in frames.splitlines()),
        )
    )
