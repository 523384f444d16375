"""Where the time of a build went: of each engine run, and of texbook's own steps."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Phase(StrEnum):
    """A stretch of an engine run; together they are the whole of it."""

    START = "start of the engine"
    PREAMBLE = "preamble"
    BEGIN = "begin of the document"
    r"""The hooks of ``\begin{document}``, the main auxiliary file and the first fonts."""
    PAGES = "pages"
    END = "end of the document"
    r"""From the last page on: the auxiliary files are read once more."""


@dataclass(frozen=True, slots=True)
class PackageTime:
    """Seconds in a package or class, its own files included, other packages and fonts not."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class FontSearch:
    """A font that fontspec asked for by its family name, in all sizes and shapes together.

    Attributes:
        found: whether there is such a font.
    """

    name: str
    seconds: float
    found: bool


@dataclass(frozen=True, slots=True)
class PageTime:
    """A page: its place in the PDF from 1, and the author's file that filled most of it."""

    number: int
    seconds: float
    path: Path | None


@dataclass(frozen=True, slots=True)
class PassProfile:
    """Where the time of one engine run went, in seconds.

    The phases are the whole run. Fonts, shadows and auxiliary files are parts of phases; packages
    are parts of the preamble.

    Attributes:
        fonts: fonts loaded, searched for or looked at.
        shadows: fuzzy shadows of tcolorbox; the light passes draw none.
        auxiliary: reading files whose name ends in ``.aux``.
        listings: how many were highlighted anew.
        listing_seconds: time spent on all that minted asked for.
    """

    phases: dict[Phase, float]
    packages: tuple[PackageTime, ...] = ()
    fonts: int = 0
    font_seconds: float = 0.0
    searches: tuple[FontSearch, ...] = ()
    shadows: int = 0
    shadow_seconds: float = 0.0
    auxiliary_seconds: float = 0.0
    pages: tuple[PageTime, ...] = ()
    listings: int = 0
    listing_seconds: float = 0.0
    other_pygments: bool = False
    """The store held listings of another version of Pygments, which count for nothing."""

    def slowest_pages(self, most: int = 3) -> tuple[PageTime, ...]:
        """Give the pages that took longest, the slowest first."""
        return tuple(sorted(self.pages, key=lambda page: -page.seconds)[:most])

    @property
    def typical_page(self) -> float:
        """The median page's seconds; 0 when there is none."""
        return median(page.seconds for page in self.pages) if self.pages else 0.0


class Stopwatch:
    """Adds up the seconds of texbook's own steps, by name.

    >>> watch = Stopwatch(iter([1.0, 1.5, 2.0, 2.25]).__next__)
    >>> for _ in range(2):
    ...     with watch.step("publishing"):
    ...         pass
    >>> watch.seconds
    {'publishing': 0.75}
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what runs inside as a part of a step."""
        started = self._clock()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - started
