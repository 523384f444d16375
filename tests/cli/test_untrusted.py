"""``--untrusted`` through the command line: real sandboxes, and TeX in as few as it takes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from texbook.app import untrusted
from texbook.app.policy import UNTRUSTED_COMMANDS
from texbook.app.untrusted import Carried
from texbook.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer, Book

    Wait = Callable[[Callable[[], object], str], None]

REFUSED = sorted(COMMANDS.keys() - UNTRUSTED_COMMANDS)
MINIMUM = {"watch": (), "run": (), "init": (), "view": (), "new": ("T", "--chapter", "1")}
MINIMUM |= {"sync": ("forward", "main.tex:1")}


def limit(book: Book, text: str) -> None:
    book.put("../home/.config/texbook/config.toml", f"[untrusted]\n{text}\n")


def fake_bwrap(book: Book, script: str) -> dict[str, str]:
    """Put a ``bwrap`` before the real one; give an environment that finds it."""
    path = book.put("../bin/bwrap", f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {**os.environ, "PATH": f"{path.parent}:{os.environ['PATH']}"}


def refused(book: Book, answer: Answer, words: str) -> None:
    assert answer.status == 7
    assert words in answer.err
    assert not (book.root / "build").exists()


# Which command does what


@pytest.mark.parametrize("verb", REFUSED)
def test_with_the_variable_what_runs_a_book_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    before = book.sources()
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    answer = book.texbook(verb, *MINIMUM[verb])
    refused(book, answer, f'"texbook {verb}" is for books that you trust')
    assert book.sources() == before


def test_every_command_is_refused_or_known_to_be_harmless() -> None:
    assert set(REFUSED) == set(MINIMUM)


def test_with_the_variable_the_others_work(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    assert book.texbook("rules", "TB001").status == 0
    book.put("build/tex/x.tex", "")
    assert book.texbook("clean").status == 0
    assert not (book.root / "build").exists()
    book.put("note.tex", "three words here")
    assert "words" in book.texbook("stats").out
    assert "no findings" in book.texbook("lint").err
    assert "0 templates" in book.texbook("render").err


@pytest.mark.parametrize("name", ["build", "build/tex", "link/main.tex"])
def test_clean_removes_nothing_that_a_stranger_chose(
    book: Book, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    victim = book.root.parent / "victim"
    mine = [victim / "tex" / "mine", victim / "build" / "tex" / "mine", victim / "main.pdf"]
    for path in (*mine, victim / "main.tex"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    link = book.root / name if name.startswith("build") else book.root / "link"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(victim)
    if name == "link/main.tex":
        book.put("texbook.toml", f'main = "{name}"\n')
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    answer = book.texbook("clean", "--all")
    assert (answer.status, "is a symbolic link" in answer.err) == (7, True)
    assert all(path.exists() for path in mine)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("build", "--untrusted", "--shell-escape"), "--untrusted takes every power"),
        (("lint", "--untrusted", "--fix"), "--fix changes files"),
        (("lint", "--untrusted", "--update-baseline"), "--update-baseline changes files"),
        (("render", "--untrusted", "--output", "out"), "--output changes files"),
    ],
    ids=["shell", "fix", "baseline", "output"],
)
def test_what_it_cannot_give_is_refused(book: Book, words: tuple[str, ...], why: str) -> None:
    refused(book, book.texbook(*words), why)


def test_a_book_cannot_take_the_variable_back(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    monkeypatch.setenv("TEXBOOK_SHELL_ESCAPE", "1")
    for key in ("untrusted = false", "[untrusted]\nseconds = 9", "[build]\nshell-escape = true"):
        book.put("texbook.toml", key + "\n")
        assert book.texbook("lint").status == 2
    book.put("texbook.toml", "")
    limit(book, "seconds = 60")
    config = book.root.parent / "home" / ".config" / "texbook" / "config.toml"
    config.write_text(f'shell-escape = ["{book.root}"]\n')
    refused(book, book.texbook("build", "--shell-escape"), "TEXBOOK_UNTRUSTED takes every power")


# What the commands give


def test_lint_says_what_it_says_outside_and_writes_nothing(book: Book) -> None:
    book.document("It is the the price ... of $x", "\\usepackage{gone}")
    trusted = book.texbook("lint", "--format", "concise", "--no-cache")
    answer = book.texbook("lint", "--format", "concise", "--untrusted")
    assert (answer.status, answer.out) == (trusted.status, trusted.out)
    assert answer.out
    assert not (book.root / "build").exists()


def test_lint_of_an_unsaved_text_fixes_it_on_standard_output(book: Book) -> None:
    book.put("chapter.tex", "saved")
    words = ("lint", "-", "--stdin-filename", "chapter.tex", "--untrusted", "--fix")
    process = book.process(*words, stdin=subprocess.PIPE)
    out, _ = process.communicate("Some price... here\n", timeout=60)
    assert out == "Some price\\ldots{} here\n"
    assert (book.root / "chapter.tex").read_text() == "saved"


def test_lint_in_a_folder_that_cannot_be_written(book: Book) -> None:
    for folder in (book.root, book.root.parent):
        folder.chmod(0o555)
    try:
        assert book.texbook("lint", "--untrusted").status == 0
    finally:
        for folder in (book.root, book.root.parent):
            folder.chmod(0o755)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_document_for_machines_is_whole(book: Book, form: str) -> None:
    book.document("It is $x")
    answer = book.texbook("lint", "--format", form, "--untrusted")
    assert answer.status == 1
    assert json.loads(answer.out)


@pytest.mark.parametrize("verb", ["lint", "build", "stats"])
def test_a_document_for_machines_is_whole_where_it_is_refused(book: Book, verb: str) -> None:
    (book.root / "main.pdf").symlink_to("/etc/passwd")
    answer = book.texbook(verb, "--format", "json", "--untrusted")
    document = json.loads(answer.out)
    assert (answer.status, document["exit"]) == (7, 7)
    assert "symbolic link" in answer.out


def test_annotations_come_out(book: Book) -> None:
    book.document("It is $x")
    answer = book.texbook("lint", "--format", "github", "--untrusted")
    assert answer.out.startswith("::error file=")


def test_render_gives_what_it_gives_outside(book: Book) -> None:
    book.put("chapters/leak.j2.tex", book.question(scenario="\\VAR{1 + 1} \\VAR{().__class__}"))
    faulty = book.texbook("render", "--untrusted")
    assert faulty.status == 1
    book.put("chapters/leak.j2.tex", book.question(scenario="\\VAR{1 + 1}"))
    assert book.texbook("render", "--untrusted").status == 0
    path = book.root / "build" / "tex" / "chapters" / "leak.tex"
    inside = path.read_bytes()
    path.unlink()
    assert book.texbook("render").status == 0
    assert path.read_bytes() == inside


def test_stats_count_what_they_count_outside(book: Book) -> None:
    book.document("\\section{One} three words here")
    outside = book.texbook("stats", "--format", "json")
    inside = book.texbook("stats", "--format", "json", "--untrusted")
    assert json.loads(inside.out)["book"] == json.loads(outside.out)["book"]


# Where there is no sandbox


def test_without_bubblewrap_it_says_what_brings_it(book: Book) -> None:
    empty = book.put("../empty/x", "").parent
    answer = book.finished("lint", "--untrusted", env={**os.environ, "PATH": str(empty)})
    assert answer.status == 3
    assert '"bwrap" is not installed' in answer.err
    assert "bubblewrap" in answer.err


@pytest.mark.parametrize(
    ("script", "hint"),
    [
        ("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1", "0.8 or newer"),
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "sysctl"),
        ("exit 1", "forbids"),
    ],
)
def test_where_bubblewrap_fails_nothing_is_done_without_it(
    book: Book, script: str, hint: str
) -> None:
    answer = book.finished("render", "--untrusted", env=fake_bwrap(book, script))
    assert answer.status == 3
    assert "bubblewrap cannot make a sandbox here" in answer.err
    assert hint in answer.err
    assert not (book.root / "build" / "tex").exists()


# Limits and ends


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("seconds = 1", "seconds"),
        ("cpu-seconds = 1", "cpu-seconds"),
        ("disk-megabytes = 16", "disk-megabytes"),
    ],
)
def test_each_limit_ends_it_and_names_its_key(book: Book, text: str, key: str) -> None:
    loops = "%% for a in range(99999)\n%% for b in range(99999)\n%% endfor\n%% endfor\n"
    disk = "%% for a in range(40000)\n" + "x" * 500 + "\n%% endfor\n"
    body = disk if key == "disk-megabytes" else loops
    book.put("chapters/leak.j2.tex", book.question(scenario=body))
    limit(book, text)
    answer = book.texbook("render", "--untrusted")
    assert (answer.status, f'"{key}" below [untrusted]' in answer.err) == (4, True), answer
    assert not (book.root / "build" / "tex").exists()


def test_what_is_printed_has_its_limit(book: Book) -> None:
    book.document("A price ...\n" * 20_000)
    limit(book, "output-megabytes = 1")
    answer = book.texbook("lint", "--untrusted", "--format", "json")
    document = json.loads(answer.out)
    assert (answer.status, document["exit"]) == (4, 4)
    assert "output-megabytes" in answer.out


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGKILL, -9)],
)
def test_a_signal_leaves_no_process_and_no_half_of_anything(
    book: Book, wait_until: Wait, number: int, status: int
) -> None:
    loops = "%% for a in range(99999)\n%% for b in range(99999)\n%% endfor\n%% endfor\n"
    book.put("chapters/leak.j2.tex", book.question(scenario=loops))
    process = book.process("render", "--untrusted")
    wait_until(lambda: _runs_inside(book), "nothing runs in the sandbox")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (status, "")
    assert "Traceback" not in err
    wait_until(lambda: not book.processes(), "processes are left")
    assert not (book.root / "build" / "tex").exists()
    book.put("chapters/leak.j2.tex", book.question())
    assert book.texbook("render", "--untrusted").status == 0


def _runs_inside(book: Book) -> bool:
    """Say whether a python of the sandbox is at work: bubblewrap's own command line is longer."""
    return any("texbook.cli.inside" in words and "bwrap" not in words for words in book.processes())


