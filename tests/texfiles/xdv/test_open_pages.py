from __future__ import annotations

from struct import pack

import pytest

from texbook.texfiles.xdv.binding import write_book
from texbook.texfiles.xdv.canonical import canonical
from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv
from texbook.texfiles.xdv.open_pages import (
    Folio,
    OpenPage,
    folio_touches_text,
    font_number,
    open_runs,
)
from texbook.texfiles.xdv.parse import parse

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
METRICS = FontDefinition(False, pack(">IIIBB", 7, 327680, 655360, 0, 5) + b"cmr10")
GLYPH = pack(">BiHiiH", 253, 500, 1, 0, 0, 21)
CHOICE = b"\xee" + font_number(FONT).to_bytes(4)
MOVE = b"\x9d\x05"
UNKNOWN = Folio(b"5", None, 0)
LOST = Folio(b"", None, 0)


def page(*parts: Part | str, number: int = 5) -> Page:
    made = (Special(part.encode()) if isinstance(part, str) else part for part in parts)
    return Page((number, *[0] * 9), tuple(made), 1)


def job(*pages: Page) -> Xdv:
    return Xdv(7, (25400000, 473628672, 1000), b" made", pages, 5, 6, 1)


def opened(*parts: Part | str) -> OpenPage:
    return open_runs(job(page(*parts)), [(0, 1)], leads=True)[0].pages[0]


def test_a_folio_is_remembered_and_its_marks_are_taken_out() -> None:
    made = opened(MOVE, FONT, "texbook:folio 5", MOVE, GLYPH, "texbook:folio-end", "x")
    assert made.body == MOVE + CHOICE + MOVE + GLYPH + b"\xef\x01x"
    assert made.folios == (Folio(b"5", FONT, 9),)


@pytest.mark.parametrize(
    ("parts", "touches"),
    [
        ([FONT, GLYPH, "texbook:folio 5", GLYPH, "texbook:folio-end"], True),
        ([FONT, "texbook:folio 5", GLYPH, "texbook:folio-end", GLYPH + MOVE], True),
        ([METRICS, b"ab", "texbook:folio 5", b"5", "texbook:folio-end"], True),
        ([FONT, GLYPH + MOVE, "texbook:folio 5", GLYPH, "texbook:folio-end", MOVE + GLYPH], False),
        ([FONT, GLYPH, "texbook:folio 5", METRICS, b"5", "texbook:folio-end"], False),
        ([FONT, GLYPH, "color pop", "texbook:folio 5", GLYPH, "texbook:folio-end"], False),
        ([METRICS, MOVE, "texbook:folio 5", b"5", "texbook:folio-end", b"\x8e"], False),
        ([FONT, GLYPH, "x", GLYPH], False),
    ],
)
def test_a_mark_may_part_a_word(parts: list[Part | str], touches: bool) -> None:
    assert folio_touches_text(page(*parts)) is touches


def test_movements_and_specials_may_stand_in_a_folio() -> None:
    made = opened(
        *("texbook:folio 5", "color push gray 0", b"\x8d", FONT, GLYPH),
        *(b"\x8e", "color pop", "texbook:folio-end"),
    )
    assert [folio.font for folio in made.folios] == [FONT]
    assert made.body[made.folios[0].at :].startswith(GLYPH)


@pytest.mark.parametrize(
    ("parts", "folios"),
    [
        ([METRICS, "texbook:folio 5", b"5", "texbook:folio-end"], (UNKNOWN,)),
        ([FONT, "texbook:folio 5", GLYPH + GLYPH, "texbook:folio-end"], (UNKNOWN,)),
        (["texbook:folio 5", "texbook:folio-end"], (UNKNOWN,)),
        (["texbook:folio 5", FONT, GLYPH], (UNKNOWN,)),
        ([FONT, GLYPH, "texbook:folio-end"], (LOST,)),
        (
            [FONT, "texbook:folio 5", "texbook:folio 5", GLYPH, *["texbook:folio-end"] * 2],
            (UNKNOWN, Folio(b"5", FONT, 5), LOST),
        ),
    ],
)
def test_a_folio_that_is_not_one_glyph_run_is_known_as_such(
    parts: list[Part | str], folios: tuple[Folio, ...]
) -> None:
    made = opened(*parts)
    assert tuple(f if f.font else Folio(f.text, None, 0) for f in made.folios) == folios
    assert b"texbook" not in made.body


