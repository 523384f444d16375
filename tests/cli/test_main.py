from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from texbook import __version__
from texbook.base.errors import ExitStatus, LimitError, MissingToolError
from texbook.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

HEAVY = ("rich", "jinja2", "pygments", "pypdf", "watchdog", "pylatexenc", "bibtexparser")


@pytest.mark.parametrize("verb", list(main.COMMANDS))
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_verb_has_help_with_examples(book: Book, verb: str, flag: str) -> None:
    answer = book.texbook(verb, flag)
    assert answer.status == 0
    assert answer.out.startswith(f"Usage: texbook {verb}")
    assert f"\n    texbook {verb}" in answer.out or f"\n  texbook {verb}" in answer.out
    assert "Example" in answer.out
    assert "\\\\" not in answer.out
    assert answer.err == ""


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_verb_and_the_exit_codes(book: Book, flag: str) -> None:
    answer = book.texbook(flag)
    assert answer.status == 0
    for verb, line in main.COMMANDS.items():
        assert f"  {verb}" in answer.out
        assert line in answer.out
    for code in (0, 1, 2, 3, 4, 5, 6, 7, 70):
        assert f"{code} " in answer.out


def test_the_line_of_each_verb_is_that_of_its_own_help() -> None:
    context = click.Context(main.group)
    for verb, line in main.COMMANDS.items():
        command = main.group.get_command(context, verb)
        assert command is not None
        assert (command.help or "").startswith(line.rstrip("."))


def test_version(book: Book) -> None:
    assert book.texbook("--version").out == f"texbook {__version__}\n"


def test_no_verb_shows_the_help(book: Book) -> None:
    answer = book.texbook()
    assert answer.status == ExitStatus.USAGE
    assert "Commands:" in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["biuld"], ['no such command "biuld"', 'did you mean "build"?']),
        (["xyzzy"], ['no such command "xyzzy"', '"texbook --help" lists the commands']),
        (
            ["build", "--forse"],
            ['no such option "--forse"; did you mean "--force"', '"texbook build --help"'],
        ),
        (["new", "Title"], ["missing option '--chapter'", '"texbook new --help"']),
        (["build", "a.tex", "b.tex"], ["unexpected extra argument"]),
        (["lint", "--fail-on", "x"], ["'x' is not one of"]),
    ],
)
def test_a_wrong_call_is_a_usage_error_in_one_manner(
    book: Book, arguments: list[str], words: list[str]
) -> None:
    answer = book.texbook(*arguments)
    assert answer.status == ExitStatus.USAGE
    assert answer.out == ""
    assert answer.err.startswith("error[usage]: ")
    for word in words:
        assert word in answer.err


@pytest.mark.parametrize("arguments", [["-q", "lint"], ["lint", "-q"], ["lint", "--quiet"]])
def test_quiet_before_and_after_the_verb(book: Book, arguments: list[str]) -> None:
    answer = book.texbook(*arguments)
    assert (answer.status, answer.out, answer.err) == (0, "", "")


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    """A start-up time that cannot depend on the machine: what is not imported takes none."""
    code = f"import sys, texbook.cli.main; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_help_imports_no_verb() -> None:
    code = (
        "import sys; from texbook.cli.main import run; run(['--help']);"
        "print([m for m in sys.modules if m.startswith(('texbook.app', 'texbook.build'))],"
        "file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def replace_verb(monkeypatch: pytest.MonkeyPatch, callback: Callable[[], object]) -> None:
    command = click.Command("lint", callback=callback)
    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: command)


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        (MissingToolError("no engine", hints=("install it",)), 3, "error[missing-tool]: no engine"),
        (LimitError("too long"), 4, "error[limit]: too long"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (main.Terminated(), 143, "ended by a signal"),
        (OSError(28, "No space left on device", "/x"), 6, 'no space left on device at "/x"'),
        (BrokenPipeError(32, "Broken pipe"), 141, ""),
        (SystemExit(9), 9, ""),
    ],
)
def test_every_end_has_its_exit_code(
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    status: int,
    words: str,
) -> None:
    def command() -> None:
        raise raised

    monkeypatch.setattr(main, "_drop_output", lambda *_: None)
    replace_verb(monkeypatch, command)
    answer = book.texbook("lint")
    assert answer.status == status
    assert words in answer.err
    assert answer.out == ""


