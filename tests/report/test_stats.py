from __future__ import annotations

import pytest

from texbook.report.stats import RowKind, StatsRow, StatsTable, render_stats

MISSING = "\N{MULTIPLICATION SIGN}"


def row(kind: RowKind = RowKind.UNIT, **values: object) -> StatsRow:
    defaults: dict[str, object] = {
        "number": "1.1",
        "title": "Winning Is Bad News",
        "level": "senior",
        "words": 900,
        "sections": (400, 500, 0),
        "counts": (2, 0),
        "pages": 9,
    }
    return StatsRow(kind, **{**defaults, **values})  # type: ignore[arg-type]


def table(*rows: StatsRow) -> StatsTable:
    return StatsTable(rows, ("lst", "fig"), ("Scenario", "Trap", "Fix"), 60)


STUBS = tuple(
    row(RowKind.STUB, number=f"1.{n}", words=100, sections=(40, None, 60)) for n in range(2, 9)
)


def test_without_a_terminal_sections_are_numbers_and_titles_stay_whole() -> None:
    head, line, legend = render_stats(table(row(title="A " * 40)), width=None).splitlines()
    assert head.split() == ["level", "words", "1", "2", "3", "lst", "pp"]
    assert line.split()[-6:] == ["900", "400", "500", "0", "2", "9"]
    assert line.count("A") == 40
    assert "1 Scenario, 2 Trap, 3 Fix" in legend


@pytest.mark.parametrize("width", [56, 80])
def test_a_narrow_table_draws_sections_as_bars_and_fits(width: int) -> None:
    page = render_stats(table(row(title="Long " * 20), *STUBS), width=width)
    lines = page.splitlines()
    assert all(len(line) <= width for line in lines[:-1])
    assert "▇█▁" in lines[1]
    assert f"▁{MISSING}▂" in lines[2]
    assert "…" in lines[1]
    assert "stub" in lines[2]
    assert lines[-1] == f"▁ fewer than 60 words   {MISSING} missing   █ 500 words"


def test_there_is_a_stand_in_for_bars_that_cannot_be_printed() -> None:
    page = render_stats(table(row(title="Long " * 20), *STUBS), width=56, encoding="ascii")
    assert page.isascii()
    assert "1x2" in page


def test_columns_without_anything_are_left_out() -> None:
    page = render_stats(
        StatsTable((row(level="", sections=(), counts=(0, 3), pages=None),), ("lst", "fig")),
        width=None,
    )
    assert page.splitlines()[0].split() == ["words", "fig"]
    assert len(page.splitlines()) == 2


def test_a_chapter_title_goes_on_over_empty_cells() -> None:
    chapter = row(
        RowKind.CHAPTER, number="1", title="A Chapter of a Longer Name", level="", sections=()
    )
    page = render_stats(table(chapter, row(title="Sixteen letters."), *STUBS), width=40)
    assert "A Chapter of a Longer N…" in page


def test_stubs_become_one_line_only_where_the_screen_is_too_low() -> None:
    rows = (row(RowKind.CHAPTER), *STUBS, row())
    assert len(render_stats(table(*rows), width=80, height=40).splitlines()) == 11
    lines = render_stats(table(*rows), width=80, height=8).splitlines()
    assert len(lines) == 5
    assert "1.2  to 1.8: 7 stubs" in lines[2]
    assert "700" in lines[2]
    assert lines[2].endswith("63")


def test_what_is_missing_or_thin_is_coloured_but_not_in_a_stub() -> None:
    page = render_stats(table(row(sections=(400, None, 10))), width=None, colour=True)
    assert f"\x1b[1;31m{MISSING}" in page
    assert "\x1b[33m10" in page
    stub = render_stats(table(row(RowKind.STUB, sections=(400, None, 10))), width=None, colour=True)
    assert "\x1b[1;31m" not in stub


def test_a_title_cannot_move_the_cursor() -> None:
    assert "\x1b" not in render_stats(table(row(title="a\x1b[2Jb")), width=None)
