"""As many findings as so many rows have room for: the first whole, the others as a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from texbook.report.excerpt import shown
from texbook.report.terminal import SEVERITY_STYLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.base.diagnostic import Diagnostic
    from texbook.report.excerpt import Glyphs
    from texbook.report.terminal import Sheet

DIM = "bright_black"
_PLACE_CELLS = 40
"""Most cells of a place on one line with the message, of which there should be something left."""


def fitted(diagnostics: Sequence[Diagnostic], sheet: Sheet, room: int) -> list[Text]:
    """Lay findings out in at most so many rows, in the order given.

    All are shown whole if there is room for that. Else the first is, each other gets a line as
    long as there are rows, and the last row counts what is left out and names who shows it.
    """
    whole = _whole(diagnostics, sheet, room)
    if len(whole) <= room:
        return whole
    first, others = _block(diagnostics[0], sheet), diagnostics[1:]
    if not others:
        return first[:room]
    lines = first[: max(room - 1, 0)]
    if len(lines) + min(len(others), 2) < room:  # an empty row, another, and what is left then
        lines.append(Text())
        rows = room - len(lines)
        count = len(others) if len(others) <= rows else rows - 1
        lines += [_line(diagnostic, sheet) for diagnostic in others[:count]]
        others = others[count:]
    return [*lines, _left_out(others, sheet)][:room] if others else lines


def cut(text: Text, width: int, glyphs: Glyphs) -> Text:
    """Cut a line that is too wide, with a sign that something is left out."""
    if text.cell_len > width:
        text.truncate(max(0, width - len(glyphs.ellipsis)), overflow="crop")
        text.append(glyphs.ellipsis)
    return text


def path_end(path: str, room: int, glyphs: Glyphs) -> str:
    """Leave out folders from the left until a path fits; its name stays whole.

    >>> from texbook.report.excerpt import glyphs_for
    >>> path_end("chapters/01/first.tex", 20, glyphs_for("utf-8"))
    '…/01/first.tex'
    """
    whole, tail = path, path
    while len(path) > room and "/" in tail:
        tail = tail.partition("/")[2]
        path = f"{glyphs.ellipsis}/{tail}"
    return min(path, whole, key=len)


def _whole(diagnostics: Sequence[Diagnostic], sheet: Sheet, room: int) -> list[Text]:
    """Give all findings, an empty row between them; no more of them than tells that it is full."""
    lines: list[Text] = []
    for diagnostic in diagnostics:
        lines += [*([Text()] if lines else []), *_block(diagnostic, sheet)]
        if len(lines) > room:
            break
    return lines


def _block(diagnostic: Diagnostic, sheet: Sheet) -> list[Text]:
    return [Text.assemble(*line) for line in sheet.lines(diagnostic)]


def _line(diagnostic: Diagnostic, sheet: Sheet) -> Text:
    """Put a finding on one line: its code, the end of its place, its message."""
    glyphs = sheet.glyphs
    code = shown(f"{diagnostic.severity}[{diagnostic.code}]", glyphs)
    where = "" if diagnostic.span is None else sheet.place(diagnostic.span)
    # Without the column, which is of use only beside an excerpt.
    if diagnostic.span is not None and diagnostic.span.start and diagnostic.span.start.column:
        where = where.rpartition(":")[0]
    where = path_end(where, min(_PLACE_CELLS, sheet.width // 2), glyphs)
    words = shown(" ".join(diagnostic.message.splitlines()), glyphs)
    text = Text.assemble((code, SEVERITY_STYLES[diagnostic.severity]))
    text.append(f" {where}: {words}" if where else f" {words}")
    return cut(text, sheet.width, glyphs)


def _left_out(diagnostics: Sequence[Diagnostic], sheet: Sheet) -> Text:
    sources = {diagnostic.source == "lint" for diagnostic in diagnostics}
    commands = [f"texbook {'lint' if is_lint else 'build'}" for is_lint in sorted(sources)]
    words = f"{sheet.glyphs.ellipsis} {len(diagnostics):,} more: {', '.join(commands)}"
    return cut(Text(words, DIM), sheet.width, sheet.glyphs)
