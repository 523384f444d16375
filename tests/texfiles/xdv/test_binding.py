from __future__ import annotations

from dataclasses import replace
from struct import pack

import pytest

from tests.texfiles.xdv.joining import join
from texbook.texfiles.xdv.binding import bind, misfits, write_book
from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError
from texbook.texfiles.xdv.open_pages import PageRun, open_runs
from texbook.texfiles.xdv.parse import parse

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
OTHER = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/b.otf" + bytes(4))
METRICS = FontDefinition(False, pack(">IIIBB", 7, 327680, 655360, 0, 5) + b"cmr10")
WIDTH = 500


def glyphs(number: str, *, text: str | None = None, width: int = WIDTH) -> bytes:
    count = len(number)
    run = pack(">iH", count * width, count)
    run += b"".join(pack(">ii", place * width, 0) for place in range(count))
    run += b"".join(pack(">H", 100 + int(digit)) for digit in number)
    if text is None:
        return b"\xfd" + run
    return pack(">BH", 254, len(text)) + text.encode("utf-16-be") + run


def folio(number: str, *parts: Part) -> list[Part]:
    marked = parts or (FONT, glyphs(number))
    return [Special(f"texbook:folio {number}".encode()), *marked, Special(b"texbook:folio-end")]


def page(number: int, *parts: Part) -> Page:
    return Page((number, 7, *[0] * 8), (b"\x9d\x05", *parts), 0)


def special(text: str) -> Special:
    return Special(text.encode())


def plain(number: int) -> Page:
    dest = special(f"pdf:dest (page.{number}) [@thispage /XYZ @xpos @ypos null]")
    link = special(f"pdf:bann<</Type/Annot/A<</S/GoTo/D(page.{number})>>>>")
    away = special("pdf:bann<</Type/Annot/A<</S/GoTo/D(page.99)>>>>")
    head = folio(str(number), OTHER, glyphs(str(number), text=str(number)))
    return page(number, dest, *head, link, away, *folio(str(number)))


def job(*pages: Page) -> Xdv:
    return Xdv(7, (25400000, 473628672, 1000), b" made", pages, 5, 6, 1)


def segment(*pages: Page) -> PageRun:
    return open_runs(job(*pages), [(0, len(pages))], leads=True)[0]


def learned() -> Digits:
    digits = Digits()
    digits.learn(segment(*map(plain, range(1, 100))))
    return digits


DIGITS = learned()


def without_marks(shown: Page) -> Page:
    kept = [p for p in shown.parts if not (isinstance(p, Special) and p.text.startswith(b"texb"))]
    return replace(shown, parts=tuple(kept))


def test_bound_pages_are_those_that_would_have_been_typeset() -> None:
    run = segment(*map(plain, range(21, 25)))
    bound = bind(run, 37, DIGITS)
    assert bound == segment(*map(plain, range(37, 41)))
    assert bind(bound, 21, DIGITS) == run


def test_a_book_has_each_segment_with_its_numbers() -> None:
    first, second = segment(*map(plain, range(1, 4))), segment(*map(plain, range(21, 25)))
    written = parse(write_book([(first, None), (second, 22)], DIGITS))
    expected = job(*map(without_marks, map(plain, [1, 2, 3, 22, 23, 24, 25])))
    assert written == parse(join([expected]))


def test_objects_are_defined_once_at_the_top_of_the_book() -> None:
    states = [special("pdf:obj @pgfextgs <<>>"), special("pdf:put @pgfextgs << /pgf@ca1 << >> >>")]
    run = segment(page(1, *states, *folio("1"), special("pdf:code /pgf@ca1 gs")))
    empty = segment()
    written = parse(write_book([(empty, 1), (run, 2), (run, 3)], DIGITS))
    specials = [[p for p in shown.parts if isinstance(p, Special)] for shown in written.pages]
    assert [shown.counts[0] for shown in written.pages] == [2, 3]
    assert specials[0] == [*states, special("pdf:code /pgf@ca1 gs")]
    assert specials[1] == [special("pdf:code /pgf@ca1 gs")]
    assert written.depth == 1


def test_a_page_that_shows_no_number_can_be_bound() -> None:
    assert bind(segment(page(12)), 57, Digits()) == segment(page(57))


ONE_RUN: list[Part] = [FONT, glyphs("12")]


@pytest.mark.parametrize(
    ("shown", "first"),
    [
        (page(12, *folio("xii", *ONE_RUN)), 13),
        (page(12, *folio("A-12", *ONE_RUN)), 13),
        (page(12, *folio("12", FONT, glyphs("1"), glyphs("2"))), 13),
        (page(12, *folio("12", METRICS, b"12")), 13),
        (page(12, *folio("12", FONT, glyphs("21"))), 13),
        (page(12, *folio("12", FONT, glyphs("12", text="1"))), 13),
        (page(12, *folio("12", FONT, glyphs("12", text="21"))), 13),
        (page(12, *folio("12", replace(FONT, body=b""), glyphs("12"))), 13),
        (page(12, *folio("12", FONT, glyphs("12", width=600))), 13),
        (page(12, *folio("12"), *folio("40")), 13),
        (page(12, special("pdf:dest (page.xii) [@thispage /Fit]")), 13),
        (plain(12), 9),
        (plain(99), 100),
        (plain(1), 0),
        (page(0), 1),
        (page(-5), -6),
    ],
    ids=[
        *("roman", "with a prefix", "two glyph runs", "font with metrics", "other digits"),
        *("short text", "other text", "unknown font", "other width", "another page's number"),
        *("another name", "fewer digits", "more digits", "to zero", "from zero", "negative"),
    ],
)
def test_what_is_not_sure_is_a_misfit(shown: Page, first: int) -> None:
    run = segment(shown)
    assert misfits(run, first, DIGITS)
    assert not misfits(run, shown.counts[0], DIGITS)
    with pytest.raises(XdvError, match="cannot be numbered"):
        write_book([(run, first)], DIGITS)


def test_digits_that_were_never_seen_are_a_misfit() -> None:
    run = segment(plain(12))
    digits = Digits()
    assert misfits(run, 21, digits)
    digits.learn(run)
    assert misfits(run, 21, digits)
    digits.learn(segment(plain(21)))
    assert not misfits(run, 21, digits)


def test_a_segment_that_sets_its_number_itself_is_a_misfit() -> None:
    run = segment(plain(11), plain(12), plain(21))
    assert misfits(run, 12, DIGITS)
    assert not misfits(run, 11, DIGITS)


def test_no_page_is_an_error() -> None:
    with pytest.raises(XdvError, match="no page"):
        write_book([(segment(), 5)], DIGITS)
    assert not misfits(segment(), 5, DIGITS)


def test_segments_of_different_magnification_are_an_error() -> None:
    run = segment(plain(1))
    larger = replace(run, frame=replace(run.frame, units=(1, 1, 2000)))
    with pytest.raises(XdvError, match="magnification"):
        write_book([(run, None), (larger, 2)], DIGITS)


def test_fonts_that_have_one_number_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("texbook.texfiles.xdv.binding.font_number", lambda font: 7)
    with pytest.raises(XdvError, match="two fonts"):
        write_book([(segment(plain(1)), None)], DIGITS)
