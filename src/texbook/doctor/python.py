"""Python, texbook itself, and the packages of Python that it needs."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from texbook import __version__
from texbook.doctor.check import Check, Verdict

if TYPE_CHECKING:
    from texbook.doctor.surroundings import Surroundings

GROUP = "texbook"

_REQUIREMENT = re.compile(r"([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(?:;(.*))?")
_BOUND = re.compile(r"(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)")
# In a process of its own: half a second that runs beside the rest, and what breaks breaks there.
_IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        print("%s: %s: %s" % (name, type(error).__name__, " ".join(str(error).split())))
"""


class Requirement(NamedTuple):
    """A package of Python and the versions that will do."""

    name: str
    bounds: str


def requirements(extra: str = "") -> list[Requirement] | None:
    """Read what texbook was installed to need; None if it is not installed but run from a folder.

    Args:
        extra: only what this extra brings.
    """
    try:
        lines = importlib.metadata.requires("texbook") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = []
    for line in lines:
        parts = _REQUIREMENT.fullmatch(line)
        if parts is None:
            continue
        condition = re.search(r"extra\s*==\s*['\"]([^'\"]+)", parts[3] or "")
        if (condition[1] if condition else "") == extra:
            found.append(Requirement(parts[1], parts[2].strip()))
    return found


def satisfies(version: str, bounds: str) -> bool:
    """Say whether a version lies within bounds; only their numbers are compared.

    >>> satisfies("3.1.6", ">=3.1.6,<4"), satisfies("4.0", "<4,>=3.1.6")
    (True, False)
    """
    have = _numbers(re.match(r"[\d.]*", version)[0])  # type: ignore[index]
    for sign, bound in _BOUND.findall(bounds):
        want = _numbers(bound)
        order = (have > want) - (have < want)
        if order not in {">=": (0, 1), "<=": (0, -1), "==": (0,), "!=": (1, -1)}.get(
            sign, (1,) if sign == ">" else (-1,)
        ):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".") if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()  # 3.0 is 3
    return tuple(numbers)


def installed_version(name: str) -> str:
    """Give the version of an installed package of Python; empty if there is none."""
    try:
        return importlib.metadata.version(name) or ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def check_python(around: Surroundings, *, experiments: bool) -> list[Check]:
    """Check Python and texbook's packages.

    Args:
        around: with what environment they are imported.
        experiments: whether the book has experiments, which need packages of their own.
    """
    checks = [
        Check(GROUP, "texbook", __version__),
        Check(GROUP, "Python", f"{platform.python_version()}, {sys.executable}"),
    ]
    needed = requirements()
    if needed is None:
        words = "texbook is not installed, so what it needs is not known"
        return [*checks, Check(GROUP, "packages", words, Verdict.NOTE)]
    extra = requirements("book") if experiments else None
    broken = _broken(around, [need.name for need in (*needed, *(extra or ()))])
    each = [_check(need, broken, Verdict.FAULT) for need in needed]
    good = sum(check.verdict is Verdict.GOOD for check in each)
    checks.append(Check(GROUP, "packages", f"{good} of {len(each)} good"))
    checks += each
    if extra is not None:
        checks += [_check(need, broken, Verdict.NOTE) for need in extra]
    return checks


def _broken(around: Surroundings, names: list[str]) -> dict[str, str]:
    """Import packages in another process; give the error of each that cannot be.

    -P: without it ``-c`` looks for modules in the working folder first, which is the book's.
    """
    reply = around.ask(sys.executable, "-P", "-c", _IMPORT, *names)
    lines = (line.partition(": ") for line in reply.text.splitlines())
    return {name: error for name, colon, error in lines if colon and name in names}


def _check(need: Requirement, broken: dict[str, str], verdict: Verdict) -> Check:
    version = installed_version(need.name)
    wanted = f"{need.name}{need.bounds}"
    hints = (f"\"{sys.executable} -m pip install '{wanted}'\"",)
    if not version:
        words = "not installed"
        if verdict is Verdict.NOTE:
            words += '; only "texbook run" needs it'
        return Check(GROUP, need.name, words, verdict, hints=hints)
    if need.name in broken:
        words = f"{version} cannot be imported: {broken[need.name]}"
        return Check(GROUP, need.name, words, verdict, hints=hints)
    if not satisfies(version, need.bounds):
        words = f"{version} is installed, {need.bounds} is needed"
        return Check(GROUP, need.name, words, verdict, hints=hints)
    return Check(GROUP, need.name, f"{version} ({need.bounds})", minor=verdict is Verdict.FAULT)
