"""Scripts of all kinds, executed for real."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.digest import digest_bytes
from texbook.base.errors import CancelledError, MissingToolError
from texbook.experiments.execute import execute
from texbook.system.process import ProcessRegistry

if TYPE_CHECKING:
    from tests.experiments.conftest import Book
    from texbook.base.diagnostic import Diagnostic

GOOD = 'def results():\n    return {"a": 1}\n'


def place(finding: Diagnostic) -> tuple[str, int | None]:
    assert finding.span is not None
    start = finding.span.start
    return finding.span.path.name, None if start is None else start.line


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_values_come_back_as_they_were_given(book: Book) -> None:
    report = book.report(
        "import enum, numpy as np\n"
        "class E(enum.IntEnum):\n    X = 3\n"
        "def results():\n"
        '    return {"z": 0.1 + 0.2, "a": np.float64(0.5), "b": np.arange(2),\n'
        '            "c": np.bool_(True), "d": (1, "ü"), "e": {"k": -0.0}, "f": E.X,\n'
        '            "g": np.float32(0.1)}\n'
    )
    values = report["values"]
    assert isinstance(values, dict)
    assert list(values) == ["z", "a", "b", "c", "d", "e", "f", "g"]
    assert values == {
        "z": 0.30000000000000004,
        "a": 0.5,
        "b": [0, 1],
        "c": True,
        "d": [1, "ü"],
        "e": {"k": 0.0},
        "f": 3,
        "g": 0.10000000149011612,
    }
    assert report["digest"] == digest_bytes((book.root / "c/q.py").read_bytes())
    versions = report["versions"]
    assert isinstance(versions, dict)
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "numpy" in versions
    assert "matplotlib" not in versions


@pytest.mark.parametrize(
    ("script", "seed"),
    [
        ('SEED = 7\ndef results():\n    return {"seed": 1}\n', 7),
        ('def results():\n    return {"seed": 1}\n', 1),
        ('def results():\n    return {"seed": "x"}\n', None),
    ],
)
def test_the_seed_is_that_of_the_module_or_of_the_values(
    book: Book, script: str, seed: int | None
) -> None:
    assert book.report(script)["seed"] == seed


def test_what_it_reads_and_imports_from_the_book_is_recorded(book: Book) -> None:
    book.put("data/d.csv", "1\n")
    book.put("c/helper.py", "X = 1\n")
    book.put("build/x.txt", "generated")
    book.put(".venv/pyvenv.cfg", "")
    outside = book.put("../outside.txt", "elsewhere")
    report = book.report(
        "import os, helper\nfrom pathlib import Path\n"
        "def results():\n"
        '    for name in ("../data/d.csv", "../build/x.txt", "../.venv/pyvenv.cfg"):\n'
        "        Path(name).read_text()\n"
        f"    open({str(outside)!r}).close()\n"
        '    os.close(os.open("../main.tex", os.O_RDONLY))\n'
        '    Path("own.txt").write_text("x")\n'
        '    Path("own.txt").read_text()\n'
        "    try:\n        open('gone.txt')\n    except FileNotFoundError:\n        pass\n"
        '    return {"a": 1}\n'
    )
    assert report["inputs"] == {
        "c/gone.txt": None,
        "c/helper.py": digest_bytes(b"X = 1\n"),
        "data/d.csv": digest_bytes(b"1\n"),
        "main.tex": digest_bytes((book.root / "main.tex").read_bytes()),
    }
    assert not (book.root / "c/__pycache__").exists()


def test_a_module_that_came_from_a_cache_is_recorded_too(book: Book) -> None:
    helper = book.put("c/helper.py", "X = 1\n")
    script = 'import helper\ndef results():\n    return {"a": helper.X}\n'
    compiled = f"import py_compile; py_compile.compile({str(helper)!r})\n"
    book.report(compiled + GOOD)
    assert list((book.root / "c/__pycache__").iterdir())
    assert book.report(script)["inputs"] == {"c/helper.py": digest_bytes(b"X = 1\n")}


def test_the_surroundings_are_the_same_everywhere(book: Book) -> None:
    names = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "MPLBACKEND", "SOURCE_DATE_EPOCH", "TZ", "OWN")
    script = (
        "import os, sys\ndef results():\n"
        f'    return {{"env": [os.environ.get(n, "") for n in {names!r}], "argv": sys.argv,\n'
        '            "cwd": os.getcwd(), "name": __name__, "file": __file__, "path": sys.path[0],\n'
        '            "rc": "MATPLOTLIBRC" in os.environ}\n'
    )
    values = book.report(script, PYTHONHASHSEED="4", OWN="mine", MATPLOTLIBRC="/x")["values"]
    folder = book.root / "c"
    assert values == {
        "env": ["0", "1", "Agg", "0", "UTC", "mine"],
        "argv": [str(folder / "q.py")],
        "cwd": str(folder),
        "path": str(folder),
        "name": "q",
        "file": str(folder / "q.py"),
        "rc": False,
    }


@pytest.mark.parametrize(
    ("script", "line", "message"),
    [
        ('def results():\n    return {"a" 1}\n', 2, "syntax error: invalid syntax"),
        (b'def results():\n    return {"a": "\xe4"}\n', 2, "can't decode byte 0xe4"),
        ("y = 1\nx = '\0'\n", 2, "syntax error"),
        (f"import nothere\n{GOOD}", 1, "No module named 'nothere'"),
        ("def results():\n    return 1 / 0\n", 2, "results() failed: ZeroDivisionError: division"),
        ("def results():\n    raise ValueError\n", 2, "results() failed: ValueError"),
        ("import sys\nsys.exit()\n", 2, "the script called sys.exit()"),
        ("import sys\ndef results():\n    sys.exit('no')\n", 3, "called sys.exit('no')"),
        ("def results():\n    raise KeyboardInterrupt\n", 2, "KeyboardInterrupt"),
        ('"""\ndef results\n"""\n', None, "the script defines no results()"),
        ("def results(x):\n    return {}\n", 1, "missing a required argument: 'x'"),
        ("def results():\n    return [1]\n", 2, 'results() gives the type "list"'),
        ("def results():\n    pass\n", 1, "results() gives nothing"),
        (f"{GOOD}def figure():\n    pass\n", 3, "figure() cannot be called"),
        ('TOLERANCES = {"b": 0.1}\n' + GOOD, 1, 'TOLERANCES names "b"'),
        ('TOLERANCES = {"a": "x"}\n' + GOOD, 1, "TOLERANCES has 'a': 'x'"),
        ("TOLERANCES = 3\n" + GOOD, 1, "TOLERANCES is no table"),
        ("def f(n):\n    return f(n)\ndef results():\n    f(0)\n", 2, "RecursionError"),
        ("def results():\n    return input()\n", 2, "EOFError"),
    ],
)
def test_a_fault_is_told_at_its_line(
    book: Book, script: str | bytes, line: int | None, message: str
) -> None:
    finding = book.fault(script)
    assert message in finding.message
    assert (finding.code, place(finding)) == ("experiment", ("q.py", line))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('float("nan")', 'the value "a" (float) is nan, and cannot be stored'),
        ('[1, -float("inf")]', 'the value "a[1]" (float) is -inf'),
        ('{"k": None}', 'the value "a.k" is of the type NoneType'),
        ("{1, 2}", "is of the type set"),
        ("1j", "is of the type complex"),
        ("object", "is of the type type"),
        ("b''", "is of the type bytes"),
        ("10 ** 400", "is too large"),
        ('"x" * 2_000_000', "is 2,000,002 bytes long"),
        ("list(range(200_000))", "has more than 100,000 items"),
        (
            "__import__('numpy').zeros((999, 999))",
            'the value "a" (numpy.ndarray) has 998,001 items',
        ),
        ("[[[[[[[[[[]]]]]]]]]]", "is nested more than 8 deep"),
        ("'\\ud800'", "holds half a surrogate pair"),
        ("{1: 2}", 'the key "a[1]" is no text'),
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(book: Book, value: str, message: str) -> None:
    finding = book.fault(f'def results():\n    b = 1\n    return {{"b": b, "a": {value}}}\n')
    assert message in finding.message
    assert (finding.code, place(finding)) == ("experiment-value", ("q.py", 3))


def test_a_list_that_holds_itself_is_refused(book: Book) -> None:
    finding = book.fault("def results():\n    x = []\n    x.append(x)\n    return {'a': x}\n")
    assert "nested" in finding.message


def test_each_value_is_refused_once_at_the_line_where_it_is_named(book: Book) -> None:
    script = (
        "def results():\n    nan = float('nan')\n    values = {}\n"
        "    values['one'] = [nan, nan]\n    values['bad-key'] = 1\n    values |= dict(two={3})\n"
        "    for i in '34':\n        values['n' + i] = nan\n    return values\n"
    )
    found = [(place(item)[1], item.message.split('"')[1]) for item in book.faults(script)]
    assert found == [(4, "one[0]"), (5, "bad-key"), (6, "two"), (9, "n3"), (9, "n4")]


def test_the_chain_of_calls_is_told(book: Book) -> None:
    book.put("c/helper.py", "def f(x):\n    return 1 / x\n")
    script = (
        "import helper\n"
        "def one():\n    return helper.f(0)\n"
        "def results():\n    return {'a': one()}\n"
    )
    finding = book.fault(script)
    assert place(finding) == ("q.py", 3)
    related = [(item.span.path.name, item.span.start) for item in finding.related]
    assert [(name, start.line) for name, start in related if start] == [
        ("helper.py", 2),
        ("q.py", 5),
    ]


def test_a_syntax_error_of_a_module_is_told_there(book: Book) -> None:
    book.put("c/helper.py", "def f(\n")
    finding = book.fault(f"import helper\n{GOOD}")
    assert place(finding) == ("helper.py", 1)
    assert [item.span.path.name for item in finding.related] == ["q.py"]


def test_cause_notes_and_the_last_of_the_output_are_hints(book: Book) -> None:
    finding = book.fault(
        "def results():\n    print('working')\n    try:\n        1 / 0\n"
        "    except ZeroDivisionError as e:\n        error = ValueError('bad\\nreally')\n"
        "        error.add_note('look at d.csv')\n        raise error from e\n"
    )
    assert finding.message == "results() failed: ValueError: bad"
    assert finding.hints == (
        *("really", "look at d.csv", "caused by ZeroDivisionError: division by zero"),
        "it printed: working",
    )


def test_a_missing_package_names_what_brings_it(book: Book) -> None:
    hints = book.fault(f"import nothere.sub\n{GOOD}").hints
    assert f"{sys.executable} -m pip install nothere" in hints[0]
    block = "import sys\nsys.modules['numpy'] = None\nimport numpy\n"
    assert 'pip install "texbook[book]"' in book.fault(block + GOOD).hints[0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import os; os._exit(0)", "results() ended the interpreter (exit status 0)"),
        ("import ctypes; ctypes.string_at(0)", "results() was ended by the signal SIGSEGV"),
        ("import os; os.kill(os.getpid(), 9)", "results() was ended by the signal SIGKILL"),
    ],
)
def test_a_process_that_just_ends_is_told(book: Book, body: str, message: str) -> None:
    finding = book.fault(f"def results():\n    {body}\n")
    assert message in finding.message
    assert place(finding)[0] == "q.py"


def test_a_crash_names_the_line_that_was_running(book: Book) -> None:
    script = "import ctypes\ndef f():\n    ctypes.string_at(0)\ndef results():\n    f()\n"
    assert place(book.fault(script)) == ("q.py", 3)


@pytest.mark.parametrize(
    "body",
    [
        "sys.stdout.close()",
        "os.close(1); os.close(2)",
        "os.closerange(1, 99)",
        "sys.stdout = sys.stderr = None",
    ],
)
def test_standard_output_is_the_scripts_own(book: Book, body: str) -> None:
    assert book.report(f"import os, sys\n{body}\n{GOOD}")["values"] == {"a": 1}


def test_what_it_prints_is_kept(book: Book) -> None:
    execution = book.execute("import sys\nprint('out')\nprint('err', file=sys.stderr)\n" + GOOD)
    assert execution.output == "out\nerr\n"


def test_an_endless_script_is_ended_and_its_line_named(book: Book) -> None:
    book.limits(seconds=1)
    finding = book.fault("def f():\n    while True:\n        pass\ndef results():\n    f()\n")
    assert finding.message == 'the experiment "q" was ended: it ran longer than 1 s'
    assert (finding.code, place(finding)[0]) == ("limit", "q.py")
    assert place(finding)[1] in (2, 3)
    assert '"seconds = 2" below [experiments] in texbook.toml' in finding.hints[0]


def test_a_script_that_takes_sigterm_for_itself_is_ended_and_its_line_named(book: Book) -> None:
    book.limits(seconds=1)
    script = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def results():\n    time.sleep(99)\n"
    )
    finding = book.fault(script)
    assert (finding.code, place(finding)) == ("limit", ("q.py", 4))


def test_a_thread_that_never_ends_is_told_though_there_are_results(book: Book) -> None:
    book.limits(seconds=1)
    thread = "import threading, time\nthreading.Thread(target=lambda: time.sleep(99)).start()\n"
    assert "after it had given its results" in book.fault(thread + GOOD).message


def test_a_script_that_prints_without_end_is_ended_and_its_line_named(book: Book) -> None:
    script = "def results():\n    while True:\n        print('x' * 99999)\n"
    finding = book.fault(script)
    assert "printed too much (the limit is 16 MiB)" in finding.message
    assert (finding.code, place(finding)) == ("limit", ("q.py", 3))
    assert all(len(hint) < 300 for hint in finding.hints)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system limits address space")
def test_a_script_that_needs_too_much_memory_is_told_the_limit(book: Book) -> None:
    book.limits(memory_megabytes=300)
    finding = book.fault("def results():\n    return {'a': len(bytearray(10**9))}\n")
    assert finding.message == 'the experiment "q" needs more memory than 300 MiB'
    assert (finding.code, place(finding)) == ("limit", ("q.py", 2))
    assert "memory-megabytes = 600" in finding.hints[0]


def test_the_children_of_a_script_are_ended_with_it(book: Book) -> None:
    book.limits(seconds=1)
    script = (
        "import os, subprocess, sys, pathlib\n"
        "def results():\n"
        "    for _ in range(3):\n        os.fork()\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])\n"
        "    pathlib.Path(f'{child.pid}.pid').touch()\n    child.wait()\n"
    )
    assert book.fault(script).code == "limit"
    pids = [int(path.stem) for path in (book.root / "c").glob("*.pid")]
    assert pids
    assert not any(is_running(pid) for pid in pids)


def test_garbage_in_the_place_of_the_report_is_not_believed(book: Book) -> None:
    script = (
        "import atexit, json, sys\n"
        "report = json.loads(open('/proc/self/cmdline').read().split('\\0')[2])['report']\n"
        "atexit.register(lambda: open(report, 'w').write('{{{'))\n" + GOOD
    )
    assert "before the results were stored" in book.fault(script).message


def test_an_interpreter_that_is_none_is_told(book: Book, tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho what is this\nexit 3\n")
    fake.chmod(0o755)
    finding = book.fault(GOOD, python=str(fake))
    assert "did not begin (exit status 3)" in finding.message
    assert "it printed: what is this" in finding.hints
    with pytest.raises(MissingToolError):
        book.execute(GOOD, python="no-such-python")


def test_cancelling_ends_the_script_at_once(book: Book) -> None:
    book.put("c/q.py", "import time\ndef results():\n    time.sleep(99)\n")
    cancel = CancelToken()
    cancel.cancel("enough")
    with pytest.raises(CancelledError):
        execute(
            book.experiment,
            book.project,
            python=sys.executable,
            environment=os.environ,
            registry=ProcessRegistry(None),
            cancel=cancel,
        )
    assert not list(book.project.work_folder.glob("experiments/run.*"))


FIGURE = """\
def results():
    return {"a": [1, 3, 2]}

def figure(results):
    from matplotlib.figure import Figure
    drawing = Figure(figsize=(2, 1))
    drawing.subplots().plot(results["a"])
    return drawing
"""


def test_a_figure_is_drawn_the_same_each_time_with_fonts_that_a_printer_takes(book: Book) -> None:
    first, second = book.execute(FIGURE), book.execute(FIGURE + "# a comment\n")
    assert first.figure is not None
    assert first.figure == second.figure
    assert first.figure.startswith(b"%PDF-")
    assert b"CreationDate" not in first.figure
    assert b"/Type3" not in first.figure
    assert first.report is not None
    assert "matplotlib" in first.report["versions"]
    body = "def figure(results):\n    return 3\n"
    assert 'figure() gives the type "int"' in book.fault(GOOD + body).message
    broken = FIGURE.replace(
        "    return drawing", '    drawing.text(0, 0, "$\\\\frac$")\n    return drawing'
    )
    finding = book.fault(broken)
    assert finding.message.startswith("figure() failed: ValueError: \\frac")
    assert place(finding) == ("q.py", 4)
