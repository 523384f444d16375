"""What several rooms need: a run's working folder, a browser, and the figures of the faults."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Position, Span
from texbook.messages.locate import Locator
from texbook.messages.warnings import Traces, Warnings, engine_warnings
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.terminal import TerminalReporter
    from playwright.sync_api import Browser

    from texbook.texfiles.engine_log import EngineLog

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults",
        choices=("short", "full"),
        default="short",
        help="how often tests/faults tries each fault: short is for every change",
    )


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print what the tests measured: ``record_property("figure", "row 1: ...")``."""
    figures = {
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "figure"
    }
    if figures:
        terminalreporter.section("figures")
    for figure in sorted(figures, key=_row):
        terminalreporter.line(figure)


def _row(figure: str) -> tuple[int, str]:
    """Sort figures by the row of the matrix that they begin with."""
    number = re.match(r"row (\d+)", figure)
    return (int(number[1]) if number else 0, figure)


@dataclass
class RunFolder:
    """A run's working folder; ``q.tex`` in it is rendered from ``q.j2.tex``, line n from 2n."""

    folder: Path
    book: Path = Path("/book")
    maps: dict[Path, SourceMap] = field(default_factory=dict)

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def render(self, template: str, rendered: str) -> None:
        """Put a rendered file, and its template where the author has it."""
        path = self.folder.parent / "q.j2.tex"
        path.write_text(template, "utf-8")
        origins = tuple(Origin(path, 2 * number) for number in range(1, rendered.count("\n") + 1))
        self.maps[self.book / "q.tex"] = SourceMap(self.book / "q.tex", origins)
        self.put("q.tex", rendered)

    def source_of(self, path: Path) -> Path | None:
        if not path.is_relative_to(self.folder) or path.suffix in {".aux", ".toc", ".bbl"}:
            return None
        return self.book / path.relative_to(self.folder)

    @property
    def locator(self) -> Locator:
        texts = sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.tex"))
        return Locator(self.folder, self.source_of, self.maps, tuple(texts))

    def log(self, text: str) -> EngineLog:
        """Read a log in which ``main.tex`` is open."""
        return read_log(f"This is XeTeX\n(./main.tex\n{text}\n\nNo pages of output.\n")

    def warnings(self, text: str, traces: Traces | None = None) -> Warnings:
        return engine_warnings(self.log(text), self.locator, traces)

    def at(self, name: str, line: int, column: int, length: int) -> Span:
        return Span(self.book / name, Position(line, column), Position(line, column + length))


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """An empty working folder of a run."""
    folder = tmp_path / "run"
    folder.mkdir()
    return RunFolder(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; its profile is a new one."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed: make setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, args=list(SWITCHES)
        )
        yield browser
        browser.close()
