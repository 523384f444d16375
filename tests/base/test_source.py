from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.base.errors import BookError, ExitStatus, StorageError
from texbook.base.source import SourceFile, decode_source, read_as_tex, read_source
from texbook.base.span import Position, Span

PATH = Path("main.tex")
TEXT = "größer\nals ä\n"
LINES = st.text(st.sampled_from("ab\n\r\té漢😀"), max_size=40)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big"],
)
def test_encodings_that_xetex_reads_give_the_text_without_the_mark(content: bytes) -> None:
    assert decode_source(PATH, content) == TEXT


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_counted_as_the_engine_does(tmp_path: Path, end: str, encoding: str) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(TEXT.replace("\n", end).encode(encoding))
    assert read_as_tex(path) == TEXT


def test_wrong_bytes_are_replaced_only_when_asked_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(b"gr\xf6\xdfe")
    assert read_as_tex(path, "replace") == "gr\ufffd\ufffde"
    with pytest.raises(ValueError, match="0xf6"):
        read_as_tex(path)


def test_latin_1_is_an_error_at_its_line_and_column() -> None:
    content = "one\nzwölf\n größer\n".encode().replace("ö".encode(), b"\xf6", 1)
    with pytest.raises(BookError, match="byte 0xf6 is not valid UTF-8") as caught:
        decode_source(PATH, content)
    assert caught.value.span == Span.at(PATH, 2, 3)
    assert "iconv -f latin1" in caught.value.hints[0]
    assert caught.value.status is ExitStatus.FINDINGS


def test_column_of_a_bad_byte_counts_code_points() -> None:
    with pytest.raises(BookError) as caught:
        decode_source(PATH, "äöü".encode() + b"\xff")
    assert caught.value.span == Span.at(PATH, 1, 4)


def test_cut_utf_16_is_an_error_in_its_own_terms() -> None:
    content = codecs.BOM_UTF16_LE + "ab\nc".encode("utf-16-le") + b"\x00"
    with pytest.raises(BookError, match="UTF-16") as caught:
        decode_source(PATH, content)
    assert caught.value.span == Span.at(PATH, 2, 2)


def test_line_ends_stay_as_they_are_and_lines_come_without_them(tmp_path: Path) -> None:
    path = tmp_path / "dos.tex"
    path.write_bytes(b"one\r\ntwo\r\n")
    source = read_source(path)
    assert source.text == "one\r\ntwo\r\n"
    assert [source.line(number) for number in (0, 1, 2, 3, 9)] == ["", "one", "two", "", ""]
    assert source.line_count == 2


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("a\nb", 2), ("\n", 1)]
)
def test_a_final_newline_begins_no_line(text: str, count: int) -> None:
    assert SourceFile(PATH, text).line_count == count


def test_unreadable_files_are_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r'cannot read ".*gone.tex": No such file'):
        read_source(tmp_path / "gone.tex")
    with pytest.raises(StorageError, match="Is a directory"):
        read_source(tmp_path)


@given(LINES, st.data())
def test_position_and_offset_are_each_others_inverse(text: str, data: st.DataObject) -> None:
    source = SourceFile(PATH, text)
    offset = data.draw(st.integers(0, len(text)))
    position = source.position(offset)
    assert source.offset(position) == offset
    assert position.line == text.count("\n", 0, offset) + 1
    column = position.column or 0
    assert source.text[offset - column + 1 : offset].count("\n") == 0


@given(LINES)
def test_lines_are_what_splitting_gives(text: str) -> None:
    source = SourceFile(PATH, text)
    split = text.split("\n")
    assert [source.line(n + 1) for n in range(len(split))] == [s.rstrip("\r") for s in split]


def test_span_runs_from_offset_to_offset() -> None:
    source = SourceFile(PATH, "ab\ncde\n")
    assert source.span(1, 4) == Span(PATH, Position(1, 2), Position(2, 2))
    assert source.span(3) == Span(PATH, Position(2, 1), None)
    assert source.offset(Position(2)) == 3


def test_span_reads_as_editors_write_places() -> None:
    assert str(Span(PATH)) == "main.tex"
    assert str(Span.at(PATH, 3)) == "main.tex:3"
    assert str(Span.at(PATH, 3, 7)) == "main.tex:3:7"
