r"""What makeindex left where the document ran it itself (makeindex 2.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.messages.search import SourceSearch
from texbook.messages.shell_index import MakeindexCommand, parse_makeindex, shell_index_problems
from texbook.texfiles.engine_log import ShellCommand

if TYPE_CHECKING:
    from tests.conftest import RunFolder

BEGIN = "This is makeindex, version 2.16 [TeX Live 2022] (kpathsea + Thai support).\n"
END = "Output written in main.ind.\nTranscript written in main.ilg.\n"


def problems(
    run: RunFolder, command: str, *, allowed: bool = True, styles: tuple[str, ...] = ()
) -> tuple[Diagnostic, ...]:
    given = ShellCommand(command, allowed, "./main.tex")
    return shell_index_problems([given], SourceSearch(run.locator), lambda name: name in styles)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("makeindex main", MakeindexCommand("main.ilg", "main.ind")),
        ("makeindex main.idx", MakeindexCommand("main.ilg", "main.ind")),
        ("makeindex  -c -q parts/a.idx", MakeindexCommand("parts/a.ilg", "parts/a.ind")),
        (
            'makeindex -s "my book.ist" -t main.glg -o main.gls main.glo',
            MakeindexCommand("main.glg", "main.gls", "my book.ist"),
        ),
        ("makeindex -gs x.ist main", MakeindexCommand("main.ilg", "main.ind", "x.ist")),
        ("xindy main.idx", None),
        ("makeindex -q", None),
        ('makeindex "main', None),
        ("", None),
    ],
)
def test_a_command_line_names_transcript_output_and_style(
    command: str, expected: MakeindexCommand | None
) -> None:
    assert parse_makeindex(command) == expected


def test_an_index_that_was_made_is_no_finding(run: RunFolder) -> None:
    run.put("main.ilg", BEGIN + END)
    assert problems(run, "makeindex main.idx") == ()


def test_an_index_without_entries_is_no_finding(run: RunFolder) -> None:
    run.put("main.ilg", f"{BEGIN}Nothing written in main.ind.\nTranscript written in main.ilg.\n")
    assert problems(run, "makeindex main.idx") == ()


def test_a_style_that_is_not_there_is_an_error_where_it_is_named(run: RunFolder) -> None:
    run.put("main.tex", "\\usepackage{imakeidx}\n\\makeindex[options=-s gone.ist]\n")
    [found] = problems(run, "makeindex -s gone.ist main.idx")
    assert (found.code, found.severity) == ("index", Severity.ERROR)
    assert found.message == (
        'the index "main.ind" is not made: there is no index style file "gone.ist"'
    )
    assert found.span == run.at("main.tex", 2, 23, 8)


def test_another_failure_is_an_error_where_the_index_is_printed(run: RunFolder) -> None:
    run.put("main.tex", "\\begin{document}\n\\printindex[names]\n")
    run.put("main.ilg", f"{BEGIN}Scanning input file main.idx...\nout of memory\n")
    [found] = problems(run, "makeindex -s own.ist main.idx", styles=("own.ist",))
    assert found.severity is Severity.ERROR
    assert found.message == 'makeindex has not made the index "main.ind": "out of memory"'
    assert found.span == run.at("main.tex", 2, 1, 11)


def test_a_bad_entry_is_found_at_its_command(run: RunFolder) -> None:
    run.put("main.tex", "Warm\\index{steam|(} air\n")
    run.put("main.idx", "\\indexentry{steam|(}{1}\n")
    warning = "## Warning (input = main.idx, line = 1; output = main.ind, line = 3):\n"
    run.put("main.ilg", f"{BEGIN}{warning}   -- Unmatched range opening operator (.\n{END}")
    [found] = problems(run, "makeindex main.idx")
    assert found.severity is Severity.WARNING
    assert 'index entry "steam|("' in found.message
    assert found.span == run.at("main.tex", 1, 12, 7)


def test_a_command_that_was_refused_is_left_to_the_warning_about_it(run: RunFolder) -> None:
    assert problems(run, "makeindex main.idx", allowed=False) == ()
