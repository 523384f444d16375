"""The machine: disk, rights, search paths of TeX, file events, the sandbox."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError
from texbook.doctor.check import Check, Verdict
from texbook.system.programs import program_package
from texbook.system.sandbox import Sandbox, start_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.doctor.surroundings import Surroundings

GROUP = "Machine"

_LITTLE = 500 << 20
_NOTHING = 20 << 20
# What changes which files TeX finds (kpathsea manual, "Path sources").
_PATHS = (
    *("TEXINPUTS", "TEXMFHOME", "TEXMFLOCAL", "TEXMFCNF", "TEXMF", "BIBINPUTS", "BSTINPUTS"),
    *("OPENTYPEFONTS", "TTFONTS", "OSFONTDIR", "TEXFORMATS"),
)
_INOTIFY = Path("/proc/sys/fs/inotify")
_FEW = {"max_user_watches": 8192, "max_user_instances": 64}


def check_storage(root: Path, build: Path) -> list[Check]:
    """Check room and rights where a build writes: the PDF's folder and the one for the rest."""
    checks = []
    try:
        free = shutil.disk_usage(root).free
    except OSError as error:
        return [Check(GROUP, "book folder", f"{root}: {error.strerror}", Verdict.FAULT)]
    verdict = Verdict.FAULT if free < _NOTHING else Verdict.NOTE if free < _LITTLE else Verdict.GOOD
    room = f"{free / (1 << 30):,.1f} GB" if free >= 1 << 30 else f"{free >> 20} MB"
    hints = () if verdict is Verdict.GOOD else ("make room on the disk of the book's folder",)
    checks.append(Check(GROUP, "disk", f"{room} free", verdict, hints=hints))
    for what, folder in (("book folder", root), ("build folder", build)):
        if folder != root and not folder.exists():
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            checks.append(Check(GROUP, what, f"{folder} can be written", minor=True))
        else:
            words = f"{folder} cannot be written by you"
            hints = (f"\"ls -ld '{folder}'\" shows whose it is",)
            checks.append(Check(GROUP, what, words, Verdict.FAULT, hints=hints))
    return checks


def check_search_paths(environment: Mapping[str, str], home: str) -> list[Check]:
    """Tell of settings that change which files TeX finds.

    Args:
        environment: of the person.
        home: the folder that TeX takes for ``TEXMFHOME``; empty if not known.
    """
    checks = [
        Check(GROUP, name, f'is set: "{environment[name]}"', Verdict.NOTE)
        for name in _PATHS
        if environment.get(name)
    ]
    if home and (tree := Path(home) / "tex").is_dir():
        words = f"{tree} comes before the distribution"
        checks.append(Check(GROUP, "your own files of TeX", words, Verdict.NOTE))
    return checks


def check_events(limits: Path = _INOTIFY) -> list[Check]:
    """Read how many folders the system lets ``texbook watch`` watch (inotify(7)); Linux only."""
    checks = []
    for name, few in _FEW.items():
        try:
            limit = int((limits / name).read_text())
        except (OSError, ValueError):
            continue
        if limit < few:
            hints = (f'for watch, raise it: "sudo sysctl fs.inotify.{name}={few * 8}"',)
            checks.append(Check(GROUP, name, f"only {limit}", Verdict.NOTE, hints=hints))
        else:
            checks.append(Check(GROUP, name, str(limit), minor=True))
    return checks


def check_sandbox(around: Surroundings) -> list[Check]:
    """Try bubblewrap on nothing: it may be installed and yet not be allowed to make a sandbox."""
    what = "sandbox"
    try:
        reply = around.ask(
            *Sandbox(1 << 20).command(
                ["/bin/true"], folder=Path("/"), variables={}, environment=around.environment
            )
        )
    except MissingToolError:
        words = "bubblewrap is not installed; only books that you do not trust want it"
        return [Check(GROUP, what, words, Verdict.NOTE, program_package("bwrap"), minor=True)]
    if reply.status:
        words = f"bubblewrap cannot make one: {reply.last_words}"
        return [Check(GROUP, what, words, Verdict.NOTE, hints=start_fault(reply.text).hints)]
    return [Check(GROUP, what, "bubblewrap works, for --untrusted")]
