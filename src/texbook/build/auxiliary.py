r"""The auxiliary files of a book: what one engine pass leaves for the next.

They are held in memory during a build (a `Snapshot`) and laid down in the fresh folder of each
pass; the ones that the last good build settled on stand below ``build/texbook/aux/``, in a folder
of the main file's name.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.digest import digest_bytes, digest_text
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.texfiles.aux import settled_form

if TYPE_CHECKING:
    from texbook.project import Project

Snapshot = Mapping[str, bytes]
"""Contents by path relative to the working folder, with ``/`` between parts."""

NEVER_CARRIED = (
    *(".log", ".fls", ".xdv", ".synctex", ".synctex.gz", ".synctex(busy)"),
    # The store of listings lays its own down; minted would take old ones unlooked.
    *(".pyg", ".pygtex", ".pygstyle"),
    *(".blg", ".ilg", ".glg", ".alg", ".slg", ".nlg", ".run.xml", ".missfont.log", ".fifo"),
)
"""Endings of files that no later pass reads: logs, pages, control files of other tools."""


@dataclass(frozen=True, slots=True)
class Accesses:
    """What the engine read and wrote inside its working folder, as names in a `Snapshot`.

    Attributes:
        read: files that were read.
        written: files that were written.
        read_first: files that were read before they were written, or never written.
    """

    read: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    read_first: frozenset[str] = frozenset()


def read_accesses(recorder: Path, folder: Path) -> Accesses:
    """Read a ``.fls`` in the order in which the engine opened the files (web2c, ``-recorder``)."""
    read: set[str] = set()
    written: set[str] = set()
    read_first: set[str] = set()
    known: dict[str, str | None] = {}
    for line in recorder.read_bytes().decode("utf-8", "surrogateescape").splitlines():
        action, _, path = line.partition(" ")
        if path not in known:
            known[path] = name_in(folder, path)
        name = known[path]
        if name is None:
            continue
        if action == "INPUT":
            read.add(name)
            if name not in written:
                read_first.add(name)
        elif action == "OUTPUT":
            written.add(name)
    return Accesses(frozenset(read), frozenset(written), frozenset(read_first))


def name_in(folder: Path, path: str) -> str | None:
    """Give the snapshot's name of a path (relative ones are relative to the folder)."""
    # Strings: a run opens a thousand files, and this stands between a save and its page.
    whole, start = os.path.normpath(os.path.join(folder, path)), f"{folder}/"  # noqa: PTH118
    return whole.removeprefix(start) if whole.startswith(start) else None


def is_carried(name: str) -> bool:
    """Say whether a file is laid down for the next pass."""
    return not name.endswith(NEVER_CARRIED)


def regular_files(folder: Path) -> frozenset[str]:
    """List the regular files below a folder, links left out."""
    found: set[str] = set()
    for here, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(here, name)  # noqa: PTH118  (a book may have thousands of files)
            if os.path.isfile(path) and not os.path.islink(path):  # noqa: PTH113, PTH114
                found.add(Path(path).relative_to(folder).as_posix())
    return frozenset(found)


def take_snapshot(folder: Path, names: frozenset[str]) -> dict[str, bytes]:
    """Read those of the named files that exist and are carried."""
    taken: dict[str, bytes] = {}
    for name in sorted(names):
        path = folder / name
        if is_carried(name) and path.is_file():
            taken[name] = path.read_bytes()
    return taken


def lay_down(snapshot: Snapshot, folder: Path) -> None:
    """Write a snapshot into a working folder."""
    for name, content in snapshot.items():
        path = folder / name
        with storage_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                path.unlink()
            path.write_bytes(content)


def snapshot_digest(snapshot: Snapshot) -> str:
    """Give one digest for a whole snapshot."""
    return digest_text(
        "\n".join(
            f"{name}\0{digest_bytes(settled_form(snapshot[name]))}" for name in sorted(snapshot)
        )
    )


def generations_folder(project: Project) -> Path:
    """Give the folder in which a book's generations stand, each in a folder of its name."""
    return project.work_folder / "aux" / project.main.name


@dataclass(frozen=True, slots=True)
class Generation:
    """The auxiliary files that one good build settled on, on disk."""

    name: str
    snapshot: Snapshot

    def save(self, parent: Path) -> None:
        """Write the files below ``parent``; the build's state, saved later, makes them count."""
        lay_down(self.snapshot, parent / self.name)

    def digests(self) -> dict[str, str]:
        """Give the digest of each file, to be kept in the state."""
        return {name: digest_bytes(content) for name, content in self.snapshot.items()}


def new_generation(snapshot: Snapshot) -> Generation:
    """Give a snapshot a name that was never used before."""
    return Generation(uuid.uuid4().hex, snapshot)


def load_generation(parent: Path, name: str, digests: Mapping[str, str]) -> Generation | None:
    """Read a generation; None when a file is missing or not the one that was saved."""
    snapshot: dict[str, bytes] = {}
    for file, digest in digests.items():
        if PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
            return None
        try:
            content = read_regular(parent / name / file, LARGEST_KEPT)
        except OSError:
            return None
        if digest_bytes(content) != digest:
            return None
        snapshot[file] = content
    return Generation(name, snapshot)


def remove_others(parent: Path, keep: str) -> None:
    """Remove every folder below ``parent`` but one."""
    if not parent.is_dir():
        return
    for path in parent.iterdir():
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
