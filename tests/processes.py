"""The processes of this machine, as tests look for those that should have ended."""

from __future__ import annotations

import os
from pathlib import Path


def working_in(folder: Path | str) -> list[str]:
    """List other processes that work in a folder or name it."""
    wanted = os.fsencode(folder)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            if wanted in os.fsencode((entry / "cwd").readlink()) or wanted in words:
                found.append(f"{entry.name} {words!r}")
        except OSError:
            continue
    return found
