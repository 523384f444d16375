from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Book

BODY = "Wait... and so on..."
FIXED = "Wait\\ldots{} and so on\\ldots{}"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> type[io.BytesIO]:
    """Give bytes to standard input."""

    class Input(io.BytesIO):
        def __init__(self, content: bytes) -> None:
            super().__init__(content)
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(self))

    return Input


def lint(book: Book, *arguments: str) -> Answer:
    return book.texbook("lint", "--select", "TB506", *arguments)


def test_lint_says_how_much_can_be_fixed(book: Book) -> None:
    book.document(BODY)
    answer = lint(book)
    assert answer.status == 1
    assert "2 warnings in 1 file; 2 fixable with --fix; checked 1 file" in answer.err


def test_fix_changes_the_files_and_tells_what_remains(book: Book) -> None:
    path = book.document(f"{BODY} \\emph{{a $x$...}} ")
    answer = lint(book, "--fix")
    assert answer.status == 0
    assert FIXED in path.read_text()
    assert "fixed 3 findings in 1 file:\n  3  TB506 ellipsis-dots\n" in answer.err
    assert "no findings; checked 1 file" in answer.err
    assert lint(book, "--fix").err == "no findings; checked 1 file\n"


def test_what_remains_decides_the_exit_code(book: Book) -> None:
    book.document(f"{BODY} \\ref{{gone}}")
    answer = book.texbook("lint", "--select", "TB506,TB301", "--fix")
    assert answer.status == 1
    assert "TB301" in answer.out
    assert "TB506" not in answer.out
    assert book.texbook("lint", "--select", "TB301", "--fix", "--fail-on", "never").status == 0


def test_diff_shows_the_changes_and_makes_none(book: Book) -> None:
    path = book.document(BODY)
    before = path.read_bytes()
    answer = lint(book, "--diff")
    assert answer.status == 1
    assert answer.out == (
        "--- main.tex\n+++ main.tex\n@@ -1,4 +1,4 @@\n \\documentclass{article}\n"
        f" \\begin{{document}}\n-{BODY}\n+{FIXED}\n \\end{{document}}\n"
    )
    assert "would fix 2 findings in 1 file" in answer.err
    assert path.read_bytes() == before
    assert lint(book, "--diff", "--fix").out == answer.out
    assert path.read_bytes() == before
    assert lint(book, "--diff", "-q").err == ""


def test_diff_without_changes_says_as_much_as_lint(book: Book) -> None:
    book.document("\\ref{gone}")
    answer = book.texbook("lint", "--select", "TB301,TB506", "--diff")
    assert (answer.status, answer.out) == (1, "")
    assert lint(book, "--diff").status == 0


def test_json_tells_what_was_fixed(book: Book) -> None:
    book.document(BODY)
    document = json.loads(lint(book, "--fix", "--format", "json").out)
    assert document["fixed"] == {"TB506": 2}
    assert document["diagnostics"] == []
    assert document["exit"] == 0


def test_a_file_that_cannot_be_written_is_told_and_the_rest_goes_on(book: Book) -> None:
    main = book.document(f"{BODY} \\input{{a}}")
    part = book.put("a.tex", "Wait...\n")
    part.chmod(0o444)
    answer = lint(book, "--fix")
    assert answer.status == 6
    assert 'error[storage]: "a.tex" cannot be fixed: it may not be written' in answer.out
    assert "chmod u+w a.tex" in answer.out
    assert FIXED in main.read_text()
    assert part.read_text() == "Wait...\n"
    assert "fixed 2 findings in 1 file" in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--unsafe-fixes"], '"--unsafe-fixes" says which fixes'),
        (["--diff", "--format", "json"], '"--diff" and "--format json" both write'),
        (["--diff", "--update-baseline"], '"--diff" changes nothing'),
        (["--stdin-filename", "a.tex"], '"--stdin-filename" names the text that "-" reads'),
        (["-", "a.tex"], '"-" stands for the only file'),
        (["-", "--fix", "--format", "sarif"], '"-" with "--fix" and "--format sarif"'),
        (["-", "--update-baseline"], '"-" is about one unsaved text'),
    ],
)
def test_options_that_contradict_each_other(
    book: Book, stdin: type[io.BytesIO], arguments: list[str], words: str
) -> None:
    stdin(b"")
    answer = lint(book, *arguments)
    assert answer.status == 2
    assert words in answer.err + answer.out.replace('\\"', '"')


def test_an_unsaved_text_is_checked_in_the_place_of_its_file(
    book: Book, stdin: type[io.BytesIO]
) -> None:
    book.document("Wait... \\input{a}")
    book.put("a.tex", "The text on the disk\n")
    stdin(b"The text of the editor...\n")
    answer = lint(book, "-", "--stdin-filename", "a.tex")
    assert answer.status == 1
    assert "--> a.tex:1:23" in answer.out
    assert "The text of the editor..." in answer.out
    assert "main.tex" not in answer.out


def test_an_unsaved_text_is_fixed_to_standard_output(book: Book, stdin: type[io.BytesIO]) -> None:
    book.document("\\input{a}")
    path = book.put("a.tex", "On the disk...\n")
    stdin(b"\xef\xbb\xbfIn the editor...\r\n\\ref{gone}\r\n")
    arguments = ("lint", "--select", "TB506,TB301", "-", "--stdin-filename", "a.tex")
    answer = book.texbook(*arguments, "--fix")
    assert answer.out == "\ufeffIn the editor\\ldots{}\r\n\\ref{gone}\r\n"
    assert "TB301" in answer.err
    assert "fixed 1 finding in 1 file" in answer.err
    assert answer.status == 1
    assert path.read_text() == "On the disk...\n"
    stdin(b"In the editor...\n")
    answer = lint(book, "-", "--stdin-filename", "a.tex", "--diff")
    assert answer.out.startswith("--- a.tex\n+++ a.tex\n@@ -1 +1 @@\n-In the editor...\n")


def test_an_unsaved_text_that_is_not_utf_8_comes_back_as_it_was(book: Book) -> None:
    command = [sys.executable, "-m", "texbook", "lint", "-", "--stdin-filename", "a.tex", "--fix"]
    text = b"one\ncaf\xe9...\n"
    done = subprocess.run(command, input=text, capture_output=True, cwd=book.root, check=False)
    assert done.returncode == 1
    assert done.stdout == text
    assert b"byte 0xe9 is not valid UTF-8" in done.stderr
    assert b"--> a.tex:2:4" in done.stderr
    assert "caf\ufffd...".encode() in done.stderr


def test_a_text_without_a_name(book: Book, stdin: type[io.BytesIO]) -> None:
    stdin(b"Wait...\n")
    answer = lint(book, "-", "--format", "concise")
    assert answer.out.startswith("<stdin>:1:5: warning: ")
