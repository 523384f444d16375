from __future__ import annotations

from struct import pack

import pytest

from texbook.texfiles.xdv.canonical import Mark, MarkKind, canonical, part_marks
from texbook.texfiles.xdv.compare import compare
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError

NATIVE = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
BOLD = FontDefinition(True, pack(">IHB", 655360, 0x2000, 6) + b"/a.otf" + bytes(8))
METRICS = FontDefinition(False, pack(">IIIBB", 7, 655360, 655360, 0, 5) + b"cmr10")
PUSH, POP = b"\x8d", b"\x8e"


def page(*parts: Part, number: int = 1) -> Page:
    return Page((number, *[0] * 9), parts, 9)


def document(*pages: Page) -> Xdv:
    return Xdv(7, (25400000, 473628672, 1000), b"", pages, 0, 0, 9)


def right(distance: int) -> bytes:
    return pack(">Bi", 146, distance)


def glyph(number: int, width: int = 0) -> bytes:
    return pack(">BiHiiH", 253, width, 1, 0, 0, number)


def rule(size: int) -> bytes:
    return pack(">Bii", 137, size, size)


def test_a_mark_tells_place_content_and_font() -> None:
    marks = canonical(page(NATIVE, right(5) + glyph(3, 7), Special(b"x"), rule(2)))
    assert marks == (
        Mark(5, 0, MarkKind.GLYPHS, bytes(8) + b"\x00\x03", NATIVE),
        Mark(12, 0, MarkKind.SPECIAL, b"x"),
        Mark(12, 0, MarkKind.RULE, pack(">ii", 2, 2)),
    )


def test_a_character_moves_by_a_width_that_only_its_metrics_know() -> None:
    plain = canonical(page(METRICS, b"a" + right(5) + b"b"))
    boxed = canonical(page(METRICS, PUSH + b"a" + POP + right(5) + b"b"))
    assert (plain[1].h, boxed[1].h) == (5, 5)
    assert plain[1].widths != 0
    assert boxed[1].widths == 0


def test_specials_can_be_left_out() -> None:
    marked = page(Special(b"pdf:a"), Special(b"b"))
    assert [mark.content for mark in canonical(marked, lambda text: text == b"b")] == [b"pdf:a"]


def test_a_glyph_without_a_font_is_an_error() -> None:
    with pytest.raises(XdvError, match="no font is chosen"):
        canonical(page(glyph(1)))


def test_marks_by_parts() -> None:
    assert list(map(len, part_marks(page(NATIVE, glyph(1) + glyph(2), Special(b""))))) == [0, 2, 1]


def test_the_depth_counts_where_it_ends_a_line_of_a_link() -> None:
    begins, ends = Special(b"pdf:bann<<>>"), Special(b"pdf:eann")
    broken = page(NATIVE, PUSH, begins, glyph(1), POP + PUSH, glyph(1), ends, POP)
    whole = page(NATIVE, PUSH, begins, glyph(1), PUSH + POP, glyph(1), ends, POP)
    assert [mark.kind for mark in canonical(broken)].count(MarkKind.LINK_BREAK) == 1
    assert MarkKind.LINK_BREAK not in [mark.kind for mark in canonical(whole)]


def test_equal_pages_have_no_difference() -> None:
    one = document(page(NATIVE, right(5) + glyph(1)))
    other = document(page(METRICS, NATIVE, PUSH + POP + right(2) + right(3) + glyph(1)))
    assert compare(one, other) == ()


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        (
            page(NATIVE, right(65536) + glyph(7)),
            page(NATIVE, right(65536) + rule(131072)),
            (
                "glyphs 7 of /a.otf at 10.00pt at 1.00pt right and 0.00pt down; rule 2.00pt wide "
                "and 2.00pt high at 1.00pt right and 0.00pt down"
            ),
        ),
        (
            page(METRICS, b"ab"),
            page(METRICS, b"a"),
            (
                "character 98 of cmr10 at 10.00pt at 0.00pt right and 0.00pt down "
                "(without the widths of the characters before it); nothing more"
            ),
        ),
        (
            page(Special(b"color push gray 0" + b"0" * 60)),
            page(NATIVE, pack(">BHHiH", 254, 1, 0x41, 0, 0)),
            (
                f'special "color push gray 0{"0" * 43}..." at 0.00pt right and 0.00pt down; '
                '"A" as glyphs  of /a.otf at 10.00pt at 0.00pt right and 0.00pt down'
            ),
        ),
        (
            page(Special(b"color push gray 0" + b"0" * 60 + b"1")),
            page(Special(b"color push gray 0" + b"0" * 60 + b"2" + b"3" * 99)),
            (
                f'special "...{"0" * 59}1" at 0.00pt right and 0.00pt down; '
                f'special "...{"0" * 20}2{"3" * 39}..." at 0.00pt right and 0.00pt down'
            ),
        ),
        (
            page(right(1) + rule(65536)),
            page(right(3) + rule(65536)),
            (
                "rule 1.00pt wide and 1.00pt high at 0.00pt right and 0.00pt down; "
                "the same, but 2sp to the right and 0sp down of it"
            ),
        ),
        (
            page(NATIVE, glyph(7)),
            page(BOLD, glyph(7)),
            (
                "glyphs 7 of /a.otf at 10.00pt at 0.00pt right and 0.00pt down; one that differs "
                "from it in its later glyphs, in its style, or by less than 0.01pt"
            ),
        ),
        (page(number=3), page(number=4), "numbered 3 and 4"),
    ],
)
def test_a_difference_is_told_in_words(one: Page, other: Page, message: str) -> None:
    (difference,) = compare(document(page(), one), document(page(), other))
    assert (difference.page, difference.message) == (2, message)


def test_a_page_too_many_is_told() -> None:
    (difference,) = compare(document(page()), document(page(), page()))
    assert (difference.page, difference.message) == (2, "only the second file has it")
