"""What the pages of a build were made from, by the traces that its programs left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.build.model import ShellEscape
from texbook.texfiles.fls import read_recorder
from texbook.texfiles.xdv.files import files_in_pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.build.typeset import BookTypesetter


def programs_used(tools: Iterable[str]) -> set[Path]:
    """Give the programs whose next version may set the pages otherwise.

    Args:
        tools: names of the jobs that count, which begin with their programs.
    """
    found = map(shutil.which, ("xelatex", "xdvipdfmx", *(name.split()[0] for name in tools)))
    return {Path(program) for program in found if program is not None}


def files_used(typesetter: BookTypesetter) -> tuple[frozenset[Path], frozenset[Path]]:
    """Give the author's files and the system's that the last pass and the tools read."""
    last, mirror = typesetter.last, typesetter.shared.mirror
    if last is None:
        return frozenset(), frozenset()
    recorder = last.work / f"{mirror.job}.fls"
    read = set(read_recorder(recorder).inputs) if recorder.is_file() else set()
    read |= typesetter.read_aside
    pages = last.work / f"{mirror.job}.xdv"
    if pages.is_file():
        read |= {last.work / name for name in files_in_pages(pages)}
    generated = {item.source_map.rendered for item in typesetter.shared.request.generated}
    own: set[Path] = set()
    system: set[Path] = set()
    for path in read:
        source = mirror.source_of(path)
        if source is not None:
            own.add(source)
        elif not path.is_relative_to(last.folder):
            system.add(path)
    if typesetter.shared.request.shell_escape is ShellEscape.FULL and last.log.commands:
        # Nobody tells what a shell has read.
        own.update(entry.source for entry in mirror.entries)
    return frozenset(own - generated), frozenset(system)
