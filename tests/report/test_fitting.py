from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span
from texbook.report.excerpt import glyphs_for
from texbook.report.fitting import fitted, path_end
from texbook.report.terminal import Sheet

BOOK = Path("/book")
ENGINE = Diagnostic(
    "undefined-macro",
    Severity.ERROR,
    'undefined control sequence "\\enph"',
    Span(BOOK / "chapters/01-first-of-all/one.tex", Position(12, 3), Position(12, 8)),
    hints=('did you mean "\\emph"?',),
    source="engine",
)
LINT = Diagnostic("TB504", Severity.WARNING, "a hyphen", Span.at(BOOK / "a.tex", 3), source="lint")
WHOLE = [
    'error[undefined-macro]: undefined control sequence "\\enph"',
    "  --> chapters/01-first-of-all/one.tex:12:3",
    '   = hint: did you mean "\\emph"?',
]


def rows(*diagnostics: Diagnostic, room: int = 20, width: int = 80) -> list[str]:
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for("utf-8"), width=width)
    return [line.plain for line in fitted(diagnostics, sheet, room)]


def test_all_are_shown_whole_where_there_is_room() -> None:
    whole = [*WHOLE, "", "warning[TB504]: a hyphen", " --> a.tex:3"]
    assert rows(ENGINE, LINT, room=6) == whole


def test_where_there_is_not_the_others_get_a_line_each() -> None:
    assert rows(ENGINE, LINT, room=5) == [*WHOLE, "", "warning[TB504] a.tex:3: a hyphen"]


def test_what_is_left_out_is_counted_and_shown_by_a_command() -> None:
    line = "warning[TB504] a.tex:3: a hyphen"
    assert rows(ENGINE, *[LINT] * 1234, room=7) == (
        [*WHOLE, "", line, line, "… 1,232 more: texbook lint"]
    )
    assert rows(*[ENGINE] * 5, room=4) == [*WHOLE, "… 4 more: texbook build"]
    assert rows(ENGINE, ENGINE, LINT, room=4)[-1] == "… 2 more: texbook build, texbook lint"


def test_a_line_tells_the_end_of_its_place() -> None:
    long = replace(ENGINE, message="first words\nand others " * 9)
    assert rows(LINT, *[long] * 9, room=5, width=60)[-2] == (
        "error[undefined-macro] …/01-first-of-all/one.tex:12: first …"
    )


def test_a_finding_of_no_file_has_a_line_too() -> None:
    nowhere = replace(LINT, span=None, message="no\x1b[31mred")
    assert rows(ENGINE, nowhere, nowhere, room=6)[-1] == "warning[TB504] no␛[31mred"


@pytest.mark.parametrize("room", range(9))
@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_there_are_never_more_rows_than_room(room: int, count: int) -> None:
    shown = rows(*[ENGINE, LINT][: min(count, 2)], *[LINT] * (count - 2), room=room)
    assert len(shown) <= room
    told = "".join(shown)
    if room > 3 and count > 1:
        assert "TB504" in told or f"… {count - 1} more" in told


def test_a_path_keeps_its_name() -> None:
    glyphs = glyphs_for("ascii")
    assert path_end("chapters/01/first.tex", 3, glyphs) == ".../first.tex"
    assert path_end("a/b.tex", 3, glyphs) == "a/b.tex"
    assert path_end("first.tex", 3, glyphs) == "first.tex"
