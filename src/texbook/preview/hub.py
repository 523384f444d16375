"""What the browsers are to show, for all of them: the document, the state of the book, a place.

The hub keeps one picture of each, the newest. A browser's `Subscription` remembers which it was
told last. So nothing is queued, whoever reads slowly is told the newest, and nobody blocks a build.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from texbook.preview.findings import finding_fields, gravest, shown_path
from texbook.preview.library import Library
from texbook.preview.pdfium import UnreadablePdfError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.page_place import PagePlace

_PROGRESS_SECONDS = 0.1
"""Pages are shipped faster than anybody reads their numbers."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell a browser: its number, its kind, and one line of JSON."""

    number: int
    kind: str
    data: str


class Hub:
    """Takes what a watch has to tell, from any thread, and tells all who subscribed.

    It is a `Screen` of `app/watch.py`.

    Args:
        title: the book's name.
        folder: files below it are named relative to it.
        clock: the time of day.
    """

    def __init__(
        self, *, title: str, folder: Path, clock: Callable[[], datetime] = datetime.now
    ) -> None:
        self.folder = folder
        self.library = Library()
        self._clock = clock
        self._changed = threading.Condition()
        self._showing = threading.Lock()
        self._number = 0
        self._numbers = dict.fromkeys(("pages", "state", "settled", "show", "bye"), 0)
        self._findings: tuple[Diagnostic, ...] = ()
        self._place: PagePlace | None = None
        self._state: dict[str, Any] = {
            "version": 0,
            "title": title,
            "phase": "starting",
            "since": _iso(clock()),
            "seconds": None,
            "pages": None,
            "changed": [],
            "reasons": [],
            "news": "",
            "step": "",
            "page": None,
            "expected": None,
            "showing": None,
            "findings": [],
            "more": 0,
        }
        self._tell("pages")
        self._tell("state", "settled")

    # ---------------------------------------------------------------- what is shown

    def show_document(
        self,
        pdf: Path,
        keys: Sequence[str] | None,
        edited: Sequence[int] | None = None,
        *,
        sources: Callable[[], Collection[int]] = frozenset,
    ) -> None:
        """Show the whole book: read the published PDF.

        Args:
            pdf: the file.
            keys: what each page looks like: equal keys, equal images. None: each page's key is made
                from the file's digest and its number.
            edited: numbers of the pages that the last save changed. None: those whose keys were not
                there in the last whole book, or none if that is most of it. The first of them is
                the one to be looked at.
            sources: gives the pages that the changed files have printed, which come first.

        If the same file is shown with the same keys, nothing happens. One that cannot be read is
        news, and what was shown stays.
        """
        with self._showing:
            try:
                made = datetime.fromtimestamp(pdf.stat().st_mtime).astimezone()
                is_new = self.library.show_document(
                    pdf.read_bytes(),
                    name=pdf.name,
                    made=made,
                    keys=keys,
                    edited=edited,
                    sources=sources,
                )
            except (OSError, UnreadablePdfError) as error:
                self.note(f'the preview cannot show "{pdf.name}": {error}')
                return
            if is_new:
                self._tell("pages")

    def show_ahead(
        self, pdf: bytes, keys: Sequence[str], chosen: Sequence[int], first: int, count: int
    ) -> None:
        """Show pages of one chapter before the whole PDF is there.

        Pages ``first`` to ``first + count - 1`` (from 1) of the list that is shown are replaced by
        ``keys``. The k-th page of the small ``pdf`` is that of ``keys[chosen[k]]``; the other keys
        must be known. Where that does not fit what is shown nothing happens: the whole PDF follows.
        """
        with self._showing:
            try:
                is_new = self.library.show_ahead(pdf, keys, chosen, first, count)
                self.library.draw_edited()
            except UnreadablePdfError as error:
                self.note(f"the preview cannot show a chapter before the whole book: {error}")
                return
            if is_new:
                self._tell("pages")

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self.library.newest.keys)

    def show_place(self, place: PagePlace) -> None:
        """Let all browsers show a place."""
        with self._changed:
            self._place = place
            self._tell("show")

    def close(self) -> None:
        """Tell the browsers that the watch ends, and free the PDFs."""
        self._tell("bye")
        with self._showing:
            self.library.close()

    # ---------------------------------------------------------------- a screen of the watch

    def building(self, changed: Sequence[Path] = ()) -> None:
        """Say that a build began, and which files led to it."""
        names = [shown_path(path, self.folder) for path in changed]
        self._begin("building", changed=names, reasons=[])

    def good(
        self,
        *,
        pages: int | None,
        seconds: float,
        diagnostics: Sequence[Diagnostic] = (),
        reasons: Sequence[str] = (),
    ) -> None:
        """Say that the PDF is right."""
        self._finish(
            "good",
            diagnostics,
            pages=pages,
            seconds=seconds,
            reasons=list(reasons),
            showing=None,
        )

    def failed(
        self,
        *,
        diagnostics: Sequence[Diagnostic],
        seconds: float | None = None,
        showing: datetime | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        """Say that there is no new PDF, and from when the one that is shown is.

        Pages that were ahead of it are withdrawn: the browser shows what the last good build gave.
        """
        with self._showing:
            if self.library.withdraw_ahead():
                self._tell("pages")
        self._finish(
            "failed",
            diagnostics,
            pages=None,
            seconds=seconds,
            reasons=list(reasons),
            showing=None if showing is None else _iso(showing),
        )

    def suspect(
        self, *, diagnostics: Sequence[Diagnostic], showing: datetime | None = None
    ) -> None:
        """Say what seems to be wrong, before the build has made sure: the browser need not wait."""
        self.failed(diagnostics=diagnostics, showing=showing)

    def note(self, message: str) -> None:
        """Tell something that is no state."""
        self._update(news=f"{self._clock():%H:%M} {message}")

    def step(self, message: str) -> None:
        """A step of the build begins."""
        self._progress(step=message, page=None, expected=None)

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page."""
        self._progress(page=number, expected=expected)

    def finding(self, version: int, index: int) -> Diagnostic | None:
        """Give a finding of a state; None if there is a newer state or no such finding."""
        with self._changed:
            is_there = version == self._state["version"] and 0 <= index < len(self._findings)
            return self._findings[index] if is_there else None

    def _begin(self, phase: str, **fields: Any) -> None:
        nothing = {"step": "", "page": None, "expected": None}
        self._update(phase=phase, since=_iso(self._clock()), **{**nothing, **fields})

    def _finish(self, phase: str, diagnostics: Sequence[Diagnostic], **fields: Any) -> None:
        findings = gravest(diagnostics)
        written = [finding_fields(finding, self.folder) for finding in findings]
        with self._changed:
            self._findings = findings
            fields["version"] = self._state["version"] + 1
            self._begin(phase, findings=written, more=len(diagnostics) - len(findings), **fields)

    def _update(self, **fields: Any) -> None:
        with self._changed:
            self._state.update(fields)
            self._tell("state", "settled")

    def _progress(self, **fields: Any) -> None:
        with self._changed:
            self._state.update(fields)
            self._tell("state")

    # ---------------------------------------------------------------- those who are told

    def subscribe(self, now: Callable[[], float] = time.monotonic) -> Subscription:
        """Begin to tell a browser; the first that it hears is the pages, then the state.

        Args:
            now: seconds of a clock that never goes back.
        """
        return Subscription(self, now)

    def _tell(self, *kinds: str) -> None:
        with self._changed:
            self._number += 1
            self._numbers.update(dict.fromkeys(kinds, self._number))
            self._changed.notify_all()

    def wait(
        self, ready: Callable[[dict[str, int]], Event | float], timeout: float
    ) -> Event | None:
        """Wait for something to tell.

        Args:
            ready: gives it, by the numbers of the last change of each kind; or for how many seconds
                nothing need be looked at, if nothing changes.
            timeout: seconds after which there is nothing.
        """
        end = time.monotonic() + timeout
        with self._changed:
            while isinstance(found := ready(self._numbers), float):
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, found))
            return found

    def event(self, kind: str) -> Event:
        """Write what there is to tell of a kind now."""
        fields: dict[str, Any] = {}
        with self._changed:
            number = self._numbers[kind]
            if kind == "pages":
                fields = self._pages()
            if kind == "state":
                fields = self._state
            if kind == "show" and self._place is not None:
                fields = asdict(self._place)
            return Event(number, kind, json.dumps(fields, separators=(",", ":")))

    def _pages(self) -> dict[str, Any]:
        document = self.library.newest
        pairs = zip(document.keys, document.leaves, strict=True)
        return {
            "document": document.number,
            "exact": document.exact,
            "shown": None if document.made is None else _iso(document.made),
            "pages": [[key, *leaf.size] for key, leaf in pairs],
            "edited": list(document.edited),
        }


class Subscription:
    """One browser, and what it was told last; it holds nothing that must be given back."""

    def __init__(self, hub: Hub, now: Callable[[], float]) -> None:
        self._hub, self._now = hub, now
        self._told = {"pages": 0, "state": 0, "show": hub.event("show").number, "bye": 0}
        self._state_at = -_PROGRESS_SECONDS

    def next(self, timeout: float) -> Event | None:
        """Wait for the next thing to tell; None if there is nothing for so many seconds."""
        return self._hub.wait(self._ready, timeout)

    def _ready(self, numbers: dict[str, int]) -> Event | float:
        for kind in ("pages", "state", "show", "bye"):
            if numbers[kind] <= self._told[kind]:
                continue
            rest = self._state_at + _PROGRESS_SECONDS - self._now()
            if kind == "state" and numbers["settled"] <= self._told["state"] and rest > 0:
                return rest
            if kind == "state":
                self._state_at = self._now()
            self._told[kind] = numbers[kind]
            return self._hub.event(kind)
        return float("inf")


def _iso(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
