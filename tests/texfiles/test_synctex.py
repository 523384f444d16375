"""A file that XeTeX has written is read and put together again as it was."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.texfiles.synctex import (
    Link,
    SyncTex,
    SyncTexError,
    format_link,
    parse_link,
    read_synctex,
    read_synctex_file,
    relink,
    split_links,
    write_synctex,
)

if TYPE_CHECKING:
    from pathlib import Path

# What XeTeX 0.999994 (TeX Live 2022) wrote of two pages, shortened; a file is opened on the first
# page and another between the two.
RECORDED = b"""SyncTeX Version:1
Input:1:/book/./main.tex
Input:2:/texmf/article.cls
Output:xdv
Magnification:1000
Unit:1
X Offset:4736287
Y Offset:4736287
Content:
!189
{1
[1,6:0,41484288:26673152,41484288,0
(80,2:4063232,4128768:22609920,455111,126483
h1,3:4063232,4128768:983040,0,0
g1,3:6739067,4128768
Input:80:/book/./b.tex
$1,3:10366485,4128768
x1,3:10712901,4128768
k80,2:26673152,4128768:11310223
r80,2:26673152,4128768:1,2,3
)
]
!1756
}1
Input:81:/book/./c.tex
!9
{2
[1,8:0,41484288:26673152,41484288,0
]
!663
}2
!35
Postamble:
Count:123
!25
Post scriptum:
"""

RECORDS = st.sampled_from(
    [
        b"\n[1,2:-3,4:5,6,7",
        b"\n(12,345:6,7:8,9,0",
        b"\ng1,2:3,4",
        b"\n]",
        b"\n)",
        b"\nh3,4:5,6:7,8,9",
    ]
)
SHEETS = st.lists(st.lists(RECORDS, max_size=6).map(b"".join), max_size=12)
NAMES = st.text(st.characters(exclude_characters="\n\0", exclude_categories=["Cs"]), min_size=1)
INPUTS = st.dictionaries(st.integers(1, 999), NAMES, max_size=5)


def test_a_recorded_file_is_read() -> None:
    read = read_synctex(RECORDED)
    assert read.inputs == {
        1: "/book/./main.tex",
        2: "/texmf/article.cls",
        80: "/book/./b.tex",
        81: "/book/./c.tex",
    }
    assert read.settings == (
        b"Output:xdv\nMagnification:1000\nUnit:1\nX Offset:4736287\nY Offset:4736287\n"
    )
    first, second = read.sheets
    assert first.startswith(b"\n[1,6:0,")
    assert first.endswith(b"\n)\n]")
    assert b"Input" not in first
    assert b"!" not in first
    assert second == b"\n[1,8:0,41484288:26673152,41484288,0\n]"


@given(INPUTS, SHEETS)
def test_what_was_written_is_read_again(inputs: dict[int, str], sheets: list[bytes]) -> None:
    synctex = SyncTex(inputs, b"Unit:1\n", tuple(sheets))
    assert read_synctex(write_synctex(synctex)) == synctex


@given(SHEETS, st.integers(0, 500))
def test_links_are_written_anew_and_nothing_else(sheets: list[bytes], by: int) -> None:
    for sheet in sheets:
        raw = set(split_links(sheet)[1::2])
        moved = {item: format_link(item, _moved(parse_link(item), by)) for item in raw}
        back = {new: old for old, new in moved.items()}
        assert relink(relink(sheet, moved), back) == sheet
        links = {parse_link(item) for item in split_links(relink(sheet, moved))[1::2]}
        assert links == {_moved(parse_link(item), by) for item in raw}


def _moved(link: Link, by: int) -> Link:
    return Link(link.tag + by, link.line + 2 * by)


def test_sheets_keep_their_order_whatever_their_numbers_have_in_common() -> None:
    sheets = tuple(b"\ng1,%d:0,0" % number for number in range(1, 23))
    assert read_synctex(write_synctex(SyncTex({1: "a"}, b"", sheets))).sheets == sheets


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no SyncTeX",
        RECORDED.partition(b"Content:")[0],
        RECORDED.partition(b"Postamble:")[0],
        RECORDED.replace(b"\n}2\n", b"\n"),
    ],
    ids=["empty", "another", "no content", "no end", "an open sheet"],
)
def test_a_file_that_is_not_whole_is_refused(content: bytes) -> None:
    with pytest.raises(SyncTexError):
        read_synctex(content)


def test_a_name_that_is_no_unicode_survives() -> None:
    read = read_synctex(RECORDED.replace(b"/b.tex", b"/\xe9 b.tex"))
    assert b"Input:80:/book/./\xe9 b.tex\n" in write_synctex(read)


def test_a_packed_file_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "main.synctex.gz"
    path.write_bytes(gzip.compress(RECORDED))
    assert read_synctex_file(path) == read_synctex(RECORDED)
    path.write_bytes(gzip.compress(RECORDED)[:200])
    with pytest.raises(SyncTexError):
        read_synctex_file(path)
    plain = tmp_path / "main.synctex"
    plain.write_bytes(RECORDED)
    assert read_synctex_file(plain) == read_synctex(RECORDED)
    path.write_bytes(RECORDED)
    with pytest.raises(SyncTexError):
        read_synctex_file(path)
    path.unlink()
    with pytest.raises(SyncTexError):
        read_synctex_file(path)
