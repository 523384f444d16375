"""Text from a place that is not trusted, on its way to a terminal."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

# Of what steers a terminal only colours and the like pass (ECMA-48, "SGR"); titles, links, moves of
# the cursor and answers to questions could make a person see, or type, what nobody wrote.
_STEERS = re.compile(r"\x1b\[([0-9;]*)m|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONCEALS = re.compile(r"(?<![0-9])0*8(?![0-9])(?<!5;8)")
_PLAIN = "\x1b[0m"
_PLAINS = (_PLAIN, "\x1b[m")


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
    _rest: list[str] = field(default_factory=list)
    _is_coloured: bool = False

    def feed(self, data: bytes) -> str:
        """Take the next bytes; give the lines that are whole."""
        whole, end, rest = self._decoder.decode(data).rpartition("\n")
        if not end:
            self._rest.append(rest)
            return ""
        text = "".join((*self._rest, whole, end))
        self._rest = [rest]
        return self._shown(text)

    def rest(self) -> str:
        """Give what stands behind the last line end; no colour goes on behind it."""
        text = self._shown("".join((*self._rest, self._decoder.decode(b"", final=True))))
        self._rest = []
        return text + _PLAIN if self._is_coloured else text

    def _shown(self, text: str) -> str:
        return _STEERS.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        if found[1] is None or _CONCEALS.search(found[1]):
            return f"\\x{ord(found[0][0]):02x}{found[0][1:]}"
        self._is_coloured = found[0] not in _PLAINS
        return found[0]
