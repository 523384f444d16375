"""Regions of a question's script as listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.render.conftest import Book

SCRIPT = """\
import numpy as np

# region: load the data

def load():

    return [1, 2]  # two

# endregion

def main():
    # region: inner part
    x = 1
    if x:
        y = 2
    # endregion
"""


@pytest.fixture
def script(book: Book) -> Book:
    book.write("q.py", SCRIPT)
    return book


def test_a_region_becomes_a_listing_without_blank_ends(script: Book) -> None:
    assert script.text('\\VAR{listing("load the data")}\n') == (
        "\\begin{amzcode}{python}\ndef load():\n\n    return [1, 2]  # two\n\\end{amzcode}\n"
    )


def test_common_indent_is_taken_away(script: Book) -> None:
    assert "\nx = 1\nif x:\n    y = 2\n" in script.text('\\VAR{listing("inner part")}')


def test_a_title_puts_it_in_a_box(script: Book) -> None:
    text = script.text('\\VAR{listing("inner part", title="A \\emph{box}", label="inner")}')
    assert text.startswith("\\begin{codebox}{A \\emph{box}}{inner}\n\\begin{amzcode}{python}\n")
    assert text.endswith("\\end{amzcode}\n\\end{codebox}")


def test_a_title_without_label_makes_a_starred_box(script: Book) -> None:
    text = script.text('\\VAR{listing("inner part", title="Box")}')
    assert text.startswith("\\begin{codebox*}{Box}\n")
    assert text.endswith("\\end{codebox*}")


def test_a_label_without_title_is_refused(script: Book) -> None:
    assert "needs a title" in script.error('\\VAR{listing("inner part", label="x")}').message


def test_percent_signs_and_backslashes_stay_as_they_are(book: Book) -> None:
    book.write("q.py", '# region: r\nx = "%d \\VAR{y} {{ z }}" % 3\n# endregion\n')
    assert 'x = "%d \\VAR{y} {{ z }}" % 3' in book.text('\\VAR{listing("r")}')


def test_an_unknown_region_names_those_that_exist(script: Book) -> None:
    error = script.error('\\VAR{listing("load data")}')
    assert error.message == '"q.py" has no region "load data"'
    assert error.hints == (
        'did you mean "load the data"?',
        'its regions: "load the data", "inner part"',
    )


def test_a_missing_script_is_named(book: Book) -> None:
    assert 'no script "q.py"' in book.error('\\VAR{listing("x")}').message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("# region: a\nx\n", 1, 'region "a" is never closed'),
        ("# region: a\n# region: b\n# endregion\n", 2, 'region "b" begins inside region "a"'),
        ("x\n# endregion\n", 2, "without"),
        ("# region: a\nx\n# endregion\n# region: a\nx\n# endregion\n", 4, 'two regions "a"'),
        ("# region:\nx\n# endregion\n", 1, "no name"),
        ("# region: a\n\n# endregion\n", 1, "empty"),
        ("# region: a\nx = r'\\end{amzcode}'\n# endregion\n", 2, "cannot stand in a listing"),
        ("# region: a\nx = '\U00100001'\n# endregion\n", 2, "cannot stand in a listing"),
    ],
)
def test_faults_are_told_at_the_scripts_line(
    book: Book, content: str, line: int, words: str
) -> None:
    book.write("q.py", content)
    error = book.error('\n\\VAR{listing("a")}\n')
    assert words in error.message
    assert str(error.span) == f"{book.folder / 'q.py'}:{line}"
    assert [str(r.span) for r in error.related] == [f"{book.folder / 'q.j2.tex'}:2:1"]
