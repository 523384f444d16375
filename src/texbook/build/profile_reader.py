r"""Reads where the time of an engine run went from its output and the moments at which it came.

Facts: XeTeX prints ``(name`` as it opens a file, ``)`` as it closes it, ``[12`` and ``]`` around
shipping a page, and whatever ``\message`` is given, and flushes its output each time
(``update_terminal`` in tex.web, sections 537, 362, 638, 1280). So the moment at which a piece of
output arrives is the moment of its last event: in a document with waits of known length each was
found to within 2 ms. What else is worth knowing, the engine is made to tell (`profile_tex`).
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.build.profile import FontSearch, PackageTime, PageTime, PassProfile, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class OutputClock:
    """Takes an engine's output piece by piece and notes when each came.

    Args:
        hand_on: gets each piece too.
        clock: gives seconds.
    """

    def __init__(
        self, hand_on: Callable[[bytes], None], clock: Callable[[], float] = time.monotonic
    ):
        self._hand_on = hand_on
        self._clock = clock
        self._started = clock()
        self._pieces: list[tuple[float, bytes]] = []

    def read(self, piece: bytes) -> None:
        """Take the next piece of the output."""
        self._pieces.append((self._clock() - self._started, piece))
        self._hand_on(piece)

    def profile(self, seconds: float, locate: Callable[[str], Path | None]) -> PassProfile:
        """Tell where the time went, once the engine has ended; see `read_profile`."""
        return read_profile(self._pieces, seconds, locate)


# What TeX shows of a box that is too full holds parentheses of the text: two lines to leave out.
_BOX = re.compile(rb"(?m)^(?:Over|Under)full \\[hv]box .*\n?.*$")
_EVENT = re.compile(
    rb"<texbook:(?P<mark>[a-z]+) ?(?P<what>[^<>]*)>"
    rb'|\((?P<file>"[^"\n]+"|\.{0,2}/[^()"\n]*?\.[A-Za-z]\w{0,7}(?=[\s)]|\Z))'
    rb"|(?P<page>\[\d+(?=[\]\[.{<(\s]|\Z))"
    rb"|(?P<other>[()\]]|\n\n)"
)
_PHASES = {"begin": Phase.BEGIN, "text": Phase.PAGES, "finish": Phase.END}
_BEGINS = frozenset({"font", "shadow"})
_ENDS = frozenset({"end", "none"})
_PACKAGE = (".sty", ".cls")


@dataclass(slots=True)
class _Frame:
    """Something that has begun and not ended: an open file, a font, a shadow, a parenthesis."""

    kind: str
    name: str
    seconds: float = 0.0


def read_profile(
    pieces: Sequence[tuple[float, bytes]],
    seconds: float,
    locate: Callable[[str], Path | None] = lambda _: None,
) -> PassProfile:
    r"""Read a run's output with the moments, in seconds from its start, at which it came.

    Args:
        pieces: moment and text.
        seconds: wall-clock time of the whole run.
        locate: gives the author's own file behind a name, None for one of TeX's or a generated one.

    >>> output = [(0.1, b"(./a.tex"), (0.2, b" <texbook:text>"), (0.5, b" [1"), (0.6, b"]")]
    >>> [round(page.seconds, 1) for page in read_profile(output, 0.7).pages]
    [0.4]
    """
    reader = _Reader(lru_cache(maxsize=None)(locate))
    # The clock was started before the engine: what is too much at the end was so at the beginning.
    late = max(0.0, pieces[-1][0] - seconds) if pieces else 0.0
    for moment, event in _events(pieces):
        reader.read(max(0.0, moment - late), event)
    return reader.end(seconds)


def _events(pieces: Sequence[tuple[float, bytes]]) -> Iterator[tuple[float, re.Match[bytes]]]:
    """Give what happened and when; an event counts from the piece that holds its end."""
    text = b"".join(piece for _, piece in pieces)
    text = _BOX.sub(lambda found: b" " * len(found[0]), text)
    ends = list(accumulate(len(piece) for _, piece in pieces))
    for event in _EVENT.finditer(text):
        yield pieces[bisect_left(ends, event.end())][0], event


@dataclass(slots=True)
class _Reader:
    """Shares out the time between two events to all that was going on."""

    locate: Callable[[str], Path | None]
    phase: Phase = Phase.START
    moment: float = 0.0
    stack: list[_Frame] = field(default_factory=list)
    phases: dict[Phase, float] = field(default_factory=lambda: dict.fromkeys(Phase, 0.0))
    packages: dict[str, float] = field(default_factory=dict)
    begun: Counter[str] = field(default_factory=Counter)
    inside: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_BEGINS, 0.0))
    searches: dict[str, FontSearch] = field(default_factory=dict)
    auxiliary: float = 0.0
    pages: list[PageTime] = field(default_factory=list)
    page_seconds: float = 0.0
    page_files: dict[Path, float] = field(default_factory=dict)
    is_shipping: bool = False

    def read(self, moment: float, event: re.Match[bytes]) -> None:
        self._spend(moment - self.moment)
        self.moment = moment
        if event["mark"] is not None:
            self._mark(event["mark"].decode(), event["what"].decode("utf-8", "replace"))
        elif event["file"] is not None:
            self._open(event["file"].decode("utf-8", "replace").strip('"'))
        elif event["page"] is not None:
            self.is_shipping = True
        else:
            self._other(event["other"])

    def end(self, seconds: float) -> PassProfile:
        self._spend(max(0.0, seconds - self.moment))
        packages = sorted(self.packages.items(), key=lambda item: -item[1])
        return PassProfile(
            phases=self.phases,
            packages=tuple(PackageTime(*item) for item in packages),
            fonts=self.begun["font"],
            font_seconds=self.inside["font"],
            searches=tuple(sorted(self.searches.values(), key=lambda item: -item.seconds)),
            shadows=self.begun["shadow"],
            shadow_seconds=self.inside["shadow"],
            auxiliary_seconds=self.auxiliary,
            pages=tuple(self.pages),
        )

    def _spend(self, seconds: float) -> None:
        self.phases[self.phase] += seconds
        files = [frame.name for frame in self.stack if frame.kind == "file"]
        marked = next((f for f in reversed(self.stack) if f.kind in _BEGINS), None)
        if marked is not None:
            self.inside[marked.kind] += seconds
            marked.seconds += seconds
        elif files and files[-1].endswith(".aux"):
            self.auxiliary += seconds
        elif self.phase is Phase.PREAMBLE:
            name = _package(files)
            if name:
                self.packages[name] = self.packages.get(name, 0.0) + seconds
        if self.phase is Phase.PAGES:
            self.page_seconds += seconds
            path = next((path for name in reversed(files) if (path := self.locate(name))), None)
            if path is not None:
                self.page_files[path] = self.page_files.get(path, 0.0) + seconds

    def _open(self, name: str) -> None:
        if self.phase is Phase.START:
            self.phase = Phase.PREAMBLE
        self.stack.append(_Frame("file", name))

    def _mark(self, word: str, what: str) -> None:
        if word in _PHASES:
            self.phase = _PHASES[word]
        elif word in _BEGINS:
            self.begun[word] += 1
            self.stack.append(_Frame(word, what))
        elif word in _ENDS and any(frame.kind in _BEGINS for frame in self.stack):
            while (frame := self.stack.pop()).kind not in _BEGINS:
                pass
            if frame.kind == "font":
                self._font(frame, is_found=word == "end")

    def _font(self, frame: _Frame, *, is_found: bool) -> None:
        """Add up the searches for a font by its name; a name in brackets is that of a file."""
        name = re.split(r"[/:]", frame.name.strip().strip('"'), maxsplit=1)[0]
        if not name or "[" in frame.name:
            return
        known = self.searches.get(name, FontSearch(name, 0.0, found=False))
        self.searches[name] = FontSearch(
            name, known.seconds + frame.seconds, known.found or is_found
        )

    def _other(self, sign: bytes) -> None:
        if sign == b"(":
            self.stack.append(_Frame("text", ""))
        elif sign == b"]":
            if self.is_shipping:
                self._page()
        elif sign == b"\n\n":  # a message ends; what it left open was none of ours
            while self.stack and self.stack[-1].kind == "text":
                self.stack.pop()
        elif self.stack and self.stack[-1].kind not in _BEGINS:
            self.stack.pop()

    def _page(self) -> None:
        """End a page: it belongs to a file that it reads, and only else to the one that reads."""
        self.is_shipping = False
        main = next((self.locate(frame.name) for frame in self.stack if frame.kind == "file"), None)
        inner = {path: spent for path, spent in self.page_files.items() if path != main}
        path = max(inner, key=inner.__getitem__) if inner else main
        self.pages.append(PageTime(len(self.pages) + 1, self.page_seconds, path))
        self.page_seconds = 0.0
        self.page_files = {}


def _package(files: Sequence[str]) -> str:
    """Give the package or class that is being read; empty if there is none.

    Args:
        files: names of the open files, outermost first.

    >>> _package(["./main.tex", "/tex/fontspec.sty", "/tex/fontspec-xetex.sty"])
    'fontspec'
    """
    stems = [Path(name).stem for name in reversed(files) if name.endswith(_PACKAGE)]
    if not stems:
        return ""
    name = stems[0]
    for outer in stems[1:]:
        if not name.startswith(f"{outer}-"):
            break
        name = outer
    return name
