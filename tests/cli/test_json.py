"""One whole JSON document on standard output, whatever happens."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import LimitError, LockedError, MissingToolError, RefusedError
from texbook.base.span import Span
from texbook.cli import main
from texbook.cli.output import asked_form, format_option, show_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer, Book


PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
SCHEMA = {"version", "tool", "diagnostics", "summary", "exit"}


def document(answer: Answer) -> Any:
    """Read the one document, which must tell the exit code of the process."""
    value = json.loads(answer.out)
    assert (value["version"], value["exit"]) == (1, answer.status)
    assert list(value)[:5] == ["version", "tool", "diagnostics", "summary", "exit"]
    return value


@pytest.mark.parametrize(
    ("arguments", "tool", "code", "status"),
    [
        (["build", "--format", "json", "--nope"], "texbook build", "usage", 2),
        (["lint", "--format=json", "--select", "TB001", "--fail-on"], "texbook lint", "usage", 2),
        (["biuld", "--format", "json"], "texbook biuld", "usage", 2),
        (["-v", "build", "--format", "json", "gone.tex"], "texbook build", "book", 1),
        (["lint", "--format", "json", "--select", "XX"], "texbook lint", "config", 2),
    ],
)
def test_a_wrong_call_is_answered_in_json(
    book: Book, arguments: list[str], tool: str, code: str, status: int
) -> None:
    answer = book.texbook(*arguments)
    value = document(answer)
    assert (value["tool"], answer.status, answer.err) == (tool, status, "")
    assert [item["code"] for item in value["diagnostics"]] == [code]


def test_a_wrong_configuration_has_its_place(book: Book) -> None:
    book.put("texbook.toml", "[build]\npases = 3\n")
    for verb in ("build", "lint", "run", "doctor", "stats"):
        [found] = document(book.texbook(verb, "--format", "json"))["diagnostics"]
        assert (found["code"], found["path"], found["line"]) == ("config", "texbook.toml", 2)


def test_a_tool_that_is_missing_is_told_in_json(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(book.root))
    value = document(book.texbook("build", "--format", "json"))
    assert [item["code"] for item in value["diagnostics"]] == ["missing-tool"]
    assert value["exit"] == 3


def replace_verb(monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]) -> None:
    command = click.Command("lint", callback=lambda form: work())
    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: format_option(command))


@pytest.mark.parametrize(
    ("raised", "code", "status"),
    [
        (MissingToolError("no engine"), "missing-tool", 3),
        (LimitError("too long", span=Span.at(Path("/x/a.tex"), 3)), "limit", 4),
        (LockedError("busy"), "locked", 5),
        (OSError(28, "No space left on device", "/x"), "storage", 6),
        (RefusedError("no"), "refused", 7),
        (KeyboardInterrupt(), "cancelled", 130),
        (main.Terminated(), "terminated", 143),
    ],
)
def test_every_end_is_one_document(
    book: Book, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: str, status: int
) -> None:
    def work() -> int:
        show_json([Diagnostic("x", Severity.ERROR, "half of the work")], "texbook lint", {})
        raise raised

    replace_verb(monkeypatch, work)
    value = document(book.texbook("lint", "--format", "json"))
    assert [item["code"] for item in value["diagnostics"]] == [code]
    assert value["exit"] == status


def test_a_bug_is_one_document_too_and_its_report_is_on_standard_error(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> int:
        raise ZeroDivisionError("oh")

    replace_verb(monkeypatch, work)
    book.capture.readouterr()
    status = main.run(["lint", "--format", "json"])
    out, err = book.capture.readouterr()
    [found] = json.loads(out)["diagnostics"]
    assert (status, json.loads(out)["exit"], found["code"]) == (70, 70, "bug")
    assert found["message"] == "texbook has a bug: ZeroDivisionError: oh"
    assert "Please report this text" in err


def test_the_exit_code_in_the_document_is_that_of_the_command(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> int:
        show_json([], "texbook lint", {"more": 1})
        return 1

    replace_verb(monkeypatch, work)
    value = document(book.texbook("lint", "--format", "json"))
    assert (value["exit"], value["more"]) == (1, 1)


def test_for_people_faults_stay_on_standard_error(book: Book) -> None:
    answer = book.texbook("build", "gone.tex")
    assert answer.out == ""
    assert answer.err.startswith("error[book]")


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["build", "--format", "json"], ("json", "texbook build")),
        (["--format=json"], ("json", "texbook")),
        (["lint", "--format", "sarif", "x"], ("sarif", "texbook lint")),
        (["lint", "--format=terminal", "--format", "json"], ("json", "texbook lint")),
        (["build", "--format", "terminal"], ("terminal", "texbook build")),
        (["build", "--", "--format", "json"], ("terminal", "texbook build")),
        (["build", "--format", "nope"], ("terminal", "texbook build")),
        (["build", "json"], ("terminal", "texbook build")),
        (["build", "--format"], ("terminal", "texbook build")),
        ([], ("terminal", "texbook")),
    ],
)
def test_which_form_was_asked_for_is_known_from_the_words(
    book: Book, arguments: list[str], asked: tuple[str, str]
) -> None:
    assert asked_form(arguments) == asked


@pytest.mark.parametrize("verb", ["lint", "run", "stats"])
def test_every_command_has_the_same_schema(book: Book, verb: str) -> None:
    value = document(book.texbook(verb, "--format", "json"))
    assert (value["tool"], value["exit"]) == (f"texbook {verb}", 0)
    paragraph = PAGE.partition(f"`texbook {verb}`: ")[2].partition("\n\n")[0]
    assert set(value) - SCHEMA <= set(re.findall(r"`(\w+)`", paragraph))


@pytest.mark.tex
def test_places_are_relative_with_columns_and_ends(book: Book) -> None:
    book.put("chapters/a.tex", "See \\ref{sec:tow}.\n")
    book.document("\\section{A}\\label{sec:two}\n\\input{chapters/a}")
    value = document(book.texbook("build", "--format", "json"))
    [found] = value["diagnostics"]
    place = {key: found[key] for key in ("path", "line", "column", "end_line", "end_column")}
    assert place == {
        "path": "chapters/a.tex",
        "line": 1,
        "column": 10,
        "end_line": 1,
        "end_column": 17,
    }
    assert found["hints"] == ['did you mean "sec:two"?']
    described = PAGE.partition("`texbook build`: ")[2].partition("\n\n")[0]
    assert set(value) - SCHEMA <= set(re.findall(r"`(\w+)`", described))
    assert value["noise"]["remarks"] > 0
    again = document(book.texbook("build", "--format", "json"))
    assert again["outcome"] == "up to date"
    assert (again["diagnostics"], again["noise"]) == (value["diagnostics"], value["noise"])


@pytest.mark.tex
def test_a_limit_is_told_with_the_line_that_tex_was_reading(book: Book) -> None:
    book.document("one\n\n\\newpage\n\\def\\x{\\x}\\x")
    book.put("texbook.toml", "[build]\npass-seconds = 2\n")
    value = document(book.texbook("build", "--format", "json"))
    [found] = value["diagnostics"]
    assert (value["exit"], found["code"]) == (4, "limit")
    assert (found["path"], found["line"]) == ("main.tex", 6)
    assert found["message"] == "the engine, after page 1, was stopped at its limit of 2 seconds"


@pytest.mark.tex
@pytest.mark.parametrize(
    ("number", "code", "status"),
    [(signal.SIGINT, "cancelled", 130), (signal.SIGTERM, "terminated", 143)],
)
def test_a_build_that_is_ended_by_a_signal_says_so_in_json(
    book: Book,
    wait_until: Callable[[Callable[[], object], str], None],
    number: signal.Signals,
    code: str,
    status: int,
) -> None:
    book.document("\\def\\x{\\x}\\x")
    process = book.process("build", "--format", "json")
    runs = book.root / "build/texbook/runs"
    wait_until(lambda: list(runs.glob("*/**/main.log")), "the engine has not started")
    os.kill(process.pid, number)
    out, _ = process.communicate(timeout=60)
    value = json.loads(out)
    assert process.returncode == value["exit"] == status
    assert [item["code"] for item in value["diagnostics"]] == [code]


@pytest.mark.tex
def test_people_see_faults_in_full_and_the_rest_in_a_line_and_noise_on_demand(book: Book) -> None:
    book.document("\\ref{gone}\n\n\\noindent\\rule{365pt}{1pt}\n\nx\\\\\n\n\\marginpar{a}y")
    answer = book.texbook("build")
    assert "warning[undefined-reference]" in answer.out
    assert "left out" not in answer.err
    assert "1 warning" in answer.err
    assert "information[overfull] main.tex:5: a line is 20.0pt (7.0 mm) too wide" in answer.out
    told = book.texbook("build", "-v")
    assert "left out: 1 underfull box, " in told.err
    assert "information[overfull]: a line is" in told.out
