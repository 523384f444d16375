"""``texbook run`` as seen from outside."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]

GOOD = "def results():\n    print('hello')\n    return {'a': 1, 'b': 2.5}\n"
ENDLESS = (
    "import time\nfrom pathlib import Path\n"
    "def results():\n    Path('started').touch()\n    time.sleep(99)\n"
)


def put(book: Book, script: str, slug: str = "q") -> Path:
    book.put(f"c/{slug}.tex", "text\n")
    return book.put(f"c/{slug}.py", script)


def test_it_tells_what_it_wrote_and_then_that_nothing_is_to_do(book: Book) -> None:
    put(book, GOOD)
    answer = book.texbook("run")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.startswith("q: 2 values, wrote c/q.results.json, ")
    answer = book.texbook("run")
    assert (answer.status, answer.out, answer.err) == (0, "", "1 experiment, up to date\n")
    assert ": 2 values, nothing new, " in book.texbook("run", "--force").err
    assert book.sources() == {"main.tex", "c/q.tex", "c/q.py", "c/q.results.json"}
    assert book.texbook("run", "-q", "--force").err == ""


def test_verbose_tells_why_and_what_the_script_printed(book: Book) -> None:
    put(book, GOOD)
    lines = book.texbook("run", "-v").err.splitlines()
    assert lines[:3] == ["q: it has not been run", "running q", "q: hello"]


def test_a_fault_is_shown_with_its_line_and_status_1(book: Book) -> None:
    put(book, "def results():\n    return 1 / 0\n")
    answer = book.texbook("run")
    assert answer.status == 1
    assert "error[experiment]: results() failed: ZeroDivisionError" in answer.out
    assert "c/q.py:2" in answer.out
    assert answer.err.startswith("q: failed after ")


def test_a_limit_is_status_4(book: Book) -> None:
    book.put("texbook.toml", "[experiments]\nseconds = 1\n")
    put(book, ENDLESS)
    answer = book.texbook("run")
    assert answer.status == 4
    assert "error[limit]" in answer.out
    assert "c/q.py:5" in answer.out


def test_check_tells_differences_at_the_stored_value(book: Book) -> None:
    put(book, GOOD)
    book.texbook("run")
    answer = book.texbook("run", "--check")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.startswith("q: 2 values, as stored, ")
    put(book, GOOD.replace("2.5", "3.5"))
    answer = book.texbook("run", "--check")
    assert answer.status == 1
    assert '"b" was 2.5 and is 3.5 now' in answer.out
    assert "c/q.results.json:4" in answer.out
    assert answer.err.startswith("q: 2 values, 1 difference, ")


def test_of_many_differences_the_first_are_shown_and_the_rest_counted(book: Book) -> None:
    many = "def results():\n    return {f'a{n}': n + 1 for n in range(9)}\n"
    put(book, many)
    book.texbook("run")
    put(book, many.replace("n + 1", "n + 2"))
    answer = book.texbook("run", "--check")
    assert (answer.status, answer.out.count("error[results-differ]")) == (1, 5)
    assert answer.err.startswith("q: 9 values, 9 differences, ")
    assert answer.err.endswith('4 more differences; "texbook run --check -v" shows all\n')
    answer = book.texbook("run", "--check", "-v")
    assert answer.out.count("error[results-differ]") == 9
    assert "more" not in answer.err
    table = json.loads(book.texbook("run", "--check", "--format", "json").out)
    assert len(table["diagnostics"]) == 9


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_results_whose_script_lost_its_function_are_told(
    book: Book, arguments: tuple[str, ...]
) -> None:
    put(book, GOOD)
    put(book, GOOD, "r")
    assert book.texbook("run").status == 0
    put(book, GOOD.replace("def results", "def reslts"))
    answer = book.texbook("run", *arguments)
    assert answer.status == 1
    assert '"q.py" defines no results() any more' in answer.out
    assert "up to date" not in answer.err
    assert book.texbook("run", "r").status == 0


def test_json_tells_what_ran(book: Book) -> None:
    put(book, GOOD)
    table = json.loads(book.texbook("run", "--format", "json").out)
    assert table["experiments"] == ["q"]
    (ran,) = table["ran"]
    seconds = ran.pop("seconds")
    assert seconds >= 0
    assert ran == {
        "experiment": "q",
        "reason": "it has not been run",
        "good": True,
        "written": ["c/q.results.json"],
        "output": "hello\n",
    }


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["qq"], 2, 'did you mean "q"?'),
        (["--python", "./none"], 2, 'there is no interpreter "./none"'),
        (["--python", "no-such-python"], 3, '"no-such-python"'),
        (["--jobs", "0"], 2, "--jobs"),
    ],
)
def test_a_wrong_call_is_refused(book: Book, arguments: list[str], status: int, words: str) -> None:
    put(book, GOOD)
    answer = book.texbook("run", *arguments)
    assert answer.status == status
    assert words in answer.err


def test_an_untrusted_book_is_refused(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    put(book, GOOD)
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    assert book.texbook("run").status == 7


def test_a_book_without_experiments_says_so(book: Book) -> None:
    answer = book.texbook("run")
    assert (answer.status, answer.err) == (0, "there are no experiments in this book\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_all_and_leaves_the_old_results(
    book: Book, wait_until: Wait, number: signal.Signals, status: int
) -> None:
    script = put(book, GOOD)
    book.texbook("run")
    before = (book.root / "c/q.results.json").read_bytes()
    put(book, ENDLESS)
    process = book.process("run")
    wait_until(script.with_name("started").exists, "the script did not start")
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert (book.root / "c/q.results.json").read_bytes() == before
    assert not list(book.root.glob("build/texbook/experiments/run.*"))


def test_after_kill_9_nothing_runs_on_and_the_next_run_is_good(
    book: Book, wait_until: Wait
) -> None:
    script = put(book, ENDLESS)
    process = book.process("run")
    wait_until(script.with_name("started").exists, "the script did not start")
    process.kill()
    process.communicate(timeout=60)
    wait_until(lambda: not book.processes(), "the script runs on")
    put(book, GOOD)
    assert book.texbook("run").status == 0
    assert not list(book.root.glob("build/texbook/experiments/run.*"))
