"""What rich lays out: its consoles, and its texts as a terminal takes them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from rich.text import Text


def make_console(stream: TextIO, *, colour: bool, live: bool = False) -> Console:
    """Make a rich console that writes exactly what it is given, coloured or not.

    Only the terminal's own 16 colours are used, so that the person's theme decides their shade.

    Args:
        stream: where it writes.
        colour: whether it colours.
        live: the stream is a terminal on which lines are drawn over.
    """
    return Console(
        file=stream,
        force_terminal=colour or live,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        # An empty environment: NO_COLOR and its like were weighed already.
        _environ={},
    )


def laid_out(text: Text, *, colour: bool) -> str:
    """Turn styled text into what a terminal takes.

    Not written by rich itself, which ends the process when the reader of a pipe is gone.
    """
    if not colour:
        return text.plain
    buffer = io.StringIO()
    make_console(buffer, colour=colour).print(text, soft_wrap=True, end="")
    return buffer.getvalue()
