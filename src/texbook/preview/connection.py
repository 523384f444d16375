"""One connection of a browser: what it may send and how long it may take, and how it is answered.

Python's own `BaseHTTPRequestHandler` reads the head of a request; all bytes come to it through a
reader that counts them and looks at the clock. Each connection has one request.
"""

from __future__ import annotations

import contextlib
import io
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from texbook.preview.answers import Answer, failure
from texbook.preview.request import RefusedRequestError, body_size, check_origin, route

if TYPE_CHECKING:
    import socket

    from texbook.preview.server import PreviewSocket

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Connection": "close",
}
_PIECE = 1 << 18
"""Bytes that are sent at once: the time limit is for each."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server grants its clients.

    Attributes:
        request_seconds: for a request to arrive, and for each piece of an answer to be taken.
        request_bytes: of a request, its head and what is posted.
        connections: at one time; who comes then is told to come later.
        heartbeat_seconds: after which a silent stream of events says that it is still there.
    """

    request_seconds: float = 10.0
    request_bytes: int = 65_536
    connections: int = 64
    heartbeat_seconds: float = 10.0


class _TooLongError(OSError):
    """A request has more bytes than are granted."""


class _Incoming(io.RawIOBase):
    """The bytes that a client sends, so many and until a time."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._left = limits.request_bytes
        self._end = time.monotonic() + limits.request_seconds

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there."""
        if self._left <= 0:
            raise _TooLongError
        self._connection.settimeout(max(0.001, self._end - time.monotonic()))
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class Connection(BaseHTTPRequestHandler):
    """Reads one request, answers it, and ends."""

    server: PreviewSocket
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Begin to read under the limits."""
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Incoming(self.connection, self.server.limits))

    def handle(self) -> None:
        """Answer the one request."""
        self.close_connection = True
        # A client that goes away, or is too slow, hears nothing.
        with contextlib.suppress(OSError):
            try:
                self.raw_requestline = self.rfile.readline(self.server.limits.request_bytes)
                # parse_request answers itself where it cannot read the head.
                if self.raw_requestline and self.parse_request():
                    self._answer()
            except _TooLongError:
                self._send(Answer(status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE))

    def _answer(self) -> None:
        try:
            answer = self._answer_of()
        except RefusedRequestError as refused:
            answer = failure(refused.status, refused.message)
        if answer is not None:
            self._send(answer)

    def _answer_of(self) -> Answer | None:
        """Give the answer; None if it is a stream of events, which was sent."""
        check_origin(self.headers, self.server.port)
        # `path` is not what was sent: parse_request makes one slash of several.
        target = self.requestline.split()[1]
        path, query = route(target, self.server.token)
        is_stream = path == "events" and not query
        if self.command == "POST" and not is_stream:
            return self._post(path, query)
        if self.command not in {"GET", "HEAD"}:
            raise RefusedRequestError(HTTPStatus.METHOD_NOT_ALLOWED)
        if is_stream:
            self._stream()
            return None
        return self.server.answers.get(path, query)

    def _post(self, path: str, query: str) -> Answer:
        if query:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        size = body_size(self.headers)
        body = self.rfile.read(size)
        if len(body) < size:
            raise RefusedRequestError(HTTPStatus.BAD_REQUEST)
        return self.server.answers.post(path, body)

    def _stream(self) -> None:
        """Send events until the watch ends or the client goes away."""
        subscription = self.server.hub.subscribe()
        self._send_head(HTTPStatus.OK, {"Content-Type": "text/event-stream"})
        if self.command == "HEAD":
            return
        self._write(b"retry: 1000\n\n")
        kind = ""
        while kind != "bye":
            event = subscription.next(self.server.limits.heartbeat_seconds)
            if event is None:
                self._write(b": still here\n\n")
                continue
            kind = event.kind
            self._write(f"id: {event.number}\nevent: {kind}\ndata: {event.data}\n\n".encode())

    def _send(self, answer: Answer) -> None:
        headers = {"Content-Type": answer.content_type, **answer.headers}
        if answer.status is HTTPStatus.NO_CONTENT:
            headers = {}
        else:
            headers["Content-Length"] = str(len(answer.body))
        self._send_head(answer.status, headers)
        if self.command != "HEAD":
            for start in range(0, len(answer.body), _PIECE):
                self._write(answer.body[start : start + _PIECE])

    def _send_head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.connection.settimeout(self.server.limits.request_seconds)
        self.send_response_only(status)
        for name, value in {**_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _write(self, content: bytes) -> None:
        # sendall takes the time limit for all of it (Python, `socket.sendall`).
        self.connection.settimeout(self.server.limits.request_seconds)
        self.connection.sendall(content)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Answer what cannot be read; the page that Python would send tells what it runs."""
        self.request_version = self.protocol_version  # else there would be no head at all
        self.command = self.command or ""
        self._send(Answer(status=HTTPStatus(code)))

    def handle_expect_100(self) -> bool:
        """Say nothing before the request was looked at; a client sends its body without it."""
        return True

    def log_message(self, *_: object) -> None:
        """Do nothing: the terminal belongs to the watch."""
