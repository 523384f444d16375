"""What other tools make for a book, as told by its makefiles."""

from pathlib import Path

import pytest

from texbook.lint.files import Files
from texbook.lint.makefiles import Makefiles


def _may_make(folder: Path, target: str) -> bool:
    return Makefiles(Files(folder)).may_make(folder / target)


@pytest.mark.parametrize("name", ["Makefile", "GNUmakefile", "Makefile.am", "doc.mk", "build.sh"])
def test_file_that_a_makefile_names_may_be_made(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("all: curve.pdf\n", "utf-8")
    assert _may_make(tmp_path, "curve")
    assert _may_make(tmp_path, "curve.png")
    assert not _may_make(tmp_path, "curv")
    assert not _may_make(tmp_path, "curves")


def test_makefile_above_the_book_counts_but_not_far_above(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("all: curve.pdf\n", "utf-8")
    near, far = tmp_path / "doc" / "book", tmp_path / "a" / "b" / "c"
    near.mkdir(parents=True)
    far.mkdir(parents=True)
    assert _may_make(near, "curve")
    assert not _may_make(far, "curve")


def test_source_counts_only_if_a_makefile_knows_its_ending(tmp_path: Path) -> None:
    for name in ("graph.dot", "photo.xcf"):
        (tmp_path / name).touch()
    assert not _may_make(tmp_path, "graph")
    (tmp_path / "Makefile").write_text("%.pdf: %.dot\n", "utf-8")
    assert _may_make(tmp_path, "graph")
    assert not _may_make(tmp_path, "photo")


def test_makefile_that_is_no_text_is_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_bytes(b"curve.pdf \xff")
    files = Files(tmp_path)
    assert not Makefiles(files).may_make(tmp_path / "curve")
    assert not files.faults
