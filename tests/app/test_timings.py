from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.app.timings import timings_page
from texbook.build.model import BuildResult, EngineRun, Outcome
from texbook.build.profile import PageTime, PassProfile, Phase
from texbook.config.model import Config
from texbook.project import Project

if TYPE_CHECKING:
    from pathlib import Path


def page_of(root: Path, seconds: tuple[float, ...], width: int | None = None) -> str:
    """Explain a build of one pass whose pages took so many seconds."""
    project = Project(root, root / "main.tex", Config())
    pages = tuple(PageTime(number, cost, None) for number, cost in enumerate(seconds, 1))
    profile = PassProfile(dict.fromkeys(Phase, 0.1), pages=pages)
    run = EngineRun("xelatex", "pass 1", 0.5, 0.5, len(pages), profile=profile)
    steps = {"working copies": 0.15, "checking the PDF": 0.03, "logs of the passes": 0.02}
    result = BuildResult(
        Outcome.BUILT, project.pdf, seconds=0.7, runs=(run,), steps=steps, diagnostics=()
    )
    return timings_page(result, project, width)


def test_slow_pages_are_named_and_quick_ones_are_not(tmp_path: Path) -> None:
    assert "slowest pages: 2 0.30 s, 1 0.01 s" in page_of(tmp_path, (0.01, 0.3))
    assert "slowest pages" not in page_of(tmp_path, (0.002, 0.001))


def test_every_line_fits_a_terminal(tmp_path: Path) -> None:
    page = page_of(tmp_path, (0.01, 0.3), width=60)
    assert "of texbook's own time: working copies 0.15 s, checking the" in page.splitlines()
    assert max(map(len, page.splitlines())) <= 60
