"""``texbook watch --serve`` as a process, and a client that asks it what a browser asks."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from tests.cli.watched import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Book
    from tests.cli.watched import Wait, Watched

SAID = "preview: "
PATIENCE = 60.0


class Listener:
    """Hears the events of a preview, in a thread of its own."""

    def __init__(self, url: str, wait: Wait) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._wait = wait
        self._socket = asked(url, "events", room=65_536)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Go away."""
        with suppress(OSError):  # the other side has gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._socket.close()

    def _read(self) -> None:
        kind = ""
        with self._socket.makefile("rb") as stream:
            for line in stream:
                name, _, rest = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = rest
                if name == "data":
                    self.heard.append((kind, json.loads(rest)))

    def last(self, kind: str) -> dict[str, Any] | None:
        """Give what was heard last of a kind."""
        return next((data for name, data in reversed(self.heard) if name == kind), None)

    def has_heard(self, kind: str) -> bool:
        return self.last(kind) is not None

    def until(self, condition: Callable[[], object], message: str) -> None:
        """Wait for something, and give up with what was heard last."""
        try:
            self._wait(condition, message)
        except AssertionError as error:
            raise AssertionError(f"{message}: {self.heard[-3:]}") from error

    @property
    def state(self) -> dict[str, Any]:
        return self.last("state") or {}

    @property
    def phase(self) -> str:
        return str(self.state.get("phase"))

    @property
    def pages(self) -> dict[str, Any]:
        return self.last("pages") or {"pages": [], "exact": True}

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.pages["pages"]]

    @property
    def findings(self) -> list[tuple[str, str | None, int | None]]:
        """What is wrong: message, file and line."""
        found = self.state.get("findings", [])
        return [(item["message"], item["file"], item["line"]) for item in found]

    def has_failed(self, *said: str) -> None:
        """Wait until the book has failed for a reason."""
        self.until(
            lambda: self.phase == "failed" and all(text in repr(self.findings) for text in said),
            f"it has not failed with {said}",
        )


@dataclass
class Served:
    """A watch that serves its book."""

    book: Book
    watched: Watched
    wait: Wait
    url: str
    _exits: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> Path:
        return self.book.root / "build/texbook/preview.json"

    def listen(self) -> Listener:
        """Begin to hear what the browsers are told."""
        listener = Listener(self.url, self.wait)
        self._exits.callback(listener.close)
        listener.until(lambda: listener.has_heard("state"), "nothing was heard")
        return listener

    def asked(self, name: str) -> socket.socket:
        """Ask for something, and read nothing of the answer."""
        return self._exits.enter_context(asked(self.url, name, room=4_096))

    def ask(self, name: str, body: object = None) -> tuple[int, bytes]:
        """Ask for something; give status and body."""
        url = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=PATIENCE)
        try:
            content = None if body is None else json.dumps(body)
            headers = {} if body is None else {"Content-Type": "application/json"}
            method = "GET" if body is None else "POST"
            connection.request(method, url.path + name, content, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def image(self, key: str, width: int = 300) -> bytes:
        status, content = self.ask(f"page/{key}/{width}.png")
        assert (status, content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
        return content

    def text(self, key: str, document: int) -> str:
        """Give the text that lies over a page."""
        status, content = self.ask(f"layer/{key}/{document}.json")
        assert status == 200
        return " ".join(line["text"] for line in json.loads(content)["lines"])

    def find(self, text: str) -> list[int]:
        """Give the pages on which a text is found."""
        status, content = self.ask(f"search.json?q={quote(text)}")
        assert status == 200
        return [hit["page"] for hit in json.loads(content)["hits"]]

    def shows(self, text: str, listener: Listener) -> int:
        """Wait until the exact book is shown with a text; give the page."""
        listener.until(
            lambda: listener.pages["exact"] and listener.phase == "good" and self.find(text),
            f'no exact page with "{text}"',
        )
        return self.find(text)[0]

    def ends(self, number: signal.Signals = signal.SIGINT, status: int = 0) -> None:
        """End it by a signal; it leaves nothing."""
        assert self.watched.end(number) == status
        assert not self.address.exists()
        assert self.book.processes() == []


def asked(url: str, name: str, *, room: int) -> socket.socket:
    """Send the request of a browser, and read nothing of the answer.

    Args:
        url: of the preview.
        name: of what is asked for.
        room: so many bytes may wait for the one who reads.
    """
    parts = urlsplit(url)
    client = socket.socket()
    client.settimeout(PATIENCE)
    # Before the connection is made, since that tells the other side (socket(7), tcp(7)).
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    client.connect((parts.hostname, parts.port))
    host = f"Host: {parts.hostname}:{parts.port}\r\n"
    client.sendall(f"GET {parts.path}{name} HTTP/1.1\r\n{host}\r\n".encode())
    return client


@contextmanager
def serving(book: Book, wait: Wait, *arguments: str) -> Iterator[Served]:
    """Watch and serve a book."""
    with watching(book, wait, "--serve", *arguments) as watched, ExitStack() as exits:
        wait(
            lambda: any(line.startswith(SAID) for line in watched.lines) or ended(watched),
            f"no address in {watched.lines}",
        )
        url = next(line for line in watched.lines if line.startswith(SAID)).removeprefix(SAID)
        yield Served(book, watched, wait, url, exits)


def ended(watched: Watched) -> bool:
    return watched.process.poll() is not None
