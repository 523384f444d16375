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
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    program = shutil.which(opener)
    if program is None:
        raise MissingToolError(
            f'"{opener}" is not installed, so no viewer can be started',
            hints=(f"open {project.pdf} yourself", "on Debian: apt-get install xdg-utils"),
        )
    # The shell ends at once and leaves the viewer to the system: it may stay open for hours.
    subprocess.run(
        ["/bin/sh", "-c", '"$0" "$1" &', program, str(project.pdf)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    return project.pdf
