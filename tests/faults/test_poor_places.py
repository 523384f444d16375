"""Row 17: where there is no room, no home, no terminal and nobody who listens.

The exit code is the one of docs/configuration.md and README.md; the PDF is right, or the old one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.faults.trials import AS_OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.trials import Place, Trials


def shell(script: str) -> tuple[str, ...]:
    """Give a command that prepares something and becomes another one."""
    return ("/bin/sh", "-c", f'{script} "$@"', "sh")


@dataclass(frozen=True)
class Case:
    """A place to run in.

    Attributes:
        before: a command that runs texbook.
        around: variables of the environment; None for one that is not there.
        prepare: changes the folder before.
        status: the right exit code; with 0 the PDF is new, else it is the old one.
        words: what is said then.
        verb: the command.
    """

    before: tuple[str, ...] = ()
    around: dict[str, str | None] = field(default_factory=dict)
    prepare: Callable[[Place], object] = lambda _place: None
    status: int = 0
    words: tuple[str, ...] = ()
    verb: tuple[str, ...] = ("build",)


def foreign_text(place: Place) -> None:
    place.put("größe.tex", "Größe\n")
    place.document("Hello \\input{größe}")


def closed(name: str, mode: int) -> Callable[[Place], object]:
    return lambda place: (place.root / name).chmod(mode)


def closed_build(place: Place) -> None:
    (place.root / "build").mkdir()
    (place.root / "build").chmod(0o555)


def many_findings(place: Place) -> None:
    place.document("Hello. The others ... go on.\n\n" * 3000)


SILENT = {
    "standard output closed": Case(shell("exec >&-; exec")),
    "standard error closed": Case(shell("exec 2>&-; exec")),
    "standard input closed": Case(shell("exec <&-; exec")),
    "all three closed": Case(shell("exec <&- >&- 2>&-; exec")),
    "a full device to write to": Case(
        shell("exec >/dev/full; exec"), prepare=many_findings, status=6, verb=("lint",)
    ),
    "a reader that leaves": Case(
        ("/bin/bash", "-c", '"$@" | head -1; exit ${PIPESTATUS[0]}', "sh"),
        prepare=many_findings,
        status=141,
        verb=("lint", "--format", "concise"),
    ),
    "a reader of a build that leaves": Case(
        ("/bin/bash", "-c", '"$@" 2>&1 | head -0; exit ${PIPESTATUS[0]}', "sh"), status=141
    ),
}
POOR = {
    "no HOME": Case(around={"HOME": None}),
    "a HOME that is not there": Case(around={"HOME": "/nowhere/at/all"}),
    "a HOME that is no folder": Case(around={"HOME": "/dev/null"}),
    "an empty HOME": Case(around={"HOME": ""}),
    "LANG=C": Case(around={"LANG": "C", "LC_ALL": "C"}, prepare=foreign_text),
    "POSIX without the UTF-8 of Python": Case(
        around={"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        prepare=foreign_text,
    ),
    "a language that is not installed": Case(around={"LC_ALL": "xx_XX.UTF-8"}),
    "no variable at all but PATH": Case(shell('exec env -i PATH="$PATH"')),
    "no TERM": Case(around={"TERM": None}),
    "an odd width": Case(around={"COLUMNS": "0", "TERM": "dumb"}),
    "no TMPDIR": Case(around={"TMPDIR": "/nowhere/at/all"}),
    "umask 077": Case(shell("umask 077; exec")),
}
CLOSED_PLACES = {
    "a PDF that may not be written": Case(
        prepare=closed("main.pdf", 0o444), status=6, words=("cannot write", "main.pdf")
    ),
    "a folder that may not be written": Case(
        prepare=closed(".", 0o555), status=6, words=("cannot lock", "ermission")
    ),
    "a build folder that may not be written": Case(
        prepare=closed_build, status=6, words=("build", "ermission")
    ),
    "umask 777": Case(shell("umask 777; exec"), status=6, words=("ermission",)),
    "a source that may not be read": Case(
        prepare=closed("main.tex", 0), status=6, words=("main.tex", "ermission")
    ),
    "lint in a folder that may not be written": Case(prepare=closed(".", 0o555), verb=("lint",)),
    "stats in a folder that may not be written": Case(prepare=closed(".", 0o555), verb=("stats",)),
    "render in a folder that may not be written": Case(
        prepare=closed(".", 0o555), verb=("render",)
    ),
}
SHORT = {
    "all three closed": SILENT["all three closed"],
    "no variable at all but PATH": POOR["no variable at all but PATH"],
    "a HOME that is no folder": POOR["a HOME that is no folder"],
    "a PDF that may not be written": CLOSED_PLACES["a PDF that may not be written"],
    "a folder that may not be written": CLOSED_PLACES["a folder that may not be written"],
}


def expect(place: Place, case: Case) -> None:
    place.document("Hello")
    place.keep_old_pdf()
    case.prepare(place)
    around = {k: v for k, v in {**place.environment(), **case.around}.items() if v is not None}
    before = (*AS_OTHERS, *case.before)
    answer = place.texbook(*case.verb, before=before, env=around)
    place.root.chmod(0o755)
    said = answer.out + answer.err
    assert answer.status == case.status, said
    for word in case.words:
        assert word in said, said
    is_old = (place.root / "main.pdf").read_bytes() == place.OLD_PDF
    if case.verb != ("build",) or case.status not in (0, 141):
        assert is_old
    elif case.status == 0 or not is_old:
        assert "Hello" in place.text()


@pytest.mark.tex
def test_poor_places(trials: Trials, times: Callable[[int, int], int]) -> None:
    cases = {**POOR, **SILENT, **CLOSED_PLACES} if times(0, 1) else SHORT
    for name, case in cases.items():
        with trials.attempt(name) as place:
            expect(place, case)
    trials.end("row 17: poor places, PDF right or the old one, no traceback:")


VERBS = ("build", "lint", "render", "stats", "doctor", "run", "clean", "watch", "init", "view")


def test_a_folder_that_is_gone(trials: Trials, times: Callable[[int, int], int]) -> None:
    for verb in VERBS[: times(2, len(VERBS))]:
        with trials.attempt(verb) as place:
            before = shell(f'rm -r "{place.root}"; exec')
            answer = place.texbook(verb, before=before)
            place.root.mkdir()
            assert answer.status == 6, answer.out + answer.err
            assert "the folder that you are in is gone" in answer.err
    trials.end("row 17: commands in a folder that is gone:")


def can_mount() -> bool:
    """Say whether a folder can be mounted read-only here, in a name space of our own."""
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", *MAPPED, "-m", "sh", "-c", "mount --bind /tmp /tmp"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


MAPPED = () if os.geteuid() == 0 else ("-r",)


@pytest.mark.tex
@pytest.mark.skipif(not can_mount(), reason="no name space can be made in which to mount")
@pytest.mark.parametrize("verb", ["build", "lint"])
def test_a_disk_that_is_mounted_read_only(trials: Trials, verb: str) -> None:
    with trials.attempt(verb) as place:
        place.document("Hello")
        place.keep_old_pdf()
        mount = f'mount --bind "{place.root}" "{place.root}"'
        enter = f'{mount}; mount -o remount,ro,bind "{place.root}"; cd "{place.root}"; exec'
        answer = place.texbook(verb, before=("unshare", *MAPPED, "-m", *shell(enter)))
        assert answer.status == (6 if verb == "build" else 0), answer.out + answer.err
        assert verb != "build" or "read-only" in answer.err.lower()
        assert (place.root / "main.pdf").read_bytes() == place.OLD_PDF
    trials.end(f"row 17: {verb} on a read-only disk:")
