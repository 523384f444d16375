"""Requests that nobody should send, from another process; nothing is opened, and all goes on."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.preview.conftest import Recorder, write_pdf
from texbook.preview.connection import Limits
from texbook.preview.hub import Hub
from texbook.preview.server import PreviewServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


CLIENT = Path(__file__).with_name("raw_client.py")
KEY = "a" * 16
LIMITS = Limits(request_seconds=60.0, connections=16, heartbeat_seconds=0.05)
BODY = b'{"page":1,"x":1,"y":1,"word":"a"}'


@pytest.fixture(autouse=True)
def _figure(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """Count the cases of this file, for what is printed after a run."""
    count = sum(item.path == request.path for item in request.session.items)
    record_property("figure", f"row 14: hostile requests to the preview {count} of {count}")


@dataclass
class Target:
    """What the servers show and open."""

    hub: Hub
    recorder: Recorder


@dataclass
class Attacker:
    """Speaks to a server through another process."""

    process: subprocess.Popen[str]
    port: int
    token: str

    def task(self, how: str, *parts: bytes, **more: Any) -> bytes:
        encoded = [base64.b64encode(part).decode() for part in parts]
        task = {"how": how, "port": self.port, "parts": encoded, "is_end": False, **more}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return base64.b64decode(self.process.stdout.readline())

    def ask(self, *parts: bytes, is_end: bool = False) -> int | None:
        """Send bytes; give the status of the answer, None if there is none."""
        answer = self.task("ask", *parts, is_end=is_end)
        assert b"Server:" not in answer
        assert b"Python" not in answer
        assert b"Access-Control" not in answer
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None

    def ask_until_served(self, request: bytes) -> None:
        """Ask until those who are there have gone; a server that never answers fails."""
        assert any(self.ask(request) == 200 for _ in range(5_000))

    def head(
        self, method: str = "GET", path: str = "outline.json", host: str | None = None, *more: str
    ) -> bytes:
        """Write the head of a request; the path stands behind the token."""
        lines = (f"{method} /{self.token}/{path} HTTP/1.1", f"Host: {host or self.host}", *more)
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def post(self, *headers: str, body: bytes = BODY) -> bytes:
        return self.head("POST", "open", None, *headers) + body

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        (sys.executable, str(CLIENT)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("book")
    (folder / "link.pdf").symlink_to("/etc/passwd")
    # More than the buffers between two processes hold.
    ballast = f"<</Length 30000000>>stream\n{' ' * 30_000_000}\nendstream"
    (folder / "main.pdf").write_bytes(write_pdf("one " * 200, more=(ballast,)))
    hub = Hub(title="Book", folder=folder)
    hub.show_document(folder / "main.pdf", [KEY])
    return Target(hub, Recorder(folder))


@pytest.fixture(scope="module")
def patient(target: Target) -> Iterator[PreviewServer]:
    with PreviewServer(target.hub, target.recorder.actions, port=0, limits=LIMITS) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(target: Target) -> Iterator[PreviewServer]:
    limits = replace(LIMITS, request_seconds=0.5)
    with PreviewServer(target.hub, target.recorder.actions, port=0, limits=limits) as server:
        yield server


@pytest.fixture
def attacker(
    process: subprocess.Popen[str], target: Target, patient: PreviewServer
) -> Iterator[Attacker]:
    """One who speaks to a server that shows a page; at the end a good client is still served."""
    yield from attacking(process, target, patient)


@pytest.fixture
def slow_attacker(
    process: subprocess.Popen[str], target: Target, hasty: PreviewServer
) -> Iterator[Attacker]:
    """The same with a server that waits for nobody."""
    yield from attacking(process, target, hasty)


def attacking(
    process: subprocess.Popen[str], target: Target, server: PreviewServer
) -> Iterator[Attacker]:
    attacker = Attacker(process, server.port, server.url.split("/")[3])
    asked = target.recorder.asked
    asked.clear()
    yield attacker
    assert asked == []
    attacker.ask_until_served(attacker.head("GET", f"page/{KEY}/300.png"))
    attacker.ask_until_served(attacker.post(*good_body()))
    assert asked
    assert json.loads(target.hub.event("state").data)["news"] == ""


def good_body(size: int = len(BODY)) -> tuple[str, ...]:
    return "Content-Type: application/json", f"Content-Length: {size}"


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{port}", "127.0.0.1", "localhost", "127.0.0.1:1", " "),
        *("127.0.0.1:{port}.evil.example", "127.0.0.1.nip.io:{port}", "localhost.:{port}"),
        *(
            "LOCALHOST:{port}",
            "[::1]:{port}",
            "0.0.0.0:{port}",
            "2130706433:{port}",
            "127.1:{port}",
        ),
        *("user@127.0.0.1:{port}", "127.0.0.1:0{port}", "127.0.0.1:{port}, evil.example"),
    ],
)
def test_another_host_is_refused(attacker: Attacker, host: str) -> None:
    host = host.format(port=attacker.port)
    assert attacker.ask(attacker.head(host=host)) == 403


def test_a_request_without_host_is_refused(attacker: Attacker) -> None:
    for version in (b"1.0", b"1.1"):
        request = b"GET /%b/ HTTP/%b\r\n\r\n" % (attacker.token.encode(), version)
        assert attacker.ask(request) == 403


@pytest.mark.parametrize("name", ["Host", "Origin", "Sec-Fetch-Site", "Content-Length"])
def test_a_doubled_header_is_refused(attacker: Attacker, name: str) -> None:
    values = {
        "Host": attacker.host,
        "Origin": f"http://{attacker.host}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Length": str(len(BODY)),
    }
    again = (f"{name}: {values[name]}",) * (1 if name in {"Host", "Content-Length"} else 2)
    assert attacker.ask(attacker.post(*good_body(), *again)) == 400


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1", "file://"),
        *("http://127.0.0.1:1", "http://127.0.0.1:{port}/", "http://127.0.0.1:{port}.evil.example"),
        *(
            "http://localhost.evil.example:{port}",
            "HTTP://127.0.0.1:{port}",
            "chrome-extension://a",
        ),
        "",
    ],
)
def test_another_origin_is_refused(attacker: Attacker, origin: str) -> None:
    header = f"Origin: {origin.format(port=attacker.port)}"
    assert attacker.ask(attacker.post(*good_body(), header)) == 403
    assert attacker.ask(attacker.head("GET", "events", None, header)) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "NONE", "same-origin, none"])
def test_a_request_from_another_site_is_refused(attacker: Attacker, site: str) -> None:
    assert attacker.ask(attacker.post(*good_body(), f"Sec-Fetch-Site: {site}")) == 403


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "",
            "*",
            "/{token}",
            "/{half}/",
            "/{token}a/",
            "/{other}/",
            "{token}/",
            "//{token}/",
        ),
        *(
            "/{token}//",
            "/./{token}/",
            "/a/../{token}/",
            "/%2f{token}/",
            "\\{token}/",
            "/{token}\\",
        ),
        *("http://127.0.0.1:{port}/{token}/", "http://evil.example/{token}/", "/{token}/%00"),
        *("/{token}/../../etc/passwd", "/{token}/..%2f..%2fetc%2fpasswd", "/{token}/%2e%2e/a"),
        *("/{token}/..\\..\\a", "/{token}/..%5c..%5ca", "/{token}/%252e%252e%252fetc/passwd"),
        *(
            "/{token}/%c0%ae%c0%ae/a",
            "/{token}/....//a",
            "/{token}//etc/passwd",
            "/{token}/app.js%00",
        ),
        *("/{token}/app.js\0.png", "/{token}/assets/app.js", "/{token}/app.js/", "/{token}/APP.JS"),
        *(
            "/{token}/page/../app.js",
            "/{token}/page/{key}/300.png%20",
            "/{token}/page/{key}/+300.png",
        ),
        *("/{token}/page/{key}/../{key}/300.png", "/{token}/layer/{key}/-1.json", "/favicon.ico"),
        *("/{token}/main.pdf", "/{token}/link.js", "/{token}/link.pdf", "/{token}/app.js;a"),
        *("/{token}/app.js?v=1", "/{token}/?a", "/{token}/app.js#a", "/{token}/\xe9", "/?{token}/"),
    ],
)
def test_a_path_that_is_no_route_is_not_found(attacker: Attacker, path: str) -> None:
    token = attacker.token
    other = token[:-1] + ("a" if token[-1] != "a" else "b")
    path = path.format(token=token, half=token[:16], other=other, key=KEY, port=attacker.port)
    request = f"GET {path} HTTP/1.1\r\nHost: {attacker.host}\r\n\r\n"
    status = attacker.ask(request.encode("latin-1"))
    assert status == (404 if path else None)


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "GARBAGE", "\xff"]
)
def test_another_method_is_refused(attacker: Attacker, method: str) -> None:
    for path in ("", "open", "events"):
        assert attacker.ask(attacker.head(method, path, None, *good_body()) + BODY) == 405


@pytest.mark.parametrize("path", ["", "app.js", "events", "book.pdf", "search.json"])
def test_what_is_read_cannot_be_posted_to(attacker: Attacker, path: str) -> None:
    request = attacker.head("POST", path, None, *good_body()) + BODY
    assert attacker.ask(request) == 405


def test_a_method_of_no_known_resource_tells_nothing(attacker: Attacker) -> None:
    request = f"DELETE /wrong/ HTTP/1.1\r\nHost: {attacker.host}\r\n\r\n"
    assert attacker.ask(request.encode()) == 404


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /%b/\r\n\r\n", None),  # HTTP/0.9
        (b"GET /%b/ HTTP/2.0\r\n\r\n", 505),
        (b"GET /%b/ HTTP/9\r\n\r\n", 400),
        (b"GET /%b/ a HTTP/1.1\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"\r\n\r\n", None),
        (b"\0\0\0\0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # the start of TLS
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"", None),
    ],
)
def test_what_is_no_request_is_no_harm(
    attacker: Attacker, request_bytes: bytes, status: int | None
) -> None:
    request = request_bytes.replace(b"%b", attacker.token.encode())
    assert attacker.ask(request, is_end=True) == status


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 10_000_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"a" * 10_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 100_000 + b"\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nA: a\r\n" + b" folded\r\n" * 100_000 + b"\r\n",
        b"a" * 10_000_000,
    ],
)
def test_a_huge_head_is_not_read_to_its_end(attacker: Attacker, head: bytes) -> None:
    assert attacker.ask(head) in {431, 414, 400, None}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (good_body(10_001), 413),
        (good_body(10**12), 413),
        (good_body(10**30), 413),
        (("Content-Type: application/json", "Content-Length: -1"), 400),
        (("Content-Type: application/json", "Content-Length: +5"), 400),
        (("Content-Type: application/json", "Content-Length: 5, 5"), 400),
        (("Content-Type: application/json", "Content-Length: 0x5"), 400),
        (("Content-Type: application/json", "Content-Length:"), 400),
        (("Content-Type: application/json",), 411),
        (("Content-Length: 33",), 415),
        (("Content-Type: text/plain", "Content-Length: 33"), 415),
        (("Content-Type: application/json, text/plain", "Content-Length: 33"), 415),
        (("Content-Type: application/x-www-form-urlencoded", "Content-Length: 33"), 415),
        (("Content-Type: multipart/form-data; boundary=a", "Content-Length: 33"), 415),
        ((*good_body(), "Transfer-Encoding: chunked"), 411),
        (("Content-Type: application/json", "Transfer-Encoding: chunked"), 411),
        (good_body(5), 400),
        (good_body(0), 400),
    ],
)
def test_what_is_posted_must_be_json_of_a_known_size(
    attacker: Attacker, headers: tuple[str, ...], status: int
) -> None:
    assert attacker.ask(attacker.post(*headers)) == status


def test_a_body_that_ends_too_early_is_refused(attacker: Attacker) -> None:
    assert attacker.ask(attacker.post(*good_body(9_000)), is_end=True) == 400


def test_a_body_that_never_comes_is_not_waited_for(slow_attacker: Attacker) -> None:
    assert slow_attacker.ask(slow_attacker.post(*good_body(9_000))) is None


@pytest.mark.parametrize("body", [b"[" * 9_999, b'{"page":' + b"9" * 9_000 + b"}", b"\xff" * 100])
def test_odd_json_is_refused(attacker: Attacker, body: bytes) -> None:
    assert attacker.ask(attacker.post(*good_body(len(body)), body=body)) == 400


def test_a_second_request_behind_the_first_is_not_read(attacker: Attacker) -> None:
    answer = attacker.task(
        "ask",
        attacker.head("GET", "", None, "Connection: keep-alive") + attacker.post(*good_body()),
    )
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA: "])
def test_a_slow_client_is_left(slow_attacker: Attacker, start: bytes) -> None:
    assert slow_attacker.task("drip", start, b"a") == b""


def test_a_silent_client_is_left(slow_attacker: Attacker) -> None:
    assert slow_attacker.task("ask", b"GET / HT") == b""


def test_of_very_many_clients_some_are_told_to_come_later(attacker: Attacker) -> None:
    answer = attacker.task("crowd", attacker.head(), count=LIMITS.connections)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 503 ")


def test_clients_that_take_no_answer_are_left(slow_attacker: Attacker) -> None:
    pdf, page = slow_attacker.head("GET", "book.pdf"), slow_attacker.head("GET", "")
    answer = slow_attacker.task("stall", pdf, page, count=2 * LIMITS.connections)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_more_clients_one_after_another_than_may_be_there_at_once(attacker: Attacker) -> None:
    for _ in range(3 * LIMITS.connections):
        attacker.ask_until_served(attacker.head("GET", ""))


@pytest.mark.parametrize("path", [f"page/{KEY}/4000.png", "events", "book.pdf"])
def test_clients_may_go_away_in_the_middle(attacker: Attacker, path: str) -> None:
    for _ in range(LIMITS.connections // 2):
        assert attacker.task("leave", attacker.head("GET", path), count=700)
