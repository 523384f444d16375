"""Findings for information, a line each: what is good to know must not bury what is wrong.

They look like this::

    information[overfull] main.tex:6:53: a line is 33.4pt (11.7 mm) too wide
"""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from texbook.report.excerpt import glyphs_for, shown
from texbook.report.styled import drawn
from texbook.report.terminal import SEVERITY_STYLES, is_terminal, terminal_width, uses_colour

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.span import Span

MOST_OF_A_KIND = 5
"""Findings with one code that are shown; the others are counted."""

_INDENT = "  "


def render_brief(
    diagnostics: Sequence[Diagnostic],
    *,
    stream: TextIO,
    folder: Path,
    more: str,
    colour: bool | None = None,
    width: int | None = None,
) -> None:
    """Write findings to a stream, those of one code together, an empty line after all.

    Args:
        diagnostics: the findings.
        stream: where to write; its encoding decides which signs are used.
        folder: paths below it are written relative to it.
        more: what shows all of them, to be named where some are left out.
        colour: whether to colour; None asks the environment and the stream.
        width: cells of a line; None asks the terminal. Without a terminal lines stay whole.
    """
    is_coloured = uses_colour(stream) if colour is None else colour
    if width is None and is_terminal(stream):
        width = terminal_width(stream)
    glyphs = glyphs_for(stream.encoding)
    counts = Counter(item.code for item in diagnostics)
    for code, count in counts.items():
        same = [item for item in diagnostics if item.code == code]
        for item in same[:MOST_OF_A_KIND]:
            head = f"{item.severity}[{item.code}]"
            words = f"{_where(item.span, folder)}{' '.join(item.message.splitlines())}"
            text = _wrapped(shown(f"{head} {words}", glyphs), width)
            pieces = [(text[: len(head)], SEVERITY_STYLES[item.severity]), (text[len(head) :], "")]
            stream.write(drawn(pieces, colour=is_coloured))
        if count > MOST_OF_A_KIND:
            rest = f"{_INDENT}and {count - MOST_OF_A_KIND:,} more of these; {more} shows all"
            stream.write(_wrapped(rest, width))
    if diagnostics:
        stream.write("\n")


def _where(span: Span | None, folder: Path) -> str:
    if span is None:
        return ""
    path = span.path.relative_to(folder) if span.path.is_relative_to(folder) else span.path
    return f"{type(span)(path, span.start, span.end)}: "


def _wrapped(words: str, width: int | None) -> str:
    if width is None:
        return f"{words}\n"
    begin = len(words) - len(words.lstrip())
    lines = textwrap.wrap(
        words[begin:],
        width,
        initial_indent=words[:begin],
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) + "\n"
