from __future__ import annotations

from dataclasses import replace
from struct import pack

from texbook.texfiles.xdv.looks import carries_colour, file_looks, run_looks
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv
from texbook.texfiles.xdv.open_pages import PageRun, open_runs

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
GLYPH = pack(">BiHiiH", 253, 500, 1, 0, 0, 21)
PUSH, POP = "color push rgb 1 0 0", "color pop"


def page(number: int, *parts: Part | str) -> Page:
    made = (Special(part.encode()) if isinstance(part, str) else part for part in parts)
    return Page((number, *[0] * 9), tuple(made), 1)


def run(*pages: Page) -> PageRun:
    job = Xdv(7, (25400000, 473628672, 1000), b" made", pages, 5, 6, 1)
    return open_runs(job, [(0, len(pages))], leads=True)[0]


def test_equal_pages_have_equal_names_wherever_they_were_typeset() -> None:
    one = run_looks(run(page(5, FONT, GLYPH), page(6, FONT)), None, "")
    other = run_looks(run(page(5, FONT, GLYPH), page(6, GLYPH)), None, "")
    assert one[0] == other[0]
    assert one[1] != other[1]
    assert len(set(one)) == 2


def test_another_number_gives_another_name() -> None:
    pages = run(page(5, FONT, GLYPH), page(6, FONT, GLYPH))
    assert run_looks(pages, 5, "") == run_looks(pages, None, "")
    assert set(run_looks(pages, 7, "")).isdisjoint(run_looks(pages, 5, ""))


def test_only_pages_with_pictures_depend_on_them() -> None:
    pages = run(page(5, "pdf:image bbox 0 0 1 1 (a.pdf)"), page(6, FONT, GLYPH))
    before, after = run_looks(pages, None, "one"), run_looks(pages, None, "two")
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_a_page_that_goes_on_in_a_colour_depends_on_the_page_before() -> None:
    def looks(colour: str, *, closed: bool) -> tuple[str, ...]:
        first = page(5, colour, *([POP] if closed else []))
        last = page(6, FONT, GLYPH, *([] if closed else [POP]))
        return run_looks(run(first, last, page(7, FONT)), None, "")

    red, blue = looks(PUSH, closed=False), looks("color push rgb 0 0 1", closed=False)
    assert red[1] != blue[1]
    assert red[2] == blue[2]
    red, blue = looks(PUSH, closed=True), looks("color push rgb 0 0 1", closed=True)
    assert red[1:] == blue[1:]


def test_a_colour_that_goes_on_is_seen() -> None:
    assert carries_colour(run(page(5, PUSH), page(6, POP)))
    assert not carries_colour(run(page(5, PUSH, POP), page(6, FONT)))
    assert not carries_colour(replace(run(page(5)), pages=()))


def test_pages_of_a_whole_file_have_names_too() -> None:
    one = file_looks([page(1, FONT, GLYPH), page(2, "x")], "")
    assert one == file_looks([page(1, FONT, GLYPH), page(2, "x")], "")
    assert one[1] != file_looks([page(1, FONT, GLYPH), page(2, "y")], "")[1]
    assert one[0] != file_looks([page(3, FONT, GLYPH)], "")[0]


def test_what_a_page_says_of_the_whole_document_is_not_seen_on_it() -> None:
    one, other = (
        file_looks([page(1, f"pdf:outline [] 1<</Title({title})>>", FONT, GLYPH)], "")
        for title in ("Leaks", "A Leak")
    )
    assert one == other
    assert one != file_looks([page(1, "pdf:bann<</Border[0 0 1]>>", FONT, GLYPH)], "")
