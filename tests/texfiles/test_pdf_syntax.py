from __future__ import annotations

import pytest

from texbook.texfiles.pdf_syntax import PdfName, PdfReference, PdfSyntaxError, read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"/Name", PdfName("Name")),
        (b"/J#61va#53cript", PdfName("JavaScript")),
        (b"/#zz", PdfName("#zz")),
        (b"/", PdfName("")),
        (b"12 0 R", PdfReference(12)),
        (b"-.5", -0.5),
        (b"true", 1.0),
        (b"null", None),
        (b"(a (b) c)", b"a (b) c"),
        (rb"(java\163cript\072)", b"javascript:"),
        (b"(one\\\r\ntwo\\)\\n)", b"onetwo)\n"),
        (b"<6a 6>", b"j\x60"),
        (b"[1 0 0 R]", [1.0, PdfReference(0)]),
        (b"[/A/B(x)<78>[]]", [PdfName("A"), PdfName("B"), b"x", b"x", []]),
        (b"% a comment >>\n<</A 1/B<</C[2]>>>>", {"A": 1.0, "B": {"C": [2.0]}}),
        (b"<</S %/URI\n/Launch>>", {"S": PdfName("Launch")}),
    ],
)
def test_a_value_is_read_as_it_is_meant(text: bytes, value: object) -> None:
    assert read_value(text + b" endobj", 0) == (value, len(text))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b">>",
        b"]",
        b"<</A 1",
        b"<</A>>",
        b"<</A 1/A 2>>",
        b"<</A 1/#41 2>>",
        b"<<(A) 1>>",
        b"[1 2>>",
        b"(no end",
        b"(no (end)",
        b"<6g>",
        b"obj",
        b"truely",
        b"1x",
        b"{}",
        b"% a comment only",
        b"[" * 101 + b"]" * 101,
    ],
)
def test_what_two_readers_may_take_differently_is_an_error(text: bytes) -> None:
    with pytest.raises(PdfSyntaxError):
        read_value(text, 0)


def test_long_hostile_bytes_take_no_long_time() -> None:
    size = 1 << 20
    for text in (b" " * size, b"%\n" * size, b"%" * size, b"(" * size, b"9" * size, b"\\" * size):
        with pytest.raises(PdfSyntaxError):
            read_value(b"[" + text + b"!", 0)
