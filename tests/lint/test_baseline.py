import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import StorageError, UsageError
from texbook.base.source import SourceFile
from texbook.base.span import Position, Span
from texbook.lint.baseline import (
    Entry,
    Known,
    Reader,
    count_known,
    leave_out,
    read_baseline,
    write_baseline,
)

ROOT = Path("/book")
CODES = ("TB501", "TB506")


def _found(line: int, code: str = "TB506", last: int | None = None, end: int = 3) -> Diagnostic:
    stop = Position(last or line, end)
    return Diagnostic(code, Severity.WARNING, "what", Span(ROOT / "a.tex", Position(line, 1), stop))


def _reader(text: str) -> Reader:
    return Reader(ROOT, lambda path: SourceFile(path, text))


def _told(known: Known, text: str, *found: Diagnostic) -> list[tuple[str, int]]:
    told, _ = leave_out(found, CODES, known, _reader(text))
    return [(d.code, d.span.start.line) for d in told if d.span and d.span.start]


def test_known_findings_are_left_out_wherever_their_line_moves() -> None:
    known = count_known([_found(2)], CODES, _reader("one\ntwo...\n"))
    assert _told(known, "one\ntwo...\n", _found(2)) == []
    assert _told(known, "\n\n\n  two...  \n", _found(4)) == []


def test_a_changed_line_and_another_code_are_told() -> None:
    known = count_known([_found(1)], CODES, _reader("two...\n"))
    assert _told(known, "two... three\n", _found(1)) == [("TB506", 1)]
    assert _told(known, "two...\n", _found(1, "TB501")) == [("TB501", 1)]


def test_one_finding_more_on_an_equal_line_is_told() -> None:
    text = "two...\n" * 3
    known = count_known([_found(1), _found(2)], CODES, _reader(text))
    assert list(known.values()) == [2]
    assert _told(known, text, _found(1), _found(2), _found(3)) == [("TB506", 3)]


def test_what_was_not_found_is_given() -> None:
    text = "two...\nthree...\n"
    known = count_known([_found(1), _found(1), _found(2)], CODES, _reader(text))
    told, left = leave_out([_found(1)], CODES, known, _reader(text))
    assert told == ()
    assert left.total() == 2


def test_all_lines_of_a_stretch_count_but_not_one_that_it_only_reaches() -> None:
    first = count_known([_found(1, last=2)], CODES, _reader("a\nb\nc\n"))
    assert _told(first, "a\nB\nc\n", _found(1, last=2)) == [("TB506", 1)]
    assert _told(first, "a\nb\nC\n", _found(1, last=2)) == []
    reaching = count_known([_found(1, last=2, end=1)], CODES, _reader("a\nb\nc\n"))
    assert _told(reaching, "a\nB\n", _found(1, last=2, end=1)) == []


def test_findings_without_a_line_are_known_by_their_message() -> None:
    def whole(message: str, span: Span | None) -> Diagnostic:
        return Diagnostic("TB506", Severity.WARNING, message, span)

    spans = (None, Span(ROOT / "a.tex"))
    known = count_known([whole("one", span) for span in spans], CODES, _reader(""))
    assert {entry.path for entry in known} == {"", "a.tex"}
    for span in spans:
        told, _ = leave_out([whole("one", span), whole("two", span)], CODES, known, _reader(""))
        assert [item.message for item in told] == ["two"]


def test_findings_of_no_rule_and_in_unreadable_files_are_never_known() -> None:
    assert not count_known([_found(1, "template-error")], CODES, _reader("x\n"))
    unreadable = Reader(ROOT, lambda _: None)
    assert not count_known([_found(1)], CODES, unreadable)
    told, _ = leave_out([_found(1)], CODES, Known(), unreadable)
    assert len(told) == 1


def test_a_file_outside_the_book_has_a_relative_path() -> None:
    found = Diagnostic("TB506", Severity.WARNING, "x", Span.at(Path("/shared/a.tex"), 1))
    (entry,) = count_known([found], CODES, _reader("x\n"))
    assert entry.path == "../shared/a.tex"


def test_the_file_has_one_sorted_entry_a_line(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    write_baseline(path, {Entry("b.tex", "TB1", "x"): 2, Entry("a.tex", "TB2", "ä"): 1})
    assert path.read_text("utf-8") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"path": "a.tex", "code": "TB2", "digest": "ä", "count": 1},\n'
        '    {"path": "b.tex", "code": "TB1", "digest": "x", "count": 2}\n'
        "  ]\n}\n"
    )


def test_an_empty_baseline_is_one(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    write_baseline(path, {})
    assert json.loads(path.read_text("utf-8")) == {"version": 1, "findings": []}
    assert read_baseline(path) == Counter()


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.builds(Entry, names, names, names), st.integers(1, 9), max_size=8))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, known: dict[Entry, int]
) -> None:
    path = tmp_path_factory.mktemp("baseline") / "known.json"
    write_baseline(path, known)
    assert read_baseline(path) == known


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "line 1 is no JSON"),
        (b'{\n"version": 1,\n"findings": [', "line 3 is no JSON"),
        (b"\xff\xfe", "no UTF-8"),
        (b"[]", "an entry is not as texbook writes it"),
        (b"{}", "an entry is not as texbook writes it"),
        (b'{"version": 1, "findings": [{"path": "a"}]}', "an entry is not"),
        (b'{"version": 1, "findings": 7}', "an entry is not"),
        (
            b'{"version": 1, "findings": [{"path": "", "code": "", "digest": "", "count": 0}]}',
            "an entry is not",
        ),
        (b'{"version": 2, "findings": []}', "is of version 2; this texbook reads 1"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_damaged_or_other_file_is_an_error_with_the_way_on(
    tmp_path: Path, content: bytes, part: str
) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_baseline(path)
    assert part in caught.value.message
    assert str(path) in caught.value.message
    assert "--update-baseline" in caught.value.hints[0]


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no baseline") as caught:
        read_baseline(tmp_path / "gone.json")
    assert "--update-baseline" in caught.value.hints[0]
    with pytest.raises(UsageError, match="is no regular file"):
        read_baseline(tmp_path)


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StorageError):
        write_baseline(tmp_path / "file" / "known.json", {})
