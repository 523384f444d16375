"""What the watch screen shows, as lines of a given size: a pure function of the state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.text import Text

from texbook.base.diagnostic import Severity
from texbook.report.excerpt import cells, shown
from texbook.report.fitting import DIM, cut, fitted, path_end
from texbook.report.progress import duration
from texbook.report.terminal import SEVERITY_STYLES, Sheet, summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from texbook.base.diagnostic import Diagnostic

_INDENT = "  "
_NAMED = 3
"""Most changed files that are named."""


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
        reasons: why things ran, and what was typeset; a few words each.
        seconds: how long the last build took.
        pages: pages of the PDF, if the build was good.
        showing: when the PDF on disk was built, if the last build failed; None if there is none.
        diagnostics: findings of the last build, gravest first.
        link: the address of the preview, if there is one.
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
    link: str = ""


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

    What belongs to every state has its place in all of them, so that nothing jumps.

    Args:
        state: what to tell.
        sheet: width, signs and folder.
        rows: rows of the screen, at least 6.
        status: drawn instead of the verdict: the progress of a build.
    """
    top = [_title(state, sheet), *_link(state, sheet), status or _status(state, sheet)]
    top += [*_causes(state, sheet), Text()]
    lines = [*top, *_findings(state, sheet, max(0, rows - 1 - len(top)))][: rows - 1]
    lines += [Text()] * (rows - 1 - len(lines)) + [_footer(state, sheet)]
    for line in lines:
        line.truncate(sheet.width, overflow="crop")
    return lines


def gravest_first(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put errors before warnings and keep the order among equals."""
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.severity.rank))


def changed_words(names: Sequence[str], most: int = _NAMED) -> str:
    """Name the files that changed, a few by name.

    >>> changed_words(["a.tex", "b.tex", "c.tex", "d.tex", "e.tex"])
    'a.tex, b.tex, c.tex and 2 more changed'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more} changed"


def _title(state: WatchState, sheet: Sheet) -> Text:
    title = (shown(state.title, sheet.glyphs), "bold")
    return cut(Text.assemble(("texbook watch  ", DIM), title), sheet.width, sheet.glyphs)


def _link(state: WatchState, sheet: Sheet) -> list[Text]:
    """Show the address whole, so that it can be copied; on a narrow screen on rows of its own."""
    label = "preview  " if state.link else ""
    if len(label) + len(state.link) <= sheet.width:
        return [Text(f"{label}{state.link}", DIM)]
    starts = range(0, len(state.link), sheet.width)
    return [Text(state.link[start : start + sheet.width], DIM) for start in starts]


def _status(state: WatchState, sheet: Sheet) -> Text:
    lamp = "●" if sheet.glyphs.can_show("●") else "*"
    words = verdict(state)
    word, _, rest = (words if len(words) + 2 <= sheet.width else _short(state)).partition(" ")
    status = Text.assemble((f"{lamp} {word}", _lamp_style(state)), f" {rest}")
    return cut(status, sheet.width, sheet.glyphs)


def _short(state: WatchState) -> str:
    """Tell the state on a narrow screen."""
    words = f"{state.phase} {state.since:%H:%M}"
    if state.phase is Phase.FAILED:
        return f"{words}, PDF of {state.showing:%H:%M}" if state.showing else f"{words}, no PDF"
    return f"{words}, {state.pages:,} pp" if state.pages else words


def _lamp_style(state: WatchState) -> str:
    """Choose the colour; a good PDF with errors in its sources is no reason to be content."""
    if state.phase is Phase.GOOD:
        found = state.diagnostics[:1]  # the gravest
        return "bold yellow" if found and found[0].severity is Severity.ERROR else "bold green"
    return "bold red" if state.phase is Phase.FAILED else "bold cyan"


def _causes(state: WatchState, sheet: Sheet) -> list[Text]:
    """Say on two lines what led to the build, and what it did."""
    changed = _changed_line(state.changed, sheet)
    reasons = [shown(reason, sheet.glyphs) for reason in state.reasons]
    rows = (changed, "; ".join(reasons)) if changed else ("".join(reasons[:1]), *reasons[1:2])
    lines = [Text(f"{_INDENT}{words}".rstrip(), DIM) for words in (*rows, "")[:2]]
    return [cut(line, sheet.width, sheet.glyphs) for line in lines]


def _changed_line(names: Sequence[str], sheet: Sheet) -> str:
    """Name as many of the changed files as there is room for, the last resort by its own name."""
    if not names:
        return ""
    room = sheet.width - len(_INDENT)
    names = [shown(name, sheet.glyphs) for name in names]
    for count in range(min(len(names), _NAMED), 0, -1):
        words = changed_words(names, count)
        if cells(words) <= room:
            return words
    others = len(changed_words(["", *names[1:]], 1))
    return changed_words([path_end(names[0], room - others, sheet.glyphs), *names[1:]], 1)


def _footer(state: WatchState, sheet: Sheet) -> Text:
    keys = "Ctrl-C ends"
    room = max(0, sheet.width - len(keys) - 2)
    news = cut(Text(shown(state.news, sheet.glyphs), "yellow"), room, sheet.glyphs)
    news.pad_right(room - news.cell_len)
    return news + Text(f"  {keys}", DIM)


def _findings(state: WatchState, sheet: Sheet, room: int) -> list[Text]:
    """Show the findings; those of the last build until there are newer ones."""
    if not state.diagnostics:
        is_clean = state.phase is not Phase.FAILED and state.pages is not None
        style = "green" if state.phase is Phase.GOOD else DIM
        return [Text("no findings", style)] if is_clean else []
    style = SEVERITY_STYLES[state.diagnostics[0].severity]
    head = cut(Text(summary(state.diagnostics), style), sheet.width, sheet.glyphs)
    return [head, Text(), *fitted(state.diagnostics, sheet, max(0, room - 2))][:room]
