"""What to paste when texbook itself has failed."""

from __future__ import annotations

import platform
import sys
import traceback

from texbook import __version__


def report() -> str:
    """Describe the exception that is being handled, for an issue report."""
    kind, error, _ = sys.exc_info()
    frames = traceback.format_exc().rstrip()
    name = kind.__name__ if kind else "unknown"
    return "\n".join(
        (
            f"texbook has a bug: {name}: {error}",
            "Your sources and the last good PDF are untouched. Please report this text:",
            "",
            f"  texbook {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"  command: {' '.join(sys.argv[1:])}",
            *(f"  {line}" for line in frames.splitlines()),
        )
    )
