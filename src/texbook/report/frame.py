"""What the watch screen shows, as lines of a given size: a pure function of the state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.text import Text

from texbook.report.excerpt import shown
from texbook.report.progress import duration
from texbook.report.terminal import SEVERITY_STYLES, Sheet, summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from texbook.base.diagnostic import Diagnostic

_DIM = "bright_black"
_REASONS = 2
"""Most reasons that are shown; `texbook build --explain` tells all."""


class Phase(StrEnum):
    """What is happening to the book."""

    STARTING = "starting"
    BUILDING = "building"
    GOOD = "good"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WatchState:
    """Everything that a watch has to tell.

    Attributes:
        title: the book's name.
        since: when the phase began.
        changed: the files that led to it, as they shall be shown.
        reasons: why things ran, one sentence each.
        seconds: how long the last build took.
        pages: pages of the PDF, if the build was good.
        showing: when the PDF on disk was built, if the last build failed; None if there is none.
        diagnostics: findings of the last build, gravest first.
        news: the last thing that is no state, with its time, such as a fall back to polling.
    """

    title: str
    since: datetime
    phase: Phase = Phase.STARTING
    changed: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    seconds: float | None = None
    pages: int | None = None
    showing: datetime | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    news: str = ""


def verdict(state: WatchState) -> str:
    """Tell the state in one line.

    >>> from datetime import datetime
    >>> at = datetime(2025, 3, 1, 14, 2, 11)
    >>> verdict(WatchState("Book", at, Phase.GOOD, seconds=1.3, pages=212))
    'good at 14:02:11 in 1.3 s, 212 pages'
    >>> verdict(WatchState("Book", at, Phase.FAILED, showing=at.replace(minute=0)))
    'failed at 14:02:11, showing the build of 14:00'
    """
    joint = "since" if state.phase in {Phase.STARTING, Phase.BUILDING} else "at"
    words = f"{state.phase} {joint} {state.since:%H:%M:%S}"
    if state.phase is Phase.GOOD:
        words += f" in {duration(state.seconds)}" if state.seconds is not None else ""
        words += f", {state.pages:,} page{'' if state.pages == 1 else 's'}" if state.pages else ""
    if state.phase is Phase.FAILED:
        words += f" after {duration(state.seconds)}" if state.seconds is not None else ""
        words += (
            f", showing the build of {state.showing:%H:%M}" if state.showing else ", no PDF yet"
        )
    return words


def frame(state: WatchState, sheet: Sheet, *, rows: int, status: Text | None = None) -> list[Text]:
    """Lay the state out in exactly so many rows, each at most as wide as the sheet.

    Args:
        state: what to tell.
        sheet: width, signs and folder.
        rows: rows of the screen, at least 6.
        status: drawn instead of the verdict: the progress of a build.
    """
    top = [_title(state, sheet), Text(), status or _status(state, sheet), *_causes(state, sheet)]
    bottom = [_footer(state, sheet)]
    room = rows - len(top) - len(bottom) - 1
    middle = _findings(state, sheet, room) if room > 0 else []
    lines = [*top, Text(), *middle][: rows - 1]
    lines += [Text()] * (rows - 1 - len(lines)) + bottom
    for line in lines:
        line.truncate(sheet.width, overflow="crop")
    return lines


def _cut(text: Text, sheet: Sheet) -> Text:
    """Cut a line that is too wide, with a sign that something is left out."""
    if text.cell_len > sheet.width:
        text.truncate(sheet.width - len(sheet.glyphs.ellipsis), overflow="crop")
        text.append(sheet.glyphs.ellipsis)
    return text


def gravest_first(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put errors before warnings and keep the order among equals."""
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.severity.rank))


def changed_words(names: Sequence[str]) -> str:
    """Name the files that changed, a few by name.

    >>> changed_words(["a.tex", "b.tex", "c.tex", "d.tex", "e.tex"])
    'a.tex, b.tex, c.tex and 2 more changed'
    """
    few = 3
    more = f" and {len(names) - few:,} more" if len(names) > few else ""
    return f"{', '.join(names[:few])}{more} changed"


def _title(state: WatchState, sheet: Sheet) -> Text:
    return Text.assemble(("texbook watch  ", _DIM), (shown(state.title, sheet.glyphs), "bold"))


def _status(state: WatchState, sheet: Sheet) -> Text:
    lamp = "●" if sheet.glyphs.can_show("●") else "*"
    style = {Phase.GOOD: "bold green", Phase.FAILED: "bold red"}.get(state.phase, "bold cyan")
    word, _, rest = verdict(state).partition(" ")
    return Text.assemble((f"{lamp} {word}", style), f" {rest}")


def _causes(state: WatchState, sheet: Sheet) -> list[Text]:
    causes = [changed_words(state.changed)] if state.changed else []
    reasons = [reason for reason in state.reasons if reason.partition(": ")[2] not in causes]
    causes += reasons[:_REASONS]
    if len(reasons) > _REASONS:
        causes[-1] += f" (and {len(reasons) - _REASONS} more)"
    return [_cut(Text(f"  {shown(cause, sheet.glyphs)}", _DIM), sheet) for cause in causes]


def _footer(state: WatchState, sheet: Sheet) -> Text:
    keys = "Ctrl-C ends"
    news = shown(state.news, sheet.glyphs)
    text = Text.assemble((news, "yellow"))
    text.truncate(max(0, sheet.width - len(keys) - 2), overflow="crop", pad=True)
    return text + Text(f"  {keys}", _DIM)


def _findings(state: WatchState, sheet: Sheet, room: int) -> list[Text]:
    """Show as many whole findings as fit, then how many are left."""
    if not state.diagnostics:
        return [Text("no findings", "green")] if state.phase is Phase.GOOD else []
    style = SEVERITY_STYLES[state.diagnostics[0].severity]
    lines = [Text.assemble((f"{summary(state.diagnostics)}", style)), Text()]
    count = len(state.diagnostics)
    for index, diagnostic in enumerate(state.diagnostics):
        block = [Text.assemble(*line) for line in sheet.lines(diagnostic)]
        is_last = index == count - 1
        if len(lines) + len(block) + (0 if is_last else 2) > room:
            if index == 0:
                return (lines + block)[: room - 1] + [_more(count - 1, sheet)][: count - 1]
            return [*lines, _more(count - index, sheet)][:room]
        lines += [*block, Text()]
    return lines


def _more(count: int, sheet: Sheet) -> Text:
    return Text(f"{sheet.glyphs.ellipsis} and {count:,} more", _DIM)
