"""All that the last pass and the tools of a build complained of, gathered from what they left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.build.auxiliary import take_snapshot
from texbook.build.index import unsupported_sorters
from texbook.messages.entries import split_missing_entries
from texbook.messages.makeindex import placed_entries
from texbook.messages.search import SourceSearch
from texbook.messages.shell_index import shell_index_problems
from texbook.messages.warnings import (
    Traces,
    Warnings,
    engine_warnings,
    ignored_settings,
    shell_warnings,
)
from texbook.texfiles.engine_log import MessageKind
from texbook.texfiles.xdv.files import files_in_pages

if TYPE_CHECKING:
    from texbook.build.passes import Settlement
    from texbook.build.typeset import BookTypesetter

_FONT_FILES = (".otf", ".ttf", ".ttc", ".pfb")
_MOST_MOVING = 3


def gather_warnings(typesetter: BookTypesetter) -> Warnings:
    """Give what the last pass and the tools complained of, and count what was left out.

    Warnings as a rule; an error where TeX was content and yet pages are wrong.
    """
    last = typesetter.last
    assert last is not None
    fonts: tuple[Path, ...] = ()
    if any(item.kind is MessageKind.MISSING_CHARACTER for item in last.log.messages):
        names = files_in_pages(last.work / f"{typesetter.shared.mirror.job}.xdv")
        fonts = tuple(Path(name) for name in names if name.endswith(_FONT_FILES))
    read = (path for path in typesetter.read_aside if path.suffix == ".bib" and path.is_file())
    traces = Traces(fonts, tuple(sorted(read)))
    tools = [item for record in typesetter.tools.values() for item in record.findings]
    absent, others = split_missing_entries(tools)
    warned = engine_warnings(last.log, typesetter.locator, traces, absent)
    search = SourceSearch(typesetter.locator)
    placed = placed_entries(others, search)
    written = last.accesses.written
    files = take_snapshot(last.work, frozenset(n for n in written if n.endswith(".aux")))
    aside = (
        *shell_warnings(last.log, typesetter.locator),
        *unsupported_sorters(files, written),
        *shell_index_problems(last.log.commands, search, typesetter.has_index_style),
        *ignored_settings(typesetter.shared.request.project),
    )
    return replace(warned, findings=(*warned.findings, *placed, *aside))


def unsettled(settlement: Settlement) -> Diagnostic:
    """Explain that the auxiliary files never stop changing: which, which lines, what causes it."""
    shown = settlement.moving[:_MOST_MOVING]
    names = ", ".join(f'"{change.name}"' for change in shown)
    what = (
        f"the document comes back to the same state every {settlement.cycle} passes"
        if settlement.cycle
        else f"the document has not settled after {settlement.passes} passes"
    )
    hints = []
    for change in shown:
        for line in change.lines[:_MOST_MOVING]:
            before = f'"{line.before}"' if line.before else "nothing"
            after = f'"{line.after}"' if line.after else "nothing"
            hints.append(f"{change.name}: {before} becomes {after}")
    hints.append(
        "usual causes: a random number, a clock or a counter that is written to a file and read "
        "back, or a reference whose width moves the page that it names"
    )
    return Diagnostic(
        "unsettled",
        Severity.ERROR,
        f"{what}: {names} still {'changes' if len(shown) == 1 else 'change'}",
        hints=tuple(hints),
        source="engine",
    )
