"""What is said of a program that was stopped, from the last words of XeTeX 0.999994."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.span import Span
from texbook.config.model import BuildConfig
from texbook.messages.limits import engine_limit_error, limit_error

if TYPE_CHECKING:
    from tests.conftest import RunFolder

CONFIG = BuildConfig(pass_seconds=20, output_megabytes=3)
LAST_WORDS = (
    "./chapters/b.tex:7: Interruption.\n<to be read again> \n      }\nl.7 \\forever\n      \n"
)


def test_an_engine_that_was_interrupted_names_its_line(run: RunFolder) -> None:
    log = run.log(f"(./chapters/b.tex\nx\nx\n{LAST_WORDS}")
    error = engine_limit_error(log, run.locator, "time", 12, CONFIG)
    assert error.message == "the engine, after page 12, was stopped at its limit of 20 seconds"
    assert error.span == Span.at(run.book / "chapters/b.tex", 7)
    assert error.hints == (
        "this is what TeX was reading then: look for a macro or a loop that never ends",
        'if it only needs more, raise "pass-seconds" in the table [build]',
    )


def test_an_engine_that_said_nothing_was_in_the_file_that_it_opened_last(run: RunFolder) -> None:
    log = run.log("(./chapters/b.tex\n[1] [2]\n")
    error = engine_limit_error(log, run.locator, "file size", 0, CONFIG)
    assert error.message == (
        "the engine, before the first page, was stopped at its limit of 3 MB for one file"
    )
    assert error.span == Span(run.book / "chapters/b.tex")
    assert "output-megabytes" in error.hints[1]


def test_an_interruption_inside_a_rendered_file_leads_to_the_template(run: RunFolder) -> None:
    run.render("a\nb\n", "x\n")
    log = run.log("(./q.tex\n./q.tex:1: Interruption.\nl.1 x\n     \n")
    error = engine_limit_error(log, run.locator, "output", 1, CONFIG)
    assert error.span == Span.at(run.folder.parent / "q.j2.tex", 2)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("time", "biber was stopped at its limit of 20 seconds"),
        ("file size", "biber was stopped at its limit of 3 MB for one file"),
        ("output", "biber was stopped at its limit of 64 MB on the terminal"),
        ("cpu", "biber was stopped at its limit of 900 seconds of processor time"),
        ("memory", "biber was stopped at its limit of 4096 MB of memory"),
    ],
)
def test_a_tool_that_was_stopped_names_its_limit(limit: str, message: str) -> None:
    assert limit_error("biber", limit, CONFIG).message == message
