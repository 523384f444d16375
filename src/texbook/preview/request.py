"""What a browser asks, and whether it may: everything here is a function of the bytes it sent.

A page of any web site can make its reader's browser send requests to 127.0.0.1, under a host name
of its own that it has bound to that address (DNS rebinding), and other users of the machine can
connect as well. So a request must name this server as its host, must not come from a page of
another origin, and must know the token, which stands in no page of anybody else's.
"""

from __future__ import annotations

import json
import math
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

MOST_BODY = 10_000
"""Bytes of what is posted: a place, a word."""
_FORBIDDEN = ("%", "..", "//", "\\", "\0")
_NUMBERS = {"page": 100_000, "finding": 100_000, "version": 10**12}
_POINTS = 1e6
_LONGEST_WORD = 200


class RefusedRequestError(Exception):
    """A request that is not answered as it wishes.

    Args:
        status: of the answer.
        message: for the one who reads the preview; "" says nothing to whoever it is.
    """

    def __init__(self, status: HTTPStatus, message: str = "") -> None:
        super().__init__(message)
        self.status, self.message = status, message


def check_origin(headers: Message, port: int) -> None:
    """Refuse what does not come from a page of this server, or from no page at all.

    Raises:
        RefusedRequestError: 400 for a header that is missing or doubled, 403 else.
    """
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if _one(headers, "Host") not in hosts:
        raise RefusedRequestError(HTTPStatus.FORBIDDEN)
    origin = _one(headers, "Origin")
    if origin is not None and origin not in {f"http://{host}" for host in hosts}:
        raise RefusedRequestError(HTTPStatus.FORBIDDEN)
    if _one(headers, "Sec-Fetch-Site") not in {None, "same-origin", "none"}:
        raise RefusedRequestError(HTTPStatus.FORBIDDEN)


def route(target: str, token: str) -> tuple[str, str]:
    """Give what stands behind the token in the target of a request, and the query.

    Raises:
        RefusedRequestError: 404 for another token, or a path that is written in an odd way.
    """
    path, _, query = target.partition("?")
    start, slash, rest = path[1:].partition("/")
    is_plain = path.isascii() and not any(sign in path for sign in _FORBIDDEN)
    is_known = secrets.compare_digest(start.encode("utf-8", "replace"), token.encode())
    if not (is_plain and is_known and slash and path.startswith("/")):
        raise RefusedRequestError(HTTPStatus.NOT_FOUND)
    return rest, query


def body_size(headers: Message) -> int:
    """Give the size of what is posted.

    Raises:
        RefusedRequestError: when it is no JSON of a known and bounded size.
    """
    if headers.get("Transfer-Encoding") is not None:
        raise RefusedRequestError(HTTPStatus.LENGTH_REQUIRED)
    if _one(headers, "Content-Type") not in {"application/json", "application/json; charset=utf-8"}:
        raise RefusedRequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    size = _one(headers, "Content-Length")
    if size is None:
        raise RefusedRequestError(HTTPStatus.LENGTH_REQUIRED)
    if not (size.isascii() and size.isdigit()):
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST)
    if len(size) > len(str(MOST_BODY)) or int(size) > MOST_BODY:
        raise RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(size)


def read_fields(body: bytes, *shapes: frozenset[str]) -> dict[str, Any]:
    """Read an object of numbers and a word, which has the keys of one of the shapes.

    Raises:
        RefusedRequestError: when it is anything else.
    """
    try:
        fields = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST, "this is no JSON") from None
    if not isinstance(fields, dict) or frozenset(fields) not in shapes:
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST, "these are not the keys that are known")
    for key, value in fields.items():
        if not _fits(key, value):
            raise RefusedRequestError(
                HTTPStatus.BAD_REQUEST, f'"{key}" has no value that it can have'
            )
    return fields


def read_number(fields: Mapping[str, list[str]], key: str) -> int:
    """Give a number of a query.

    Raises:
        RefusedRequestError: when it is missing, doubled or no number.
    """
    values = fields.get(key, [])
    if len(values) != 1 or not (values[0].isascii() and values[0].isdigit()) or len(values[0]) > 12:  # noqa: PLR2004
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST, f'"{key}" is no number')
    return int(values[0])


def _fits(key: str, value: object) -> bool:
    if key == "word":
        return isinstance(value, str) and len(value) <= _LONGEST_WORD
    if isinstance(value, bool):
        return False
    if key in _NUMBERS:
        return isinstance(value, int) and 0 <= value <= _NUMBERS[key]
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _POINTS


def _one(headers: Message, name: str) -> str | None:
    """Give a header that may stand once.

    Raises:
        RefusedRequestError: when it stands more than once.
    """
    values = headers.get_all(name, [])
    if len(values) > 1:
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST)
    return str(values[0]) if values else None
