"""A working copy of the book that waits for the next build."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from texbook.base.atomic import storage_errors
from texbook.build.chunks.engine import engines_folder

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.build.mirror import Mirror


@dataclass(slots=True)
class SpareCopy:
    """A working copy.

    Attributes:
        folder: its folder, named by this process, so that it goes when texbook is gone.
        mirror: what it holds.
    """

    folder: Path
    mirror: Mirror

    @classmethod
    def make(cls, mirror: Mirror) -> Self:
        """Make a copy in a folder that was never used.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        parent = engines_folder(mirror.project.work_folder)
        folder = parent / f"{os.getpid()}-{uuid.uuid4().hex}"
        with storage_errors("prepare", folder):
            parent.mkdir(parents=True, exist_ok=True)
            mirror.materialise(folder)
        return cls(folder, mirror)

    def hand_over(self, mirror: Mirror, folder: Path) -> Path | None:
        """Bring the copy up to date, in the folder of a run.

        Args:
            mirror: what the copy has to hold.
            folder: where it has to be; must not exist yet.

        Returns:
            The working folder in it; None if this copy does not serve.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        if (mirror.root, mirror.main) != (self.mirror.root, self.mirror.main):
            return None
        if not self.folder.is_dir():
            return None
        with storage_errors("prepare", folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.rename(folder)
        mirror.renew(folder, self.mirror, keeps_main=False)
        return folder / mirror.project.root.relative_to(mirror.root)

    def remove(self) -> None:
        """Remove the copy, if it was not handed over."""
        shutil.rmtree(self.folder, ignore_errors=True)
