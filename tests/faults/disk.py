"""A disk of any size, which nobody else sees and which goes with the test."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.books import BookKind

_HOLDER = 'mount -t tmpfs -o size="$1" texbook-test "$2" && echo mounted && exec cat'
_IN_FOLDER = 'cd "$0" && exec "$@"'

ROOMY = 256 << 20
BLOCK = os.sysconf("SC_PAGE_SIZE")
"""A tmpfs counts in pages (tmpfs(5), "size")."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A tmpfs in a mount namespace of its own (mount_namespaces(7)).

    Attributes:
        root: where this process finds it.
        inside: where a program in the namespace finds it.
        entrance: a command that leads there.
    """

    root: Path
    inside: Path
    entrance: tuple[str, ...]

    def site(self, kind: BookKind) -> Site:
        """Give the folder for a kind of book."""
        folder = self.inside / kind.name
        entrance = (*self.entrance, "sh", "-c", _IN_FOLDER, str(folder))
        (self.root / kind.name).mkdir()
        return Site(self.root / kind.name, kind, entrance, str(folder))

    def resize(self, size: int) -> None:
        """Make it larger or smaller, but not smaller than what is on it."""
        command = ["mount", "-o", f"remount,size={size}", str(self.inside)]
        subprocess.run([*self.entrance, *command], check=True, capture_output=True)

    def used(self) -> int:
        """Say how many bytes are taken."""
        status = os.statvfs(self.root)
        return (status.f_blocks - status.f_bfree) * status.f_frsize

    def fill(self) -> None:
        """Leave no free byte: the size becomes what is used."""
        self.resize(self.used())


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mount a roomy disk at a folder; skip the test where the machine does not allow that."""
    folder.mkdir(parents=True)
    as_root = () if os.geteuid() == 0 else ("--map-root-user",)
    command = ["unshare", "--mount", *as_root, "sh", "-c", _HOLDER, "sh", str(ROOMY), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        said = holder.stdout.readline().strip()
        if said != "mounted":
            pytest.skip(f"this machine lets nobody mount a disk of a test's own: {said}")
        # unshare(1) becomes the shell, which becomes cat: it is all one process.
        user = ("--user", "--preserve-credentials") if as_root else ()
        enter = ("nsenter", f"--target={holder.pid}", "--mount", *user)
        root = Path(f"/proc/{holder.pid}/root{folder}")
        yield Disk(root, folder, enter)
        holder.stdin.close()
