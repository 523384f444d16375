"""Messages as biber 2.18 writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.span import Position, Span
from texbook.messages.biber import biber_problems
from texbook.messages.entries import split_missing_entries
from texbook.messages.tool_output import ToolOutput

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic

FOUND = "INFO - Found BibTeX data source 'main.bib'\n"
COPY = "BibTeX subsystem: /tmp/biber_tmp_J6PM/3b92_28306.utf8"


def problems(folder: Path, bib: str, said: str, status: int = 0) -> tuple[Diagnostic, ...]:
    (folder / "main.bib").write_text(bib, "utf-8")
    return biber_problems(ToolOutput(status, FOUND + said, folder))


def key(folder: Path, line: int, column: int, length: int) -> Span:
    return Span(folder / "main.bib", Position(line, column), Position(line, column + length))


def test_an_entry_that_is_not_closed_is_named_itself(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, author={A B}, year=1994\n@book{b, author={A B}}\n",
        f'ERROR - {COPY}, line 2, syntax error: found "@book", expected end of entry ("}}" or ")")'
        ' (skipping to next "@")\n',
        2,
    )
    assert (found.code, found.severity) == ("bibliography-syntax", Severity.ERROR)
    assert found.message == 'the entry "a" is not closed'
    assert found.span == key(tmp_path, 1, 7, 1)
    assert [item.span for item in found.related] == [Span.at(tmp_path / "main.bib", 2)]


def test_the_last_entry_may_be_the_one_that_is_not_closed(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, author={A B}, year=1994\n",
        f'ERROR - {COPY}, line 1, syntax error: at end of input, expected end of entry ("}}" or '
        '")") (skipping to next "@")\n',
        2,
    )
    assert (found.message, found.span) == ('the entry "a" is not closed', key(tmp_path, 1, 7, 1))


def test_what_follows_from_a_value_that_is_not_closed_is_not_told(tmp_path: Path) -> None:
    [found, other] = problems(
        tmp_path,
        "@book{a,\n author = {B, C,\n year = {1961},\n}\n@book{b,\n isbn = {1},\n}\n",
        "ERROR - Name \"B, C, year = {1961},\" has too many commas, skipping entry 'a'\n"
        f'ERROR - {COPY}, line 5, syntax error: found "@book", expected end of entry ("}}" or ")")'
        ' (skipping to next "@")\n'
        f"WARN - {COPY}, line 3, warning: possible runaway string started at line 2\n"
        "WARN - ISBN '1' in entry 'b' is invalid - run biber with '--validate-datamodel'\n",
        2,
    )
    assert (found.code, found.severity) == ("bibliography-syntax", Severity.ERROR)
    assert found.message == 'the field "author" of the entry "a" is not closed'
    assert found.span == key(tmp_path, 2, 11, 1)
    assert "ISBN" in other.message


def test_a_missing_comma_is_told_with_what_follows_it(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, title={X}\n year=1994}\n",
        f'ERROR - {COPY}, line 2, syntax error: found "year", expected end of entry ("}}" or ")") '
        '(skipping to next "@")\n',
        2,
    )
    assert found.message == 'a comma is missing before "year" in the entry "a"'
    assert found.span == Span.at(tmp_path / "main.bib", 2)


@pytest.mark.parametrize(
    ("said", "severity", "message"),
    [
        (
            "ERROR - Name \"A, B, C, D\" has too many commas, skipping entry 'b'",
            Severity.ERROR,
            'a name in the entry "b" has too many commas: "A, B, C, D"',
        ),
        (
            "WARN - Duplicate entry key: 'b' in file 'main.bib', skipping ...",
            Severity.WARNING,
            'the key "b" is used twice: the first entry counts',
        ),
        (
            (
                "WARN - Entry 'b' (main.bib): Invalid format 'yesterday' of date field 'urldate' - "
                "ignoring"
            ),
            Severity.WARNING,
            'the field "urldate" of the entry "b" is no date: "yesterday"',
        ),
        (
            "WARN - Name in key 'b' is empty (probably consecutive 'and'): skipping entry 'b'",
            Severity.WARNING,
            'the entry "b" has an empty name and is left out',
        ),
        (
            (
                "WARN - legacy year field 'nineteen' in entry 'b' is not an integer - this will "
                "probably not sort properly."
            ),
            Severity.INFORMATION,
            'the year of the entry "b" is no number: "nineteen"',
        ),
        (
            (
                "WARN - ISBN '12' in entry 'b' is invalid - run biber with "
                "'--validate_datamodel' for details."
            ),
            Severity.INFORMATION,
            'the ISBN of the entry "b" is wrong: "12"',
        ),
        (
            (
                "WARN - I didn't find a database entry for related entry 'none' in entry 'b' - "
                "ignoring (section 0)"
            ),
            Severity.WARNING,
            'the entry "b" names "none" as its related entry, which does not exist',
        ),
        (
            "WARN - Something quite new about entry 'b'.",
            Severity.INFORMATION,
            "biber: something quite new about entry 'b'",
        ),
    ],
)
def test_what_is_said_of_an_entry_is_told_where_it_begins(
    tmp_path: Path, said: str, severity: Severity, message: str
) -> None:
    found, *_ = problems(tmp_path, "@book{a, x=1}\n@book{b,\n  x=1}\n@book{b, x=2}\n", f"{said}\n")
    assert (found.severity, found.message) == (severity, message)
    assert found.span is not None
    assert found.span == key(tmp_path, 4 if "used twice" in message else 2, 7, 1)


def test_a_name_for_a_string_that_is_not_defined_has_its_line(tmp_path: Path) -> None:
    said = f'WARN - {COPY}, line 2, warning: undefined macro "jan"\n'
    [found] = problems(tmp_path, "@book{a,\n month=jan}\n", said)
    assert found.message == 'no "@string" says what "jan" stands for'
    assert found.span == Span.at(tmp_path / "main.bib", 2)


def test_what_follows_from_another_complaint_is_left_out(tmp_path: Path) -> None:
    said = "WARN - Entry with key 'b' in section '0' is cited and found but not created (likely)\n"
    assert problems(tmp_path, "@book{b}\n", said) == ()


def test_a_file_that_is_not_there_or_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    [absent] = problems(tmp_path, "", "ERROR - Cannot find 'none.bib'!\n", 2)
    assert (absent.code, absent.message) == (
        "missing-file",
        'there is no bibliography file "none.bib"',
    )
    [latin] = problems(
        tmp_path,
        "",
        "ERROR - Data file 'main.bib' cannot be read in encoding 'utf8': utf8 \"\\xFC\" does not "
        "map to Unicode at /usr/share/perl5/File/Slurper.pm line 59.\n",
        2,
    )
    assert latin.message == 'the bibliography file "main.bib" is not in the encoding utf8'
    assert "iconv" in latin.hints[0]


def test_biber_and_biblatex_of_different_times(tmp_path: Path) -> None:
    said = "ERROR - Error: Found biblatex control file version 3.10, expected version 3.8.\n"
    [found] = problems(tmp_path, "", said, 2)
    assert "different times (control file 3.10, expected 3.8" in found.message


def test_missing_entries_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    said = "WARN - I didn't find a database entry for 'x' (section 0)\nWARN - Odd.\n"
    keys, others = split_missing_entries(list(problems(tmp_path, "", said)))
    assert keys == ("x",)
    assert [item.message for item in others] == ["biber: odd"]


def test_a_failure_without_a_reason_is_still_an_error(tmp_path: Path) -> None:
    [found] = problems(tmp_path, "", "Can't locate Foo.pm\n", 2)
    assert found.severity is Severity.ERROR
    assert found.message == 'biber ended with status 2: "Can\'t locate Foo.pm"'
