"""The Makefile: what it says of itself, and what works before anything is set up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},  # without the flags of a make that runs the tests
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_help_has_a_line_for_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    said = make(ROOT, "help")
    absent = [name for name in targets[1].split() if f"make {name}" not in said]
    assert absent == []


def test_plain_make_typesets_the_book_after_setting_up() -> None:
    expected = "sh tools/setup book\n.venv/bin/texbook build \n"
    assert [make(ROOT, "--dry-run", *target) for target in ((), ("pdf",), ("build",))] == [
        expected
    ] * 3


def test_options_go_on_to_texbook() -> None:
    assert make(ROOT, "--dry-run", "pdf", "ARGS=--shell-escape").endswith("build --shell-escape\n")


def test_cleaning_needs_no_environment(tmp_path: Path) -> None:
    folder = tmp_path / "the book"
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copy(ROOT / "Makefile", folder)
    for made in ("build/tex/a", "build/texbook/b", "build/mine", ".mypy_cache", "src/__pycache__"):
        (folder / made).mkdir(parents=True)
    (folder / "main.pdf").touch()
    make(folder, "clean")
    assert sorted(path.name for path in (folder / "build").iterdir()) == ["mine"]
    assert (folder / "main.pdf").exists()
    for kept in ("tests", "chapters", "benchmarks"):
        (folder / kept).mkdir()
    make(folder, "clean-all")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["Makefile", "tools", "build", "src", "tests", "chapters", "benchmarks"]
    )
    assert not (folder / "src/__pycache__").exists()