def test_a_build_that_says_it_is_good_and_hands_out_nothing_is_not_believed(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.keep_old_pdf()
    monkeypatch.setattr(untrusted, "carry_out", lambda *_, **__: Carried(0, (), ()))
    answer = book.texbook("build", "--untrusted")
    assert (answer.status, "hands out nothing" in answer.err) == (1, True)
    assert book.texbook("lint", "--untrusted").status == 0


# With TeX


@pytest.mark.tex
def test_a_build_publishes_the_pdf_and_the_log_and_nothing_else(book: Book) -> None:
    answer = book.texbook("build", "--untrusted")
    assert (answer.status, "1 page" in answer.err) == (0, True)
    assert "Hello" in book.text()
    made = {
        path.relative_to(book.root).as_posix()
        for path in (book.root / "build").rglob("*")
        if path.is_file()
    }
    assert made == {"build/texbook/lock", "build/texbook/log/main.log"}
    old = (book.root / "main.pdf").read_bytes()
    book.document("\\undefinedcommand")
    answer = book.texbook("build", "--untrusted")
    assert (answer.status, "main.pdf is still the one of" in answer.err) == (1, True)
    assert (book.root / "main.pdf").read_bytes() == old


@pytest.mark.tex
def test_a_terminal_sees_how_far_it_is_and_is_steered_by_nobody(book: Book) -> None:
    book.document("\\immediate\\write16{^^[]0;stolen^^G}\\undefinedcommand")
    main, terminal = pty.openpty()
    drawn: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(main, drawn))
    reader.start()
    process = book.process(
        "build",
        "--untrusted",
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
    )
    assert process.wait(60) == 1
    os.close(terminal)
    reader.join()
    os.close(main)
    said = b"".join(drawn)
    assert b"pass 1" in said
    assert b"\x1b]0;" not in said
    assert b"undefinedcommand" in said


def _read_all(handle: int, drawn: list[bytes]) -> None:
    try:
        while piece := os.read(handle, 4096):
            drawn.append(piece)
    except OSError:  # the other end is closed
        return