def test_a_bug_gives_a_report_to_paste(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise ZeroDivisionError("oh")

    replace_verb(monkeypatch, command)
    assert main.run(["lint"]) == ExitStatus.BUG
    err = capsys.readouterr().err
    assert err.startswith("texbook has a bug: ZeroDivisionError: oh\n")
    assert f"texbook {__version__}, Python " in err
    assert "Traceback" in err
    assert "sources and the last good PDF are untouched" in err


def test_signal_handlers_are_given_back(book: Book) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    book.texbook("rules")
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)) == before


def test_an_ignored_signal_stays_ignored(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under nohup."""
    seen = []
    replace_verb(monkeypatch, lambda: seen.append(signal.getsignal(signal.SIGHUP)))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        book.texbook("lint")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert seen == [signal.SIG_IGN]


def long_listing(book: Book) -> None:
    """Make a book whose findings are more than a pipe holds."""
    questions = "".join(
        f"\\section{{Question {number}}}\n\\subsection{{Why It Fails}}\n" for number in range(400)
    )
    book.document(questions)
    book.put("texbook.toml", '[structure]\npreset = "nine-sections"\n')


def test_a_reader_that_goes_is_no_fault_of_ours(book: Book) -> None:
    long_listing(book)
    process = book.process("lint")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("error[TB001]")
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert "Traceback" not in err
    assert "Broken" not in err


def test_a_full_disk_under_the_output_is_a_storage_error(book: Book) -> None:
    long_listing(book)
    with open("/dev/full", "w") as full:  # noqa: PTH123
        answer = book.finished("lint", stdout=full)
    assert answer.status == ExitStatus.STORAGE
    assert "no space left on device" in answer.err
    assert "Exception ignored" not in answer.err


@pytest.mark.parametrize("redirections", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams(book: Book, redirections: str) -> None:
    command = f'"$0" -m texbook lint {redirections}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable],
        capture_output=True,
        text=True,
        cwd=book.root,
        check=False,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_bare_environment(book: Book) -> None:
    """No HOME, no locale, no terminal: still UTF-8 sources and names."""
    book.put("größe.tex", b"\\documentclass{article}\n\\begin{document}\n\xf6\n")
    answer = book.finished("lint", "größe.tex", env={"LC_ALL": "C", "PATH": os.defpath})
    assert answer.status == 1
    assert "byte 0xf6 is not valid UTF-8" in answer.out
    assert "\x1b" not in answer.out


def test_a_name_that_is_no_unicode_can_be_printed(book: Book) -> None:
    folder = book.root / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    (folder / "main.tex").write_text("no document here\n")
    answer = book.finished("lint", cwd=folder)
    assert answer.status == 0
    answer = book.finished("clean", cwd=folder)
    assert answer.status == 0


def test_a_folder_that_is_gone(book: Book) -> None:
    code = (
        "import os, sys; from pathlib import Path; from texbook.cli.main import main;"
        "Path('gone').mkdir(); os.chdir('gone'); Path('../gone').rmdir(); main(sys.argv[1:])"
    )
    for arguments, status in ((["build"], 6), (["lint", "x.tex"], 6), (["--help"], 0)):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            cwd=book.root,
            check=False,
        )
        assert done.returncode == status
        assert ("the folder that you are in is gone" in done.stderr) == (status == 6)
        assert "Traceback" not in done.stderr


def test_colour_only_where_it_is_wanted(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.put("main.tex", b"\xf6")
    assert "\x1b" not in book.texbook("lint").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in book.texbook("lint").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in book.texbook("lint").out


def test_json_is_ascii_and_parses(book: Book) -> None:
    book.put("main.tex", b"\\documentclass{article}\n\xf6")
    answer = book.texbook("lint", "--format", "json")
    assert answer.status == 1
    value = json.loads(answer.out)
    assert answer.out.isascii()
    assert value["diagnostics"][0]["path"] == "main.tex"
    assert value["diagnostics"][0]["line"] == 2
    assert value["summary"]["errors"] == 1
    assert value["files"] == 0


def test_texbook_is_a_module_too(book: Book) -> None:
    assert book.finished("--version").out == f"texbook {__version__}\n"


def test_sigterm_ends_a_command_that_waits(
    book: Book,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Callable[[Callable[[], object], str], None],
) -> None:
    fake = tmp_path / "bin" / "xelatex"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\necho > {tmp_path}/started\nexec sleep 1000\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    book.keep_old_pdf()
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)):
        (tmp_path / "started").unlink(missing_ok=True)
        process = book.process("build")
        wait_until((tmp_path / "started").exists, "the engine was not started")
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == status
        assert "Traceback" not in err
        assert book.processes() == []
        assert (book.root / "main.pdf").read_bytes() == book.OLD_PDF
        if number == signal.SIGINT:
            assert err.startswith("interrupted; main.pdf is still the one of ")
