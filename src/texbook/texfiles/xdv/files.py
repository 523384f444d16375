r"""The files that the converter to PDF takes into the pages of XeTeX.

XeTeX's recorder tells of no OpenType font, and of no file that a ``\special`` names.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.texfiles.xdv.ends import defined_fonts, read_postamble
from texbook.texfiles.xdv.model import XdvError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Strings in a special may stand in parentheses or name a file that xdvipdfmx opens (spc_pdfm.c).
_STREAM = re.compile(rb"pdf: ?(?:fstream|image|epdf|bimage)\b[^()]{0,200}\(([^()]{1,255})\)")


def files_in_pages(path: Path) -> tuple[str, ...]:
    """List the font files and the files of specials in an XDV file, each once, as they are named.

    The pages are not parsed for this, which takes 30 times as long: fonts stand in the postamble,
    and a special is found by its first word.

    Raises:
        StorageError: when it cannot be read.
    """
    with storage_errors("read", path):
        content = path.read_bytes()
    streams = (os.fsdecode(found[1]) for found in _STREAM.finditer(content))
    return tuple(dict.fromkeys([*_native_fonts(content), *streams]))


def _native_fonts(content: bytes) -> Iterator[str]:
    """Go through the fonts of the postamble; what is damaged ends the list."""
    with suppress(XdvError):
        for _, font in defined_fonts(content, read_postamble(content)):
            if font.native:
                yield font.name
