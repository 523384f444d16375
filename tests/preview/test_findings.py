from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span
from texbook.preview.findings import MOST_FINDINGS, finding_fields, gravest, shown_path


def finding(span: Span | None, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic("TB101", severity, "it is wrong", span, hints=("mend it",), source="lint")


def excerpt(path: Path, line: int) -> object:
    return finding_fields(finding(Span.at(path, line)), path.parent)["excerpt"]


def test_a_finding_has_all_that_a_browser_shows(tmp_path: Path) -> None:
    path = tmp_path / "chapters" / "x.tex"
    path.parent.mkdir()
    path.write_text("".join(f"line {number}\n" for number in range(1, 10)), "utf-8")
    assert finding_fields(finding(Span.at(path, 5, 3)), tmp_path) == {
        "code": "TB101",
        "severity": "error",
        "message": "it is wrong",
        "file": "chapters/x.tex",
        "line": 5,
        "column": 3,
        "excerpt": {"first": 3, "lines": ["line 3", "line 4", "line 5", "line 6", "line 7"]},
        "hints": ["mend it"],
        "source": "lint",
    }


def test_a_finding_without_a_place_has_none(tmp_path: Path) -> None:
    fields = finding_fields(finding(None), tmp_path)
    assert [fields[key] for key in ("file", "line", "column", "excerpt")] == [None] * 4
    fields = finding_fields(finding(Span(tmp_path / "a.tex")), tmp_path)
    assert [fields[key] for key in ("file", "line", "excerpt")] == ["a.tex", None, None]


def test_excerpts_end_where_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "x.tex"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\n\xff three")
    assert excerpt(path, 1) == {"first": 1, "lines": ["one", "two", "� three"]}
    assert excerpt(path, 3) == {"first": 1, "lines": ["one", "two", "� three"]}


@pytest.mark.parametrize("line", [4, 10_000])
def test_a_line_that_is_not_there_has_no_excerpt(tmp_path: Path, line: int) -> None:
    path = tmp_path / "x.tex"
    path.write_text("one\ntwo\nthree\n", "utf-8")
    assert excerpt(path, line) is None


def test_a_file_that_is_not_there_has_no_excerpt(tmp_path: Path) -> None:
    assert excerpt(tmp_path / "gone.tex", 1) is None
    assert excerpt(tmp_path, 1) is None
    assert excerpt(Path("nul\0.tex"), 1) is None


def test_long_lines_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.tex"
    path.write_text("a" * 100_000, "utf-8")
    assert excerpt(path, 1) == {"first": 1, "lines": ["a" * 2_000]}


def test_the_gravest_come_first_and_not_all_are_shown() -> None:
    warnings = [finding(None, Severity.WARNING)] * MOST_FINDINGS
    error = finding(Span(Path("a.tex"), Position(1)))
    assert gravest([*warnings, error]) == (error, *warnings[1:])


def test_files_outside_the_book_keep_their_whole_name(tmp_path: Path) -> None:
    assert shown_path(tmp_path / "a" / "b.tex", tmp_path) == "a/b.tex"
    assert shown_path(Path("/usr/share/x.sty"), tmp_path) == "/usr/share/x.sty"
