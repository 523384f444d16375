"""A book in a temporary folder, to be built, changed and looked at."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from texbook.base.cancel import CancelToken
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, GeneratedFile, ShellEscape
from texbook.project import open_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.base.diagnostic import Diagnostic
    from texbook.build.model import Draft, NoDraft, PagesAhead


@dataclass
class Recording:
    """A `Progress` that remembers."""

    steps: list[str] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def step(self, message: str) -> None:
        self.steps.append(message)

    def page(self, number: int, expected: int | None) -> None:
        self.pages.append(number)

    def note(self, message: str) -> None:
        self.notes.append(message)


@dataclass
class BuiltBook:
    """A folder with a book, and what its builds told."""

    root: Path
    progress: Recording = field(default_factory=Recording)
    cancel: CancelToken = field(default_factory=CancelToken)

    @property
    def pdf(self) -> Path:
        return self.root / "main.pdf"

    def write(self, **files: str) -> None:
        """Write files; ``__`` in a name stands for ``/`` and ``_`` before the ending for a dot."""
        for name, text in files.items():
            stem, _, ending = name.replace("__", "/").rpartition("_")
            self.put(f"{stem}.{ending}", text)

    def put(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def build(
        self,
        main: str = "main.tex",
        *,
        generated: tuple[GeneratedFile, ...] = (),
        shell_escape: ShellEscape = ShellEscape.RESTRICTED,
        keep_going: bool = False,
        force: bool = False,
        check: bool = False,
        on_draft: Callable[[Draft | NoDraft], None] | None = None,
        on_pages: Callable[[PagesAhead], None] | None = None,
        on_suspects: Callable[[tuple[Diagnostic, ...]], None] | None = None,
    ) -> BuildResult:
        self.progress = Recording()
        request = BuildRequest(
            open_project(Path(main), folder=self.root),
            generated,
            shell_escape,
            keep_going,
            force,
            check=check,
            on_draft=on_draft,
            on_pages=on_pages,
            on_suspects=on_suspects,
        )
        return build(request, progress=self.progress, cancel=self.cancel)

    def text(self) -> str:
        return "\n".join(page.extract_text() for page in PdfReader(self.pdf).pages)

    def files(self) -> set[str]:
        """Everything outside ``build/``."""
        found: set[str] = set()
        for folder, subfolders, names in os.walk(self.root):
            if Path(folder) == self.root and "build" in subfolders:
                subfolders.remove("build")
            found.update(str((Path(folder) / name).relative_to(self.root)) for name in names)
        return found


@pytest.fixture
def book(tmp_path: Path) -> BuiltBook:
    """An empty folder ``book`` to put a document into."""
    root = tmp_path / "book"
    root.mkdir()
    return BuiltBook(root)
