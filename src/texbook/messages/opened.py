"""What is open at a place in a text, because TeX reports where it gave up, not where it began."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.nesting import MATHS_ENVIRONMENTS
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from texbook.latex.tokens import Token
    from texbook.messages.scene import RunText

_CLOSING = {"\\)": "\\(", "\\]": "\\["}
_SHORT_ARGUMENT = 12
"""Characters of a runaway argument that are enough to know it by."""


def open_at(text: RunText, offset: int) -> list[Token]:
    """Give what has been opened before an offset and not closed, outermost first.

    A paragraph's end closes formulas, as TeX does after its error. What closes something that is
    not innermost closes all inside it.
    """
    stack: list[Token] = []
    for token in text.tokenized.tokens:
        if token.start >= offset:
            break
        if token.kind in (Kind.OPEN, Kind.BEGIN):
            stack.append(token)
        elif token.kind is Kind.CLOSE:
            _close(stack, Kind.OPEN, None)
        elif token.kind is Kind.END:
            _close(stack, Kind.BEGIN, token.name)
        elif token.kind is Kind.MATHS:
            _shift(stack, token)
        elif token.kind is Kind.PARAGRAPH:
            while stack and stack[-1].kind is Kind.MATHS:
                stack.pop()
    return stack


def open_maths(text: RunText, offset: int) -> Token | None:
    """Give the maths shift or environment whose formula goes on at an offset, if one does."""
    for token in reversed(open_at(text, offset)):
        if token.kind is Kind.MATHS:
            return token
        if token.kind is Kind.BEGIN and token.name in MATHS_ENVIRONMENTS:
            return token
    return None


def open_environment(text: RunText, offset: int) -> Token | None:
    """Give the innermost environment that is open at an offset."""
    found = (token for token in reversed(open_at(text, offset)) if token.kind is Kind.BEGIN)
    return next(found, None)


def environment_end(text: RunText, opened: Token) -> Token | None:
    r"""Give the ``\end`` that closes an environment; None if there is none."""
    depth = 0
    for token in text.tokenized.tokens:
        if token.start <= opened.start or token.name != opened.name:
            continue
        if token.kind is Kind.BEGIN:
            depth += 1
        elif token.kind is Kind.END:
            if not depth:
                return token
            depth -= 1
    return None


def opening_of(text: RunText, runaway: str, stop: int | None) -> int | None:
    r"""Find the brace or bracket of an argument that TeX could not find the end of.

    Args:
        text: the text in which it begins.
        runaway: what TeX shows of it, ``{abc \par`` for one in braces.
        stop: the offset where TeX gave up; None for the end of the text.

    Returns:
        The offset of the opening sign, or None.
    """
    limit = len(text.shown) if stop is None else stop
    wanted = _squeezed(runaway.removeprefix("{"))[:_SHORT_ARGUMENT]
    candidates = [token.start for token in open_at(text, limit) if token.kind is Kind.OPEN] + [
        offset for offset in text.tokenized.open_braces if offset < limit
    ]
    for offset in sorted(set(candidates), reverse=True):
        if _squeezed(text.shown[offset + 1 : offset + 200]).startswith(wanted):
            return offset
    for sign in "{[":
        at = text.shown.rfind(sign, 0, limit)
        while wanted and at >= 0:
            if _squeezed(text.shown[at + 1 : at + 200]).startswith(wanted):
                return at
            at = text.shown.rfind(sign, 0, at)
    if candidates:
        return max(candidates)
    line = text.find_back(r"\\[A-Za-z@]+\s*(?P<it>\[)[^\]\n]*\n", limit)
    return line.start("it") if line else None


def command_before(text: RunText, brace: int) -> tuple[int, str] | None:
    r"""Give the command whose argument an opening sign begins: its offset and ``\name``.

    Other arguments may stand between: ``\href{a}{``.
    """
    found = None
    line_start = text.shown.rfind("\n", 0, brace) + 1
    pattern = (
        r"\\(?:begin\s*\{[^{}]*\}|(?:[^\W\d_]|@)+\*?)\s*(?:\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\))*$"
    )
    for start in range(brace - 1, max(line_start - 1, brace - 200), -1):
        if text.shown[start] == "\\" and re.match(pattern, text.shown[start:brace]):
            found = start
            break
    if found is None:
        return None
    name = re.match(r"\\begin\s*\{[^{}]*\}|\\(?:[^\W\d_]|@)+", text.shown[found:brace])
    return (found, name[0]) if name else None


def _squeezed(text: str) -> str:
    """Leave out blanks, and double ``#`` as TeX shows it."""
    return re.sub(r"\s+|\\par(?![A-Za-z])|\^\^M", "", text).replace("##", "#")


def _close(stack: list[Token], kind: Kind, name: str | None) -> None:
    for index in range(len(stack) - 1, -1, -1):
        if stack[index].kind is kind and name in (None, stack[index].name):
            del stack[index:]
            return


def _shift(stack: list[Token], token: Token) -> None:
    opener = _CLOSING.get(token.name, token.name)
    top = stack[-1] if stack else None
    if top is not None and top.kind is Kind.MATHS and top.name == opener:
        stack.pop()
    elif token.name not in _CLOSING:
        stack.append(token)
