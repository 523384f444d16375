from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from texbook.report.excerpt import cut_line, glyphs_for, shown
from texbook.report.sources import SourceLines

UNICODE = glyphs_for("utf-8")
ASCII = glyphs_for("ascii")


def marked(line: str, start: int, end: int, width: int = 76) -> list[str]:
    cut = cut_line(line, start, end, width=width, glyphs=UNICODE)
    return [cut.text, " " * cut.start + "^" * (cut.end - cut.start)]


def test_tabs_are_expanded_to_stops() -> None:
    assert marked("\ta\tbcd", 3, 6) == [
        "    a   bcd",
        "        ^^^",
    ]


def test_wide_characters_take_two_cells() -> None:
    assert marked("損失 is loss", 0, 2) == ["損失 is loss", "^^^^"]
    assert marked("損失 is loss", 3, 5) == ["損失 is loss", "     ^^"]


def test_combining_marks_take_no_cell() -> None:
    assert marked("cafe\u0301 bar", 6, 9) == ["cafe\u0301 bar", "     ^^^"]


def test_a_single_place_gets_one_caret_even_behind_the_line() -> None:
    assert marked("ab", 1, 1) == ["ab", " ^"]
    assert marked("ab", 2, 2) == ["ab", "  ^"]
    assert marked("ab", 9, 12) == ["ab", "  ^"]
    assert marked("", 0, 0) == ["", "^"]


def test_a_long_line_is_cut_around_the_stretch() -> None:
    line = "x" * 500 + r"\wrong" + "y" * 500
    assert marked(line, 500, 506, 30) == [
        "…xxxxxxx\\wrongyyyyyyyyyyyyyyy…",
        "        ^^^^^^",
    ]


def test_the_ends_of_a_long_line_are_shown_whole() -> None:
    line = r"\wrong" + "y" * 100
    assert marked(line, 0, 6, 20) == ["\\wrongyyyyyyyyyyyy…", "^^^^^^"]
    line = "y" * 100 + r"\wrong"
    assert marked(line, 100, 106, 20) == ["…yyyyyyyyyyyy\\wrong", "             ^^^^^^"]


def test_a_stretch_that_is_too_long_is_underlined_as_far_as_it_shows() -> None:
    cut = cut_line("a" * 200, 10, 190, width=30, glyphs=UNICODE)
    assert cell_len(cut.text) <= 30
    assert cut.end <= 30


def test_control_and_hidden_characters_are_made_visible() -> None:
    assert shown("a\x1b[31m\x07\u202eb\u200b\x85", UNICODE) == "a␛[31m␇<U+202E>b<U+200B><U+0085>"
    assert shown("\x1b", ASCII) == "<U+001B>"


def test_what_the_encoding_lacks_is_replaced() -> None:
    assert shown("Zürich", ASCII) == "Z?rich"
    assert shown("Zürich 損", glyphs_for("latin-1")) == "Zürich ?"


@given(
    line=st.text(st.characters(exclude_characters="\n\r"), max_size=200),
    start=st.integers(0, 220),
    length=st.integers(0, 50),
    width=st.integers(10, 120),
    encoding=st.sampled_from(["utf-8", "ascii", "latin-1"]),
)
def test_any_line_fits_the_width_and_the_encoding(
    line: str, start: int, length: int, width: int, encoding: str
) -> None:
    cut = cut_line(line, start, start + length, width=width, glyphs=glyphs_for(encoding))
    cut.text.encode(encoding)
    assert cell_len(cut.text) <= width
    assert 0 <= cut.start < cut.end
    assert cut.start < width
    assert all(character >= " " for character in cut.text)


def test_lines_are_read_and_missing_ones_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(b"one\r\ntwo\n")
    lines = SourceLines()
    assert [lines.line(path, number) for number in (1, 2, 3, 0)] == ["one", "two", None, None]
    assert lines.line(tmp_path / "none.tex", 1) is None
    assert lines.line(tmp_path, 1) is None
    assert lines.line(Path("a\0b"), 1) is None


def test_a_file_in_another_encoding_is_shown_with_replacement_marks(tmp_path: Path) -> None:
    path = tmp_path / "latin.tex"
    path.write_bytes(b"Z\xfcrich\n")
    assert SourceLines().line(path, 1) == "Z\ufffdrich"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.tex")
    assert SourceLines().line(tmp_path / "fifo.tex", 1) is None


def test_far_away_text_of_a_long_line_changes_nothing() -> None:
    glyphs = glyphs_for("utf-8")
    near = "x" * 300
    short = cut_line(f"{near}[here]{near}", 300, 306, width=80, glyphs=glyphs)
    far = "\u200b\tö" * 100_000
    long = cut_line(f"{far}{near}[here]{near}{far}", 300_300, 300_306, width=80, glyphs=glyphs)
    assert long == short
    assert long.text[long.start : long.end] == "[here]"
    assert long.text[0] == long.text[-1] == "…"
