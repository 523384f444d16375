"""The lines that a page shows are told from the line at which it was shipped."""

from __future__ import annotations

import math

import pytest

from texbook.texfiles.synctex import SyncTex
from texbook.texfiles.synctex_sheet import body_span, find_body, printed_lines, read_boxes

# A page of LaTeX's article, shipped at line 6: head, body and foot. Lines 3 and 4 print.
PAGE = b"""
[1,6:0,41484288:26673152,41484288,0
(1,6:0,0:0,0,0
k1,6:-4736286,0:4736286
)
[1,6:4063232,41484288:22609920,40435712,0
[1,6:4063232,1835008:22609920,786432,0
(1,6:4063232,1835008:22609920,0,0
)
]
[1,6:4063232,39518208:22609920,36044800,0
(1,3:4063232,4128768:22609920,455111,126483
g1,3:6739067,4128768
)
(1,4:4063232,6558233:22609920,2237446,127139
h80,3:4063232,6558233:983040,0,0
)
]
(1,6:4063232,41484288:22609920,436470,0
)
]
]""".rstrip()
SETTINGS = b"Magnification:1000\nUnit:1\nX Offset:4736287\nY Offset:4736287\n"
BODY = 36044800
TEXT_OF_LINE_6 = b"(1,6:4063232,9000000:22609920,455111,126483\n)\n"


def synctex(sheet: bytes) -> SyncTex:
    return SyncTex({1: "main.tex", 80: "b.tex"}, SETTINGS, (sheet,))


def test_the_body_is_the_highest_box_of_the_page() -> None:
    body = find_body(read_boxes(PAGE))
    assert body is not None
    assert (body.height, body.top) == (BODY, 39518208 - BODY)


def test_the_body_is_told_in_points_from_the_top() -> None:
    top, bottom = body_span(synctex(PAGE), 1)
    assert top == pytest.approx((39518208 - BODY + 4736287) / 65536 / 72.27 * 72)
    assert bottom == pytest.approx((39518208 + 4736287) / 65536 / 72.27 * 72)
    assert body_span(synctex(PAGE), 2) == (-math.inf, math.inf)


def test_lines_that_print_are_found_by_file() -> None:
    assert printed_lines((PAGE,), frozenset({1})) == {3, 4}
    assert printed_lines((PAGE,), frozenset({80})) == {3}
    assert printed_lines((PAGE,), frozenset({7})) == frozenset()
    assert printed_lines((PAGE, b""), frozenset()) == frozenset()


def test_the_line_at_which_a_page_is_shipped_counts_if_it_prints() -> None:
    marker = b"(1,4:4063232,6558233"
    page = PAGE.replace(marker, TEXT_OF_LINE_6 + marker)
    assert printed_lines((page,), frozenset({1})) == {3, 4, 6}
