"""What one build leaves ready for the next: engines, pages in memory and a working copy."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.build.chunks.copies import SpareCopy
from texbook.build.chunks.engine import EnginePool
from texbook.build.chunks.store import ChunkStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.build.mirror import Mirror
    from texbook.build.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class EngineWish:
    """What an engine has to be like.

    Attributes:
        preamble: digest of the preamble.
        main_text: the main file of a job.
        count: how many of them; None for one for each core.
    """

    shared: Surroundings
    preamble: str
    main_text: str
    count: int | None = None


@dataclass(slots=True)
class Workshop:
    """What may outlive a build: engines that wait, pages in memory and a working copy.

    Attributes:
        pool: the engines.
        stores: by their folders.
        wanted: the engines that the next build is likely to ask for; None for none.
        copy: a working copy of the book for the next build.
        aliases: pages that look the same though they are written in different ways, by the names
            of `texbook.build.ahead`.
    """

    pool: EnginePool
    stores: dict[Path, ChunkStore]
    wanted: EngineWish | None = None
    copy: SpareCopy | None = None
    aliases: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls) -> Workshop:
        """Make an empty one; whoever makes it closes it."""
        return cls(EnginePool(max(1, min(_cores(), 4))), {})

    def restock(self, cancel: CancelToken) -> None:
        """Start engines for the next build, as far as they do not wait already; end all others.

        To be called between two builds, by whoever keeps the workshop for more than one.

        Raises:
            CancelledError: when cancelled; a build that comes now starts what it needs.
            MissingToolError, StorageError: as `ChunkEngine.start`.
        """
        self.pool.tidy_up()
        wish = self.wanted
        if wish is None or not wish.shared.request.project.main.is_file():
            self.pool.discard()
            self._remove_copy()
        else:
            shared = replace(wish.shared, cancel=cancel)
            self.pool.prepare(shared, wish.preamble, wish.main_text, wish.count)
            if self.copy is None:
                self.copy = SpareCopy.make(shared.mirror)

    def store(self, folder: Path) -> ChunkStore:
        """Give the store of a folder."""
        return self.stores.setdefault(folder, ChunkStore(folder))

    def take_copy(self, mirror: Mirror, folder: Path) -> Path | None:
        """Bring the waiting working copy up to date, in another folder; give its working folder.

        Args:
            mirror: what it has to hold.
            folder: must not exist yet.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        copy, self.copy = self.copy, None
        if copy is None:
            return None
        try:
            return copy.hand_over(mirror, folder)
        finally:
            copy.remove()

    def forget_aliases(self, looks: Iterable[str]) -> None:
        """Forget what is known of pages that are gone.

        Args:
            looks: the names of those that are there.
        """
        there = set(looks)
        self.aliases = {name: same for name, same in self.aliases.items() if name in there}

    def known_looks(self, looks: Iterable[str]) -> tuple[str, ...]:
        """Give pages the names under which this process knows what they look like."""
        return tuple(self.aliases.get(name, name) for name in looks)

    def close(self) -> None:
        """End the engines, and remove the copy."""
        self.pool.close()
        self._remove_copy()

    def _remove_copy(self) -> None:
        copy, self.copy = self.copy, None
        if copy is not None:
            copy.remove()


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
