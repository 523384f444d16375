"""The classes, packages and fonts that a book needs: are they there, and what brings them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.errors import TexbookError
from texbook.base.regular import read_regular
from texbook.doctor.check import Check, Verdict
from texbook.doctor.needs import Need, loaded_by
from texbook.system.packages import find_font_package, find_package
from texbook.system.programs import program_package

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.doctor.needs import Needs
    from texbook.doctor.surroundings import Surroundings

GROUP = "Classes, packages, fonts"

_FONTS = (".otf", ".ttf", ".ttc", ".dfont", ".tfm")
_READ = (".sty", ".cls", ".code.tex")
_RECORDED = frozenset(
    {".sty", ".cls", ".clo", ".def", ".cfg", ".fd", ".ldf", ".tex", ".bbx", ".cbx", ".lbx", ".dbx"}
    | {*_FONTS, ".tec", ".map"}
)
_MOST_WAVES = 20
# XeLaTeX's own text font (tulmr.fd of LaTeX): a class sets it before it can choose another.
_DEFAULT_FONT = "lmroman10-regular.otf"
# hyperref.sty loads it under XeTeX before it knows whether a link will be boxed.
_LINK_FONT = "pzdr.tfm"
_LINK_MACRO = "\\XeTeXLink@font"
# XeTeX's switch for "no error where a font is missing": a book that has it says what it does.
_FORGIVEN = "\\suppressfontnotfounderror"
_BY_FILE = "then name its file: fontconfig does not look where TeX Live has its fonts"
_FAMILIES = ("fc-list", "--format=%{family}\n%{fullname}\n%{postscriptname}\n")


@dataclass(slots=True)
class Files:
    """What was looked for and found.

    Attributes:
        found: the place of each file that is there, by name.
        loaders: who loads a file of the distribution that the book itself does not name.
        asked: False when nothing could be looked for.
    """

    found: dict[str, Path] = field(default_factory=dict)
    loaders: dict[str, str] = field(default_factory=dict)
    asked: bool = True


def find_files(around: Surroundings, needs: Needs, recorded: Collection[Path]) -> Files:
    """Look for the files that a book needs, and for those that these load.

    Args:
        around: where to look.
        needs: gets what is found to be needed besides.
        recorded: the distribution's files that the last build read, if the book is still as it was
            then. They show what only TeX can tell.
    """
    files = Files()
    needs.add(Need(_DEFAULT_FONT, certain=True))
    for path in recorded:
        # Where a font that is only tried is gone, another takes its place.
        tried = path.name in needs.needs and path.name.endswith(_FONTS)
        if path.suffix in _RECORDED and not tried and not os.path.exists(path):  # noqa: PTH110
            needs.add(Need(path.name, certain=True))
            files.loaders[path.name] = "the last build"
    asked: set[str] = set()
    read: set[str] = set()
    for _ in range(_MOST_WAVES):
        wave = [name for name in _names(needs) if name not in asked]
        asked.update(wave)
        if not _look(around, files, wave):
            files.asked = False
            break
        fresh = {name for name in files.found if needs.has(name)} - read
        read |= fresh
        _read(files, needs, fresh)
        _link_font(files, needs)
        if not wave and not fresh:
            break
    return files


def _names(needs: Needs) -> list[str]:
    named = [need for need in needs.needs.values() if not need.is_family]
    return list(
        dict.fromkeys(name for need in named for name in (need.name, need.alternative) if name)
    )


def _look(around: Surroundings, files: Files, names: list[str]) -> bool:
    local = {name: around.folder / name for name in names}
    # os.path, since the methods of Path raise at a name that is too long.
    here = {name: path for name, path in local.items() if os.path.isfile(path)}  # noqa: PTH113
    found = around.find(name for name in names if name not in here)
    files.found |= here | (found or {})
    return found is not None


def _read(files: Files, needs: Needs, names: Collection[str]) -> None:
    """Read what files of the distribution load; those of the book have been read already."""
    for name in names:
        path = files.found[name]
        if not name.endswith(_READ) or path in needs.sources:
            continue
        try:
            text = read_regular(path).decode("utf-8", "replace")
        except OSError:
            continue
        for other in loaded_by(text):
            if other not in needs.needs:
                files.loaders[other] = name
            needs.add(Need(other, certain=True))


def _link_font(files: Files, needs: Needs) -> None:
    path = files.found.get("hyperref.sty")
    if path is None or not needs.has("hyperref.sty"):
        return
    if needs.mentions(_LINK_MACRO) or needs.mentions(_FORGIVEN):
        return
    try:
        loads = re.search(rb"\\XeTeXLink@font\s*=\s*pzdr", read_regular(path)) is not None
    except OSError:
        loads = False
    if loads and _LINK_FONT not in needs.needs:
        needs.add(Need(_LINK_FONT, certain=True))
        files.loaders[_LINK_FONT] = "hyperref.sty"


def check_files(around: Surroundings, needs: Needs, files: Files) -> list[Check]:
    """Say what is there and what is missing, fonts last."""
    if not files.asked:
        words = "not looked for: kpsewhich cannot be asked"
        return [Check(GROUP, "files", words, Verdict.NOTE)]
    packages, fonts, checks = 0, 0, []
    for need in needs.needs.values():
        if need.is_family:
            continue
        place = files.found.get(need.name) or files.found.get(need.alternative)
        is_font = need.name.endswith(_FONTS)
        fonts += is_font and place is not None
        packages += not is_font and place is not None
        if place is not None:
            checks.append(Check(GROUP, need.name, str(place), minor=True))
        elif need.certain or (is_font and need.name not in files.loaders):
            checks.append(_missing(around, need, files))
    counts = {"classes and packages": packages, "font files": fonts}
    totals = [Check(GROUP, what, f"{count} found") for what, count in counts.items() if count]
    return [*totals, *checks, *_check_families(around, needs)]


def _missing(around: Surroundings, need: Need, files: Files) -> Check:
    packages = find_package(need.name.rpartition("/")[2])
    why = _where(around, need.span) if need.span else files.loaders.get(need.name, "")
    if not need.certain:
        words = f"missing; {why} takes it where it is there" if why else "missing"
        return Check(GROUP, need.name, words, Verdict.NOTE, packages)
    if need.name == _DEFAULT_FONT and not why:
        why = "XeLaTeX itself"
    words = f"missing; needed by {why}" if why else "missing"
    unknown = ("no known package has it: is it your own, or misspelt?",)
    hints = unknown if packages is None else ()
    return Check(GROUP, need.name, words, Verdict.FAULT, packages, hints)


def _where(around: Surroundings, span: Span) -> str:
    path = span.path
    if path.is_relative_to(around.folder):
        path = path.relative_to(around.folder)
    return f"{path}:{span.start.line}" if span.start else str(path)


def _check_families(around: Surroundings, needs: Needs) -> list[Check]:
    """Look for fonts that are named by family, as fontconfig knows them."""
    named = [need for need in needs.needs.values() if need.is_family]
    if not named:
        return []
    try:
        reply = around.ask(*_FAMILIES)
    except TexbookError:
        words = "not installed; fonts by name were not looked for"
        return [Check(GROUP, "fc-list", words, Verdict.NOTE, program_package("fc-list"))]
    if reply.status:
        words = f"fails: {reply.last_words}; fonts by name were not looked for"
        return [Check(GROUP, "fc-list", words, Verdict.NOTE)]
    known = {_folded(name) for line in reply.text.splitlines() for name in line.split(",")}
    checks = []
    for need in named:
        if _folded(need.name) in known:
            checks.append(Check(GROUP, need.name, "installed", minor=True))
            continue
        why = f"; needed by {_where(around, need.span)}" if need.span else ""
        verdict = Verdict.FAULT if need.certain else Verdict.NOTE
        packages = find_font_package(need.name)
        hints: tuple[str, ...] = ()
        if packages is None:
            hints = ("no known package has it: is it spelt as fc-list gives it?",)
        elif (packages.debian or "").startswith("texlive-"):
            hints = (_BY_FILE,)
        checks.append(Check(GROUP, need.name, f"missing{why}", verdict, packages, hints))
    present = sum(check.verdict is Verdict.GOOD for check in checks)
    total = [Check(GROUP, "fonts by name", f"{present} found")] if present else []
    return [*total, *checks]


def _folded(name: str) -> str:
    return re.sub(r"[\s\\]+", " ", name).strip().lower()
