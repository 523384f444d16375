"""``texbook doctor``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from texbook.app.doctor import Examination, examine
from texbook.base.errors import ExitStatus
from texbook.cli.output import (
    Voice,
    format_option,
    plural,
    show_diagnostics,
    show_json,
    voice_options,
)
from texbook.doctor.check import Check, Verdict
from texbook.report.doctor import CheckGroup, CheckLine, Mark, render_checks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.system.packages import PackageNames

EPILOG = """\b
Examples:
  texbook doctor                for the book in this folder
  texbook doctor thesis.tex     for another file
  texbook doctor -v             every file, and where it is
  texbook doctor --format json  for machines

\b
Exit codes: 0 the book can be built, 3 something that it needs is missing.
"""


@click.command("doctor", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@format_option
@voice_options
def command(main: Path | None, *, form: str, quiet: bool, verbose: bool) -> int:
    """Say what is missing on the machine, and what brings it.

    Looks at TeX, the classes, packages and fonts of the book, the programs beside TeX, Python, and
    what TeX may run. It runs nothing of the book and writes nothing into its folder. MAIN is as in
    "texbook build"; where there is no book, the machine alone is looked at.
    """
    examination = examine(main)
    if form == "json":
        show_json(examination.diagnostics, "texbook doctor", _fields(examination))
    else:
        show_diagnostics(examination.diagnostics)
        voice = Voice(quiet, verbose)
        render_checks(
            _groups(examination.checks, voice),
            examination.commands,
            _verdict(examination),
            stream=sys.stdout,
        )
    return examination.status


def _groups(checks: Iterable[Check], voice: Voice) -> list[CheckGroup]:
    shown = [check for check in checks if _is_shown(check, voice)]
    order = dict.fromkeys(check.group for check in shown)
    return [
        CheckGroup(group, tuple(map(_line, (check for check in shown if check.group == group))))
        for group in order
    ]


def _is_shown(check: Check, voice: Voice) -> bool:
    if voice.quiet:
        return check.verdict is Verdict.FAULT
    return voice.verbose or not check.minor


def _line(check: Check) -> CheckLine:
    brought = () if check.packages is None else (_brought_by(check.packages),)
    notes = (*brought, *check.hints)
    return CheckLine(Mark(check.verdict.value), check.what, check.detail, notes)


def _brought_by(names: PackageNames) -> str:
    """Name the packages in few words; the commands stand at the end, for all at once."""
    system = f"brew: {names.brew}" if sys.platform == "darwin" else f"apt-get: {names.debian}"
    parts = (system, f"tlmgr: {names.tlmgr}")
    return ", ".join(part for part in parts if not part.endswith(" None"))


def _verdict(examination: Examination) -> str:
    faults = sum(check.verdict is Verdict.FAULT for check in examination.checks)
    project = examination.project
    name = "" if project is None else str(project.display(project.main))
    if not faults:
        if examination.status is not ExitStatus.GOOD:
            return "the machine has all that is needed, but see the error above"
        return f"all that {name} needs is here" if name else "all that a document needs is here"
    what = f"{name} cannot be built" if name else "nothing can be built"
    return f"{what}: {plural(faults, 'fault')}"


def _fields(examination: Examination) -> dict[str, object]:
    project = examination.project
    return {
        "book": None if project is None else project.display(project.main).as_posix(),
        "checks": [
            {
                "group": check.group,
                "what": check.what,
                "verdict": check.verdict.value,
                "detail": check.detail,
                "packages": _packages(check),
                "hints": list(check.all_hints),
            }
            for check in examination.checks
        ],
        "commands": list(examination.commands),
    }


def _packages(check: Check) -> dict[str, str | None] | None:
    if check.packages is None:
        return None
    names = check.packages
    return {"debian": names.debian, "tlmgr": names.tlmgr, "brew": names.brew}
