"""How lint is used from the command line: baseline, statistics, cache, settings."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ExitStatus

if TYPE_CHECKING:
    from tests.cli.conftest import Book

TEXT = "\\documentclass{article}\n\\begin{document}\nWait... what?\nAnd... so.\n\\end{document}\n"
SELECT = ("--select", "TB506", "--format", "concise")


def test_a_baseline_is_written_used_and_told(book: Book) -> None:
    book.put("main.tex", TEXT)
    written = book.texbook("lint", *SELECT, "--baseline", "known.json", "--update-baseline")
    assert written.status == ExitStatus.GOOD
    assert 'wrote "known.json": 2 findings added, 0 removed, 0 kept' in written.err
    assert "2 known findings left out" in written.err
    book.put("main.tex", TEXT.replace("And", "Then... new.\nAnd"))
    told = book.texbook("lint", *SELECT, "--baseline", "known.json")
    assert told.status == ExitStatus.FINDINGS
    assert told.out.count("TB506") == 1
    assert "main.tex:4" in told.out
    everything = book.texbook("lint", *SELECT, "--baseline", "known.json", "--no-baseline")
    assert everything.out.count("TB506") == 3


@pytest.mark.parametrize("content", [None, b"{", b'{"version": 9, "findings": []}'])
def test_a_bad_baseline_is_a_usage_error(book: Book, content: bytes | None) -> None:
    if content is not None:
        book.put("known.json", content)
    told = book.texbook("lint", "--baseline", "known.json")
    assert told.status == ExitStatus.USAGE
    assert "known.json" in told.err
    assert "--update-baseline" in told.err


def test_statistics_take_the_place_of_findings(book: Book) -> None:
    book.put("main.tex", TEXT)
    told = book.texbook("lint", "--select", "TB506", "--statistics")
    assert told.status == ExitStatus.FINDINGS
    assert told.out == "2  TB506  [*] ellipsis-dots\n[*] all or some can be fixed with --fix\n"


def test_statistics_as_json_keep_the_summary(book: Book) -> None:
    book.put("main.tex", TEXT)
    told = book.texbook("lint", "--select", "TB506", "--statistics", "--format", "json")
    document = json.loads(told.out)
    assert document["diagnostics"] == []
    assert document["summary"]["warnings"] == 2
    assert [(item["code"], item["count"]) for item in document["statistics"]] == [("TB506", 2)]
    assert document["exit"] == ExitStatus.FINDINGS


def test_json_counts_what_is_known(book: Book) -> None:
    book.put("main.tex", TEXT)
    options = ("--select", "TB506", "--baseline", "known.json", "--format", "json")
    document = json.loads(book.texbook("lint", *options, "--update-baseline").out)
    assert (document["known"], document["diagnostics"], document["exit"]) == (2, [], 0)


def test_without_the_cache_nothing_is_kept(book: Book) -> None:
    book.put("main.tex", TEXT)
    first = book.texbook("lint", *SELECT, "--no-cache")
    assert not (book.root / "build").exists()
    again = book.texbook("lint", *SELECT)
    assert (book.root / "build" / "texbook" / "lint").is_dir()
    assert book.texbook("lint", *SELECT).out == again.out == first.out


def test_a_wrong_rule_in_the_configuration_is_shown_at_its_line(book: Book) -> None:
    book.put("texbook.toml", '[lint.per-file-ignores]\n"old/*" = ["TB5O6"]\n')
    told = book.texbook("lint")
    assert told.status == ExitStatus.USAGE
    assert "texbook.toml:2:1" in told.err
    assert 'there is no rule "TB5O6"' in told.err
    assert "did you mean" in told.err


def test_severities_decide_the_exit_code(book: Book) -> None:
    book.put("main.tex", TEXT)
    book.put("texbook.toml", '[lint.severity]\nellipsis-dots = "information"\n')
    assert book.texbook("lint", *SELECT).status == ExitStatus.GOOD
    book.put("texbook.toml", '[lint.severity]\nellipsis-dots = "error"\n')
    assert book.texbook("lint", *SELECT, "--fail-on", "error").status == ExitStatus.FINDINGS


def test_a_second_run_imports_neither_rules_nor_readers_of_latex(book: Book) -> None:
    book.put("main.tex", TEXT)
    options = ("lint", *SELECT)
    first = book.texbook(*options)
    code = (
        "import sys\nfrom texbook.cli.main import run\n"
        f"status = run({list(options)!r})\n"
        "heavy = ('texbook.lint.rule', 'texbook.latex', 'texbook.render', 'jinja2', 'pylatexenc')\n"
        "print(status, sorted(name for name in sys.modules if name.startswith(heavy)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=book.root, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{first.out}{first.status} []\n"


def test_runs_at_the_same_time_do_not_disturb_each_other(book: Book) -> None:
    book.put("main.tex", TEXT)
    words = ("TB506", "TB5", "TB", "ellipsis-dots")
    runs = [
        book.process("lint", "--select", word, "--format", "concise")
        for word in words
        for _ in "12"
    ]
    told = [run.communicate()[0] for run in runs]
    assert all(line in text for text in told for line in told[0].splitlines())
    assert told[0].count("TB506") == 2
    assert told[::2] == told[1::2]
