"""What ``texbook build`` tells of itself: how the book was typeset, and whether that was right."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RUN = re.compile(r"^built in one run(?:: *|  +)(.*)$", re.MULTILINE)
_SEGMENT = re.compile(r"^\S.*?\s{2,}(?:.*\W)?(typeset|reused)\b", re.MULTILINE)
_PAGES = re.compile(r"\((\d+) pages?\)|: (\d+) pages? in ")
_SAME = re.compile(r"^the same as one run: (\d+) pages?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Told:
    """How a build went, by its own words.

    Attributes:
        pages: of the PDF; 0 when there is no new one.
        typeset: segments of the book that TeX typeset in this build.
        reused: segments whose pages were there from before.
        one_run: why the whole document was typeset as one run; None if it was not, or if texbook
            has no other way.
    """

    pages: int
    typeset: int
    reused: int
    one_run: str | None

    @property
    def way(self) -> str:
        """How the pages were made, in words."""
        if self.one_run is not None:
            return f"one run: {self.one_run}"
        segments = self.typeset + self.reused
        return f"{self.typeset} of {segments} segments typeset" if segments else ""


def read_told(output: str) -> Told:
    r"""Read the output of ``texbook build --explain``.

    >>> read_told("a.tex  reused\nb.tex  typeset: its text changed\nmain.pdf: 9 pages in 0.6 s")
    Told(pages=9, typeset=1, reused=1, one_run=None)
    >>> read_told("built in one run: no include\nmain.pdf: 12 pages in 3.1 s").way
    'one run: no include'
    """
    fates = _SEGMENT.findall(output)
    pages = _PAGES.search(output)
    one_run = _ONE_RUN.search(output)
    return Told(
        int(pages[1] or pages[2]) if pages else 0,
        fates.count("typeset"),
        fates.count("reused"),
        one_run[1] if one_run else None,
    )


def same_as_one_run(output: str) -> int | None:
    r"""Give the pages that ``texbook build --check`` found the same; None when it did not.

    >>> same_as_one_run("main.pdf is up to date (9 pages)\nthe same as one run: 9 pages")
    9
    """
    found = _SAME.search(output)
    return int(found[1]) if found else None
