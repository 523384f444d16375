"""What the doctor found, for people: one line a thing, what is missing with what brings it.

It looks like this, in colour on a terminal and as legible without::

    TeX
      ✓ xelatex     XeTeX 0.999994, TeX Live 2022/Debian
      ✗ xdvipdfmx   not installed
                    apt-get: texlive-binaries, tlmgr: dvipdfmx
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

from texbook.report.styled import drawn
from texbook.report.terminal import is_terminal, terminal_width, uses_colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texbook.report.styled import Piece


class Mark(StrEnum):
    """How a thing is."""

    GOOD = "good"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was looked at.

    Attributes:
        what: its name.
        detail: its version or place, or what is wrong.
        notes: how to go on, each on lines of its own.
    """

    mark: Mark
    what: str
    detail: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """Things that belong together, under a title."""

    title: str
    lines: tuple[CheckLine, ...]


_SIGNS = {Mark.GOOD: "✓", Mark.NOTE: "•", Mark.FAULT: "✗"}
_ASCII_SIGNS = {Mark.GOOD: "+", Mark.NOTE: "-", Mark.FAULT: "x"}
_STYLES = {Mark.GOOD: "green", Mark.NOTE: "yellow", Mark.FAULT: "bold red"}
_TITLE, _QUIET, _COMMAND = "bold", "dim", "bold cyan"
_WIDEST_NAME = 26
_NARROWEST = 24


def render_checks(
    groups: Iterable[CheckGroup], commands: Sequence[str], verdict: str, *, stream: TextIO
) -> None:
    """Write what was found.

    Args:
        groups: in the order in which they are shown; without lines they are left out.
        commands: what brings what is missing, one for each manager of packages.
        verdict: the last line.
        stream: where to write; its encoding decides which signs are used. On a terminal lines are
            wrapped to its width.
    """
    width = _width(stream)
    shown = [group for group in groups if group.lines]
    names = [len(line.what) for group in shown for line in group.lines]
    column = min(_WIDEST_NAME, max(names, default=0))
    pieces: list[Piece] = []
    for group in shown:
        pieces += [(group.title, _TITLE), ("\n", "")]
        for line in group.lines:
            pieces += _line(line, column, width, _signs(stream))
        pieces.append(("\n", ""))
    if commands:
        pieces += [(_commands_title(commands), _TITLE), ("\n", "")]
        for command in commands:
            pieces += [(f"  {command}", _COMMAND), ("\n", "")]
        pieces.append(("\n", ""))
    pieces += [(verdict, _TITLE), ("\n", "")]
    stream.write(drawn(pieces, colour=uses_colour(stream)))


def _commands_title(commands: Sequence[str]) -> str:
    """Say which command is meant: those of the system and of TeX Live do not add up."""
    of_tex = [command.startswith("tlmgr") for command in commands]
    choice = ": the system's packages, or TeX Live's own" if len(set(of_tex)) > 1 else ""
    return f"What brings what is missing{choice}"


def _line(line: CheckLine, column: int, width: int | None, signs: dict[Mark, str]) -> list[Piece]:
    indent = column + 6
    lead = f"  {signs[line.mark]} "
    pieces = [(lead, _STYLES[line.mark])]
    if len(line.what) > column:
        pieces += [(line.what, ""), ("\n", ""), (" " * indent, "")]
    else:
        pieces.append((f"{line.what:<{column}}  ", ""))
    pieces += [(row, "") for row in _rows(line.detail, indent, width)]
    for note in line.notes:
        pieces.append((" " * indent, ""))
        pieces += [(row, _QUIET) for row in _rows(note, indent, width)]
    return pieces


def _rows(text: str, indent: int, width: int | None) -> list[str]:
    """Wrap a text behind an indent that is written already; commands in it are not torn."""
    text = " ".join(text.split())
    if width is None:
        return [f"{text}\n"]
    rows = textwrap.wrap(
        text, max(_NARROWEST, width - indent), break_long_words=False, break_on_hyphens=False
    ) or [""]
    return [f"{rows[0]}\n", *(f"{' ' * indent}{row}\n" for row in rows[1:])]


def _signs(stream: TextIO) -> dict[Mark, str]:
    try:
        "".join(_SIGNS.values()).encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return _ASCII_SIGNS
    return _SIGNS


def _width(stream: TextIO) -> int | None:
    """Measure the terminal; None where there is none."""
    return terminal_width(stream) if is_terminal(stream) else None
