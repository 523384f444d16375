"""Listings that were not highlighted, and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.code.requests import ObstacleKind

if TYPE_CHECKING:
    from texbook.base.span import Span
    from texbook.messages.search import SourceSearch

POLICY = frozenset({ObstacleKind.COMMAND, ObstacleKind.OUTSIDE})
"""What only a shell could do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    r"""A listing that was not highlighted here.

    Attributes:
        kind: why.
        message: what is wrong, lower case, no full stop.
        subject: the language, style or file that it is about; may be empty.
        hints: how to go on: close names, or the flag that allows the shell.
        command: the command as minted gave it.
        file: the file that TeX was reading, as TeX names it; empty if unknown.
        line: the line in it (of ``\end{minted}``), from 1; 0 if unknown.
    """

    kind: ObstacleKind
    message: str
    subject: str
    hints: tuple[str, ...]
    command: str
    file: str
    line: int

    @property
    def is_policy(self) -> bool:
        """Whether the shell could do it (exit 7); else the book itself is at fault (exit 1)."""
        return self.kind in POLICY


def listing_span(item: Refusal, search: SourceSearch) -> Span | None:
    r"""Give the place of what is wrong with a listing: its language, its file or its beginning.

    The line that is known is that of ``\end{minted}``.
    """
    line = item.line or None
    if item.subject:
        subject = re.compile(rf"(?<=[{{\"=]){re.escape(item.subject)}(?=[}}\",\s])")
        found = search.near(subject, item.file, line)
    else:
        found = search.near(
            re.compile(r"\\begin\{minted\}|\\mint\w*|\\inputminted"), item.file, line
        )
    return found or search.locator.span(item.file, line)
