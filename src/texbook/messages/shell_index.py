r"""What became of the indexes that the document had sorted itself.

``imakeidx`` and ``glossaries`` with ``automake`` run makeindex through the restricted shell while
TeX goes on, which sees no exit status: when makeindex fails, the pages lack the index, or have the
one of an earlier pass. Its transcript tells: makeindex writes it beside the first input, with the
ending ``.ilg`` unless ``-t`` names another, and ends it with what was written; it looks for the
style before it opens the transcript (``mkind.c`` of makeindex 2.16).
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.messages.makeindex import makeindex_problems, placed_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.messages.search import SourceSearch
    from texbook.texfiles.engine_log import ShellCommand

_WITH_VALUE = "opst"
"""The flags of makeindex that take the next word, alone or at the end of others (its manual)."""

_ENDED = re.compile(r"^(?:Output|Nothing) written in ", re.MULTILINE)
_PRINTED = re.compile(r"(\\print(?:index|glossar(?:y|ies)|acronyms|noidxglossar\w+))(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class MakeindexCommand:
    """A command line of makeindex: names of its files in the folder it runs in."""

    transcript: str
    output: str
    style: str = ""


def parse_makeindex(command: str) -> MakeindexCommand | None:
    """Read a command line; None if it runs something else, or sorts what no file holds.

    >>> parse_makeindex("makeindex -s gind.ist main.idx")
    MakeindexCommand(transcript='main.ilg', output='main.ind', style='gind.ist')
    """
    try:
        program, *words = shlex.split(command)
    except ValueError:  # nothing, or a quotation mark without its partner
        return None
    if program.rpartition("/")[2] != "makeindex":
        return None
    values: dict[str, str] = {}
    inputs: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            inputs.append(word)
        elif word[-1] in _WITH_VALUE:
            values[word[-1]] = next(rest, "")
    if not inputs:
        return None
    folder, slash, name = inputs[0].rpartition("/")
    stem = folder + slash + (name.rpartition(".")[0] or name)
    return MakeindexCommand(
        values.get("t", f"{stem}.ilg"), values.get("o", f"{stem}.ind"), values.get("s", "")
    )


def shell_styles(commands: Iterable[ShellCommand]) -> tuple[str, ...]:
    """Name the style files that makeindex was told to read, which the engine's recorder omits."""
    runs = (parse_makeindex(item.command) for item in commands if item.allowed)
    return tuple(dict.fromkeys(run.style for run in runs if run is not None and run.style))


def shell_index_problems(
    commands: Iterable[ShellCommand],
    search: SourceSearch,
    has_style: Callable[[str], bool],
) -> tuple[Diagnostic, ...]:
    r"""Give what makeindex complained of where the document ran it; an index not made is an error.

    Args:
        commands: the ``\\write18`` of the last pass.
        search: through the texts of that pass; the transcripts are in its folder.
        has_style: whether a style file is in the folder, or where TeX keeps such.
    """
    problems: list[Diagnostic] = []
    for item in commands:
        run = parse_makeindex(item.command) if item.allowed else None
        if run is None:
            continue
        transcript = _read(search.locator.folder / run.transcript)
        said = makeindex_problems(transcript, search.locator.folder)
        moved = (search.locator.translate(finding) for finding in said)
        problems.extend(placed_entries(moved, search))
        if not _ENDED.search(transcript):
            place = _place(run, item, search)
            if run.style and not has_style(run.style):
                problems.append(_no_style(run, place))
            else:
                problems.append(_no_index(run, transcript, place))
    return tuple(dict.fromkeys(problems))


def _no_style(run: MakeindexCommand, place: Span | None) -> Diagnostic:
    return Diagnostic(
        "index",
        Severity.ERROR,
        f'the index "{run.output}" is not made: there is no index style file "{run.style}"',
        place,
        hints=("correct the name, or bring the file",),
        source="makeindex",
    )


def _no_index(run: MakeindexCommand, transcript: str, place: Span | None) -> Diagnostic:
    lines = [line.strip() for line in transcript.splitlines() if line.strip()]
    said = f': "{lines[-1]}"' if len(lines) > 1 else ""
    return Diagnostic(
        "index",
        Severity.ERROR,
        f'makeindex has not made the index "{run.output}"{said}',
        place,
        hints=("look at the options of makeindex that the document gives",),
        source="makeindex",
    )


def _place(run: MakeindexCommand, item: ShellCommand, search: SourceSearch) -> Span | None:
    """Find where the style is named, else where the index is printed."""
    if run.style:
        named = re.compile(rf"(?<![\w./-])({re.escape(run.style)})(?![\w-])")
        if places := search.everywhere(named):
            return places[0]
    printed = search.everywhere(_PRINTED)
    return printed[0] if printed else search.locator.span(item.file)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except (OSError, ValueError):  # a command may name anything
        return ""
