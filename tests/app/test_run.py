"""Which experiments run, in which order, and what becomes of what they give."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from texbook.app.build import BuildOptions, build_book
from texbook.app.lint import LintOptions, lint_book
from texbook.app.run import RunOptions, RunOutcome, run_book
from texbook.app.watch import watch_set
from texbook.base.cancel import CancelToken
from texbook.base.diagnostic import Severity
from texbook.base.errors import CancelledError, LockedError, RefusedError
from texbook.base.progress import Silence
from texbook.experiments.execute import FOLDER
from texbook.system.lock import book_lock

if TYPE_CHECKING:
    from tests.app.conftest import Book
    from texbook.build.model import BuildResult

READS = """\
import json
from pathlib import Path
def results():
    values = json.loads(Path(__file__).with_name("{other}.results.json").read_text())["values"]
    return {{"a": values["a"] + 1}}
"""


class Notes:
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.steps: list[str] = []

    def step(self, message: str) -> None:
        self.steps.append(message)

    def page(self, number: int, expected: int | None) -> None:
        raise AssertionError

    def note(self, message: str) -> None:
        self.notes.append(message)


def put(book: Book, slug: str, value: object = 1, script: str = "") -> None:
    book.put(f"c/{slug}.tex", "text\n")
    book.put(f"c/{slug}.py", script or f"def results():\n    return {{'a': {value!r}}}\n")


def run(
    book: Book,
    *names: str,
    progress: Notes | None = None,
    cancel: CancelToken | None = None,
    untrusted: str = "",
    **options: Any,
) -> RunOutcome:
    return run_book(
        book.project,
        RunOptions(names, book.root, **options),
        environment={**os.environ, "TEXBOOK_UNTRUSTED": untrusted},
        progress=progress or Notes(),
        cancel=cancel or CancelToken(),
    )


def ran(outcome: RunOutcome) -> list[str]:
    return sorted(item.execution.experiment.slug for item in outcome.ran)


def value(book: Book, slug: str) -> Any:
    return json.loads((book.root / f"c/{slug}.results.json").read_text("utf-8"))["values"]["a"]


def build(book: Book) -> BuildResult:
    return build_book(book.project, BuildOptions(), progress=Silence(), cancel=CancelToken())


def test_only_what_is_out_of_date_runs_and_says_why(book: Book) -> None:
    put(book, "one")
    put(book, "two")
    notes = Notes()
    assert ran(run(book, progress=notes)) == ["one", "two"]
    assert notes.notes == ["one: it has not been run", "two: it has not been run"]
    assert ran(run(book)) == []
    put(book, "two", 2)
    notes = Notes()
    assert ran(run(book, progress=notes)) == ["two"]
    assert notes.notes == ["two: the script has changed"]
    assert value(book, "two") == 2
    assert ran(run(book, "one", force=True)) == ["one"]


def test_one_that_reads_what_another_writes_runs_after_it(book: Book) -> None:
    put(book, "z")
    put(book, "y", script=READS.format(other="z"))
    put(book, "x", script=READS.format(other="y"))
    outcome = run(book, jobs=2)
    assert outcome.diagnostics == ()
    assert [value(book, slug) for slug in "zyx"] == [1, 2, 3]
    put(book, "z", 10)
    assert ran(run(book)) == ["x", "y", "z"]
    assert [value(book, slug) for slug in "zyx"] == [10, 11, 12]
    assert ran(run(book)) == []


def test_a_failure_that_another_one_mends_is_forgotten(book: Book) -> None:
    put(book, "z")
    put(book, "y", script=READS.format(other="z"))
    run(book)
    good = (book.root / "c/z.results.json").read_text("utf-8")
    book.put("c/z.results.json", good[:20])
    assert run(book, jobs=2).diagnostics == ()
    assert (book.root / "c/z.results.json").read_text("utf-8") == good


def test_two_that_read_each_other_end(book: Book) -> None:
    put(book, "y", script=READS.format(other="z"))
    put(book, "z", script=READS.format(other="y"))
    for slug in "yz":
        book.put(f"c/{slug}.results.json", '{"values": {"a": 1}}')
    assert run(book).diagnostics == ()


def test_a_failure_keeps_the_others_and_its_own_old_results(book: Book) -> None:
    put(book, "bad", 1)
    run(book)
    put(book, "bad", script="def results():\n    return 1 / 0\n")
    put(book, "good")
    outcome = run(book)
    assert [item.message for item in outcome.diagnostics] == [
        "results() failed: ZeroDivisionError: division by zero"
    ]
    assert (value(book, "bad"), value(book, "good")) == (1, 1)
    assert ran(run(book)) == ["bad"]


def test_check_runs_all_compares_and_writes_nothing(book: Book) -> None:
    put(book, "one")
    put(book, "two")
    assert len(run(book, check=True).diagnostics) == 2
    assert not (book.root / "c/one.results.json").exists()
    run(book)
    assert run(book, check=True).diagnostics == ()
    put(book, "two", 3)
    before = (book.root / "c/two.results.json").read_bytes()
    outcome = run(book, check=True)
    assert ran(outcome) == ["one", "two"]
    assert [item.message for item in outcome.diagnostics] == ['"a" was 1 and is 3 now']
    assert (book.root / "c/two.results.json").read_bytes() == before


def test_a_book_without_experiments_has_none(book: Book) -> None:
    assert run(book) == RunOutcome(())
    assert not book.project.work_folder.exists()


def test_two_that_would_draw_the_same_figure_are_refused(book: Book) -> None:
    script = "def results():\n    return {}\ndef figure(results):\n    ...\n"
    for folder in ("c", "d"):
        book.put(f"{folder}/q.tex", "")
        book.put(f"{folder}/q.py", script)
    outcome = run(book)
    assert ran(outcome) == []
    (finding,) = outcome.diagnostics
    assert 'would write the same "q.pdf"' in finding.message


def test_an_untrusted_book_runs_nothing(book: Book) -> None:
    put(book, "one", script="open('ran', 'w')\n")
    with pytest.raises(RefusedError):
        run(book, untrusted="1")
    assert not (book.root / "c/ran").exists()


def test_one_run_at_a_time(book: Book) -> None:
    put(book, "one")
    with book_lock(book.project.work_folder / FOLDER), pytest.raises(LockedError):
        run(book)


def test_storing_waits_until_another_texbook_has_built_the_book(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("texbook.app.waiting.LOCKED_SECONDS", 0.0)
    put(book, "one")
    lock = book_lock(book.project.work_folder)
    lock.__enter__()

    class Waiting(Notes):
        def note(self, message: str) -> None:
            super().note(message)
            if message.startswith("waiting"):
                assert not (book.root / "c/one.results.json").exists()
                lock.__exit__(None, None, None)

    notes = Waiting()
    run(book, progress=notes)
    assert notes.notes[1].startswith("waiting: another texbook")
    assert value(book, "one") == 1


def test_what_a_killed_run_left_is_removed(book: Book) -> None:
    put(book, "one")
    left = book.put("build/texbook/experiments/run.x/report.json", "{}")
    run(book)
    assert not left.parent.exists()


def test_a_cancelled_run_keeps_what_it_has_stored(book: Book) -> None:
    put(book, "one")
    put(book, "two", script="import time\ndef results():\n    time.sleep(99)\n")
    cancel = CancelToken()

    class Stopping(Notes):
        def step(self, message: str) -> None:
            if "1 of 2 done" in message:
                cancel.cancel("enough")

    with pytest.raises(CancelledError):
        run(book, progress=Stopping(), cancel=cancel, jobs=2)
    assert value(book, "one") == 1
    assert not list(book.root.glob("build/texbook/experiments/run.*"))


def question(book: Book) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\n\\begin{document}\n\\input{c/q}\n\\end{document}\n",
    )
    book.put("c/q.j2.tex", book.question(trap="\\VAR{results.a}"))
    book.put("c/q.py", "def results():\n    return {'a': 1}\n")


def test_lint_reports_stale_results_of_a_question_as_an_error(book: Book) -> None:
    question(book)
    run(book)
    assert "TB403" not in {item.code for item in lint_book(book.project, LintOptions()).diagnostics}
    book.put("c/q.py", "def results():\n    return {'a': 2}\n")
    named = LintOptions(paths=(book.root / "c/q.j2.tex",))
    others = LintOptions(paths=(book.root / "main.tex",))
    for options in (LintOptions(), named, LintOptions(select=("stale-results",))):
        found = lint_book(book.project, options).diagnostics
        (finding,) = [item for item in found if item.code == "TB403"]
        assert finding.severity is Severity.ERROR
        assert finding.span is not None
        assert finding.span.path.name == "q.results.json"
    for options in (others, LintOptions(ignore=("TB403",))):
        assert "TB403" not in {d.code for d in lint_book(book.project, options).diagnostics}


def test_a_stub_without_a_script_is_silent(book: Book) -> None:
    question(book)
    (book.root / "c/q.py").unlink()
    book.put("c/q.results.json", '{"values": {"a": 1}}')
    assert "TB403" not in {item.code for item in lint_book(book.project, LintOptions()).diagnostics}


def test_a_build_that_fails_for_want_of_a_result_names_the_experiment_too(book: Book) -> None:
    question(book)
    codes = [item.code for item in build(book).diagnostics]
    assert "stale-results" in codes


def test_damaged_results_are_told_once_by_a_build(book: Book) -> None:
    question(book)
    book.put("c/q.results.json", "{")
    assert [item.code for item in build(book).diagnostics] == ["template-error"]


@pytest.mark.tex
def test_each_build_warns_of_stale_results_also_one_that_is_up_to_date(book: Book) -> None:
    put(book, "q")
    run(book)
    assert not [item for item in build(book).diagnostics if item.code == "stale-results"]
    put(book, "q", 2)
    for _ in range(2):
        result = build(book)
        (warning,) = [item for item in result.diagnostics if item.code == "stale-results"]
        assert warning.severity is Severity.WARNING
    assert result.outcome.value == "up to date"


def test_scripts_and_what_they_read_are_watched(book: Book) -> None:
    book.put("d.csv", "1")
    put(book, "one", script="def results():\n    return {'a': open('../d.csv').read()}\n")
    run(book)
    files = watch_set(book.project, frozenset()).files
    assert {book.root / name for name in ("c/one.py", "d.csv", "c/one.results.json")} <= files
