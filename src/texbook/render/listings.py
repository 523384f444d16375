r"""Listings that are regions of a question's own script, so that none can rot as a copy.

::

    # region: expected value given a win
    def expected_margin(...): ...
    # endregion
"""

from __future__ import annotations

import difflib
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.errors import TexbookError
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span
from texbook.render.faults import TemplateFault
from texbook.render.marks import RESERVED

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.render.marks import Sites

_MARKER = re.compile(r"[ \t]*#[ \t]*(?P<end>end)?region\b[ \t]*:?[ \t]*(?P<name>.*?)[ \t]*")


@dataclass(frozen=True, slots=True)
class Region:
    """A named part of a script: its first line (from 1) and its text without common indent."""

    name: str
    line: int
    text: str


def find_regions(source: SourceFile) -> dict[str, Region]:
    """Find the regions of a script by name.

    Raises:
        TemplateFault: at the script's line, when regions are nested, unclosed, doubled or unnamed.
    """
    regions: dict[str, Region] = {}
    name, first = "", 0
    for number in range(1, source.line_count + 1):
        found = _MARKER.fullmatch(source.line(number))
        if found is None:
            continue
        if found["end"]:
            if not first:
                raise _fault(source, number, '"# endregion" without a "# region" before it')
            regions[name] = _cut(source, name, first + 1, number)
            first = 0
            continue
        if first:
            raise _fault(source, number, f'region "{found["name"]}" begins inside region "{name}"')
        name, first = found["name"], number
        if not name:
            raise _fault(source, number, "this region has no name")
        if name in regions:
            raise _fault(source, number, f'there are two regions "{name}"')
    if first:
        raise _fault(source, first, f'region "{name}" is never closed by "# endregion"')
    return regions


def _cut(source: SourceFile, name: str, first: int, stop: int) -> Region:
    """Cut lines ``first`` to ``stop`` (exclusive), without blank lines at either end."""
    lines = [source.line(number).rstrip() for number in range(first, stop)]
    if not any(lines):
        return Region(name, first, "")
    while not lines[0]:
        del lines[0]
        first += 1
    while not lines[-1]:
        del lines[-1]
    return Region(name, first, textwrap.dedent("\n".join(lines)))


def listing(
    script: Path, sites: Sites, name: object, title: object = None, label: object = None
) -> str:
    r"""Give a region of a script as LaTeX, each line marked with its place in the script.

    Args:
        script: the question's own script.
        sites: the places that marks speak of.
        name: the region's name.
        title: LaTeX; if given, the listing stands in a numbered ``codebox`` of that title.
        label: the box's label, for ``\cref{code:...}``; without one the box is starred.

    Raises:
        TemplateFault: when there is no such script or region.
    """
    region = _region(script, name)
    lines = [
        sites.call(script, number) + line + sites.returned()
        for number, line in enumerate(region.text.split("\n"), region.line)
    ]
    code = "\n".join([r"\begin{amzcode}{python}", *lines, r"\end{amzcode}"])
    if title is None:
        if label is not None:
            raise TemplateFault(
                "a listing with a label needs a title",
                hints=(f'as in listing("{name}", title="...", label="{label}")',),
            )
        return code
    if label is None:
        return f"\\begin{{codebox*}}{{{title}}}\n{code}\n\\end{{codebox*}}"
    return f"\\begin{{codebox}}{{{title}}}{{{label}}}\n{code}\n\\end{{codebox}}"


def _region(script: Path, name: object) -> Region:
    if not script.is_file():
        raise TemplateFault(
            f'there is no script "{script.name}" beside the template',
            hints=("listing() takes its lines from the script of the same name",),
        )
    try:
        source = read_source(script)
    except TexbookError as error:
        raise TemplateFault(error.message, hints=error.hints, span=error.span) from None
    regions = find_regions(source)
    region = regions.get(str(name))
    if region is None:
        close = difflib.get_close_matches(str(name), regions, n=1)
        hints = [f'did you mean "{close[0]}"?'] if close else []
        hints.append(
            "its regions: " + ", ".join(f'"{known}"' for known in regions)
            if regions
            else 'it has none: a region begins with "# region: name" and ends with "# endregion"'
        )
        raise TemplateFault(f'"{script.name}" has no region "{name}"', hints=tuple(hints))
    if not region.text:
        raise _fault(source, region.line - 1, f'region "{name}" is empty')
    for number, line in enumerate(region.text.split("\n"), region.line):
        if r"\end{amzcode}" in line or RESERVED.search(line):
            raise _fault(source, number, f'region "{name}" holds what cannot stand in a listing')
    return region


def _fault(source: SourceFile, line: int, message: str) -> TemplateFault:
    return TemplateFault(message, span=Span.at(source.path, line))
