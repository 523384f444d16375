from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import StorageError
from texbook.texfiles.xdv.files import files_in_pages

if TYPE_CHECKING:
    from pathlib import Path


def native(name: bytes, flags: int = 0, words: int = 0) -> bytes:
    body = struct.pack(">BIIHB", 252, 7, 655360, flags, len(name)) + name
    return body + bytes(4) + bytes(4 * words)


def pages(specials: bytes, *definitions: bytes) -> bytes:
    before = b"\xf7\x07" + specials
    after = b"\xf8" + bytes(28) + b"".join(definitions)
    return before + after + b"\xf9" + struct.pack(">I", len(before)) + b"\x07" + b"\xdf" * 4


def test_fonts_of_the_postamble_are_listed_once_whatever_is_done_to_them(tmp_path: Path) -> None:
    metric = struct.pack(">BBIIIBB", 243, 5, 0, 1, 1, 0, 5) + b"cmr10"
    content = pages(
        b"",
        native(b"/fonts/a.otf", 0x0200 | 0x2000, 2),
        metric,
        native(b"./my fonts/b.ttf", 0x0400),
        native(b"/fonts/a.otf"),
    )
    path = tmp_path / "main.xdv"
    path.write_bytes(content)
    assert files_in_pages(path) == ("/fonts/a.otf", "./my fonts/b.ttf")


def test_files_of_specials_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "main.xdv"
    path.write_bytes(pages(b"..pdf:fstream @x (a b.txt)..pdf:image width 3in (c.png)..(no.txt)"))
    assert files_in_pages(path) == ("a b.txt", "c.png")


@pytest.mark.parametrize("cut", [0, 3, 20, 60])
def test_a_cut_file_lists_what_it_can(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "main.xdv"
    path.write_bytes(pages(b"", native(b"/fonts/a.otf"))[:cut])
    assert files_in_pages(path) == ()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        files_in_pages(tmp_path / "main.xdv")
