"""The server of the preview: on the loopback address only, a thread for each connection."""

from __future__ import annotations

import contextlib
import secrets
import socket
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from texbook.base.errors import UsageError
from texbook.preview.answers import Answers
from texbook.preview.connection import Connection, Limits
from texbook.preview.packaged import packaged_files

if TYPE_CHECKING:
    from texbook.preview.hub import Hub
    from texbook.preview.model import Actions

ADDRESS = "127.0.0.1"
USUAL_PORT = 8765
_GRANTED = Limits()
_BUSY = f"HTTP/1.1 {HTTPStatus.SERVICE_UNAVAILABLE:d} Busy\r\nContent-Length: 0\r\n\r\n".encode()


class PreviewServer:
    """Serves a hub to the browsers of this machine; a context manager.

    At its end it closes the hub, so that the browsers know, and waits for its threads.

    Args:
        hub: what is shown.
        actions: what else is done for the browsers.
        port: the port; None for the usual one or, where that is taken, any that is free.
        limits: what clients are granted.

    Raises:
        UsageError: when the port that was asked for is taken or not allowed.
    """

    def __init__(
        self, hub: Hub, actions: Actions, *, port: int | None = None, limits: Limits = _GRANTED
    ) -> None:
        self._hub = hub
        token = secrets.token_urlsafe(24)
        answers = Answers(hub, actions, packaged_files())
        self._socket = _bind(port, token, answers, limits)
        self.address = self._socket.server_address
        self.port = self._socket.port
        self.url = f"http://{ADDRESS}:{self.port}/{token}/"
        self._thread = threading.Thread(
            target=self._socket.serve_forever, args=(0.1,), name="preview", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hub.close()
        self._socket.shutdown()
        self._thread.join()
        self._socket.end()


class PreviewSocket(ThreadingHTTPServer):
    """The listening socket, with what its connections need to know."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, token: str, answers: Answers, limits: Limits) -> None:
        self.token, self.answers, self.hub, self.limits = token, answers, answers.hub, limits
        self._free = threading.BoundedSemaphore(limits.connections)
        self._open: set[Any] = set()
        self._opening = threading.Lock()
        super().__init__((ADDRESS, port), Connection)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind; the one of `HTTPServer` also asks for the machine's name, which can take long."""
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, if not too many are at it."""
        if not self._free.acquire(blocking=False):
            with contextlib.suppress(OSError):
                request.settimeout(0)
                request.sendall(_BUSY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self._free.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection."""
        with self._opening:
            self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._opening:
                self._open.discard(request)
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Tell a fault of the preview's own as news; the watch goes on."""
        error = sys.exception()
        self.hub.note(f"the preview failed: {type(error).__name__}: {error}")

    def end(self) -> None:
        """Close the socket, and all connections that do not end by themselves within a second."""
        self.server_close()
        if not self._idle(1.0):
            with self._opening:
                for request in self._open:
                    with contextlib.suppress(OSError):
                        request.shutdown(socket.SHUT_RDWR)
            # pdfium is unloaded when Python ends, and no thread may be in it then.
            self._idle(5.0)

    def _idle(self, seconds: float) -> bool:
        """Wait until no connection is left; say whether that came true."""
        end = time.monotonic() + seconds
        taken = 0
        while taken < self.limits.connections:
            if not self._free.acquire(timeout=max(0.0, end - time.monotonic())):
                break
            taken += 1
        if taken:
            self._free.release(taken)
        return taken == self.limits.connections


def _bind(port: int | None, token: str, answers: Answers, limits: Limits) -> PreviewSocket:
    try:
        return PreviewSocket(USUAL_PORT if port is None else port, token, answers, limits)
    except OSError as error:
        if port is None:
            return PreviewSocket(0, token, answers, limits)
        raise UsageError(
            f"the preview cannot have port {port}: {(error.strerror or str(error)).lower()}",
            hints=(f"choose another one, or none: it then takes {USUAL_PORT} or any free one",),
        ) from None
