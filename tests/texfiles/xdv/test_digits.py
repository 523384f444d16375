from __future__ import annotations

from struct import pack

import pytest

from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv
from texbook.texfiles.xdv.open_pages import PageRun, open_runs

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
WIDTH = 500
Glyphs = tuple[str, list[int], bytes]  # a number, its glyphs, their shape


def shape(count: int, width: int = WIDTH) -> bytes:
    return pack(">i", count * width) + b"".join(pack(">ii", n * width, 0) for n in range(count))


def shown(number: str, glyphs: list[int], made: bytes) -> list[Part]:
    run = b"\xfd" + made[:4] + pack(">H", len(glyphs)) + made[4:]
    run += b"".join(pack(">H", glyph) for glyph in glyphs)
    return [Special(b"texbook:folio " + number.encode()), run, Special(b"texbook:folio-end")]


def segment(*folios: Glyphs) -> PageRun:
    parts = [part for folio in folios for part in shown(*folio)]
    page = Page((1,) + (0,) * 9, (FONT, *parts), 0)
    job = Xdv(7, (25400000, 473628672, 1000), b"", (page,), 5, 6, 1)
    return open_runs(job, [(0, 1)], leads=True)[0]


def plain(*numbers: str) -> list[Glyphs]:
    return [
        (number, [100 + int(digit) for digit in number], shape(len(number))) for number in numbers
    ]


def learned(*folios: Glyphs) -> Digits:
    digits = Digits()
    for folio in folios:
        digits.learn(segment(folio))
    return digits


def test_a_number_is_known_when_its_digits_were_seen_before_the_same_neighbours() -> None:
    digits = learned(*plain("12", "31", "22"))
    assert digits.glyphs(FONT, b"12", shape(2)) == pack(">HH", 101, 102)
    assert digits.glyphs(FONT, b"31", shape(2)) == pack(">HH", 103, 101)
    assert digits.glyphs(FONT, b"32", shape(2)) is None, "never seen side by side"
    assert digits.glyphs(FONT, b"13", shape(2)) is None, "3 was never seen last"
    assert digits.glyphs(FONT, b"14", shape(2)) is None


def test_neighbours_are_known_from_numbers_with_other_counts_of_digits() -> None:
    digits = learned(*plain("312", "24", "40"))
    assert digits.glyphs(FONT, b"124", shape(3)) == pack(">HHH", 101, 102, 104)
    assert digits.glyphs(FONT, b"4", shape(1)) is None, "no number of one digit was seen"


def test_nothing_is_known_of_another_font_or_another_shape() -> None:
    digits = learned(*plain("12"))
    assert digits.glyphs(FontDefinition(True, b""), b"12", shape(2)) is None
    assert digits.glyphs(FONT, b"12", shape(2, 600)) is None


@pytest.mark.parametrize(
    "other",
    [
        ("2", [202], shape(1)),
        ("21", [102, 101], shape(2, 600)),
        ("2", [102], shape(1, 600)),
        ("345", [103, 104, 105], shape(3, 600)),
    ],
    ids=["another form of a digit", "other places", "another width", "a width of other counts"],
)
def test_a_contradiction_makes_a_font_unsure(other: Glyphs) -> None:
    digits = learned(*plain("12", "5"), other)
    assert digits.glyphs(FONT, b"12", shape(2)) is None
    assert digits.glyphs(FONT, b"5", shape(1)) is None


def test_digits_of_several_widths_make_a_font_unsure() -> None:
    uneven = pack(">iiiii", 2 * WIDTH, 0, 0, WIDTH - 100, 0)
    digits = Digits()
    digits.learn(segment(("12", [101, 102], uneven)))
    assert digits.glyphs(FONT, b"12", uneven) is None


def test_nothing_is_learned_from_what_is_no_number_or_has_other_glyphs_than_digits() -> None:
    digits = learned(("iv", [9, 22], shape(2)), ("11", [300], shape(1)), ("", [], shape(0)))
    assert digits.glyphs(FONT, b"11", shape(2)) is None
    digits.learn(segment(*plain("11")))
    assert digits.glyphs(FONT, b"11", shape(2)) == pack(">HH", 101, 101)
