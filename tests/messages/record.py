"""Build the whole corpus with the real programs, and print the score and every miss.

From the root of the repository::

    python -m tests.messages.record              # all cases
    python -m tests.messages.record NAME...      # these
    python -m tests.messages.record --save ...   # and write their recordings anew
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.messages.conftest import (
    CASES,
    FOLDER,
    LOGS,
    Case,
    Verdict,
    build_case,
    lay_out_base,
    load_runs,
    patch_programs,
    read,
    run_name,
)
from texbook.system.process import ProcessResult, run_process

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_KEPT = (".log", ".fls", ".xdv", ".pdf", ".png", ".pygtex", ".pygstyle")
_OWN = re.compile(rb"(?<=\))  \d+ [A-Z]{3} \d{4} \d+:\d+$|(?<=^\*\*).*", re.MULTILINE)
"""The time, and the command line with texbook's own TeX code: in every log, and no message."""


@dataclass
class Recorder:
    """A `run_process` that writes down how each program ended and what it left.

    Attributes:
        runs: by program and its last argument; a later run replaces an earlier one.
        log: the engine's log of its last run.
    """

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: bytes = b""

    def __call__(self, arguments: Sequence[str], **rest: Any) -> ProcessResult:
        folder: Path = rest["folder"]
        before = _files(folder)
        result = run_process(arguments, **rest)
        program = arguments[0]
        if program in {"xdvipdfmx", "kpsewhich"}:
            return result
        after = _files(folder)
        kept = {
            name: _neutral(content, folder).decode("utf-8", "surrogateescape")
            for name, content in after.items()
            if content != before.get(name) and not name.endswith(NOT_KEPT)
        }
        run: dict[str, Any] = {"status": result.status, "limit": result.limit}
        run["output"] = _neutral(result.output, folder).decode("utf-8", "surrogateescape")
        if program == "xelatex":
            run["opened"] = _opened(folder)
            self.log = _neutral(read(folder / "main.log"), folder)
            if result.status != 0:
                kept = {}
            if self.log and result.limit is None:
                run["output"] = ""
        earlier = self.runs.get(run_name(arguments), {}).get("files", {})
        self.runs[run_name(arguments)] = run | {"files": {**earlier, **kept}}
        return result

    def save(self, name: str, whole: str = "") -> None:
        """Write the recording; what is as in that of the whole document is left out.

        Args:
            name: of the recording.
            whole: that of the recording of the document without the fault.
        """
        clean = load_runs(whole)
        like = read(LOGS / f"{whole}.log")
        (LOGS / f"{name}.log").write_bytes(_shorten(_OWN.sub(b"", self.log), like))
        runs = json.loads(json.dumps(self.runs))
        for key, run in runs.items():
            same = clean.get(key, {}).get("files", {})
            run["files"] = {k: None if same.get(k) == v else v for k, v in run["files"].items()}
        text = json.dumps(runs, indent=1, sort_keys=True)
        (LOGS / f"{name}.json").write_text(text + "\n", "ascii")


def _shorten(log: bytes, like: bytes) -> bytes:
    """Leave out the lines at the beginning of a log that another one has, too."""
    pairs = enumerate(zip(log, like, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(log), len(like)))
    cut = log.rfind(b"\n", 0, same) + 1
    return b"@SAME %d@\n%s" % (cut, log[cut:]) if cut else log


def _files(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix not in NOT_KEPT:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def _opened(folder: Path) -> list[str]:
    """Give the recorder's lines for files in the folder, each once."""
    lines = read(folder / "main.fls").decode("utf-8", "replace").splitlines()
    kept = []
    for line in dict.fromkeys(lines):
        action, _, path = line.partition(" ")
        path = path.removeprefix(f"{folder}/")
        if action in {"INPUT", "OUTPUT"} and not path.startswith("/"):
            kept.append(f"{action} {path}")
    return list(dict.fromkeys(kept))


def _neutral(content: bytes, folder: Path) -> bytes:
    return content.replace(bytes(folder), FOLDER)


def record_base(base: str) -> None:
    """Record the document without a fault, which must be silent; cases keep what differs."""
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        folder = Path(place).resolve() / "book"
        lay_out_base(base, folder)
        patch_programs(patch, recorder)
        loud = [item for item in build_case(folder) if item.severity != "information"]
    if loud:
        raise SystemExit(f"{base} has faults of its own: {loud[0]}")
    recorder.save(Path(base).name)


def judge_case(case: Case, *, save: bool) -> Verdict:
    """Build one case."""
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        folder = Path(place).resolve() / "book"
        case.lay_out(folder)
        patch_programs(patch, recorder)
        verdict = case.judge(folder, build_case(folder))
    if save:
        recorder.save(case.id, Path(case.base).name)
    return verdict


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    cases = [case for case in CASES if not options.names or case.id in options.names]
    if options.save:
        for base in dict.fromkeys(case.base for case in cases):
            record_base(base)
    with ProcessPoolExecutor(2) as pool:
        verdicts = list(pool.map(partial(judge_case, save=options.save), cases))
    for case, verdict in zip(cases, verdicts, strict=True):
        if not (verdict.place and verdict.cause):
            right = f"{case.id}: place {verdict.place}, cause {verdict.cause}"
            sys.stdout.write(f"{right}\n  said   {verdict.said}\n  wanted {verdict.wanted}\n")
    places = sum(verdict.place for verdict in verdicts)
    causes = sum(verdict.cause for verdict in verdicts)
    score = f"{places} of {len(cases)} right file and line, {causes} of {len(cases)} right cause"
    sys.stdout.write(score + "\n")


if __name__ == "__main__":
    main()
