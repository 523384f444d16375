"""Auxiliary files between passes and between builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.errors import StorageError
from texbook.build.auxiliary import (
    lay_down,
    load_generation,
    name_in,
    new_generation,
    read_accesses,
    regular_files,
    remove_others,
    snapshot_digest,
    take_snapshot,
)

FLS = """PWD /run
INPUT /usr/share/texmf/tex/latex/base/article.cls
INPUT ./main.tex
INPUT main.tex
INPUT main.aux
INPUT ./chapters/a b.aux
OUTPUT main.aux
OUTPUT main.listing
INPUT main.listing
INPUT ./main.ind
OUTPUT main.xdv
"""


def test_accesses_tell_what_was_read_before_it_was_written(tmp_path: Path) -> None:
    recorder = tmp_path / "main.fls"
    recorder.write_text(FLS)
    accesses = read_accesses(recorder, tmp_path)
    assert accesses.written == {"main.aux", "main.listing", "main.xdv"}
    assert accesses.read_first == {"main.tex", "main.aux", "chapters/a b.aux", "main.ind"}
    assert accesses.read == accesses.read_first | {"main.listing"}


def test_names_are_relative_to_the_working_folder() -> None:
    folder = Path("/run/book")
    assert name_in(folder, "./chapters/../main.aux") == "main.aux"
    assert name_in(folder, "/run/book/main.aux") == "main.aux"
    assert name_in(folder, "../other.tex") is None


def test_a_snapshot_is_laid_down_as_it_was_taken(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    files = {"main.aux": b"a", "chapters/one.aux": b"\xff\r\n"}
    lay_down(files, first)
    (first / "main.log").write_text("never carried")
    names = frozenset({*files, "main.log", "gone.toc"})
    taken = take_snapshot(first, names)
    assert taken == files
    lay_down(taken, second)
    assert regular_files(second) == frozenset(files)


def test_laying_down_replaces_a_link_instead_of_writing_through_it(tmp_path: Path) -> None:
    outside = tmp_path / "authors.aux"
    outside.write_text("mine")
    run = tmp_path / "run"
    run.mkdir()
    (run / "main.aux").symlink_to(outside)
    lay_down({"main.aux": b"new"}, run)
    assert outside.read_text() == "mine"
    assert (run / "main.aux").read_text() == "new"


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "chapters").write_text("a file where a folder should be")
    with pytest.raises(StorageError):
        lay_down({"chapters/one.aux": b"x"}, tmp_path)


def test_a_generation_is_read_back_only_whole(tmp_path: Path) -> None:
    generation = new_generation({"main.aux": b"a", "chapters/one.aux": b"b"})
    generation.save(tmp_path)
    digests = generation.digests()
    loaded = load_generation(tmp_path, generation.name, digests)
    assert loaded is not None
    assert dict(loaded.snapshot) == dict(generation.snapshot)

    (tmp_path / generation.name / "main.aux").write_bytes(b"cut")
    assert load_generation(tmp_path, generation.name, digests) is None
    (tmp_path / generation.name / "main.aux").unlink()
    assert load_generation(tmp_path, generation.name, digests) is None


def test_a_state_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    assert load_generation(tmp_path, "g", {"../secret": "0"}) is None
    assert load_generation(tmp_path, "g", {"/etc/passwd": "0"}) is None


def test_other_generations_are_removed(tmp_path: Path) -> None:
    old, new = new_generation({"main.aux": b"1"}), new_generation({"main.aux": b"2"})
    old.save(tmp_path)
    new.save(tmp_path)
    remove_others(tmp_path, new.name)
    assert [path.name for path in tmp_path.iterdir()] == [new.name]
    remove_others(tmp_path / "absent", new.name)


def test_the_digest_of_a_snapshot_depends_on_names_and_contents() -> None:
    digest = snapshot_digest({"a": b"1", "b": b"2"})
    assert digest == snapshot_digest({"b": b"2", "a": b"1"})
    assert digest != snapshot_digest({"a": b"1", "c": b"2"})
    assert digest != snapshot_digest({"a": b"1", "b": b"3"})
