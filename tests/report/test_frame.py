from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.report.excerpt import glyphs_for
from texbook.report.frame import Phase, WatchState, frame
from texbook.report.terminal import Sheet

BOOK = Path("/book")
AT = datetime(2025, 3, 1, 14, 2, 11)


def findings(count: int) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            "TB001",
            Severity.ERROR,
            f"fault {number} " + "and many words about it " * 4,
            Span.at(BOOK / "main.tex", number + 1),
            hints=("mend it",),
        )
        for number in range(count)
    )


def picture(state: WatchState, width: int = 80, rows: int = 24, encoding: str = "utf-8") -> str:
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for(encoding), width=width)
    return "\n".join(line.plain.rstrip() for line in frame(state, sheet, rows=rows))


def test_a_good_build_is_told_calmly() -> None:
    state = WatchState(
        "Traps",
        AT,
        Phase.GOOD,
        changed=("main.tex",),
        seconds=1.3,
        pages=212,
        reasons=("typeset in one run: the main file has no chapters", "two"),
    )
    assert picture(state, rows=10) == (
        "texbook watch  Traps\n"
        "\n"
        "● good at 14:02:11 in 1.3 s, 212 pages\n"
        "  main.tex changed\n"
        "  typeset in one run: the main file has no chapters; two\n"
        "\n"
        "no findings\n"
        "\n\n" + " " * 69 + "Ctrl-C ends"
    )


def test_a_failed_build_tells_what_is_shown_and_the_first_faults() -> None:
    state = WatchState(
        "Traps", AT, Phase.FAILED, showing=AT.replace(minute=0), diagnostics=findings(9)
    )
    assert picture(state, rows=20) == (
        "texbook watch  Traps\n"
        "\n"
        "● failed at 14:02:11, showing the build of 14:00\n"
        "\n"
        "\n"
        "\n"
        "9 errors in 1 file\n"
        "\n"
        "error[TB001]: fault 0 and many words about it and many words about it and many\n"
        "  words about it and many words about it\n"
        " --> main.tex:1\n"
        "  = hint: mend it\n"
        "\n"
        "error[TB001] main.tex:2: fault 1 and many words about it and many words about i…\n"
        "error[TB001] main.tex:3: fault 2 and many words about it and many words about i…\n"
        "error[TB001] main.tex:4: fault 3 and many words about it and many words about i…\n"
        "error[TB001] main.tex:5: fault 4 and many words about it and many words about i…\n"
        "error[TB001] main.tex:6: fault 5 and many words about it and many words about i…\n"
        "… 3 more: texbook build\n" + " " * 69 + "Ctrl-C ends"
    )


def test_nothing_moves_from_one_state_to_the_next() -> None:
    good = WatchState("T", AT, Phase.GOOD, pages=3, reasons=("a", "b"), diagnostics=findings(2))
    building = replace(good, phase=Phase.BUILDING, changed=("a.tex",), reasons=())
    failed = replace(building, phase=Phase.FAILED, reasons=("a",), link="http://127.0.0.1:1/x/")
    rows = [picture(state).splitlines() for state in (good, building, failed)]
    places = [[row.index("2 errors in 1 file"), row.index(" --> main.tex:1")] for row in rows]
    assert places == [[6, 10]] * 3


def test_what_the_last_build_found_stands_until_the_next_has_ended() -> None:
    state = WatchState("T", AT, Phase.BUILDING, changed=("a.tex",), pages=3)
    assert "no findings" in picture(state)
    assert "no findings" not in picture(replace(state, pages=None))
    assert "9 errors in 1 file" in picture(replace(state, diagnostics=findings(9)))


def test_the_address_of_the_preview_stays_whole() -> None:
    link = f"http://127.0.0.1:8765/{'aBc-_' * 7}/"
    state = WatchState("T", AT, Phase.FAILED, link=link)
    for width in (80, 70, 69):
        assert f"preview  {link}" in picture(state, width=width).splitlines()
    for width in (60, 40):
        rows = picture(state, width=width).splitlines()
        assert "".join(rows[1 : 1 + -(-len(link) // width)]) == link


def test_a_narrow_screen_has_short_words() -> None:
    state = WatchState("T", AT, Phase.FAILED, seconds=5.8, showing=AT.replace(minute=0))
    assert "● failed 14:02, PDF of 14:00" in picture(state, width=40)
    assert "● failed 14:02, no PDF" in picture(replace(state, showing=None), width=40)
    good = replace(state, phase=Phase.GOOD, pages=1305)
    assert "● good 14:02, 1,305 pp" in picture(good, width=32)


def test_a_good_pdf_of_sources_with_errors_is_no_green_light() -> None:
    state = WatchState("T", AT, Phase.GOOD, pages=3, diagnostics=findings(1))
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for("utf-8"), width=80)
    assert frame(state, sheet, rows=20)[2].spans[0].style == "bold yellow"
    mild = replace(findings(1)[0], severity=Severity.WARNING)
    assert frame(replace(state, diagnostics=(mild,)), sheet, rows=20)[2].spans[0].style == (
        "bold green"
    )


def test_a_start_says_why_it_built() -> None:
    state = WatchState("T", AT, Phase.GOOD, reasons=("no earlier build", "3 of 3 segments typeset"))
    assert picture(state).splitlines()[3:5] == ["  no earlier build", "  3 of 3 segments typeset"]


@pytest.mark.parametrize("rows", [6, 8, 9, 10, 12, 24, 50])
@pytest.mark.parametrize("width", [24, 40, 80])
@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_any_state_fits_any_screen(rows: int, width: int, count: int) -> None:
    state = WatchState(
        "A very long title of a book " * 5,
        AT,
        Phase.FAILED,
        changed=("a" * 90, "b.tex", "c.tex", "d.tex"),
        reasons=("r" * 90,) * 5,
        diagnostics=findings(count),
        news="n" * 200,
    )
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for("utf-8"), width=width)
    lines = frame(state, sheet, rows=rows)
    assert len(lines) == rows
    assert all(line.cell_len <= width for line in lines)
    assert lines[-1].plain.endswith("Ctrl-C ends")


def test_files_are_named_as_far_as_there_is_room() -> None:
    first, second = "chapters/01-first-part/one.tex", "chapters/01-first-part/two.tex"
    state = WatchState("T", AT, Phase.GOOD, changed=(first, second))
    said = {width: picture(state, width=width).splitlines()[3][2:] for width in (80, 60, 40)}
    assert said == {
        80: f"{first}, {second} changed",
        60: f"{first} and 1 more changed",
        40: "…/one.tex and 1 more changed",
    }
    long = replace(state, changed=("a" * 50,))
    assert picture(long, width=40).splitlines()[3] == f"  {'a' * 37}…"
    assert picture(long, width=40, encoding="ascii").splitlines()[3] == f"  {'a' * 35}..."


def test_an_ascii_terminal_gets_an_ascii_screen() -> None:
    state = WatchState("Zürich", AT, Phase.FAILED, diagnostics=findings(9))
    assert picture(state, encoding="ascii").isascii()
