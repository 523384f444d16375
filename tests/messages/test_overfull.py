r"""Boxes that stick out, from logs of XeTeX 0.999994."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from tests.conftest import RunFolder

PAGELLA = "\\TU/texgyrepagella-regular.otf(0)/m/n/10"


def test_a_long_word_is_quoted_and_found(run: RunFolder) -> None:
    run.put("main.tex", "a\n\nSome text\nwith thatisreallylongandcannotbehyphenated\n")
    [found] = run.warnings(
        "Overfull \\hbox (33.42338pt too wide) in paragraph at lines 3--5\n"
        f"[]{PAGELLA} Some text with thatisreallylongandcannotbehyphenated\n []\n\n"
    ).findings
    assert (found.code, found.severity) == ("overfull", Severity.WARNING)
    assert found.message == (
        'a line is 33.4pt (11.7 mm) too wide for the text: "thatisreallylongandcannotbehyphenated"'
    )
    assert found.span == run.at("main.tex", 4, 6, 37)
    assert "long\\-word" in found.hints[0]


@pytest.mark.parametrize(
    ("points", "severity"), [("28.0", Severity.INFORMATION), ("29.0", Severity.WARNING)]
)
@pytest.mark.parametrize("box", ["\\hbox ({}pt too wide)", "\\vbox ({}pt too high)"])
def test_a_box_is_warned_of_from_ten_millimetres_on(
    run: RunFolder, box: str, points: str, severity: Severity
) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings(f"Overfull {box.format(points)} detected at line 1\n []\n\n").findings
    assert found.severity is severity


def test_text_in_several_fonts_is_read_without_them(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings(
        "Overfull \\hbox (9.0pt too wide) in paragraph at lines 1--1\n"
        f"{PAGELLA} after []$[]$ {PAGELLA.replace('/m/n', '/b/n')} bold words\n []\n\n"
    ).findings
    assert found.message.endswith('too wide for the text: "after bold words"')


@pytest.mark.parametrize(
    ("source", "box", "message", "hint"),
    [
        ("\\includegraphics{x}", "[][] ", "an image is 20.0pt", "\\linewidth"),
        ("\\begin{tabular}{l}\nx\n\\end{tabular}", "[][] ", "a table is 20.0pt", "tabularx"),
        (
            "\\verb|x = 1|",
            "[]\\TU/lmtt/m/n/10 x = 1 ",
            "a line of code is 20.0pt",
            "break the line",
        ),
        ("see \\url{http://a.b}", f"{PAGELLA} see $[][] [] [] [][]", "with an address", "xurl"),
        ("\\[ a + b \\]", "\\OML/cmm/m/it/10 a \\OT1/cmr/m/n/10 + b", "a formula is", "multline"),
    ],
)
def test_the_hint_fits_what_sticks_out(
    run: RunFolder, source: str, box: str, message: str, hint: str
) -> None:
    run.put("main.tex", f"{source}\n")
    lines = f"1--{source.count(chr(10)) + 1}"
    [found] = run.warnings(
        f"Overfull \\hbox (20.0pt too wide) in paragraph at lines {lines}\n{box}\n []\n\n"
    ).findings
    assert message in found.message
    assert hint in found.hints[0]


def test_a_display_is_known_by_its_beginning(run: RunFolder) -> None:
    run.put("main.tex", "\\begin{align}\na &= b\n\\end{align}\n")
    [found] = run.warnings(
        "Overfull \\hbox (20.0pt too wide) detected at line 3\n[]\n []\n\n"
    ).findings
    assert found.message == "a formula is 20.0pt (7.0 mm) too wide"
    assert found.span == Span.at(run.book / "main.tex", 3)


def test_what_cannot_be_found_is_shown_as_the_lines_that_tex_names(run: RunFolder) -> None:
    run.put("main.tex", "\\mymacro\nx\n\n")
    [found] = run.warnings(
        f"Overfull \\hbox (20.0pt too wide) in paragraph at lines 1--2\n{PAGELLA} words\n []\n\n"
    ).findings
    assert found.span == Span(run.book / "main.tex", Position(1), Position(2))


def test_a_page_that_is_too_high_is_named_by_its_number(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings(
        "[1] [2]\nOverfull \\vbox (303.58267pt too high) has occurred while \\output is active []"
        "\n\n"
    ).findings
    assert found.message == "page 3 (as counted in the PDF) is 303.6pt (106.7 mm) too high"
    assert found.span == Span(run.book / "main.tex")


def test_what_hardly_sticks_out_is_not_worth_a_word(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    found = run.warnings("Overfull \\hbox (5.0pt too wide) in paragraph at lines 1--2\n[]\n []\n\n")
    assert found.findings == ()
    assert found.noise == {"slightly-overfull": 1}
