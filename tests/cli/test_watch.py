"""``texbook watch`` as a process without a terminal, with the real engine."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.cli.watched import watching

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Book
    from tests.cli.watched import Wait

pytestmark = pytest.mark.tex


@pytest.mark.parametrize("arguments", [(), ("--poll",)], ids=["events", "polling"])
def test_edits_errors_and_the_end(book: Book, wait_until: Wait, arguments: tuple[str, ...]) -> None:
    book.document("first words")
    with watching(book, wait_until, *arguments) as watched:
        watched.wait_for("good")
        assert "first words" in book.text()
        book.document("second words")
        watched.wait_for("good", 2)
        assert "second words" in book.text()
        pdf = (book.root / "main.pdf").read_bytes()
        book.document("third \\undefinedthing words")
        watched.wait_for("failed")
        wait_until(
            lambda: any('control sequence "\\undefinedthing"' in line for line in watched.lines),
            "the error was not shown",
        )
        assert any("main.tex:3" in line for line in watched.lines)
        assert (book.root / "main.pdf").read_bytes() == pdf
        book.document("fourth words")
        watched.wait_for("good", 3)
        assert "fourth words" in book.text()
        assert watched.end() == 0
        # Four builds for four texts: its own output never sets it off.
        assert watched.count("building") == 4
    assert book.processes() == []
    assert book.sources() == {"main.tex", "main.pdf", "main.synctex.gz"}


def test_a_new_chapter_and_a_faulty_configuration(book: Book, wait_until: Wait) -> None:
    book.document("\\IfFileExists{new.tex}{\\input{new}}{nothing new}")
    with watching(book, wait_until) as watched:
        watched.wait_for("good")
        book.put("new.tex", "the new chapter")
        watched.wait_for("good", 2)
        assert "the new chapter" in book.text()
        book.put("texbook.toml", "[buidl]\n")
        watched.wait_for("failed")
        wait_until(
            lambda: any('unknown key "buidl"' in line for line in watched.lines), "not shown"
        )
        book.put("texbook.toml", "[build]\n")
        watched.wait_for("good", 3)
        assert watched.end() == 0


def test_a_template_is_mended(book: Book, wait_until: Wait) -> None:
    book.document(
        "\\section{Before}\\input{q}",
        "\\newcommand\\amzquestion[1]{}\n\\newcommand\\amzsectionkind[1]{}\n",
    )
    book.put("q.j2.tex", book.question(trap="\\VAR{results.gone}"))
    with watching(book, wait_until) as watched:
        watched.wait_for("failed")
        wait_until(lambda: any("q.j2.tex:15" in line for line in watched.lines), "no line")
        book.put("q.j2.tex", book.question(trap="the mended trap"))
        watched.wait_for("good")
        assert "the mended trap" in book.text()
        assert watched.count("building") == 2


def test_ctrl_c_in_the_middle_of_a_build(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    fake = tmp_path / "bin" / "xelatex"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n: > {tmp_path}/started\nsleep 1000 & wait\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    book.keep_old_pdf()
    for number, status in ((signal.SIGINT, 0), (signal.SIGTERM, 143)):
        (tmp_path / "started").unlink(missing_ok=True)
        with watching(book, wait_until) as watched:
            wait_until((tmp_path / "started").exists, "the engine was not started")
            assert watched.end(number) == status
            assert book.processes() == []
    assert (book.root / "main.pdf").read_bytes() == book.OLD_PDF


def test_a_book_that_cannot_be_opened_ends_at_once(book: Book) -> None:
    (book.root / "main.tex").unlink()
    answer = book.finished("watch")
    assert answer.status == 1
    assert "no main file" in answer.err
