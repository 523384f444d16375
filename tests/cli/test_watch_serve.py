"""``texbook watch --serve`` as a process, with the real engine, and clients of all kinds."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.cli.served import serving
from texbook.preview.pdfium import Pdf
from texbook.preview.server import USUAL_PORT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book
    from tests.cli.served import Listener, Served

    Wait = Callable[[Callable[[], object], str], None]

pytestmark = pytest.mark.tex

STUB = "\\newcommand\\amzquestion[1]{}\n\\newcommand\\amzsectionkind[1]{}\n"


def put_chapters(book: Book, command: str = "\\input") -> None:
    """Write a book of three chapters with two pages each."""
    names = ("one", "two", "three")
    for name in names:
        put_chapter(book, name, f"words of {name}")
    parts = "".join(f"{command}{{{name}}}\n" for name in names)
    book.put(
        "main.tex",
        f"\\documentclass{{report}}\n\\begin{{document}}\n{parts}\\end{{document}}\n",
    )


def put_chapter(book: Book, name: str, text: str) -> None:
    book.put(f"{name}.tex", f"\\chapter{{{name}}}\n{text}\n\\clearpage\nEnd of {name}.\n")


def assert_exact(served: Served, listener: Listener) -> None:
    """See that each key that is shown leads to the image of its page of the PDF, and no other."""
    pdf = Pdf((served.book.root / "main.pdf").read_bytes())
    try:
        images = [pdf.image(index, 300) for index in range(len(pdf.sizes))]
    finally:
        pdf.close()
    assert [served.image(key) for key in listener.keys] == images
    assert len(set(listener.keys)) == len(images)


def test_a_book_that_fails_from_the_start_is_shown_when_it_is_mended(
    book: Book, wait_until: Wait
) -> None:
    book.document("first \\undefinedthing words")
    with serving(book, wait_until) as served:
        listener = served.listen()
        listener.has_failed('control sequence "\\\\undefinedthing"')
        assert listener.findings[0][1:] == ("main.tex", 3)
        assert listener.keys == []
        book.document("first mended words")
        assert served.shows("mended words", listener) == 1
        served.ends()


@pytest.mark.parametrize("command", ["\\input", "\\include"])
def test_each_key_is_that_of_its_page_whatever_is_saved(
    book: Book, wait_until: Wait, command: str
) -> None:
    put_chapters(book, command)
    with serving(book, wait_until) as served:
        listener = served.listen()
        assert served.shows("words of two", listener) == 3
        before = listener.keys
        assert len(before) == 6
        old = served.image(before[2])
        put_chapter(book, "two", "quite different words")
        assert served.shows("quite different", listener) == 3
        if command == "\\input":
            # A browser that has not heard of it asks for the page of before.
            assert served.image(before[2]) == old
        assert [a == b for a, b in zip(before, listener.keys, strict=True)] == [
            number != 3 for number in range(1, 7)
        ]
        assert listener.pages["edited"] == [3]
        assert served.image(listener.keys[2]) != old
        text = served.text(listener.keys[2], listener.pages["document"])
        assert "quite different words" in text
        assert_exact(served, listener)
        # A page more, and all that follow move and have other numbers.
        put_chapter(book, "one", "words of one\\clearpage more words")
        assert served.shows("more words", listener) == 2
        assert len(listener.keys) == 7
        assert listener.keys[0] == before[0]
        assert not set(before[1:]) & set(listener.keys)
        assert_exact(served, listener)
        # And all as it was.
        put_chapter(book, "one", "words of one")
        put_chapter(book, "two", "words of two")
        served.shows("words of two", listener)
        listener.until(lambda: listener.phase == "good" and len(listener.keys) == 6, "not six")
        assert_exact(served, listener)
        served.ends()


def test_a_pdf_that_is_removed_and_a_configuration_that_is_broken_are_survived(
    book: Book, wait_until: Wait
) -> None:
    book.document("first words")
    with serving(book, wait_until) as served:
        listener = served.listen()
        served.shows("first words", listener)
        (key,) = listener.keys
        pdf = book.root / "main.pdf"
        pdf.unlink()
        served.image(key, 301)  # one that was not drawn before
        wait_until(pdf.is_file, "the PDF was not made again")
        book.put("texbook.toml", "[buidl]\n")
        listener.has_failed('unknown key "buidl"', "texbook.toml")
        served.image(listener.keys[0], 302)
        book.put("texbook.toml", "[build]\n")
        book.document("second words")
        served.shows("second words", listener)
        served.ends()


def is_removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_a_folder_that_goes_and_comes_back_is_served_again(book: Book, wait_until: Wait) -> None:
    book.document("first words")
    with serving(book, wait_until) as served:
        listener = served.listen()
        served.shows("first words", listener)
        gone = book.root.rename(book.root.with_name("gone"))
        # An engine that is still loading writes into it.
        wait_until(lambda: is_removed(gone), "it cannot be removed")
        listener.has_failed("is gone")
        assert not book.root.exists()
        served.image(listener.keys[0], 303)
        book.document("back again")
        served.shows("back again", listener)
        wait_until(served.address.is_file, "the address was not written again")
        # The folder in which it was started is gone for good: another has its name.
        book.put("texbook.toml", "[buidl]\n")
        listener.has_failed('unknown key "buidl"')
        book.put("texbook.toml", "[build]\n")
        book.document("\\label{doubled}\\label{doubled}an open end")
        served.shows("open end", listener)
        asked = f"locate.json?finding=0&version={listener.state['version']}"
        status, _ = served.ask(asked)
        assert status == 200
        served.ends()


def test_a_port_that_is_taken_is_refused_if_it_was_asked_for(book: Book, wait_until: Wait) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = book.finished("watch", "--serve", "--port", str(port))
        assert answer.status == 2
        assert f"the preview cannot have port {port}: address already in use" in answer.err
        assert f"it then takes {USUAL_PORT} or any free one" in answer.err
    assert not (book.root / "build/texbook/preview.json").exists()
    with serving(book, wait_until, "--port", str(port)) as served:
        assert served.url.startswith(f"http://127.0.0.1:{port}/")
        served.ends()


def test_two_books_are_served_at_once(book: Book, wait_until: Wait) -> None:
    """The second finds the usual port taken, or both, whoever else is at work here."""
    other = replace(book, root=book.root.with_name("other"))
    book.document("one book")
    other.document("another book")
    with serving(book, wait_until) as served, serving(other, wait_until) as second:
        assert second.url.split("/")[2] != served.url.split("/")[2]
        assert served.shows("one book", served.listen()) == 1
        assert second.shows("another book", second.listen()) == 1
        served.ends()
        second.ends(signal.SIGTERM, 143)


def test_clients_that_go_away_or_read_nothing_hold_nobody_up(book: Book, wait_until: Wait) -> None:
    Image.effect_noise((900, 900), 100).save(book.root / "noise.png")
    noise = "\\noindent\\includegraphics[width=\\textwidth]{noise}"
    preamble = "\\usepackage{graphicx}\n"
    book.document(f"first words{noise}", preamble)
    with serving(book, wait_until) as served:
        one, two = served.listen(), served.listen()
        served.shows("first words", one)
        key = one.keys[0]
        served.asked("events")
        served.asked(f"page/{key}/4000.png")
        leaving = served.asked(f"page/{key}/4000.png")
        head = leaving.recv(1_000)
        assert head.startswith(b"HTTP/1.1 200 ")
        # More than waits in the buffers of both sides (tcp(7), tcp_wmem: 4 MiB).
        assert int(head.partition(b"Content-Length: ")[2].split()[0]) > 5_000_000
        # With nothing to linger for, closing resets the connection (socket(7)).
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        leaving.close()
        book.document(f"second words{noise}", preamble)
        served.shows("second words", one)
        served.shows("second words", two)
        assert one.pages == two.pages
        # A stream that was broken begins with the newest, whatever was saved meanwhile.
        two.close()
        for text in ("third words", "fourth words"):
            book.document(text)
            served.shows(text, one)
        again = served.listen()
        assert [kind for kind, _ in again.heard[:2]] == ["pages", "state"]
        assert (again.keys, again.phase) == (one.keys, "good")
        served.ends()
        for listener in (one, again):
            listener.until(partial(listener.has_heard, "bye"), "no farewell")


def put_template(book: Book) -> int:
    """Write a book with a template; give the line of its trap."""
    template = book.question(trap="The winner knows least.")
    book.put("q.j2.tex", template)
    book.document("\\section{Before}\\input{q}", STUB)
    return template.split("\n").index("The winner knows least.") + 1


def test_the_editor_and_the_browsers_find_each_other_after_a_kill_too(
    book: Book, tmp_path: Path, wait_until: Wait
) -> None:
    line = put_template(book)
    record, editor = tmp_path / "record", tmp_path / "pen"
    editor.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {record}.new\nmv {record}.new {record}\n"
    )
    editor.chmod(0o755)
    show = ("sync", "forward", f"q.j2.tex:{line}", "--show")
    arguments = ("--editor", f"{editor} {{file}} {{line}}:{{column}}")
    with serving(book, wait_until, *arguments) as served:
        listener = served.listen()
        served.shows("winner", listener)
        assert book.texbook(*show).status == 0
        listener.until(lambda: listener.has_heard("show"), "nothing was shown")
        place = listener.last("show")
        assert place is not None
        clicked = {"page": place["page"], "x": place["x"] + 5, "y": place["y"] + 2}
        status, said = served.ask("open", {**clicked, "word": "knows"})
        assert (status, json.loads(said)) == (200, {"file": "q.j2.tex", "line": line})
        wait_until(record.is_file, "the editor was not opened")
        assert record.read_text() == f"{book.root}/q.j2.tex\n{line}:12\n"
        served.watched.process.send_signal(signal.SIGKILL)
        served.watched.process.wait(60)
        assert served.address.is_file()
        wait_until(lambda: not book.processes(), "processes are left")
    answer = book.texbook(*show)
    assert answer.status == 1
    assert "the preview of this book does not answer" in answer.err
    assert '"texbook watch --serve" starts one' in answer.err
    with serving(book, wait_until) as served:
        listener = served.listen()
        served.shows("winner", listener)
        assert book.texbook(*show).status == 0
        listener.until(lambda: listener.last("show") == place, "it was not shown")
        served.ends()
    answer = book.texbook(*show)
    assert "no preview of this book is running" in answer.err
