"""From saving a file to the changed page in the browser, while ``texbook watch --serve`` runs.

A headless Chromium shows the preview. A page counts as visible when its new image stands in its
place, in the part of the book that is in view, and the browser has drawn a frame.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections import deque
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.books import TEXBOOK, Builder
from benchmarks.desk import Desk, open_desk
from benchmarks.measure import BenchmarkError, Row
from benchmarks.processes import wait_until_idle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from benchmarks.books import Workshop

_PATIENCE_MS = 120_000
_WAIT_SECONDS = 120.0
_LOOK_SECONDS = 0.002
_STORM_EDITS, _STORM_SECONDS = 25, 10.0
_SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_RECORD = """() => {
  window.drawn = [];
  const inView = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  };
  new MutationObserver((changes) => {
    const shown = changes.map((change) => change.target).filter(inView);
    if (shown.some((element) => element.dataset.key)) {
      requestAnimationFrame(() => setTimeout(() => window.drawn.push(Date.now()), 0));
    }
  }).observe(document.body, {subtree: true, attributes: true, attributeFilter: ["data-key"]});
}"""


def measure_preview(shop: Workshop, runs: int) -> Iterator[Row]:
    """Time the preview of our own book.

    Args:
        shop: where it happens.
        runs: starts and edits of each kind.
    """
    desk = open_desk(shop, Builder.TEXBOOK)
    with _chromium() as browser:
        starts = [_first_page(shop, desk, browser) for _ in range(runs)]
        yield Row(f"first page after starting, {_each(starts)}", f"{median(starts):.2f} s")
        with _serving(shop, desk) as served:
            page = _opened(browser, served.url)
            served.rest()
            seen, whole = _edits(desk, page, served, max(runs, 10))
            yield Row(f"save to the changed page in view, {_each(seen)}", f"{median(seen):.2f} s")
            yield Row(f"the same saves, to the new PDF, {_each(whole)}", f"{median(whole):.2f} s")
            yield _storm(desk, page, served)


class _Served:
    """A ``texbook watch --serve`` that runs."""

    def __init__(self, process: subprocess.Popen[str], desk: Desk) -> None:
        self.process = process
        self.told: deque[str] = deque(maxlen=1000)
        self._address = desk.folder / "build" / "texbook" / "preview.json"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.told.extend(self.process.stdout)

    @property
    def url(self) -> str:
        """Where the preview is, as soon as that is known."""
        end = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                address = json.loads(self._address.read_bytes())
            except (OSError, ValueError):
                address = {}
            if address.get("pid") == self.process.pid:
                return str(address["url"])
            time.sleep(_LOOK_SECONDS)
        raise BenchmarkError(f"no preview was served:\n{''.join(self.told)}")

    def rest(self) -> None:
        """Wait until nothing is built any more."""
        wait_until_idle(self.process.pid)

    def count(self, word: str) -> int:
        """Count the lines of the log that tell of something."""
        return sum(line[9:].startswith(word) for line in self.told.copy())


@contextmanager
def _chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise BenchmarkError("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _serving(shop: Workshop, desk: Desk) -> Iterator[_Served]:
    process = subprocess.Popen(
        (TEXBOOK, "watch", "--serve"),
        cwd=desk.folder,
        env=shop.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _Served(process, desk)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _opened(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(url, wait_until="commit")
    page.wait_for_selector("[data-page][data-key]", timeout=_PATIENCE_MS)
    return page


def _first_page(shop: Workshop, desk: Desk, browser: Browser) -> float:
    """Start on a book that is up to date; give the seconds until a page is in the browser."""
    began = time.perf_counter()
    with _serving(shop, desk) as served:
        page = _opened(browser, served.url)
        seconds = time.perf_counter() - began
        page.close()
        served.rest()
    return seconds


def _edits(desk: Desk, page: Page, served: _Served, count: int) -> tuple[list[float], list[float]]:
    """Edit one question; give the seconds to the changed page, and to the new PDF."""
    desk.reword()  # the first brings the page into view
    served.rest()
    page.wait_for_timeout(1000)
    page.evaluate(_RECORD)
    seen, whole = [], []
    for _ in range(count):
        page.evaluate("() => { window.drawn.length = 0; }")
        before = desk.pdf.stat().st_mtime_ns
        desk.reword()
        saved, began = time.time(), time.perf_counter()
        page.wait_for_function("() => window.drawn.length", timeout=_PATIENCE_MS)
        seen.append(page.evaluate("() => window.drawn[0]") / 1000 - saved)
        while desk.pdf.stat().st_mtime_ns == before:
            if time.perf_counter() - began > _WAIT_SECONDS:
                raise BenchmarkError("no new PDF after an edit")
            time.sleep(_LOOK_SECONDS)
        whole.append((desk.pdf.stat().st_mtime_ns / 1e9) - saved)
        served.rest()
    return seen, whole


def _storm(desk: Desk, page: Page, served: _Served) -> Row:
    """Edit again and again; see that the last text is shown in the end."""
    begun, ended = served.count("building"), served.count("good")
    for _ in range(_STORM_EDITS):
        desk.reword()
        time.sleep(_STORM_SECONDS / _STORM_EDITS)
    page.evaluate("() => { window.drawn.length = 0; }")
    saved = time.time()
    served.rest()
    page.wait_for_function("() => document.body.dataset.phase === 'good'", timeout=_PATIENCE_MS)
    drawn = page.evaluate("() => window.drawn[window.drawn.length - 1] || 0") / 1000
    seconds = max(0.0, drawn - saved)
    shown = desk.sentence in " ".join(page.inner_text("main").split())
    begun, ended = served.count("building") - begun, served.count("good") - ended
    what = f"{_STORM_EDITS} edits in {_STORM_SECONDS:.0f} s: {begun} builds begun, {ended} ended"
    return Row(
        f"{what}; the last text in view after the last save", f"{seconds:.2f} s", right=shown
    )


def _each(seconds: list[float]) -> str:
    return ", ".join(f"{item:.2f}" for item in seconds)
