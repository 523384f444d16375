"""Text from a place that is not trusted, on its way to a terminal."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

# Of what steers a terminal only colours and the like pass (ECMA-48, "SGR"); titles, links, moves of
# the cursor and answers to questions could make a person see, or type, what nobody wrote.
_STEERS = re.compile(r"\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class TextGuard:
    r"""Lets lines of text pass, and shows what would steer a terminal.

    >>> guard = TextGuard()
    >>> guard.feed(b"one \x1b[31mred\x1b[0m\n\x1b]0;title")
    'one \x1b[31mred\x1b[0m\n'
    >>> guard.rest()
    '\\x1b]0;title'
    """

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    _rest: str = ""

    def feed(self, data: bytes) -> str:
        """Take the next bytes; give the lines that are whole."""
        whole, end, self._rest = (self._rest + self._decoder.decode(data)).rpartition("\n")
        return _shown(whole + end)

    def rest(self) -> str:
        """Give what stands behind the last line end."""
        rest, self._rest = self._rest + self._decoder.decode(b"", final=True), ""
        return _shown(rest)


def _shown(text: str) -> str:
    return _STEERS.sub(lambda found: found[0] if found[0].endswith("m") else _visible(found), text)


def _visible(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
