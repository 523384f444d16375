"""What a build keeps on disk, and what is made of it when it is damaged."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.digest import digest_bytes
from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.model import SegmentRecord, SegmentState
from texbook.build.chunks.store import ChunkStore, StoredBook
from texbook.build.origins import PageOrigins
from texbook.latex.spine import read_spine
from texbook.texfiles.synctex import SyncTex
from texbook.texfiles.xdv.model import Page, Xdv
from texbook.texfiles.xdv.open_pages import PageRun, open_runs

if TYPE_CHECKING:
    from pathlib import Path

SPINE = read_spine("\\begin{document}\\include{one}\\include{two}\\end{document}")


def run(number: int) -> PageRun:
    page = Page((number, *[0] * 9), (b"a",), 1)
    [made] = open_runs(Xdv(7, (1, 2, 3), b"x", (page,), 5, 6, 1), [(0, 1)], leads=True)
    return made


def record(name: str) -> SegmentRecord:
    return SegmentRecord({"its file": name}, "", 1, 1, 1, SegmentState({"page": 2}))


@pytest.fixture
def stored() -> StoredBook:
    book = ChunkedBook(
        SPINE,
        {"one": record("one"), "two": record("two")},
        prologue="\\relax \n",
        tool_files={"main.bbl": "é".encode("latin-1")},
        two_sided=True,
        resets={"chapter": ("section",)},
        marks_folios=False,
    )
    pages = {"one": run(1), "two": run(2)}
    return StoredBook(
        book,
        pages,
        frozenset({"own.sty"}),
        frozenset({"/tex/a.sty"}),
        b"<bcf>",
        origins={"one": origins("one.tex"), "two": origins("two.tex")},
    )


def origins(name: str) -> PageOrigins:
    return PageOrigins(SyncTex({7: name}, b"Unit:1\n", (b"\ng7,1:0,0",)), 3)


def load(folder: Path, digest: str) -> StoredBook | None:
    return ChunkStore(folder).load(digest, SPINE, "main")


def test_what_was_saved_is_read_again(tmp_path: Path, stored: StoredBook) -> None:
    digest = ChunkStore(tmp_path).save(stored)
    found = load(tmp_path, digest)
    assert found is not None
    assert found.pages == stored.pages
    assert found.origins == stored.origins
    assert (found.preamble_files, found.system, found.bcf) == (
        stored.preamble_files,
        stored.system,
        stored.bcf,
    )
    names = ("prologue", "tool_files", "two_sided", "resets", "job", "marks_folios")
    for name in names:
        assert getattr(found.book, name) == getattr(stored.book, name)
    for name, kept in found.book.records.items():
        assert replace(kept, pages_digest="") == stored.book.records[name]


def test_what_is_the_same_is_called_the_same(tmp_path: Path, stored: StoredBook) -> None:
    assert ChunkStore(tmp_path / "a").save(stored) == ChunkStore(tmp_path / "b").save(stored)
    store = ChunkStore(tmp_path / "a")
    files = set((tmp_path / "a").iterdir())
    store.save(stored)
    assert set((tmp_path / "a").iterdir()) == files


def test_a_segment_that_left_the_book_is_not_kept(tmp_path: Path, stored: StoredBook) -> None:
    stored.book.records["gone"] = record("gone")
    found = load(tmp_path, ChunkStore(tmp_path).save(stored))
    assert found is not None
    assert set(found.book.records) == {"one", "two"}


def test_pages_that_are_lost_or_damaged_are_those_of_no_record(
    tmp_path: Path, stored: StoredBook
) -> None:
    digest = ChunkStore(tmp_path).save(stored)
    records = json.loads((tmp_path / f"{digest}.json").read_text())["records"]
    one, two = (tmp_path / f"{records[name]['pages_digest']}.pages" for name in ("one", "two"))
    one.unlink()
    found = load(tmp_path, digest)
    assert found is not None
    assert set(found.pages) == set(found.book.records) == {"two"}
    two.write_bytes(two.read_bytes()[:-1])
    found = load(tmp_path, digest)
    assert found is not None
    assert found.book.records == {}


def test_lines_that_are_lost_or_damaged_are_not_known(tmp_path: Path, stored: StoredBook) -> None:
    digest = ChunkStore(tmp_path).save(stored)
    kept = json.loads((tmp_path / f"{digest}.json").read_text())["origins"]
    one, two = (tmp_path / f"{kept[name]}.synctex" for name in ("one", "two"))
    one.unlink()
    found = load(tmp_path, digest)
    assert found is not None
    assert set(found.origins) == {"two"}
    two.write_bytes(two.read_bytes()[:-1])
    found = load(tmp_path, digest)
    assert found is not None
    assert found.origins == {}
    assert found.pages == stored.pages


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"schema": 0, "texbook": "0"}'])
def test_records_that_are_damaged_or_of_another_texbook_are_none(
    damage: bytes, tmp_path: Path, stored: StoredBook
) -> None:
    digest = ChunkStore(tmp_path).save(stored)
    (tmp_path / f"{digest}.json").write_bytes(damage)
    assert load(tmp_path, digest) is None
    (tmp_path / f"{digest_bytes(damage)}.json").write_bytes(damage)
    assert load(tmp_path, digest_bytes(damage)) is None
    assert load(tmp_path, "absent") is None


def test_what_nothing_speaks_of_is_removed(tmp_path: Path, stored: StoredBook) -> None:
    store = ChunkStore(tmp_path)
    old = store.save(stored)
    stored.pages["two"] = run(3)
    new = store.save(stored)
    store.remove_others(new)
    assert load(tmp_path, old) is None
    found = load(tmp_path, new)
    assert found is not None
    assert found.pages == stored.pages
    assert len(list(tmp_path.iterdir())) == 5
    ChunkStore(tmp_path / "absent").remove_others(new)


def test_a_folder_that_was_removed_is_filled_again(tmp_path: Path, stored: StoredBook) -> None:
    store = ChunkStore(tmp_path / "chunks")
    store.save(stored)
    shutil.rmtree(tmp_path / "chunks")
    found = load(tmp_path / "chunks", store.save(stored))
    assert found is not None
    assert found.pages == stored.pages
