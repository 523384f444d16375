"""``texbook watch --open``: the browser is opened once the preview is served. No TeX runs."""

from __future__ import annotations

import http.client
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which all programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_address_is_handed_to_the_desktop(
    book: Book,
    tmp_path: Path,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Wait,
) -> None:
    opener = programs / ("open" if sys.platform == "darwin" else "xdg-open")
    opened = tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    opener.chmod(0o755)
    statuses = []

    def watch(*_: object, **__: object) -> None:
        wait_until(lambda: opened.is_file() and opened.read_text(), "nothing was opened")
        url = urlsplit(opened.read_text().strip())
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=60)
        connection.request("GET", url.path)
        statuses.append(connection.getresponse().status)
        connection.close()

    monkeypatch.setattr("texbook.cli.watch.watch_book", watch)
    answer = book.texbook("watch", "--open")
    assert (answer.status, statuses) == (0, [200])
    assert f"preview: {opened.read_text()}" in answer.out


def test_without_an_opener_the_address_is_said_and_the_watch_goes_on(
    book: Book, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = []
    monkeypatch.setattr("texbook.cli.watch.watch_book", lambda *_, **__: watched.append("watched"))
    answer = book.texbook("watch", "--open")
    assert (answer.status, answer.err, watched) == (0, "", ["watched"])
    address = answer.out.splitlines()[0].removeprefix("preview: ")
    assert f"is not installed, so nothing can be opened from here: open {address}" in answer.out


@pytest.mark.parametrize(
    ("arguments", "serves"),
    [
        ((), False),
        (("--poll",), False),
        (("--serve",), True),
        (("--editor", "sh {file}"), True),
    ],
)
def test_a_preview_is_served_if_anything_of_it_was_asked_for(
    book: Book, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], serves: bool
) -> None:
    previews = []
    monkeypatch.setattr(
        "texbook.cli.watch.watch_book", lambda *_, preview, **__: previews.append(preview)
    )
    said = book.texbook("watch", *arguments).out
    assert (previews[0] is not None, "preview: http://127.0.0.1:" in said) == (serves, serves)
