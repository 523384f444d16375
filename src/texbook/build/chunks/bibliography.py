r"""biblatex's control file of a whole book, from that of a run over a part of it.

The citations stand in the section numbered 0, one ``bcf:citekey`` each in the order in which they
were made (biblatex.sty, ``\blx@bcfcitekeys``; biber's manual, "bcf file format").
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from texbook.build.chunks.model import Cite

_SECTION = re.compile(rb'(?ms)(<bcf:section number="0">\s*?\n)(.*?)(^\s*</bcf:section>)')
_KEY = re.compile(rb"^\s*<bcf:citekey\b.*\n", re.MULTILINE)


def control_file(template: bytes, citations: Iterable[Cite]) -> bytes:
    r"""Give the control file of a book.

    An entry that is nowhere cited but by ``\nocite`` is marked as such.

    Args:
        template: the one of any run that came to the end of the document.
        citations: what is cited in the book, in order.
    """
    cited = tuple(citations)
    printed = {key for key, is_silent in cited if not is_silent}
    keys = "".join(
        f'    <bcf:citekey order="{number}" intorder="1"{_silence(key, printed)}>'
        f"{escape(key, quote=False)}</bcf:citekey>\n"
        for number, (key, _) in enumerate(cited, start=1)
    ).encode()

    def filled(found: re.Match[bytes]) -> bytes:
        return found[1] + _KEY.sub(b"", found[2]) + keys + found[3]

    return _SECTION.sub(filled, template, count=1)


def _silence(key: str, printed: Collection[str]) -> str:
    return "" if key in printed else ' nocite="1"'
