"""A working copy that waits is what a new one would be, once it is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.build.chunks.copies import SpareCopy
from texbook.build.chunks.engine import engines_folder
from texbook.build.mirror import Mirror, plan_mirror
from texbook.project import open_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    (root / "chapters").mkdir(parents=True)
    (root / "main.tex").write_text("\\documentclass{report}\n", "utf-8")
    (root / "chapters" / "one.tex").write_text("One.\n", "utf-8")
    (root / "chapters" / "two.tex").write_text("Two.\n", "utf-8")
    return root


def mirror_of(book: Path) -> Mirror:
    return plan_mirror(open_project(book / "main.tex"))


def texts(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def test_a_copy_is_handed_over_as_a_new_one_would_be(book: Path, tmp_path: Path) -> None:
    copy = SpareCopy.make(mirror_of(book))
    (book / "main.tex").write_text("\\documentclass{book}\n", "utf-8")
    (book / "chapters" / "one.tex").write_text("Another.\n", "utf-8")
    (book / "chapters" / "two.tex").unlink()
    (book / "chapters" / "new.tex").write_text("New.\n", "utf-8")
    now = mirror_of(book)
    work = copy.hand_over(now, tmp_path / "run")
    assert work is not None
    assert texts(work) == texts(now.materialise(tmp_path / "anew"))
    assert now.source_of(work / "chapters" / "one.tex") == book / "chapters" / "one.tex"
    assert not copy.folder.exists()


def test_a_copy_of_another_main_file_does_not_serve(book: Path, tmp_path: Path) -> None:
    copy = SpareCopy.make(mirror_of(book))
    (book / "other.tex").write_text("\\documentclass{report}\n", "utf-8")
    other = plan_mirror(open_project(book / "other.tex"))
    assert copy.hand_over(other, tmp_path / "run") is None


def test_a_copy_that_somebody_has_removed_does_not_serve(book: Path, tmp_path: Path) -> None:
    copy = SpareCopy.make(mirror_of(book))
    copy.remove()
    assert copy.hand_over(mirror_of(book), tmp_path / "run") is None
    assert not any(engines_folder(mirror_of(book).project.work_folder).iterdir())
