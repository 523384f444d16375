"""Remove what texbook has made, and nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.system.lock import book_lock

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.project import Project


def clean_book(project: Project, *, everything: bool) -> tuple[Path, ...]:
    """Remove what stands below ``build/``, editions included, and with ``everything`` the PDF.

    The folder itself goes when nothing of the author's is left in it.

    Returns:
        What was removed.

    Raises:
        LockedError: when a build is under way.
        StorageError: when something cannot be removed.
    """
    folders = (project.rendered_folder, project.work_folder, project.editions_folder)
    targets = [path for path in folders if path.exists()]
    if project.work_folder.exists():
        with book_lock(project.work_folder):
            _remove(targets)
    else:
        _remove(targets)
    removed = list(targets)
    if everything and project.pdf.is_file():
        with storage_errors("remove", project.pdf):
            project.pdf.unlink()
        removed.append(project.pdf)
    folder = project.build_folder
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return tuple(removed)


def _remove(folders: list[Path]) -> None:
    for folder in folders:
        with storage_errors("remove", folder):
            shutil.rmtree(folder)
