"""What a page shows and where, whatever way that was written.

Two runs of XeTeX spell one page differently: fonts have other numbers, a movement is repeated from
a register or written out, a push and its pop stand around nothing. The marks of a page are the same
if xdvipdfmx makes the same page of it.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, XdvError
from texbook.texfiles.xdv.opcodes import (
    AXIS,
    GLYPHS,
    HORIZONTAL,
    NOP,
    OPERANDS,
    POP,
    PUSH,
    PUT1,
    PUT_RULE,
    REGISTER,
    SET_CHARACTERS,
    SET_RULE,
    TEXT_AND_GLYPHS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SUM = 1 << 64
_NO_LINK = 1 << 16  # deeper than any page
_LINK_BEGINS = re.compile(rb"pdf: ?(?:beginann|bann|ban)\b")
_LINK_ENDS = re.compile(rb"pdf: ?(?:endann|eann|ean)\b")


class MarkKind(StrEnum):
    """What a mark is."""

    CHARACTER = "character"
    RULE = "rule"
    GLYPHS = "glyphs"
    TEXT_AND_GLYPHS = "text and glyphs"
    SPECIAL = "special"
    LINK_BREAK = "end of a line of a link"


class Mark(NamedTuple):
    """One thing on a page, at an absolute position. A tuple, since a book has 200 000.

    Attributes:
        h: DVI units to the right of the page's origin, without ``widths``.
        v: DVI units below it.
        kind: what it is.
        content: the code of a character; height and width of a rule; positions and numbers of
            glyphs, before them the length of the text and the text; the text of a special.
        font: of what font it is.
        widths: which characters moved the position to the right by widths that stand in no XDV but
            in their metrics: the sum of a digest for each of them, 0 for none. So two positions
            are equal if and only if they are so with any metrics.
    """

    h: int
    v: int
    kind: MarkKind
    content: bytes
    font: FontDefinition | None = None
    widths: int = 0


def canonical(page: Page, leave_out: Callable[[bytes], bool] | None = None) -> tuple[Mark, ...]:
    """Give the marks of a page, in the order in which they are made.

    Args:
        page: the page.
        leave_out: says of the text of a special whether it is left out.

    Raises:
        XdvError: when a character or a glyph stands where no font is chosen.
    """
    walk = _Walk()
    for part in page.parts:
        if not (leave_out and isinstance(part, Special) and leave_out(part.text)):
            walk.part(part)
    return tuple(walk.marks)


def part_marks(page: Page) -> tuple[tuple[Mark, ...], ...]:
    """Give the marks of a page by its parts.

    Raises:
        XdvError: when a character or a glyph stands where no font is chosen.
    """
    walk = _Walk()
    ends = [0]
    for part in page.parts:
        walk.part(part)
        ends.append(len(walk.marks))
    return tuple(tuple(walk.marks[start:end]) for start, end in pairwise(ends))


@lru_cache(maxsize=4096)
def _width(font: FontDefinition, code: bytes) -> int:
    """Stand for the width of a character, which is in its metrics."""
    digest = hashlib.blake2b(font.body + code, digest_size=8, key=bytes([font.native]))
    return int.from_bytes(digest.digest())


class _Walk:
    """The registers of a DVI reader (tex.web section 584) on their way through a page."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._font: FontDefinition | None = None
        self._h = self._v = self._widths = 0
        self._registers = [0] * 5
        self._stack: list[tuple[int, int, int, list[int]]] = []
        self._link_depth = _NO_LINK
        self._link_shows = False

    def part(self, part: Part) -> None:
        """Carry out a part of a page."""
        if isinstance(part, bytes):
            self._stretch(part)
        elif isinstance(part, FontDefinition):
            self._font = part
        else:
            self._special(part)

    def _stretch(self, commands: bytes) -> None:  # noqa: C901  (a branch for each kind)
        """Carry out commands that mean the same in each file."""
        at, length = 0, len(commands)
        registers = self._registers
        while at < length:
            command = commands[at]
            axis = AXIS[command]
            if axis:
                register, size = REGISTER[command], OPERANDS[command]
                at += 1 + size
                if size:
                    registers[register] = int.from_bytes(commands[at - size : at], signed=True)
                if axis == HORIZONTAL:
                    self._h += registers[register]
                else:
                    self._v += registers[register]
            elif command == PUSH:
                self._stack.append((self._h, self._v, self._widths, registers[:]))
                at += 1
            elif command == POP:
                self._pop()
                registers = self._registers
                at += 1
            elif command == GLYPHS:
                at = self._glyphs(commands, at)
            elif command == TEXT_AND_GLYPHS:
                at = self._text_and_glyphs(commands, at)
            elif command in (SET_RULE, PUT_RULE):
                self._rule(commands[at + 1 : at + 9], moves=command == SET_RULE)
                at += 9
            elif command == NOP:
                at += 1
            else:
                at = self._character(commands, at)

    def _special(self, part: Special) -> None:
        """Take a special, which may begin or end a link."""
        text = part.text
        self.marks.append(Mark(self._h, self._v, MarkKind.SPECIAL, text, None, self._widths))
        if _LINK_BEGINS.match(text):
            self._link_depth, self._link_shows = len(self._stack), False
        elif _LINK_ENDS.match(text):
            self._link_depth = _NO_LINK

    def _pop(self) -> None:
        r"""Go back to the last push.

        Where pop leaves the depth at which a link began, and something was shown at that depth or
        a greater one, xdvipdfmx ends a line of the link; the depth is good for nothing else
        (``dvi_mark_depth`` and ``dvi_is_tracking_boxes`` in dvi.c).
        """
        if len(self._stack) == self._link_depth and self._link_shows:
            self.marks.append(Mark(0, 0, MarkKind.LINK_BREAK, b""))
            self._link_shows = False
        self._h, self._v, self._widths, self._registers = self._stack.pop()

    def _mark(self, kind: MarkKind, content: bytes) -> FontDefinition:
        if self._font is None:
            raise XdvError(f"a damaged XDV file: {kind} where no font is chosen")
        self.marks.append(Mark(self._h, self._v, kind, content, self._font, self._widths))
        if len(self._stack) >= self._link_depth:
            self._link_shows = True
        return self._font

    def _glyphs(self, commands: bytes, at: int) -> int:
        """Take a glyph run; its width only moves the position."""
        end = at + 7 + 10 * int.from_bytes(commands[at + 5 : at + 7])
        if end > at + 7:
            self._mark(MarkKind.GLYPHS, commands[at + 7 : end])
        self._h += int.from_bytes(commands[at + 1 : at + 5], signed=True)
        return end

    def _text_and_glyphs(self, commands: bytes, at: int) -> int:
        width = at + 3 + 2 * int.from_bytes(commands[at + 1 : at + 3])
        end = width + 6 + 10 * int.from_bytes(commands[width + 4 : width + 6])
        content = commands[at + 1 : width] + commands[width + 6 : end]
        self._mark(MarkKind.TEXT_AND_GLYPHS, content)
        self._h += int.from_bytes(commands[width : width + 4], signed=True)
        return end

    def _rule(self, size: bytes, *, moves: bool) -> None:
        """Take a rule; one without height or width is not seen (tex.web section 585)."""
        height = int.from_bytes(size[:4], signed=True)
        width = int.from_bytes(size[4:], signed=True)
        if height > 0 and width > 0:
            self.marks.append(Mark(self._h, self._v, MarkKind.RULE, size, None, self._widths))
        if moves:
            self._h += width

    def _character(self, commands: bytes, at: int) -> int:
        command = commands[at]
        end = at + 1 + OPERANDS[command]
        short = command < SET_CHARACTERS
        code = commands[at:end] if short else commands[at + 1 : end].lstrip(b"\0") or b"\0"
        font = self._mark(MarkKind.CHARACTER, code)
        if command < PUT1:
            self._widths = (self._widths + _width(font, code)) % _SUM
        return end
