r"""SyncTeX: from which line of which file each piece of a page comes.

Facts (``man 5 synctex``; ``synctex_parser.c`` and ``synctex.c`` of TeX Live):

- ``Input:TAG:NAME`` names a file. TeX gives a new tag each time it opens one, and the line may
  stand anywhere, also between two sheets.
- A sheet ``{N`` ... ``}N`` holds the records of the page that was shipped as the N-th of the run.
- A record that comes from a file begins with a letter or a bracket, the tag and the line:
  ``g12,40:x,y``. The coordinates count from the page, and no record looks outside its sheet. So
  sheets may be put together as the pages are, and only tags and lines have to be written anew.
- ``!N`` counts bytes since the record of this kind before it. The parser does not need them, and
  they are left out here.
- A file without ``Postamble:`` is of a run that did not come to its end.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_INPUT = re.compile(rb"(?m)^Input:(\d+):(.*)$")
_LINK = re.compile(rb"(\n\D\d+,\d+)")
_ASIDE = re.compile(rb"\n!\d+|\nInput:[^\n]*")
_VERSION = b"SyncTeX Version:1\n"
_CONTENT = b"\nContent:"
_POSTAMBLE = b"\nPostamble:"


class SyncTexError(ValueError):
    """A SyncTeX file that cannot be read."""


@dataclass(frozen=True, slots=True)
class SyncTex:
    """Where the pieces of some pages come from.

    Attributes:
        inputs: the names of the files by their tags.
        settings: the lines on unit, magnification and offsets, each with its end.
        sheets: the records of each page; a line break stands before each record and none behind.
    """

    inputs: Mapping[int, str]
    settings: bytes
    sheets: tuple[bytes, ...]


def read_synctex(content: bytes) -> SyncTex:
    r"""Read what a run has written.

    Raises:
        SyncTexError: when it is damaged or not whole.

    >>> read = read_synctex(
    ...     b"SyncTeX Version:1\nInput:1:/book/./a.tex\nUnit:1\nContent:\n!70\n"
    ...     b"{1\n[1,9:0,0:5,5,0\ng1,8:0,0\n]\n!40\n}1\nPostamble:\nCount:5\n"
    ... )
    >>> read.inputs, read.settings, read.sheets
    ({1: '/book/./a.tex'}, b'Unit:1\n', (b'\n[1,9:0,0:5,5,0\ng1,8:0,0\n]',))
    """
    head = content.find(_CONTENT)
    if not content.startswith(b"SyncTeX") or head < 0 or content.rfind(_POSTAMBLE) < head:
        raise SyncTexError("the SyncTeX file is not whole")
    settings = _INPUT.sub(b"", content[content.index(b"\n") + 1 : head])
    return SyncTex(
        {int(tag): os.fsdecode(name) for tag, name in _INPUT.findall(content)},
        b"".join(line + b"\n" for line in settings.splitlines() if line),
        tuple(_sheets(content, head)),
    )


def _sheets(content: bytes, at: int) -> Iterator[bytes]:
    number = 1
    while (start := content.find(b"\n{%d\n" % number, at)) >= 0:
        start = content.index(b"\n", start + 1)
        stop = content.find(b"\n}%d\n" % number, start)
        if stop < 0:
            raise SyncTexError(f"sheet {number} of the SyncTeX file has no end")
        yield _ASIDE.sub(b"", content[start:stop])
        number, at = number + 1, stop


def write_synctex(synctex: SyncTex) -> bytes:
    r"""Write a SyncTeX file.

    >>> print(write_synctex(SyncTex({1: "/a.tex"}, b"Unit:1\n", (b"\ng1,8:0,0",))).decode())
    SyncTeX Version:1
    Input:1:/a.tex
    Unit:1
    Content:
    {1
    g1,8:0,0
    }1
    Postamble:
    Count:3
    Post scriptum:
    <BLANKLINE>
    """
    inputs = (b"Input:%d:%s\n" % (tag, os.fsencode(name)) for tag, name in synctex.inputs.items())
    sheets = (
        b"{%d%s\n}%d\n" % (number, sheet, number)
        for number, sheet in enumerate(synctex.sheets, start=1)
    )
    records = sum(sheet.count(b"\n") + 2 for sheet in synctex.sheets)
    head = (_VERSION, *inputs, synctex.settings, _CONTENT[1:], b"\n")
    return b"".join((*head, *sheets, b"Postamble:\nCount:%d\nPost scriptum:\n" % records))


def read_synctex_file(path: Path) -> SyncTex:
    """Read a ``.synctex``, or a ``.synctex.gz``.

    Raises:
        SyncTexError: when it is damaged, or not there.
    """
    try:
        content = path.read_bytes()
        return read_synctex(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (OSError, EOFError, zlib.error) as error:
        raise SyncTexError(str(error)) from None


class Link(NamedTuple):
    """A tag and a line, as records have them."""

    tag: int
    line: int


def parse_link(raw: bytes) -> Link:
    r"""Read the beginning of a record, as `split_links` gives it.

    >>> parse_link(b"\ng12,40")
    Link(tag=12, line=40)
    """
    tag, line = raw[2:].split(b",")
    return Link(int(tag), int(line))


def format_link(raw: bytes, link: Link) -> bytes:
    r"""Give the beginning of a record another link.

    >>> format_link(b"\ng12,40", Link(3, 7))
    b'\ng3,7'
    """
    return b"%s%d,%d" % (raw[:2], link.tag, link.line)


def split_links(sheet: bytes) -> list[bytes]:
    r"""Take a sheet apart: the beginning of each record up to its line stands at an odd place.

    >>> split_links(b"\n[1,9:0,0:5,5,0\n]")
    [b'', b'\n[1,9', b':0,0:5,5,0\n]']
    """
    return _LINK.split(sheet)


def relink(sheet: bytes, links: Mapping[bytes, bytes]) -> bytes:
    """Write the links of a sheet anew.

    Args:
        sheet: the records of a page.
        links: what stands in the place of the beginning of each record, up to its line.
    """
    parts = split_links(sheet)
    # A book has hundreds of thousands of records: not one step in Python for each.
    parts[1::2] = map(links.__getitem__, parts[1::2])
    return b"".join(parts)
