from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.texfiles.xdv.joining import join
from texbook.base.errors import StorageError
from texbook.texfiles.xdv.join import number_fonts
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError
from texbook.texfiles.xdv.opcodes import choose_font, special
from texbook.texfiles.xdv.parse import parse, read_xdv

if TYPE_CHECKING:
    from pathlib import Path

STYLED = FontDefinition(True, struct.pack(">IHB", 655360, 0x0300, 6) + b"/a.otf" + bytes(8))
METRICS = FontDefinition(False, struct.pack(">IIIBB", 7, 327680, 655360, 1, 5) + b"/cmr10")


def page(*parts: Part, number: int = 1) -> Page:
    return Page((number, *[0] * 9), parts, 0)


def document(*pages: Page) -> Xdv:
    return Xdv(7, (25400000, 473628672, 1000), b" made", pages, 5, 6, 1)


FILE = join([document(page(STYLED, b"a", METRICS, b"b"), page(Special(b"x"), number=2))])


def test_a_font_tells_its_name_and_size() -> None:
    assert (STYLED.name, STYLED.size) == ("/a.otf", 655360)
    assert (METRICS.name, METRICS.size) == ("/cmr10", 327680)


def test_pages_are_read_as_they_were_written() -> None:
    file = parse(FILE)
    assert file == document(page(STYLED, b"a", METRICS, b"b"), page(Special(b"x"), number=2))
    assert number_fonts(file.pages) == {STYLED: 0, METRICS: 1}
    assert [shown.counts[0] for shown in file.select(1).pages] == [2]


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (0, b"\xab"),
        (63, b"\xea"),
        (64, b"\xeb\x40"),
        (256, b"\xec\x01\x00"),
        (65536, b"\xed\1\0\0"),
    ],
)
def test_how_a_font_is_chosen(number: int, spelled: bytes) -> None:
    assert choose_font(number) == spelled


def test_how_a_special_is_spelled() -> None:
    assert special(b"ab") == b"\xef\x02ab"
    assert special(b"a" * 256) == b"\xf2\x00\x00\x01\x00" + b"a" * 256


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"\xf7\x07", b"\xf7\x02", "kind 2; XeTeX writes 7"),
        (b"\xf7\x07", b"%P", "does not begin with a preamble"),
        (b"\xdf" * 4, b"", "has no end"),
        (b"\x07\xdf", b"\x09\xdf", "cut or damaged at its end"),
        (b"\xf9", b"\xfa", "cut or damaged at its end"),
        (b"\xf8", b"\xf6", "does not lead to its postamble"),
        (b"\xaba", b"\xada", "font 2 is not defined"),
        (b"\xaba", b"\xab\x8e", "a pop without a push"),
        (b"\xaba", b"\xab\x8d", "a push is left open"),
        (b"\xaba", b"\xab\xff", "no command of a page .255"),
        (b"\x8c\xf8", b"\x8a\xf8", "page 2 has no end"),
        (b"\x8b\x00\x00\x00\x02", b"\x88\x00\x00\x00\x02", "no page begins"),
        (b"\xff\xff\xff\xff", b"\xff\xff\xff\xf0", "no page stands before"),
        (b"/cmr10", b"/cmr12", "font 1 is defined in two ways"),
        (b"\x00\x01\x00\x02\xfc", b"\x00\x01\x00\x03\xfc", "counts other pages"),
    ],
)
def test_damage_is_told(old: bytes, new: bytes, message: str) -> None:
    assert old in FILE
    damaged = FILE.replace(old, new, 1)
    with pytest.raises(XdvError, match=message):
        parse(damaged)


def test_damage_is_told_with_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "main.xdv"
    path.write_bytes(FILE[:100])
    with pytest.raises(XdvError, match=r'"main.xdv" is an XDV file that is cut'):
        read_xdv(path)
    path.write_bytes(FILE)
    assert len(read_xdv(path).pages) == 2
    with pytest.raises(StorageError):
        read_xdv(tmp_path / "none.xdv")


def test_what_cannot_be_joined_is_told() -> None:
    one = document(page())
    with pytest.raises(XdvError, match="no page"):
        join([document()])
    with pytest.raises(XdvError, match="magnification"):
        join([one, replace(one, units=(25400000, 473628672, 2000))])


def test_a_joined_file_has_the_greatest_of_all_and_the_first_comment() -> None:
    one, other = document(page()), replace(document(page()), height=9, depth=7, comment=b"other")
    joined = parse(join([one, other]))
    assert (joined.height, joined.width, joined.depth) == (9, 6, 7)
    assert joined.comment == b" made"
