from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ExitStatus, UsageError
from texbook.preview.connection import Limits
from texbook.preview.server import USUAL_PORT, PreviewServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.preview.conftest import MakePdf, Recorder
    from texbook.preview.hub import Hub

KEY = "a" * 16
LIMITS = Limits(request_seconds=5, connections=8, heartbeat_seconds=0.05)


@pytest.fixture
def server(hub: Hub, recorder: Recorder) -> Iterator[PreviewServer]:
    with PreviewServer(hub, recorder.actions, port=0, limits=LIMITS) as server:
        yield server


@pytest.fixture
def pdf(tmp_path: Path, make_pdf: MakePdf) -> Path:
    path = tmp_path / "main.pdf"
    path.write_bytes(make_pdf("one"))
    return path


class Browser:
    """Reads a stream of events."""

    def __init__(self, server: PreviewServer) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._connection.request("GET", path(server, "events"))
        self.answer = self._connection.getresponse()
        self.retry = self.answer.readline() + self.answer.readline()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self._connection.close()

    def line(self) -> str:
        return self.answer.readline().decode().removesuffix("\n")

    def event(self) -> tuple[str, dict[str, object]]:
        """Read the next event: its kind and its data."""
        number = self.line()
        while not number.startswith("id: "):
            assert number in {"", ": still here"}
            number = self.line()
        kind, data = self.line(), self.line()
        assert self.line() == ""
        return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def path(server: PreviewServer, name: str = "") -> str:
    return f"/{server.url.split('/')[3]}/{name}"


def ask(
    server: PreviewServer, name: str, method: str = "GET", body: str | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {} if body is None else {"Content-Type": "application/json"}
    connection.request(method, path(server, name), body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_it_can_be_reached_on_this_machine_only(server: PreviewServer) -> None:
    assert re.fullmatch(rf"http://127\.0\.0\.1:{server.port}/[\w-]{{32}}/", server.url)
    assert server.address == ("127.0.0.1", server.port)


def test_each_server_has_a_token_of_its_own(hub: Hub, recorder: Recorder) -> None:
    tokens = set()
    for _ in range(3):
        with PreviewServer(hub, recorder.actions, port=0) as server:
            tokens.add(server.url.split("/")[3])
    assert len(tokens) == 3


def test_every_answer_forbids_what_is_not_needed(server: PreviewServer) -> None:
    for name, status in (("", 200), ("app.js", 200), ("none", 404), ("open", 405)):
        answer, _ = ask(server, name)
        assert answer.status == status
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


def test_a_page_is_given_as_an_image_that_may_be_kept(
    server: PreviewServer, hub: Hub, pdf: Path
) -> None:
    hub.show_document(pdf, [KEY])
    answer, content = ask(server, f"page/{KEY}/300.png")
    assert content.startswith(b"\x89PNG")
    assert answer.headers.get_all("Cache-Control") == ["private, max-age=31536000, immutable"]
    answer, content = ask(server, f"page/{KEY}/300.png", "HEAD")
    assert (answer.status, content) == (200, b"")


def test_a_place_is_opened_and_shown(
    server: PreviewServer, hub: Hub, pdf: Path, recorder: Recorder
) -> None:
    hub.show_document(pdf, [KEY])
    answer, content = ask(server, "open", "POST", '{"page":1,"x":1,"y":2,"word":"a"}')
    assert (answer.status, json.loads(content)["line"]) == (200, 12)
    with Browser(server) as browser:
        assert [browser.event()[0] for _ in range(2)] == ["pages", "state"]
        answer, content = ask(server, "show", "POST", '{"page":1,"x":1,"y":2,"width":0,"height":0}')
        assert (answer.status, content) == (204, b"")
        assert browser.event() == ("show", {"page": 1, "x": 1, "y": 2, "width": 0, "height": 0})
    assert len(recorder.asked) == 1


def test_a_fault_of_the_previews_own_is_news(
    server: PreviewServer, hub: Hub, pdf: Path, recorder: Recorder
) -> None:
    hub.show_document(pdf, [KEY])
    recorder.error = RuntimeError("a bug")
    with pytest.raises(http.client.RemoteDisconnected):
        ask(server, "open", "POST", '{"page":1,"x":1,"y":2,"word":"a"}')
    assert "RuntimeError: a bug" in hub.event("state").data
    assert ask(server, "")[0].status == 200


def test_browsers_are_told_what_changes(server: PreviewServer, hub: Hub, pdf: Path) -> None:
    with Browser(server) as first, Browser(server) as second:
        assert first.answer.headers["Content-Type"] == "text/event-stream"
        assert first.retry == b"retry: 1000\n\n"
        for browser in (first, second):
            assert [browser.event()[0] for _ in range(2)] == ["pages", "state"]
        hub.show_document(pdf, [KEY])
        for browser in (first, second):
            kind, pages = browser.event()
            assert (kind, pages["pages"]) == ("pages", [[KEY, 400, 600]])


def test_a_browser_that_comes_back_is_told_the_newest(
    server: PreviewServer, hub: Hub, pdf: Path
) -> None:
    with Browser(server) as browser:
        browser.event()
    hub.show_document(pdf, [KEY])
    hub.good(pages=1, seconds=1)
    with Browser(server) as browser:
        (_, pages), (_, state) = browser.event(), browser.event()
        assert pages["pages"] == [[KEY, 400, 600]]
        assert state["phase"] == "good"


def test_a_silent_stream_says_that_it_is_there(server: PreviewServer) -> None:
    with Browser(server) as browser:
        browser.event()
        browser.event()
        assert browser.line() == ": still here"


def test_a_browser_that_reads_nothing_holds_up_nobody(
    server: PreviewServer, hub: Hub, pdf: Path
) -> None:
    with Browser(server) as lazy, Browser(server) as eager:
        assert lazy.retry
        for number in range(2_000):
            hub.good(pages=number, seconds=1, reasons=["x" * 5_000])
        hub.show_document(pdf, [KEY])
        hub.note("the last news")
        kinds = set()
        news: object = ""
        while news != "12:00 the last news":
            kind, fields = eager.event()
            kinds.add(kind)
            news = fields.get("news", news)
        assert kinds == {"pages", "state"}


def test_at_the_end_browsers_are_told_and_no_connection_is_left(
    hub: Hub, recorder: Recorder
) -> None:
    with contextlib.ExitStack() as stack:
        with PreviewServer(hub, recorder.actions, port=0, limits=LIMITS) as server:
            browser = stack.enter_context(Browser(server))
            silent = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        kinds = [browser.event()[0] for _ in range(3)]
        assert kinds == ["pages", "state", "bye"]
        assert browser.answer.read() == b""
        silent.settimeout(30)
        with contextlib.suppress(ConnectionResetError):
            assert silent.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


def test_a_port_that_was_asked_for_is_taken_or_refused(
    server: PreviewServer, hub: Hub, recorder: Recorder
) -> None:
    with pytest.raises(UsageError, match=f"cannot have port {server.port}") as caught:
        PreviewServer(hub, recorder.actions, port=server.port)
    assert caught.value.status is ExitStatus.USAGE
    assert caught.value.hints
    assert ask(server, "")[0].status == 200


def test_without_a_wish_any_free_port_is_taken(hub: Hub, recorder: Recorder) -> None:
    # One of the two cannot have the usual one, whoever else has it.
    with PreviewServer(hub, recorder.actions) as one, PreviewServer(hub, recorder.actions) as two:
        assert one.port != two.port
        assert two.port != USUAL_PORT
        assert ask(two, "")[0].status == 200
