"""A small book built twice: in chunks, and in one run of the whole document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, Outcome
from texbook.build.rebuild import MadePdf, Rebuild
from texbook.project import open_project
from texbook.texfiles.xdv.equivalence import differences
from texbook.texfiles.xdv.parse import read_xdv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.texfiles.xdv.model import Xdv


class Steps(Silence):
    """A `Progress` that remembers the steps."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, message: str) -> None:
        """A step begins."""
        self.told.append(message)


@dataclass
class TwoFolders:
    """One book in two folders, which do not share what builds keep."""

    chunks: Path
    whole: Path
    pages: dict[Path, Xdv]
    steps: Steps = field(default_factory=Steps)

    def put(self, files: Mapping[str, str]) -> None:
        """Write files in both folders."""
        for folder in (self.chunks, self.whole):
            for name, text in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file in both folders."""
        text = (self.chunks / name).read_text("utf-8")
        assert old in text
        self.put({name: text.replace(old, new)})

    def build(self) -> BuildResult:
        """Build in chunks."""
        request = BuildRequest(open_project(folder=self.chunks))
        self.steps.told.clear()
        return build(request, progress=self.steps, cancel=CancelToken())

    def build_whole(self) -> BuildResult:
        """Build in one run, from nothing."""
        request = BuildRequest(open_project(folder=self.whole), one_run=True, force=True)
        return build(request, progress=Silence(), cancel=CancelToken())

    def compare(self) -> BuildResult:
        """Build both, and see that the pages and the findings are the same; give the former."""
        done, expected = self.build(), self.build_whole()
        assert obstacle(done) is None
        assert done.outcome is expected.outcome is Outcome.BUILT, (done, expected)
        shown = [str(item) for item in differences(self.pages[self.whole], self.pages[self.chunks])]
        assert shown == []
        assert self.told(done) == self.told(expected)
        assert done.pages == expected.pages
        return done

    def told(self, result: BuildResult) -> list[object]:
        """Give what a build found, without the folder."""
        told: list[object] = []
        for item in result.diagnostics:
            span = item.span
            if span is not None:
                folder = self.chunks if span.path.is_relative_to(self.chunks) else self.whole
                span = replace(span, path=span.path.relative_to(folder))
            told.append((item.code, item.severity, item.message, span))
        return told


def obstacle(result: BuildResult) -> str | None:
    """Give the reason for which a book was built in one run."""
    return next((item.why for item in result.reasons if item.what == "built in one run"), None)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TwoFolders:
    """Two empty folders; their builds leave their XDV with the fixture."""
    made = TwoFolders(tmp_path / "chunks", tmp_path / "whole", {})
    finish = Rebuild.finish

    def keep(self: Rebuild, result: MadePdf) -> BuildResult:
        made.pages[self.request.project.root] = read_xdv(result.file("xdv"))
        return finish(self, result)

    monkeypatch.setattr(Rebuild, "finish", keep)
    made.chunks.mkdir()
    made.whole.mkdir()
    return made
