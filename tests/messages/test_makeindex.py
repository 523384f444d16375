r"""Messages as makeindex 2.16 writes them into its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.span import Span
from texbook.messages.makeindex import MakeindexLog, makeindex_problems, placed_entries
from texbook.messages.search import SourceSearch
from texbook.messages.tool_output import ToolOutput

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunFolder

ENTRIES = (
    "\\indexentry{a!b!c!d}{1}\n\\indexentry{a@b@c}{1}\n\\indexentry{x|(}{1}\n"
    "\\indexentry{y|textbf|hyperpage}{2}\n\\indexentry{!z}{2}\n"
)
LOG = """\
Scanning style file ./ix.ist
** Input style error (file = ./ix.ist, line = 1):
   -- Unknown specifier nosuch.
done (0 attributes redefined, 1 ignored).
Scanning input file ix.idx...!! Input index error (file = ix.idx, line = 1):
   -- Extra `!' at position 6 of first argument.
!! Input index error (file = ix.idx, line = 2):
   -- Extra `@' at position 4 of first argument.
!! Input index error (file = ix.idx, line = 5):
   -- Illegal null field.
.
## Warning (input = ix.idx, line = 4; output = ix.ind, line = 7):
   -- Conflicting entries: multiple encaps for the same page under same key.

## Warning (input = ix.idx, line = 3; output = ix.ind, line = 7):
   -- Unmatched range opening operator (.
"""


def test_problems_are_explained_with_the_entry_that_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "ix.idx").write_text(ENTRIES)
    assert [(item.severity, item.message) for item in makeindex_problems(LOG, tmp_path)] == [
        (Severity.WARNING, "index style: unknown specifier nosuch"),
        (
            Severity.WARNING,
            'index entry "a!b!c!d": it has more than three levels, or a "!" that is meant as such',
        ),
        (Severity.WARNING, 'index entry "a@b@c": it has a second "@"'),
        (Severity.WARNING, 'index entry "!z": one of its parts is empty'),
        (
            Severity.INFORMATION,
            'index entry "y|textbf": its page number is wanted in two forms on one page',
        ),
        (
            Severity.WARNING,
            'index entry "x|(": its range of pages is opened with "|(" and never closed',
        ),
    ]


def test_a_style_error_has_its_line(tmp_path: Path) -> None:
    found = makeindex_problems(LOG, tmp_path)[0]
    assert found.span == Span.at(tmp_path / "ix.ist", 1)


def test_a_style_of_the_system_is_not_the_authors_to_mend(tmp_path: Path) -> None:
    log = LOG.replace("./ix.ist", "/usr/share/texmf/makeindex/nomencl.ist")
    assert not any("style" in item.message for item in makeindex_problems(log, tmp_path))


def test_an_entry_that_a_command_makes_is_found_in_its_argument(run: RunFolder) -> None:
    run.put("ix.idx", ENTRIES)
    run.put("main.tex", "We saw\\term{x|(} there\n")
    found = placed_entries(makeindex_problems(LOG, run.folder), SourceSearch(run.locator))
    assert found[-1].span == run.at("main.tex", 1, 13, 3)


@pytest.mark.parametrize("line", [1, 2])
def test_a_cross_reference_conflicts_with_no_page(tmp_path: Path, line: int) -> None:
    (tmp_path / "ix.idx").write_text("\\indexentry{salt}{1}\n\\indexentry{salt|see{taste}}{1}\n")
    log = f"## Warning (input = ix.idx, line = {line}; output = ix.ind, line = 7):\n"
    log += "   -- Conflicting entries: multiple encaps for the same page under same key.\n"
    assert makeindex_problems(log, tmp_path) == ()


def test_entries_are_found_at_their_commands(run: RunFolder) -> None:
    run.put("ix.idx", ENTRIES)
    run.put("main.tex", "x\\index{ok}\n% \\index{x|(}\ny\\index[names]{x|(} z\n")
    found = placed_entries(makeindex_problems(LOG, run.folder), SourceSearch(run.locator))
    places = {item.message[13:16]: item.span for item in found}
    assert places["x|("] == run.at("main.tex", 3, 16, 3)
    assert places["a@b"] is None


def test_a_style_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = "Index style file gone.ist not found.\nUsage: makeindex [-ilqrcgLT] [-s sty]\n"
    [found] = MakeindexLog("main.ilg")(ToolOutput(1, said, tmp_path))
    assert (found.code, found.severity) == ("missing-file", Severity.ERROR)
    assert found.message == 'there is no index style file "gone.ist"'


def test_a_failure_without_a_log_is_an_error(tmp_path: Path) -> None:
    [found] = MakeindexLog("main.ilg")(ToolOutput(1, "out of memory\n", tmp_path))
    assert found.severity is Severity.ERROR
    assert found.message == 'makeindex ended with status 1: "out of memory"'
