"""Open the PDF in the person's own viewer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, MissingToolError

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.project import Project


def view_book(project: Project) -> Path:
    """Open the published PDF and return at once.

    Raises:
        BookError: when there is no PDF yet.
        MissingToolError: when the machine has no program that opens files.
    """
    if not project.pdf.is_file():
        raise BookError(
            f'there is no "{project.pdf.name}" yet', hints=('run "texbook build" first',)
        )
    open_outside(str(project.pdf))
    return project.pdf


def open_outside(target: str) -> None:
    """Open a file or an address in the program that the person uses for such, and return at once.

    Raises:
        MissingToolError: when the machine has no program that opens things.
    """
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    program = shutil.which(opener)
    if program is None:
        raise MissingToolError(
            f'"{opener}" is not installed, so nothing can be opened from here',
            hints=(f"open {target} yourself", "on Debian: apt-get install xdg-utils"),
        )
    # The shell ends at once and leaves the program to the system: it may stay open for hours.
    subprocess.run(
        ["/bin/sh", "-c", '"$0" "$1" &', program, target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
