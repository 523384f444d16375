"""The page on editors and viewers: its pieces are read, and names compared."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.cli.main import run
from texbook.report.concise import concise_line
from texbook.report.screen import WatchScreen
from texbook.system.known_editors import KNOWN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")
TASKS = json.loads((ROOT / ".vscode" / "tasks.json").read_text("utf-8"))
MATCHERS = [task["problemMatcher"] for task in TASKS["tasks"] if task["problemMatcher"]]

# What only a build sees, and what only lint sees.
BROKEN = (
    "\\documentclass{article}\n\\begin{document}\nOne.\n\n  \\undefinedthing\n\\end{document}\n"
)
FAULTY = "\\begin{document}\nIt takes 10-20 minutes: \\ref{no}.\n\\end{document}\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)


def problems(text: str, matcher: dict[str, Any]) -> list[tuple[str, ...]]:
    """Read lines as VS Code does: file, line, column, severity and code of each problem."""
    pattern = matcher["pattern"]
    found = [re.match(pattern["regexp"], line) for line in text.splitlines()]
    fields = ("file", "line", "column", "severity", "code")
    return [tuple(item[pattern[field]] for field in fields) for item in found if item]


def test_the_tasks_of_the_page_are_those_of_this_repository_but_for_the_program() -> None:
    own = (ROOT / ".vscode" / "tasks.json").read_text("utf-8")
    assert blocks("json")[0] == own.replace("${workspaceFolder}/.venv/bin/texbook", "texbook")


def test_every_setting_is_json() -> None:
    tasks, *settings = map(json.loads, blocks("json"))
    assert tasks["version"] == "2.0.0"
    names = {name for table in settings for name in table}
    assert {name.partition(".")[0] for name in names} == {"files", "latex-workshop", "texlab"}


@pytest.mark.parametrize("matcher", MATCHERS, ids=lambda matcher: matcher["owner"])
@pytest.mark.parametrize("severity", list(Severity))
def test_the_matchers_read_every_line_of_a_file(
    matcher: dict[str, Any], severity: Severity
) -> None:
    pattern = matcher["pattern"]
    item = Diagnostic("TB504", severity, 'a: "b" [c]', Span.at(Path("/b/Ö 1: x.tex"), 3, 7))
    found = re.match(pattern["regexp"], concise_line(item, Path("/b")))
    assert found is not None
    fields = ("file", "line", "column", "message", "code")
    assert [found[pattern[field]] for field in fields] == [
        *("Ö 1: x.tex", "3", "7", 'a: "b" [c]', "TB504")
    ]
    # VS Code knows "error", "warning" and "info".
    assert found[pattern["severity"]] == severity.value.replace("information", "info")


def test_what_has_no_line_is_at_the_first_and_what_has_no_file_is_no_problem() -> None:
    whole = Diagnostic("storage", Severity.ERROR, "cannot be read", Span(Path("/b/x.tex")))
    nowhere = Diagnostic("usage", Severity.ERROR, "no such option")
    lines = "\n".join(concise_line(item, Path("/b")) for item in (whole, nowhere))
    for matcher in MATCHERS:
        assert problems(lines, matcher) == [("x.tex", "1", "1", "error", "storage")]


@pytest.mark.tex
@pytest.mark.parametrize("verb", ["build", "lint"])
def test_the_matchers_read_what_the_tasks_print(
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = BROKEN if verb == "build" else f"\\documentclass{{article}}\n{FAULTY}"
    (tmp_path / "main.tex").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (task,) = [task for task in TASKS["tasks"] if task["label"] == f"texbook {verb}"]
    assert run(task["args"]) == 1
    expected = {
        "build": [("main.tex", "5", "3", "error", "undefined-macro")],
        "lint": [
            ("main.tex", "3", "10", "warning", "TB505"),
            ("main.tex", "3", "30", "error", "TB301"),
        ],
    }
    assert problems(capsys.readouterr().out, task["problemMatcher"]) == expected[verb]


def test_the_watch_tells_its_findings_between_the_lines_that_the_matcher_waits_for() -> None:
    (task,) = [task for task in TASKS["tasks"] if task["label"] == "texbook watch"]
    assert task["args"][-2:] == ["--format", "concise"]
    out = io.StringIO()
    item = Diagnostic("TB504", Severity.WARNING, "a hyphen", Span.at(Path("/b/x.tex"), 3, 7))
    with WatchScreen(out, title="b", folder=Path("/b"), concise=True) as screen:
        screen.building([Path("/b/x.tex")])
        screen.good(pages=3, seconds=1.0, diagnostics=[item])
        screen.building([Path("/b/x.tex")])
        screen.failed(diagnostics=[item, item])
    waits = task["problemMatcher"]["background"]
    told: list[list[str]] = []
    is_open = False
    for line in out.getvalue().splitlines():
        if re.match(waits["beginsPattern"], line):
            told.append([])
            is_open = True
        elif re.match(waits["endsPattern"], line):
            is_open = False
        else:
            assert is_open, line
            told[-1].append(line)
    assert [len(problems("\n".join(lines), task["problemMatcher"])) for lines in told] == [1, 2]


def test_the_example_is_a_line_as_it_is_written() -> None:
    example = blocks("text")[0]
    message = 'section title "Why it Fails" should be "Why It Fails"'
    item = Diagnostic(
        "TB004", Severity.ERROR, message, Span.at(Path("/b/chapters/leak.tex"), 12, 1)
    )
    assert example == f"{concise_line(item, Path('/b'))}\n"


def test_the_known_editors_are_those_of_the_code_and_called_so() -> None:
    told = dict(re.findall(r"(?m)^\| `([-\w]+)` \| (.*) \|$", PAGE))
    assert list(told) == list(KNOWN)
    for name, cell in told.items():
        known = KNOWN[name]
        for command in re.findall(r"`([^`]*\{file\}[^`]*)`", cell):
            assert tuple(command.split(" ")) == known.ways[0]
        for variable in re.findall(r"`([A-Z_]+)`", cell):
            assert variable in {*known.servers, known.server}
