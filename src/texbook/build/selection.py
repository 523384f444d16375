"""Which of the author's files the mirror brings."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.source import check_size
from texbook.build.names import safe_job_name
from texbook.build.tree import BINARIES, BOUND, CODE, TEXTS, Walk, suffix
from texbook.project import TEMPLATE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.build.reach import Reach
    from texbook.build.snapshot import SourceSnapshot
    from texbook.project import Project

_SMALL = 1 << 20
_MOST_COPIED = 256 << 20
_LARGEST_COPY = 1_000_000_000

# What runs by hand leave beside the sources. A stale one would be read as if it were this build's.
# .gls, .acr and .nls stay: they come from programs that texbook does not run.
_AUXILIARY = re.compile(
    r"aux|toc|lo[a-z]|tdo|out|brf|bcf|blg|run\.xml|idx|ilg|ind|mtc\d*|maf|glo|glg|acn|alg|nlo|"
    r"log|fls|fdb_latexmk|xdv|dvi|synctex|synctex\.gz|pyg|nav|snm|vrb|thm|xmpdata-.*|pdf"
)


class Selection:
    """Collects the files for a mirror and how each is brought: ``copy`` or ``link``."""

    def __init__(
        self,
        project: Project,
        root: Path,
        reach: Reach,
        replaced: frozenset[Path],
        snapshot: SourceSnapshot,
    ) -> None:
        self.taken: dict[Path, str] = {}
        self.bounded = False
        self.passed_over: list[Path] = []
        self._project = project
        self._root = root
        self._reach = reach
        self._replaced = replaced
        self._snapshot = snapshot
        self._jobs = {project.main.stem, safe_job_name(project.main.stem)}
        self._copied = 0

    def take_all(self, known_inputs: Iterable[Path]) -> None:
        """Take the book's folder if it is of a usual size, else what is named; then the rest."""
        book = self._project.root
        for path in self._reach.files:
            self._take(path)
        named = dict(self.taken)
        self._take_folder(book)
        if self.bounded:
            self.taken = named
            for path in known_inputs:
                self._take_named(path)
            for folder in self._reach.graphics_folders:
                self._take_files_in(folder)
        for path in self._reach.upward:
            self._take_upward(path)
        for path, kind in self.taken.items():
            if kind == "copy" and self._small(path):
                self._snapshot.read(path)

    def _small(self, path: Path) -> bool:
        seen = self._snapshot.look(path)
        return seen is not None and seen.st_size <= _SMALL

    def _take_folder(self, folder: Path) -> None:
        walk = Walk(self._project, folder, frozen_cache=self._reach.frozen_cache)
        for entry in walk.files():
            path = Path(entry.path)
            if not self._is_unheard_of(entry.name) and not self._is_leftover(path):
                self._take(path)
        self.passed_over.extend(walk.passed_over)
        self.bounded |= walk.full or self._copied > _MOST_COPIED

    def _take_files_in(self, folder: Path) -> None:
        """Take the files directly in a folder, unless the book itself lies in it."""
        if self._project.root.is_relative_to(folder) or not folder.is_dir():
            return
        for path in sorted(folder.iterdir())[:BOUND]:
            self._take_named(path)

    def _take_upward(self, path: Path) -> None:
        r"""Take what a path with ``../`` means: a file, a folder, or files but for the extension.

        A folder in which the book lies is never taken as a whole.
        """
        if self._project.root.is_relative_to(path):
            return
        if _is_folder(path):
            self._take_outside(path)
            return
        for found in [path, *sorted(path.parent.glob(glob.escape(path.name) + ".*"))]:
            if suffix(found.name) in TEXTS | BINARIES:
                self._take_named(found)

    def _take_outside(self, folder: Path) -> None:
        walk = Walk(self._project, folder)
        for entry in walk.files():
            self._take(Path(entry.path))
        self.passed_over.extend(walk.passed_over)

    def _take_named(self, path: Path) -> None:
        if path.is_relative_to(self._root) and not self._is_leftover(path):
            self._take(path)

    def _take(self, path: Path) -> None:
        ours = self._project.work_folder
        if path in self.taken or path in self._replaced or path.is_relative_to(ours):
            return
        if not path.is_relative_to(self._root):
            return
        seen = self._snapshot.look(path)
        if seen is None:
            return
        if path not in self._reach.files and not os.access(path, os.R_OK):
            self.passed_over.append(path)
            return
        kind = suffix(path.name)
        if kind in TEXTS or (kind not in BINARIES and seen.st_size <= _SMALL):
            if seen.st_size > _LARGEST_COPY and path not in self._reach.files:
                self.passed_over.append(path)
                return
            check_size(path, seen.st_size, _LARGEST_COPY, "TeX takes smaller files only")
            self._copied += seen.st_size
            self.taken[path] = "copy"
        else:
            self.taken[path] = "link"

    def _is_unheard_of(self, name: str) -> bool:
        """Say whether TeX cannot come to a file because its extension stands in no source.

        No package adds the extension of a program's source by itself. This keeps a whole software
        project that lies beside the book from being copied for each pass.
        """
        kind = suffix(name)
        unnamed = kind in CODE and kind not in self._reach.extensions
        return unnamed or name.endswith(TEMPLATE_SUFFIX)

    def _is_leftover(self, path: Path) -> bool:
        """Say whether a file beside the sources was made by a run by hand."""
        if path in self._reach.files:
            return path == self._project.pdf
        stem, _, extension = path.name.partition(".")
        if path.suffix == ".aux" and path.with_suffix("") in self._reach.included:
            return True
        if path.parent != self._project.root:
            return False
        for job in self._jobs:
            if path.name.startswith(job + "."):
                stem, extension = job, path.name[len(job) + 1 :]
        if stem not in self._jobs:
            return False
        if extension == "bbl":
            # Made by biber or BibTeX from a .bib, and made again by this build. Where there is no
            # .bib it is the bibliography itself, as in papers that were sent to arXiv.
            return bool(self._reach.bibliographies)
        return _AUXILIARY.fullmatch(extension) is not None


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  (Path.is_dir raises at a name that is too long)
