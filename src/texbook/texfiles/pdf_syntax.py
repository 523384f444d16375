"""Reads the objects of a PDF's syntax (ISO 32000-1, section 7.3) without forgiving anything.

A viewer forgives what is against the syntax, each in its own way, and so does pypdf. Whoever judges
what a stranger's file may do cannot read it as one of them: what is not understood for certain is
an error here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MOST_NESTED = 100
_TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*"
    rb"(?:(?P<bracket><<|>>|\[|\])"
    rb"|/(?P<name>[^\0\t\n\f\r ()<>\[\]{}/%]*)"
    rb"|\((?P<string>[^()\\]*(?:\\.[^()\\]*)*)\)"
    rb"|(?P<parenthesis>\()"
    rb"|<(?P<hexadecimal>[0-9A-Fa-f\0\t\n\f\r ]*)>"
    rb"|(?P<number>[0-9]{1,10})[\0\t\n\f\r ]{1,64}[0-9]{1,5}[\0\t\n\f\r ]{1,64}R"
    rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
    rb"|(?P<plain>true|false|null|[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    rb"(?![^\0\t\n\f\r ()<>\[\]{}/%]))",
    re.DOTALL,
)
_PARENTHESIS = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPED_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPED_IN_STRING = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_LETTERS = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}


class PdfSyntaxError(Exception):
    """Bytes of a PDF that are no value, or that two readers may take differently."""


@dataclass(frozen=True, slots=True)
class PdfName:
    """A name as it is meant: ``/J#61vaScript`` is ``JavaScript``."""

    text: str


@dataclass(frozen=True, slots=True)
class PdfReference:
    """A reference to an indirect object, by its number."""

    number: int


PdfValue = PdfName | PdfReference | bytes | dict[str, "PdfValue"] | list["PdfValue"] | float | None
"""A value; a string as its bytes, a truth value as a number, the keys without their slash."""


@dataclass(slots=True)
class _Open:
    """An array or a dictionary whose end is not read yet."""

    closing: bytes
    items: list[PdfValue] = field(default_factory=list)

    def closed(self, bracket: bytes) -> PdfValue:
        if bracket != self.closing:
            raise PdfSyntaxError("brackets that do not fit")
        if bracket == b"]":
            return self.items
        keys, values = self.items[::2], self.items[1::2]
        pairs = zip(keys, values, strict=False)
        entries = {key.text: value for key, value in pairs if isinstance(key, PdfName)}
        # ISO 32000-1, 7.3.7: no two entries have the same key. Of two, each viewer takes another.
        if len(entries) != len(values) or len(keys) != len(values):
            raise PdfSyntaxError("a dictionary with a key twice, or without its value")
        return entries


def read_value(data: bytes, start: int) -> tuple[PdfValue, int]:
    """Read the value that begins at a place; give it and the place behind it.

    >>> read_value(b"<</S/J#61vaScript/JS 7 0 R>> endobj", 0)
    ({'S': PdfName(text='JavaScript'), 'JS': PdfReference(number=7)}, 28)

    Raises:
        PdfSyntaxError: when there is none, when it is against the syntax or nested too deeply.
    """
    around: list[_Open] = []
    while True:
        token = _TOKEN.match(data, start)
        if token is None:
            raise PdfSyntaxError("no value")
        start = token.end()
        bracket = token["bracket"]
        if bracket in (b"<<", b"["):
            if len(around) == _MOST_NESTED:
                raise PdfSyntaxError(f"more than {_MOST_NESTED} values in one another")
            around.append(_Open(b">>" if bracket == b"<<" else b"]"))
            continue
        if bracket is not None:
            if not around:
                raise PdfSyntaxError("brackets that do not fit")
            value = around.pop().closed(bracket)
        elif token["parenthesis"] is not None:
            value, start = _nested_string(data, start)
        else:
            value = _single(token)
        if not around:
            return value, start
        around[-1].items.append(value)


def _single(token: re.Match[bytes]) -> PdfValue:
    """Give the value of a token that is one by itself."""
    kind = token.lastgroup
    assert kind is not None
    text = token[kind]
    if kind == "name":
        if b"#" in text:
            text = _ESCAPED_IN_NAME.sub(lambda found: bytes.fromhex(found[1].decode()), text)
        return PdfName(text.decode("latin-1"))
    if kind == "number":
        return PdfReference(int(text))
    if kind == "string":
        return _unescaped(text)
    if kind == "hexadecimal":
        digits = text.translate(None, b"\0\t\n\f\r ").decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _number(text)


def _number(text: bytes) -> float | None:
    if text in (b"true", b"false", b"null"):
        return None if text == b"null" else float(text == b"true")
    return float(text)


def _nested_string(data: bytes, start: int) -> tuple[bytes, int]:
    """Read a string with parentheses in it, from behind its first one on."""
    depth = 1
    for found in _PARENTHESIS.finditer(data, start):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return _unescaped(data[start : found.start()]), found.end()
    raise PdfSyntaxError("a string without an end")


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED_IN_STRING.sub(_meant, text) if b"\\" in text else text


def _meant(escape: re.Match[bytes]) -> bytes:
    text = escape[1]
    if text[:1].isdigit() and text[:1] < b"8":
        return bytes([int(text, 8) & 0xFF])
    return _LETTERS.get(text, text)
