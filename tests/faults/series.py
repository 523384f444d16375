"""A book that is built, struck down at some moment, looked at and built again, many times."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.faults.moments import earlier, reached
from tests.faults.site import PUBLISHED, Answer, finished, read_pdf
from tests.faults.watching import watching

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.faults.moments import Moment
    from tests.faults.right import Right
    from tests.faults.site import Site

VERSIONS = 3
HALF_MADE = frozenset({".main.pdf.tmp", ".main.synctex.gz.tmp"})
"""What a texbook that could do nothing any more may leave beside the sources."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A build that was struck.

    Attributes:
        moment: when.
        old: the PDF that was there before.
        answer: what came of the process.
        seconds: from the blow to its end.
    """

    moment: Moment
    old: bytes | None
    answer: Answer
    seconds: float


@dataclass(slots=True)
class Series:
    """The book of a series.

    Attributes:
        site: its folder; built and right between two blows.
        right: what comes of a version.
        situation: what is struck: a ``clean`` build, an ``incremental`` one, a ``watch``.
        version: that the folder has.
    """

    site: Site
    right: Right
    situation: str
    version: int = 1

    def begin(self) -> None:
        """Build the first version."""
        self.site.write(self.version)
        assert self.site.run("build").status == 0

    def strike(
        self, moment: Moment, blow: Callable[[subprocess.Popen[str]], None], *, keeps_pdf: bool
    ) -> Struck:
        """Begin builds until one is struck before its end, if need be a little earlier.

        Args:
            moment: when a build is struck.
            blow: does it, to the process.
            keeps_pdf: whether there is an old PDF before a clean build.
        """
        attempt = self._strike_watch if self.situation == "watch" else self._strike_build
        for soon in earlier(moment):
            self.version = 1 + self.version % VERSIONS
            if self.situation == "clean":
                self.site.forget()
                if not keeps_pdf:
                    self.site.withdraw()
            old = self.site.pdf.read_bytes() if self.site.pdf.exists() else None
            ended = attempt(soon, blow)
            if ended is not None:
                return Struck(soon, old, *ended)
        pytest.fail(f"no build lasted until {moment}")

    def _strike_build(
        self, moment: Moment, blow: Callable[[subprocess.Popen[str]], None]
    ) -> tuple[Answer, float] | None:
        self.site.write(self.version)
        process = self.site.start("build")
        is_there = reached(process, self.site, moment, self.right.seconds(self.site.kind))
        if is_there:
            blow(process)
        began = time.monotonic()
        answer = finished(process)
        return (answer, time.monotonic() - began) if is_there else None

    def _strike_watch(
        self, moment: Moment, blow: Callable[[subprocess.Popen[str]], None]
    ) -> tuple[Answer, float] | None:
        with watching(self.site) as watch:
            seconds, goods = self.right.seconds(self.site.kind), watch.count("good")
            self.site.write(self.version)
            is_there = reached(
                watch.process, self.site, moment, seconds, lambda: watch.count("good") > goods
            )
            if is_there:
                blow(watch.process)
            began = time.monotonic()
            answer = watch.ended() if is_there else None
            took = time.monotonic() - began
        return None if answer is None else (answer, took)

    def damage(self, old: bytes | None, half_made: frozenset[str] = frozenset()) -> str:
        """Say what the blow has done that it must not; '' for nothing.

        Args:
            old: the PDF that was there before.
            half_made: what may have been left beside the sources.
        """
        if strange := self.site.files() - self.site.kind.sources() - PUBLISHED - half_made:
            return f"files beside the sources: {strange}"
        now = self.site.pdf.read_bytes() if self.site.pdf.exists() else None
        if now == old:
            return ""
        if now is None:
            return "the old PDF is gone"
        if read_pdf(self.site.pdf) != self.right.shown(self.site.kind, self.version):
            return "a PDF was published that is neither the old one nor the right one"
        return ""

    def recovery(self, *, checks: bool = False) -> str:
        """Build; say what is wrong then."""
        answer = self.site.run("build")
        if answer.status != 0:
            return f"then exit {answer.status}: {answer.err}"
        if fault := self.site.fault(self.right.shown(self.site.kind, self.version)):
            return fault
        if strange := self.site.files() ^ (self.site.kind.sources() | PUBLISHED):
            return f"strange or missing beside the sources: {strange}"
        if left := self.site.processes():
            return f"processes are left: {left}"
        if checks and (answer := self.site.run("build", "--check")).status != 0:
            return f"the check finds: {answer.out}{answer.err}"
        return ""
