"""Styled text that needs no layout: findings, checks and notes.

Drawn without rich, which takes longer to be imported than a lint of an unchanged book takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Piece = tuple[str, str]
"""A text, and its style: names of `_CODES` with spaces between them, or nothing."""

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
    "bright_black": "90",
}
"""Parameters of "select graphic rendition" (ECMA-48, 8.3.117; the bright colours are aixterm's).

Only the terminal's own 16 colours are used, so that the person's theme decides their shade.
"""


def plain(pieces: Iterable[Piece]) -> str:
    """Give the text alone."""
    return "".join(text for text, _ in pieces)


def drawn(pieces: Iterable[Piece], *, colour: bool) -> str:
    r"""Give what a terminal takes.

    >>> drawn([("error", "bold red"), (": gone", "")], colour=True)
    '\x1b[1;31merror\x1b[0m: gone'
    """
    if not colour:
        return plain(pieces)
    return "".join(_coloured(text, style) for text, style in pieces)


def _coloured(text: str, style: str) -> str:
    if not style or not text:
        return text
    return f"\x1b[{';'.join(_CODES[name] for name in style.split())}m{text}\x1b[0m"
