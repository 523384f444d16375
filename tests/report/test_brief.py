from __future__ import annotations

import io
from pathlib import Path

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.report.brief import MOST_OF_A_KIND, render_brief

FOLDER = Path("/book")


def finding(code: str, line: int, message: str = "odd") -> Diagnostic:
    return Diagnostic(code, Severity.INFORMATION, message, Span.at(FOLDER / "a.tex", line, 3))


def shown(*diagnostics: Diagnostic, width: int | None = None, colour: bool = False) -> str:
    stream = io.StringIO()
    render_brief(
        diagnostics, stream=stream, folder=FOLDER, more='"x -v"', colour=colour, width=width
    )
    return stream.getvalue()


def test_each_finding_is_one_line_and_those_of_one_code_stand_together() -> None:
    text = shown(finding("b", 1), finding("a", 2), finding("b", 3))
    assert text == (
        "information[b] a.tex:1:3: odd\ninformation[b] a.tex:3:3: odd\n"
        "information[a] a.tex:2:3: odd\n\n"
    )


def test_what_concerns_no_file_has_no_place() -> None:
    nowhere = Diagnostic("a", Severity.INFORMATION, "two\nlines")
    assert shown(nowhere) == "information[a] two lines\n\n"


def test_many_of_a_kind_are_counted() -> None:
    text = shown(*(finding("a", line) for line in range(1, MOST_OF_A_KIND + 3)))
    assert text.count("information[a]") == MOST_OF_A_KIND
    assert text.endswith('\n  and 2 more of these; "x -v" shows all\n\n')


def test_lines_are_wrapped_at_the_width_of_a_terminal() -> None:
    text = shown(finding("a", 1, "a message of some words that goes on"), width=40)
    assert max(map(len, text.split("\n"))) <= 40
    assert text.split("\n")[1].startswith("  ")


def test_the_severity_is_coloured() -> None:
    assert shown(finding("a", 1), colour=True).startswith("\x1b[1;36minformation[a]\x1b[0m a.tex")


def test_nothing_is_written_for_nothing() -> None:
    assert shown() == ""
