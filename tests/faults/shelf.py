"""Books to be damaged: empty ones, and copies of this repository's own; holds no tests."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.conftest import Book

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
_PARTS = ("chapters", "frontmatter", "backmatter", "images")
_FILES = ("main.tex", "amznotes.cls", "references.bib")
_UNWANTED = (
    *("NO_COLOR", "FORCE_COLOR", "TEXBOOK_UNTRUSTED", "TEXBOOK_SHELL_ESCAPE"),
    *("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "XDG_CONFIG_HOME"),
)


def open_book(
    root: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> Book:
    """Make a folder, if there is none yet; commands of the book it holds run there from now on."""
    for name in _UNWANTED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(Path(root.anchor, "nonexistent", "home")))
    root.mkdir(exist_ok=True)
    monkeypatch.chdir(root)
    return Book(root, capture)


def copy_sources(folder: Path) -> None:
    """Copy what this repository's book is written in, with its configuration."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in _PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in _FILES:
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "texbook.toml").write_text('[structure]\npreset = "nine-sections"\n')