def test_a_folio_in_a_group_that_is_named_by_its_content_is_lost() -> None:
    group = ("pdf:bxobj @pgftransgroup1 bbox 0 0 9 9", FONT, GLYPH, "pdf:exobj")
    marked = (*group[:2], "texbook:folio 5", GLYPH, "texbook:folio-end", *group[3:])
    made = opened(*marked)
    assert made.body == opened(*group).body
    assert made.folios == (LOST, LOST)


def test_the_number_is_found_in_the_names_of_the_page_itself() -> None:
    made = opened(
        "pdf:bann<</Type/Annot/A<</S/GoTo/D(page.5)>>>>",
        "pdf:dest (page.5) [@thispage /XYZ @xpos @ypos null]",
        "pdf:bann<</Type/Annot/A<</S/GoTo/D(page.51)>>>>",
        "pdf:dest (section.5) [@thispage /XYZ @xpos @ypos null]",
        "pdf:code (page.5)",
    )
    names = [made.body[at - 7 : at + 2] for at in made.names]
    assert names == [b"t (page.5)"[-9:], b"/D(page.5)"[-9:]]
    assert not made.has_other_name


def test_a_link_means_another_page_where_the_page_has_no_such_name() -> None:
    link = "pdf:bann<</Type/Annot/A<</S/GoTo/D(page.5)>>>>"
    assert opened(link).names == ()
    roman = opened("pdf:dest (page.v) [@thispage /Fit]", link)
    assert roman.names == ()
    assert roman.has_other_name


def test_the_number_is_found_in_a_long_special() -> None:
    text = "pdf:dest (page.5) [@thispage /XYZ @xpos @ypos null]" + " " * 300
    made = opened(MOVE, text)
    assert made.body[made.names[0] :].startswith(b"5) [")


FIRST = page("color push gray 0", "pdf:docinfo<<>>", "color push rgb 1 0 0", "color pop", number=1)


def test_the_run_that_leads_speaks_for_the_document() -> None:
    (run,) = open_runs(job(FIRST), [(0, 1)], leads=True)
    assert run.pages[0].body.count(b"color push") == 2
    assert b"docinfo" in run.pages[0].body


def test_another_run_leaves_out_what_speaks_for_the_document_and_its_first_colour() -> None:
    behind = page("pdf:docinfo<<>>", number=2)
    (run,) = open_runs(job(FIRST, behind), [(0, 2)], leads=False)
    assert run.pages[0].body.count(b"color push") == 1
    assert b"docinfo" not in run.pages[0].body
    assert b"docinfo" in run.pages[1].body, "the author's"


def test_each_segment_has_its_pages_fonts_and_objects() -> None:
    defined = page("pdf:obj @pgfextgs <<>>", "pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.5 >> >>")
    shown = page("pdf:code /pgf@ca0.5 gs", METRICS, FONT, METRICS, number=6)
    first, none, second = open_runs(job(defined, shown), [(0, 1), (1, 1), (1, 2)], leads=True)
    assert (first.fonts, first.objects) == ((), ())
    assert (none.pages, none.fonts, none.objects) == ((), (), ())
    assert second.fonts == (METRICS, FONT)
    assert len(second.objects) == 2
    assert [run.frame for run in (first, none, second)] == [job()] * 3


def test_what_is_written_shows_the_same() -> None:
    shown = page(FONT, MOVE, GLYPH, METRICS, b"a", "x", MOVE)
    runs = open_runs(job(shown), [(0, 1)], leads=True)
    again = parse(write_book([(runs[0], None)], Digits()))
    assert canonical(again.pages[0]) == canonical(shown)


def test_the_number_of_a_font_is_made_from_its_definition() -> None:
    same = FontDefinition(FONT.native, FONT.body)
    assert font_number(same) == font_number(FONT)
    assert font_number(FONT) != font_number(METRICS)
    assert font_number(FontDefinition(False, FONT.body)) != font_number(FONT)
    assert all(0 <= font_number(font) < 1 << 31 for font in (FONT, METRICS))
