"""Columns through a source map: kept where they are certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Position, Span
from texbook.messages.locate import Locator

TEMPLATE = "first\nsame \\foo line\nvalue \\VAR{x} and \\foo here\n\\foo \\VAR{y} \\foo\n"
RENDERED = "first\nsame \\foo line\nvalue 42 and \\foo here\n\\foo 7 \\foo\n"


@pytest.fixture
def locator(tmp_path: Path) -> Locator:
    (tmp_path / "q.tex").write_text(RENDERED)
    (tmp_path / "own.tex").write_text("a \\foo\n")
    template = tmp_path / "q.j2.tex"
    template.write_text(TEMPLATE)
    rendered = tmp_path / "q.tex"
    origins = tuple(Origin(template, line) for line in range(1, 5))
    return Locator(tmp_path, lambda path: path, {rendered: SourceMap(rendered, origins)})


def stretch_of(locator: Locator, line: int, start: int, end: int) -> Span:
    found = locator.stretch("q.tex", line, start, end)
    assert found is not None
    return found


def test_a_line_that_came_through_unchanged_keeps_its_columns(locator: Locator) -> None:
    found = stretch_of(locator, 2, 6, 10)
    assert (found.path.name, found.start, found.end) == (
        "q.j2.tex",
        Position(2, 6),
        Position(2, 10),
    )


def test_a_stretch_that_stands_once_in_a_changed_line_is_found(locator: Locator) -> None:
    found = stretch_of(locator, 3, 14, 18)
    assert (found.start, found.end) == (Position(3, 19), Position(3, 23))


def test_a_stretch_that_stands_twice_has_no_column(locator: Locator) -> None:
    assert stretch_of(locator, 4, 1, 5).start == Position(4)


def test_a_computed_stretch_has_no_column(locator: Locator) -> None:
    assert stretch_of(locator, 3, 7, 9).start == Position(3)


def test_the_authors_own_file_needs_no_map(locator: Locator, tmp_path: Path) -> None:
    assert locator.stretch("own.tex", 1, 3, 7) == Span(
        tmp_path / "own.tex", Position(1, 3), Position(1, 7)
    )


def test_a_file_of_somebody_else_has_no_place() -> None:
    assert Locator(Path("/run"), lambda _: None).stretch("x.sty", 1, 1, 2) is None
