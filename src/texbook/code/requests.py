"""What minted asks for, as values, and what may stand in the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ObstacleKind(StrEnum):
    """Why a command of minted's cannot be carried out without a shell."""

    COMMAND = "command"
    """Not one of the forms that are known to give the same bytes as the shell."""
    OUTSIDE = "outside"
    """It would read or write where texbook does not."""
    LEXER = "unknown lexer"
    STYLE = "unknown style"
    FILE = "missing file"
    OPTION = "option"
    """Pygments itself fails on an option or on the text."""


class ListingError(Exception):
    """A listing that texbook does not highlight; ``kind`` tells whose fault it is.

    Args:
        kind: what stands in the way.
        message: what is wrong, lower case, no full stop.
        subject: the language, style or file that it is about.
        hints: how to go on.
    """

    def __init__(
        self, kind: ObstacleKind, message: str, *, subject: str = "", hints: tuple[str, ...] = ()
    ):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.subject = subject
        self.hints = hints


@dataclass(frozen=True, slots=True)
class FilterRequest:
    """A filter with its options, as ``pygmentize -F name:key=value,...`` takes it."""

    name: str
    options: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class HighlightRequest:
    """One listing: ``pygmentize -l LEXER -f latex -P ... -F ... -o OUTPUT SOURCE``."""

    lexer: str
    source: str
    output: str
    options: tuple[tuple[str, str | bool], ...] = ()
    filters: tuple[FilterRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class StyleRequest:
    """The macros of a style: ``pygmentize -S STYLE -f latex -P ... > OUTPUT``."""

    style: str
    output: str
    options: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class DedentRequest:
    """minted's ``autogobble``: lines before, in and after ``first``..``last`` lose their indent.

    Attributes:
        first: first line of the listing, from 1; 0 for the beginning.
        last: last line, inclusive; 0 for the end.
    """

    source: str
    output: str
    encoding: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """``which PROGRAM && touch MARKER``: is the program there?"""

    program: str
    marker: str


@dataclass(frozen=True, slots=True)
class FolderRequest:
    """``mkdir -p FOLDER``."""

    folder: str


@dataclass(frozen=True, slots=True)
class RemoveRequest:
    """``rm FILE``, for a file that minted made."""

    file: str


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """``mv -f SOURCE TARGET``, between files of minted's cache (option ``finalizecache``)."""

    source: str
    target: str


Request = (
    HighlightRequest
    | StyleRequest
    | DedentRequest
    | ProbeRequest
    | FolderRequest
    | RemoveRequest
    | MoveRequest
)
