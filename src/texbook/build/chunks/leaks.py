r"""Included files that set something for those behind them.

What a segment hands to the next is carried from job to job (`model.SegmentState`), but not what
its macros mean. A file that gives one another meaning cannot be typeset apart from those that use
it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.build.chunks.model import NotChunkableError
from texbook.latex.lasting import Lasting, lasting

if TYPE_CHECKING:
    from collections.abc import Sequence


_SHEETS = re.compile(r"\\(?:ReadonlyShipoutCounter|PreviousTotalPages)(?![A-Za-z@])")
"""Where in the whole document a page is, which a part of it does not know (ltshipout-doc)."""


def refuse_leaks(segments: Sequence[tuple[str, Sequence[str]]], preamble: str) -> None:
    r"""Refuse a book in which a file sets something that another behind it may use.

    A file that sets the same itself does not. What is defined is used where it stands, or by a
    macro of the preamble; what ``\renewcommand`` changes was there before, and may be used by any
    macro.

    Args:
        segments: the names in the order of the book, and the texts that each reads.
        preamble: the texts that define the author's macros.

    Raises:
        NotChunkableError: when there is one.
    """
    for name, texts in (("", (preamble,)), *segments):
        if found := _SHEETS.search("".join(texts)):
            raise NotChunkableError(f"the document counts its sheets ({found[0]})", name)
    known = [(name, texts, _set_in(texts)) for name, texts in segments]
    for at, (name, _, settings) in enumerate(known):
        for setting in sorted(settings):
            for later, texts, others in known[at + 1 :]:
                own = {other.subject for other in others}
                if setting.subject not in own and _may_use(setting, texts, preamble):
                    raise NotChunkableError(_reason(name, setting, later), name)


def _set_in(texts: Sequence[str]) -> frozenset[Lasting]:
    return frozenset().union(*map(lasting, texts))


def _may_use(setting: Lasting, texts: Sequence[str], preamble: str) -> bool:
    if not any(text.strip() for text in texts):
        return False
    if not setting.name or setting.changes_known:
        return True
    used = re.compile(rf"(?:\\|\{{){re.escape(setting.name)}(?![A-Za-z@])")
    return any(map(used.search, (*texts, preamble)))


def _reason(name: str, setting: Lasting, later: str) -> str:
    if not setting.name:
        return f'"{name}" has \\{setting.command}, which holds for all that follows'
    return f'"{name}" sets the meaning of {setting.name}, which holds in "{later}" too'
