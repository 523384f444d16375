r"""Read the pages that XeTeX made: which files the converter to PDF takes into them.

XeTeX's recorder tells of no OpenType font, and of no file that a ``\special`` names. The fonts
stand in the postamble, as in every DVI file (tex.web sections 588 to 591); the form of XeTeX's own
is that of ``make_font_def`` in ``XeTeX_ext.c`` and of ``dvi.c`` in dvipdfmx.
"""

from __future__ import annotations

import os
import re
import struct
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FONT_DEFINITIONS = range(243, 247)
_NATIVE_FONT = 252
_POSTAMBLE = 248
_POSTAMBLE_BYTES = 29
_PADDING = b"\xdf"
# After the name and the index of the face: colour, and how the letters are stretched or thickened.
_FLAGGED_WORDS = (0x0200, 0x1000, 0x2000, 0x4000)
# Strings in a special may stand in parentheses or name a file that xdvipdfmx opens (spc_pdfm.c).
_STREAM = re.compile(rb"pdf: ?(?:fstream|image|epdf|bimage)\b[^()]{0,200}\(([^()]{1,255})\)")


def files_in_pages(path: Path) -> tuple[str, ...]:
    """List the font files and the files of specials in an XDV file, each once, as they are named.

    Raises:
        StorageError: when it cannot be read.
    """
    with storage_errors("read", path):
        content = path.read_bytes()
    streams = (os.fsdecode(found[1]) for found in _STREAM.finditer(content))
    return tuple(dict.fromkeys([*_fonts(content), *streams]))


def _fonts(content: bytes) -> Iterator[str]:
    """Go through the font definitions of the postamble; an unknown form ends the list."""
    end = content.rstrip(_PADDING)
    if len(end) < _POSTAMBLE_BYTES:
        return
    (start,) = struct.unpack(">I", end[-5:-1])
    if content[start : start + 1] != bytes([_POSTAMBLE]):
        return
    at = start + _POSTAMBLE_BYTES
    while at < len(end):
        command = content[at]
        if command in _FONT_DEFINITIONS:
            lengths = at + 1 + (command - 242) + 12
            at = lengths + 2 + content[lengths] + content[lengths + 1]
        elif command == _NATIVE_FONT:
            flags, length = struct.unpack(">HB", content[at + 9 : at + 12])
            at += 12
            yield os.fsdecode(content[at : at + length])
            at += length + 4 + 4 * sum(bool(flags & flag) for flag in _FLAGGED_WORDS)
        else:
            return
