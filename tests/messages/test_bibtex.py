"""Messages as BibTeX 0.99d and plain.bst write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.base.span import Position, Span
from texbook.messages.bibtex import bibtex_problems
from texbook.messages.entries import split_missing_entries
from texbook.messages.tool_output import ToolOutput

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic


def problems(folder: Path, bib: str, said: str, status: int = 0) -> tuple[Diagnostic, ...]:
    (folder / "main.bib").write_text(bib, "utf-8")
    return bibtex_problems(ToolOutput(status, f"Database file #1: main.bib\n{said}", folder))


def key(folder: Path, line: int) -> Span:
    return Span(folder / "main.bib", Position(line, 7), Position(line, 8))


def test_an_entry_that_is_not_closed_is_named_itself(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, year=1994\n@book{b, title={Y}}\n",
        "I was expecting a `,' or a `}'---line 2 of file main.bib\n : \n : @book{b, title={Y}}\n"
        "(Error may have been on previous line)\nI'm skipping whatever remains of this entry\n",
        2,
    )
    assert (found.code, found.severity) == ("bibliography-syntax", Severity.ERROR)
    assert (found.message, found.span) == ('the entry "a" is not closed', key(tmp_path, 1))


def test_a_missing_comma_has_its_line(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, title={X} year=1994}\n",
        "I was expecting a `,' or a `}'---line 1 of file main.bib\n : @book{a, title={X} \n"
        " :                     year=1994}\nI'm skipping whatever remains of this entry\n",
        2,
    )
    assert found.message == 'a comma or a closing brace is missing in the entry "a"'
    assert found.span == Span.at(tmp_path / "main.bib", 1)


def test_fields_that_are_missing_are_told_once_an_entry(tmp_path: Path) -> None:
    said = "Warning--to sort, need author or key in a\nWarning--empty title in a\n"
    [found] = problems(tmp_path, "@book{a, x=1}\n", said)
    assert found.severity is Severity.INFORMATION
    assert found.message == 'the entry "a" lacks what it is sorted by (author or key) and "title"'
    assert found.span == key(tmp_path, 1)


def test_warnings_with_a_line_below_them(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "@bok{bb, x=1}\n@book{a, month=foo, note=1, note=2}\n",
        'Warning--entry type for "bb" isn\'t style-file defined\n--line 1 of file main.bib\n'
        'Warning--string name "foo" is undefined\n--line 2 of file main.bib\n'
        "Warning--I'm ignoring a's extra \"note\" field\n--line 2 of file main.bib\n",
    )
    assert [(item.severity, item.message) for item in found] == [
        (Severity.WARNING, 'the bibliography style knows no type "@bok"'),
        (Severity.WARNING, 'no "@string" says what "foo" stands for'),
        (Severity.WARNING, 'the entry "a" has the field "note" twice: the first one counts'),
    ]
    assert [item.span and item.span.start and item.span.start.line for item in found] == [1, 2, 2]


def test_a_key_that_is_used_twice_is_no_failure_as_with_biber(tmp_path: Path) -> None:
    [found] = problems(
        tmp_path,
        "@book{a, x=1}\n@book{A, x=1}\n",
        "Repeated entry---line 2 of file main.bib\n : @book{A\n :        , x=1}\n"
        "I'm skipping whatever remains of this entry\n",
        2,
    )
    assert found.severity is Severity.WARNING
    assert found.span == key(tmp_path, 2)
    assert [item.span for item in found.related] == [key(tmp_path, 1)]


def test_a_name_with_too_many_commas_is_told_once_at_its_entry(tmp_path: Path) -> None:
    said = (
        'Too many commas in name 1 of "A, B, C, D" for entry a\n'
        "while executing---line 1049 of file plain.bst\n"
    )
    [found] = problems(tmp_path, "@book{a, author={A, B, C, D}}\n", said * 2, 2)
    assert found.message == 'a name in the entry "a" has too many commas: "A, B, C, D"'
    assert found.span == key(tmp_path, 1)


def test_a_cross_reference_that_leads_nowhere(tmp_path: Path) -> None:
    said = 'A bad cross reference---entry "a"\nrefers to entry "gone", which doesn\'t exist\n'
    [found] = problems(tmp_path, "@book{a, crossref={gone}}\n", said, 2)
    assert found.message == 'the entry "a" refers to "gone", which does not exist'
    assert (found.severity, found.span) == (Severity.ERROR, key(tmp_path, 1))


def test_a_file_that_cannot_be_opened_is_told_once(tmp_path: Path) -> None:
    [database] = problems(
        tmp_path,
        "",
        "I couldn't open database file none.bib\n---line 3 of file main.aux\n : \\bibdata{none\n"
        " :              }\nI'm skipping whatever remains of this command\n"
        "I found no database files---while reading file main.aux\n",
        2,
    )
    assert database.message == 'there is no bibliography file "none.bib"'
    [style] = problems(
        tmp_path, "", "I couldn't open style file no.bst\n---line 10 of file main.aux\n", 2
    )
    assert style.message == 'there is no bibliography style file "no.bst"'


def test_missing_entries_are_left_to_the_place_where_they_are_cited(tmp_path: Path) -> None:
    said = 'Warning--I didn\'t find a database entry for "x"\n'
    assert split_missing_entries(list(problems(tmp_path, "", said))) == (("x",), ())


def test_a_failure_without_a_reason_is_still_an_error(tmp_path: Path) -> None:
    [found] = problems(tmp_path, "", "", 3)
    assert found.message == 'bibtex ended with status 3: "Database file #1: main.bib"'


def test_a_style_of_a_package_is_named_with_what_brings_it(tmp_path: Path) -> None:
    said = "I couldn't open style file IEEEtran.bst\n---line 10 of file main.aux\n"
    [found] = problems(tmp_path, "", said, 2)
    assert any("texlive-publishers" in hint for hint in found.hints)
    assert any("ieeetran" in hint for hint in found.hints)
