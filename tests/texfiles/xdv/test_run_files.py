from __future__ import annotations

import hashlib
import zlib
from struct import pack

import pytest

from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError
from texbook.texfiles.xdv.open_pages import PageRun, open_runs
from texbook.texfiles.xdv.run_files import decode_run, encode_run

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
METRICS = FontDefinition(False, pack(">IIIBB", 7, 327680, 655360, 0, 5) + b"cmr10")
GLYPH = pack(">BiHiiH", 253, 500, 1, 0, 0, 21)


def made() -> PageRun:
    texts = [
        *("pdf:bxobj @pgfshade1 width 9pt", "pdf:code 1 0 0 rg", "pdf:exobj"),
        *("pdf:uxobj @pgfshade1", "pdf:dest (page.-5) [@thispage /Fit]", "pdf:dest (page.x)"),
    ]
    specials = [Special(text.encode()) for text in texts]
    moved: list[Part] = [*specials[:1], b"\x9d\x05", *specials[1:]]
    folios = (FONT, Special(b"texbook:folio -5"), GLYPH, Special(b"texbook:folio-end"))
    lost = (METRICS, Special(b"texbook:folio v"), b"v", Special(b"texbook:folio-end"))
    pages = (Page((-5, *range(9)), (*moved, *folios, *lost), 3), Page((7,) + (0,) * 9, (), 0))
    job = Xdv(7, (25400000, 473628672, 1000), b" made", pages, 5, 6, 1)
    return open_runs(job, [(0, 2)], leads=True)[0]


RUN = made()


def packed(content: bytes) -> bytes:
    written = encode_run(RUN)[:16]
    return written + hashlib.blake2b(content, digest_size=16).digest() + content


def test_pages_are_read_as_they_were_written() -> None:
    assert RUN.objects
    assert RUN.pages[0].names
    assert decode_run(encode_run(RUN)) == RUN
    assert encode_run(decode_run(encode_run(RUN))) == encode_run(RUN)


def test_the_greatest_lengths_are_kept() -> None:
    frame = Xdv(7, (0xFFFFFFFF,) * 3, b"", (), 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF)
    run = PageRun((), (), (), frame)
    assert decode_run(encode_run(run)) == run


def test_a_segment_without_pages_is_kept() -> None:
    empty = open_runs(Xdv(7, (1, 1, 1), b"", (), 0, 0, 0), [(0, 0)], leads=False)[0]
    assert decode_run(encode_run(empty)) == empty


def test_whatever_byte_is_damaged_it_is_an_error() -> None:
    written = encode_run(RUN)
    for place in range(len(written)):
        damaged = bytearray(written)
        damaged[place] ^= 0x20
        with pytest.raises(XdvError):
            decode_run(bytes(damaged))


def test_content_that_is_cut_is_an_error_even_if_its_digest_holds() -> None:
    content = zlib.decompress(encode_run(RUN)[32:])
    for end in range(len(content)):
        with pytest.raises(XdvError):
            decode_run(packed(zlib.compress(content[:end])))
    with pytest.raises(XdvError):
        decode_run(packed(b"not packed"))


@pytest.mark.parametrize("content", [b"", b"texbook pages 2\n" + bytes(40), b"texbook pages 1\n"])
def test_what_is_no_segment_or_one_of_another_version_is_an_error(content: bytes) -> None:
    with pytest.raises(XdvError):
        decode_run(content)
