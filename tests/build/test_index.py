"""When makeindex runs, and its messages as makeindex 2.16 writes them."""

from __future__ import annotations

from texbook.build.index import index_jobs, unsupported_sorters
from texbook.texfiles.engine_log import ShellCommand

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


def test_what_another_program_should_sort_is_told() -> None:
    files = {"main.aux": b"\\glsxtr@resource{src={x}}{main}\n", "main.xdy": b""}
    found = unsupported_sorters(files, {"main.aux", "main.xdy"})
    assert [item.message.partition(" by ")[2] for item in found] == [
        "xindy, which texbook does not run",
        "bib2gls, which texbook does not run",
    ]
    assert unsupported_sorters({"main.aux": b"\\relax"}, {"main.aux"}) == ()
