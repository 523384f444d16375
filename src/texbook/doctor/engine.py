r"""The engine, its format and the programs beside it.

The engine is run on ``\stop`` in an empty folder: only so does it show that its format can be
loaded. What it prints is in xetex.web ("This is XeTeX"), latex.ltx (the banner with the date) and
tex.web sections 524 and 1303 (formats that are missing or damaged).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError
from texbook.doctor.check import Check, Verdict
from texbook.system.packages import PackageNames
from texbook.system.programs import program_package

if TYPE_CHECKING:
    from texbook.doctor.surroundings import Reply, Surroundings

GROUP = "TeX"

_BANNER = re.compile(r"This is XeTeX, Version (\S+)(?: \(([^()]*)\))?")
_LATEX = re.compile(r"LaTeX2e <(\d{4}-\d\d-\d\d)>(?: (?:patch level|pre-release)[ -]*\d+)?")
_NO_FORMAT = re.compile(r"can't find the format file|No such file or directory.*\.fmt")
_BAD_FORMAT = re.compile(
    r"Fatal format file error|was written by|not a valid format|Could not undump"
)
_FORMAT_SOURCE = "xelatex.ini"
_REMAKE = 'make the format anew: "sudo fmtutil-sys --byfmt xelatex"'


def check_engine(around: Surroundings) -> list[Check]:
    """Run the engine on nothing: its version, TeX Live's, and the date of its LaTeX."""
    try:
        with tempfile.TemporaryDirectory(prefix="texbook-doctor-") as folder:
            arguments = ("xelatex", "-no-pdf", "-interaction=nonstopmode", r"\stop")
            reply = around.ask(*arguments, folder=Path(folder))
    except MissingToolError:
        return [missing_program(GROUP, "xelatex")]
    except OSError as error:
        hints = (
            f"make room in {tempfile.gettempdir()}, or set TMPDIR to a folder that can be written",
        )
        return [Check(GROUP, "temporary folder", str(error.strerror), Verdict.FAULT, hints=hints)]
    banner, latex = _BANNER.search(reply.text), _LATEX.search(reply.text)
    checks = []
    if banner:
        live = f", {banner[2]}" if banner[2] else ""
        checks.append(Check(GROUP, "xelatex", f"XeTeX {banner[1].rpartition('-')[2]}{live}"))
    if latex and reply.status == 0:
        checks.append(Check(GROUP, "format", f"LaTeX {latex[0].removeprefix('LaTeX2e ')}"))
    else:
        checks.append(_broken(around, reply, runs=banner is not None))
    return checks


def _broken(around: Surroundings, reply: Reply, *, runs: bool) -> Check:
    if _NO_FORMAT.search(reply.text):
        return _without_format(around)
    if _BAD_FORMAT.search(reply.text):
        words = "xelatex.fmt is damaged, or of another version"
        return Check(GROUP, "format", words, Verdict.FAULT, hints=(_REMAKE,))
    what = "format" if runs else "xelatex"
    hints = ('see for yourself: "xelatex small2e"',)
    return Check(GROUP, what, f"fails: {reply.last_words}", Verdict.FAULT, hints=hints)


def _without_format(around: Surroundings) -> Check:
    """Say whether TeX Live's mktexfmt, which an engine without a format runs, can make one."""
    path = around.environment.get("PATH", "")
    if around.find([_FORMAT_SOURCE]) and shutil.which("mktexfmt", path=path):
        words = "xelatex.fmt is missing: TeX makes it when it next runs"
        return Check(GROUP, "format", words, Verdict.NOTE, hints=(_REMAKE,))
    packages = PackageNames("texlive-xetex", "xetex")
    return Check(GROUP, "format", "xelatex.fmt is missing", Verdict.FAULT, packages, (_REMAKE,))


def check_driver(around: Surroundings) -> list[Check]:
    """Ask xdvipdfmx, which makes the PDF, for its version."""
    return [program_check(around, GROUP, "xdvipdfmx", r"Version (\S+)")]


def check_search(around: Surroundings) -> list[Check]:
    """Ask kpsewhich, which finds the files of TeX, for its version; the engine does without."""
    check = program_check(around, GROUP, "kpsewhich", r"version (\S+)")
    if check.verdict is Verdict.FAULT:
        check = replace(check, verdict=Verdict.NOTE)
    return [check]


def program_check(around: Surroundings, group: str, name: str, pattern: str) -> Check:
    """Ask a program for its version.

    Args:
        around: where to look.
        group: where the check stands.
        name: of the program.
        pattern: its first group is the version.
    """
    try:
        reply = around.ask(name, "--version")
    except MissingToolError:
        return missing_program(group, name)
    found = re.search(pattern, reply.text)
    if reply.status or found is None:
        hints = (f'see for yourself: "{name} --version"',)
        return Check(group, name, f"fails: {reply.last_words}", Verdict.FAULT, hints=hints)
    return Check(group, name, found[1])


def missing_program(group: str, name: str) -> Check:
    """Say that a program which a build would run is not installed."""
    return Check(group, name, "not installed", Verdict.FAULT, program_package(name))
