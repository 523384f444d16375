"""The working folder of a run of TeX, as the rooms ``build`` and ``messages`` see it."""

from __future__ import annotations

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
    from texbook.texfiles.engine_log import EngineLog


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
