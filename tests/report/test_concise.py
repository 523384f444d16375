from __future__ import annotations

import re
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span
from texbook.report.concise import render_concise

FOLDER = Path("/book")
PATTERN = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<kind>\w+): (?P<rest>.*)")


def line(span: Span | None, message: str = "m", severity: Severity = Severity.ERROR) -> str:
    return render_concise([Diagnostic("TB001", severity, message, span)], FOLDER)


def test_a_finding_is_one_line_with_its_place_severity_message_and_code() -> None:
    span = Span(FOLDER / "chapters/a.tex", Position(3, 7), Position(4, 1))
    assert line(span) == "chapters/a.tex:3:7: error: m [TB001]\n"
    assert line(span, severity=Severity.INFORMATION).endswith(": information: m [TB001]\n")


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span(FOLDER / "a.tex"), "a.tex:1:1"),
        (Span.at(FOLDER / "a.tex", 3), "a.tex:3:1"),
        (Span.at(Path("/other/a.tex"), 3, 2), "/other/a.tex:3:2"),
        (Span.at(FOLDER / "Kapitel 1: Öl.tex", 3, 2), "Kapitel 1: Öl.tex:3:2"),
    ],
)
def test_every_line_of_a_file_has_a_line_and_a_column(span: Span, place: str) -> None:
    assert line(span) == f"{place}: error: m [TB001]\n"
    assert PATTERN.match(line(span)) is not None


def test_what_concerns_no_file_begins_with_the_name_of_the_program() -> None:
    assert line(None) == "texbook: error: m [TB001]\n"


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\t", "\u2028", "\x85", "\n\n  "])
def test_a_message_of_several_lines_is_one(sign: str) -> None:
    text = line(Span.at(FOLDER / f"a{sign}b.tex", 1), f"one{sign}two")
    assert text == "a b.tex:1:1: error: one two [TB001]\n"


def test_nothing_can_move_the_cursor() -> None:
    assert line(None, "a\x1b[2Jb\u202ec") == "texbook: error: a\ufffd[2Jb\ufffdc [TB001]\n"


def test_findings_keep_their_order_and_none_are_no_text() -> None:
    items = [Diagnostic(code, Severity.ERROR, "m") for code in ("B", "A")]
    assert [row[-3:] for row in render_concise(items, FOLDER).splitlines()] == ["[B]", "[A]"]
    assert render_concise([], FOLDER) == ""
