from __future__ import annotations

from email.message import Message
from http import HTTPStatus

import pytest

from texbook.preview.request import (
    RefusedRequestError,
    body_size,
    check_origin,
    read_fields,
    read_number,
    route,
)

PLACE = frozenset({"page", "x", "y", "word"})
FINDING = frozenset({"finding", "version"})


def headers(**fields: str | list[str]) -> Message:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message.add_header(name.replace("_", "-"), value)
    return message


@pytest.mark.parametrize(
    "fields",
    [
        {"Host": "127.0.0.1:8765"},
        {"Host": "localhost:8765", "Origin": "http://localhost:8765"},
        {"Host": "127.0.0.1:8765", "Sec_Fetch_Site": "same-origin"},
        {"Host": "127.0.0.1:8765", "Sec_Fetch_Site": "none"},
    ],
)
def test_a_page_of_this_server_may_ask(fields: dict[str, str]) -> None:
    check_origin(headers(**fields), 8765)


@pytest.mark.parametrize("target", ["/key/", "/key/page/a/100.png", "/key/search.json?q=%2e%2e/"])
def test_what_stands_behind_the_token_is_the_route(target: str) -> None:
    path, _, query = target.partition("?")
    assert route(target, "key") == (path.removeprefix("/key/"), query)


@pytest.mark.parametrize(
    "target", ["", "/", "/key", "key/", "/ke/", "/keys/", "/KEY/", "//key/", "/key/%61", "/k\xe9y/"]
)
def test_any_other_path_is_none(target: str) -> None:
    with pytest.raises(RefusedRequestError) as caught:
        route(target, "key")
    assert caught.value.status is HTTPStatus.NOT_FOUND


def test_the_size_of_what_is_posted_is_told() -> None:
    assert body_size(headers(Content_Type="application/json", Content_Length="12")) == 12


@pytest.mark.parametrize(
    "body",
    [
        b'{"page":1,"x":2.5,"y":0,"word":"\\u00e9"}',
        b'{"word":"","y":-1,"x":1e5,"page":100000}',
        b'{"finding":0,"version":17}',
    ],
)
def test_an_object_of_a_known_shape_is_read(body: bytes) -> None:
    assert read_fields(body, PLACE, FINDING)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"null", b"[]", b"1", b"\xff", b"\xef\xbb\xbf{}", b"{}", b"[" * 9_000),
        b'{"finding":0}',
        b'{"finding":0,"version":1,"page":1}',
        b'{"finding":true,"version":1}',
        b'{"finding":"0","version":1}',
        b'{"finding":-1,"version":1}',
        b'{"finding":1.0,"version":1}',
        b'{"finding":' + b"9" * 5_000 + b',"version":1}',
        b'{"finding":null,"version":1}',
        b'{"page":1,"x":NaN,"y":1,"word":""}',
        b'{"page":1,"x":1e999,"y":1,"word":""}',
        b'{"page":1,"x":1e7,"y":1,"word":""}',
        b'{"page":1,"x":[],"y":1,"word":""}',
        b'{"page":1,"x":1,"y":1,"word":1}',
        b'{"page":1,"x":1,"y":1,"word":"' + b"a" * 201 + b'"}',
        b'{"page":0.5,"x":1,"y":1,"word":""}',
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedRequestError) as caught:
        read_fields(body, PLACE, FINDING)
    assert caught.value.status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("values", [[], ["1", "2"], [""], ["-1"], ["1.0"], ["\u0661"], ["1" * 13]])
def test_what_is_no_number_is_refused(values: list[str]) -> None:
    with pytest.raises(RefusedRequestError):
        read_number({"n": values}, "n")


def test_a_number_is_read() -> None:
    assert read_number({"n": ["12"]}, "n") == 12
