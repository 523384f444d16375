"""Remove what texbook has made, and nothing else."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.experiments.execute import FOLDER
from texbook.system.lock import book_lock, remove_if_empty, remove_locked

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
        LockedError: when a build or an experiment is under way.
        StorageError: when something cannot be removed.
    """
    with ExitStack() as locks:
        locked: list[Path] = []
        # A run of experiments has a lock of its own, since it may take minutes.
        for folder in (project.work_folder, project.work_folder / FOLDER):
            if folder.exists():
                locks.enter_context(book_lock(folder))
                locked.insert(0, folder)
        removed = _remove_made(project, everything=everything)
        for folder in locked:
            with storage_errors("remove", folder):
                remove_locked(folder)
    with storage_errors("remove", project.build_folder):
        remove_if_empty(project.build_folder)
    return removed


def _remove_made(project: Project, *, everything: bool) -> tuple[Path, ...]:
    """Remove all but texbook's own folder, which holds the lock; name that with the rest."""
    made = (project.rendered_folder, project.work_folder, project.editions_folder, project.draft)
    removed = [path for path in made if path.exists()]
    if everything:
        removed += [path for path in (project.pdf, project.synctex) if path.is_file()]
    for path in removed:
        if path == project.work_folder:
            continue
        with storage_errors("remove", path):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    return tuple(removed)
