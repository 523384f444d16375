"""A client that sends bytes as they are: reads tasks as lines of JSON, answers each with a line.

A task has the ``port``, the ``parts`` to send (base64), and says how: ``ask`` sends all and reads
to the end, ``drip`` sends the first part and then one byte after another until the server has
enough, ``leave`` sends all, reads so many bytes and goes away, ``crowd`` opens so many connections
that stay silent, and asks on one more, ``stall`` sends the first part on so many connections, reads
nothing from any, and sends the second on one more until that is granted. The answer is what was
read (base64).
"""

from __future__ import annotations

import base64
import contextlib
import json
import select
import socket
import sys
from typing import Any

PATIENCE = 30.0
MOST_DRIPS = 2_000
MOST_ATTEMPTS = 20_000


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        parts = [base64.b64decode(part) for part in task["parts"]]
        read = base64.b64encode(HOW[task["how"]](task, parts)).decode()
        sys.stdout.write(f"{read}\n")
        sys.stdout.flush()


def ask(task: dict[str, Any], parts: list[bytes]) -> bytes:
    with connect(task) as client:
        # A server that refuses may close before it has read all.
        with contextlib.suppress(ConnectionError):
            for part in parts:
                client.sendall(part)
            if task["is_end"]:
                client.shutdown(socket.SHUT_WR)
        return read_all(client)


def drip(task: dict[str, Any], parts: list[bytes]) -> bytes:
    with connect(task) as client:
        client.sendall(parts[0])
        for _ in range(MOST_DRIPS):
            readable, _, _ = select.select([client], [], [], 0.02)
            if readable:
                return read_all(client)
            with contextlib.suppress(ConnectionError):
                client.sendall(parts[1])
    return b"still open"


def leave(task: dict[str, Any], parts: list[bytes]) -> bytes:
    client = connect(task)
    client.sendall(parts[0])
    read = b""
    while len(read) < task["count"]:
        read += client.recv(task["count"] - len(read))
    # With nothing to linger for, closing resets the connection.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    return read


def crowd(task: dict[str, Any], parts: list[bytes]) -> bytes:
    with contextlib.ExitStack() as stack:
        for _ in range(task["count"]):
            stack.enter_context(connect(task))
        return ask(task, parts)


def stall(task: dict[str, Any], parts: list[bytes]) -> bytes:
    answer = b""
    with contextlib.ExitStack() as stack:
        for _ in range(task["count"]):
            client = stack.enter_context(connect(task))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.sendall(parts[0])
        for _ in range(MOST_ATTEMPTS):
            answer = ask(task, parts[1:])
            if answer.startswith(b"HTTP/1.1 200 "):
                break
    return answer


def connect(task: dict[str, Any]) -> socket.socket:
    return socket.create_connection(("127.0.0.1", task["port"]), PATIENCE)


def read_all(client: socket.socket) -> bytes:
    read = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(65_536):
            read += piece
    return read


HOW = {"ask": ask, "drip": drip, "leave": leave, "crowd": crowd, "stall": stall}

if __name__ == "__main__":
    main()
