"""What a program in a sandbox hands out: one stream of frames on its standard output.

A frame is a letter, the length of what follows in four bytes, most significant first, and that.
Whoever reads believes nothing: the program may have been taken over by the files that it read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from texbook.base.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD = 5
LARGEST = 1 << 20
"""Bytes of the largest frame."""
_MOST_NOISE = 4096


class Kind(Enum):
    """What a frame holds."""

    OUTPUT = b"o"
    """Text for standard output."""
    ERRORS = b"e"
    """Text for standard error."""
    STEP = b"s"
    """A step begins, in words."""
    PAGE = b"p"
    """Two numbers, ``12 305``: a page of so many; 0 if that is not known."""
    NOTE = b"n"
    """A note on the work."""
    FILE = b"f"
    """A file begins: its path, relative to the folder that was shown."""
    DATA = b"d"
    """More of the file."""
    SUMMARY = b"m"
    """A page in Markdown on what the command has found."""
    END = b"z"
    """All is said."""


class NonsenseError(BookError):
    """What came out of a sandbox is not what texbook says there."""

    code = "sandbox"


def frame(kind: Kind, content: bytes) -> bytes:
    """Give a frame; the content must not be longer than `LARGEST`."""
    return kind.value + len(content).to_bytes(_HEAD - 1, "big") + content


def frames(kind: Kind, content: bytes) -> bytes:
    """Give as many frames as a content of any length takes; none if it is empty."""
    pieces = (content[at : at + LARGEST] for at in range(0, len(content), LARGEST))
    return b"".join(frame(kind, piece) for piece in pieces)


@dataclass(slots=True)
class FrameReader:
    """Takes a stream apart as it comes.

    Attributes:
        on_frame: is given each frame.
        has_begun: whether there was any frame.
        has_ended: whether there was the last one.
        noise: the end of what stood before the first frame: what the sandbox says that could not
            be made.
    """

    on_frame: Callable[[Kind, bytes], None]
    has_begun: bool = False
    has_ended: bool = False
    noise: bytes = b""
    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the stream.

        Raises:
            NonsenseError: when it is none.
        """
        self._rest += chunk
        rest = self._rest
        if not self.has_begun and not _may_begin(rest):
            self.noise = (self.noise + bytes(rest))[-_MOST_NOISE:]
            rest.clear()
            return
        at = 0
        while len(rest) - at >= _HEAD:
            length = int.from_bytes(rest[at + 1 : at + _HEAD], "big")
            if length > LARGEST or self.has_ended:
                raise _nonsense()
            if len(rest) - at < _HEAD + length:
                break
            try:
                kind = Kind(bytes(rest[at : at + 1]))
            except ValueError:
                raise _nonsense() from None
            self.has_begun = True
            self.has_ended = kind is Kind.END
            self.on_frame(kind, bytes(rest[at + _HEAD : at + _HEAD + length]))
            at += _HEAD + length
        del rest[:at]


def _may_begin(data: bytes | bytearray) -> bool:
    """Say whether these may be the first bytes of a frame: a length begins with a zero byte."""
    return len(data) < 2 or data[1] == 0  # noqa: PLR2004  (a letter and a byte)


def _nonsense() -> NonsenseError:
    return NonsenseError(
        "what came out of the sandbox cannot be understood; nothing was taken from it",
        hints=("the book may have tampered with the programs that work on it",),
    )
