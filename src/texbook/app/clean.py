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
    """Remove what stands below ``build/``, editions and draft included.

    With ``everything`` the PDF goes, too, and what says which lines its pages come from.

    The folder itself goes when nothing of the author's is left in it.

    Returns:
        What was removed.

    Raises:
        LockedError: when a build is under way.
        StorageError: when something cannot be removed.
    """
    made = (project.rendered_folder, project.work_folder, project.editions_folder, project.draft)
    targets = [path for path in made if path.exists()]
    if project.work_folder.exists():
        with book_lock(project.work_folder):
            _remove(targets)
    else:
        _remove(targets)
    removed = list(targets)
    published = [path for path in (project.pdf, project.synctex) if path.is_file()]
    for path in published if everything else ():
        with storage_errors("remove", path):
            path.unlink()
        removed.append(path)
    folder = project.build_folder
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return tuple(removed)


def _remove(targets: list[Path]) -> None:
    for target in targets:
        with storage_errors("remove", target):
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()
