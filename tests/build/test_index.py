"""When makeindex runs, and its messages as makeindex 2.16 writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.build.index import index_jobs, index_problems
from texbook.build.tools import ToolOutput
from texbook.texfiles.log import ShellCommand

if TYPE_CHECKING:
    from pathlib import Path

IDX = b"\\indexentry{zebra}{1}\n"


def test_an_index_is_sorted_when_its_entries_changed() -> None:
    [job] = index_jobs({"main.idx": IDX}, {"main.idx"})
    assert job.name == "makeindex main.idx"
    assert job.output == "main.ind"
    assert job.why(None, has_output=False) == "main.ind is new"
    [same] = index_jobs({"main.idx": IDX}, {"main.idx"})
    assert same.why(job.key, has_output=True) == ""
    [other] = index_jobs({"main.idx": IDX + IDX}, {"main.idx"})
    assert other.why(job.key, has_output=True) == "main.idx changed"


def test_an_empty_index_and_one_of_an_earlier_build_are_left_alone() -> None:
    assert index_jobs({"main.idx": b"\n"}, {"main.idx"}) == ()
    assert index_jobs({"main.idx": IDX}, set()) == ()


def test_an_index_that_the_document_sorted_itself_is_left_alone() -> None:
    ran = [ShellCommand("makeindex main.idx", True)]
    refused = [ShellCommand("makeindex main.idx", False)]
    assert index_jobs({"main.idx": IDX}, {"main.idx"}, ran) == ()
    assert len(index_jobs({"main.idx": IDX}, {"main.idx"}, refused)) == 1


def test_a_glossary_is_sorted_with_the_style_that_it_wrote() -> None:
    files = {"main.glo": b"\\glossaryentry{a}{1}\n", "main.ist": b"% style\n"}
    [job] = index_jobs(files, set(files))
    assert job.arguments[-3:] == ("-s", "main.ist", "main.glo")
    assert job.output == "main.gls"
    [other] = index_jobs({**files, "main.ist": b"% other\n"}, set(files))
    assert other.why(job.key, has_output=True) == "main.ist changed"


def test_a_glossary_of_the_authors_own_is_sorted() -> None:
    files = {
        "main.aux": b"\\@newglossary{main}{glg}{gls}{glo}\n\\@newglossary{s}{slog}{syi}{syg}\n",
        "main.syg": b"\\glossaryentry{a}{1}\n",
        "main.ist": b"% style\n",
    }
    [job] = index_jobs(files, set(files))
    assert job.arguments == (
        *("makeindex", "-q", "-t", "main.slog", "-o", "main.syi", "-s", "main.ist", "main.syg"),
    )


def test_a_glossary_without_its_style_is_not_makeindexs() -> None:
    assert index_jobs({"main.glo": b"\\glossaryentry{a}{1}\n"}, {"main.glo"}) == ()


def test_problems_quote_the_entry_that_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "ix.idx").write_text(
        "\\indexentry{a!b!c!d}{1}\n\\indexentry{ok}{1}\n\\indexentry{x|(}{1}\n"
    )
    log = (
        "Scanning input file ix.idx...\n"
        "!! Input index error (file = ix.idx, line = 1):\n"
        "   -- Extra `!' at position 6 of first argument.\n"
        ".done (2 entries accepted, 1 rejected).\n"
        "## Warning (input = ix.idx, line = 3; output = ix.ind, line = 7):\n"
        "   -- Unmatched range opening operator (.\n"
    )
    assert [item.message for item in index_problems(log, tmp_path)] == [
        'index entry "a!b!c!d": extra `!\' at position 6 of first argument',
        'index entry "x|(": unmatched range opening operator (',
    ]


def test_a_failure_without_a_log_is_an_error(tmp_path: Path) -> None:
    [job] = index_jobs({"main.idx": IDX}, {"main.idx"})
    [problem] = job.read_problems(ToolOutput(1, "Index style file x.ist not found.\n", tmp_path))
    assert problem.severity is Severity.ERROR
    assert problem.message == ('makeindex ended with status 1: "Index style file x.ist not found."')
