"""What the PDF of a book is when no fault has hit its build."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.faults.site import Shown, Site, read_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.books import BookKind


@dataclass(slots=True)
class Right:
    """Builds each version of a kind once, from nothing and in a folder of its own.

    Attributes:
        new_folder: makes an empty folder.
    """

    new_folder: Callable[[], Path]
    _known: dict[tuple[BookKind, int], tuple[Shown, float]] = field(default_factory=dict)

    def shown(self, kind: BookKind, version: int) -> Shown:
        """Give the right PDF."""
        return self._built(kind, version)[0]

    def seconds(self, kind: BookKind, version: int = 1) -> float:
        """Say how long its build from nothing took."""
        return self._built(kind, version)[1]

    def _built(self, kind: BookKind, version: int) -> tuple[Shown, float]:
        if (kind, version) not in self._known:
            site = Site(self.new_folder(), kind)
            site.write(version)
            began = time.monotonic()
            answer = site.run("build")
            seconds = time.monotonic() - began
            assert answer.status == 0, answer.err
            self._known[kind, version] = read_pdf(site.pdf), seconds
        return self._known[kind, version]
