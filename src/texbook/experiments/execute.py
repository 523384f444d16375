"""Executing one experiment in a process of its own, under limits."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from texbook.base.atomic import storage_errors
from texbook.base.regular import read_regular
from texbook.experiments.faults import Ending, ending_findings, report_findings
from texbook.project import SKIPPED_FOLDERS
from texbook.system.process import Limits, run_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.base.cancel import CancelToken
    from texbook.base.diagnostic import Diagnostic
    from texbook.experiments.experiment import Experiment
    from texbook.project import Project
    from texbook.system.process import ProcessRegistry, ProcessResult

FOLDER = "experiments"
"""Below texbook's own folder: what experiments need while they run."""

OUTPUT_BYTES = 16 << 20
"""So much may an experiment print."""

FILE_BYTES = 4 << 30
"""So large may a file be that it writes."""

_RUN = "run."
_CHILD = Path(__file__).with_name("child.py")

_FIXED = {
    # One thread, one seed of hashes, one encoding and one time zone: the same numbers everywhere.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    # What is printed is there when the process is ended; no __pycache__ among the sources.
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # matplotlib: no window, and no date in what it writes.
    "MPLBACKEND": "Agg",
    "SOURCE_DATE_EPOCH": "0",
}


class Request(TypedDict):
    """What child.py is told; paths are absolute."""

    script: str
    root: str
    results: str
    report: str
    figure: str
    trace: str
    seconds: int
    skipped_names: list[str]
    skipped_paths: list[str]


@dataclass(frozen=True, slots=True)
class Execution:
    """What executing an experiment gave.

    Attributes:
        report: what child.py tells, without faults; None if there was one.
        figure: the drawing, a PDF; None if the script draws none.
        diagnostics: the faults.
        looked_at: the other files of the book that it read, or looked for in vain.
        output: the last 64 KiB of what the script printed.
        seconds: wall-clock time.
    """

    experiment: Experiment
    report: Mapping[str, Any] | None
    figure: bytes | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    looked_at: frozenset[Path] = frozenset()
    output: str = field(default="", repr=False)
    seconds: float = 0.0


def execute(
    experiment: Experiment,
    project: Project,
    *,
    python: str,
    environment: Mapping[str, str],
    registry: ProcessRegistry,
    cancel: CancelToken,
) -> Execution:
    """Execute an experiment; a fault of its script is a finding.

    Args:
        experiment: what to execute.
        project: its book.
        python: the interpreter, a name on the ``PATH`` or an absolute path.
        environment: of texbook itself; the script gets it with a few changes.
        registry: where the process is on record.
        cancel: ends it when set.

    Raises:
        MissingToolError: when there is no such interpreter.
        CancelledError: when cancelled.
        StorageError: when there is no room for what it needs while it runs.
    """
    base = project.work_folder / FOLDER
    with storage_errors("write", base):
        base.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_RUN, dir=base))
    try:
        request = _request(experiment, project, folder)
        limits = _limits(project)
        result = run_process(
            [python, str(_CHILD), json.dumps(request)],
            folder=experiment.script.parent,
            environment=_environment(environment, base, folder),
            limits=limits,
            registry=registry,
            cancel=cancel,
        )
        return _outcome(experiment, project, python, request, result)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(project: Project) -> None:
    """Remove what executions that were killed have left; to be called when none is under way."""
    for folder in (project.work_folder / FOLDER).glob(f"{_RUN}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _request(experiment: Experiment, project: Project, folder: Path) -> Request:
    return Request(
        script=str(experiment.script),
        root=str(project.root),
        results=str(experiment.results),
        report=str(folder / "report.json"),
        figure=str(folder / "figure.pdf"),
        trace=str(folder / "trace"),
        seconds=project.config.experiments.seconds,
        skipped_names=sorted(SKIPPED_FOLDERS),
        skipped_paths=[str(project.build_folder), str(project.pdf)],
    )


def _limits(project: Project) -> Limits:
    config = project.config.experiments
    return Limits(
        wall_seconds=float(config.seconds),
        memory_bytes=config.memory_megabytes << 20 or None,
        file_bytes=FILE_BYTES,
        output_bytes=OUTPUT_BYTES,
    )


def _environment(environment: Mapping[str, str], base: Path, folder: Path) -> dict[str, str]:
    matplotlib = base / "matplotlib"  # its list of the fonts takes seconds, so it is kept
    with storage_errors("write", matplotlib):
        matplotlib.mkdir(exist_ok=True)
    own = {"MPLCONFIGDIR": str(matplotlib), "TMPDIR": str(folder)}
    inherited = {key: value for key, value in environment.items() if key != "MATPLOTLIBRC"}
    return inherited | _FIXED | own


def _outcome(
    experiment: Experiment, project: Project, python: str, request: Request, result: ProcessResult
) -> Execution:
    output = result.output.decode("utf-8", "replace")
    report = _read_report(Path(request["report"]))
    ending = Ending(
        python=python,
        status=result.status,
        limit=result.limit,
        trace=_read_text(Path(request["trace"])),
        output=output,
        has_report=report is not None,
    )
    if report is None or result.limit is not None:
        found = ending_findings(experiment, project, ending)
    else:
        found = report_findings(experiment, project, report, ending)
    looked_at = frozenset(project.root / name for name in (report or {}).get("inputs", ()))
    if found:
        return Execution(experiment, None, None, found, looked_at, output, result.seconds)
    figure = Path(request["figure"])
    with storage_errors("read", figure):
        drawing = read_regular(figure) if figure.is_file() else None
    return Execution(experiment, report, drawing, (), looked_at, output, result.seconds)


def _read_report(path: Path) -> dict[str, Any] | None:
    """Read what child.py wrote; None if it wrote nothing, or somebody wrote over it."""
    with contextlib.suppress(OSError, ValueError):
        report = json.loads(read_regular(path))
        if isinstance(report, dict) and isinstance(report.get("faults"), list):
            return report
    return None


def _read_text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return read_regular(path)[-(1 << 16) :].decode("utf-8", "replace")
    return ""
