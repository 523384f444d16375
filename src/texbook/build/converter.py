"""Runs xdvipdfmx, which makes the PDF of the pages, and reads what it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.build.model import EngineRun
from texbook.messages.diagnose import ended_by_signal
from texbook.messages.limits import limit_error
from texbook.system.process import run_process

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.build.surroundings import Surroundings
    from texbook.build.typeset import BookTypesetter
    from texbook.system.process import ProcessResult


# zlib's levels, 9 is also xdvipdfmx's own (xdvipdfmx --help). The pages are the same: of a book of
# 305 pages level 4 makes a PDF that is larger by 7 % in half the time. What a watch has made stays
# so when the watch is idle or has ended: 7 % are not worth a second PDF that readers load again.
_SMALL = "9"
_QUICK = "4"


def make_pdf(typesetter: BookTypesetter) -> tuple[Diagnostic, ...]:
    """Make the PDF of the last run's pages, beside them; the run of xdvipdfmx is put on record.

    Returns:
        Its errors, if it lost anything.

    Raises:
        LimitError: when a limit was hit.
        CancelledError, MissingToolError: as `run_process`.
    """
    shared, last = typesetter.shared, typesetter.last
    assert last is not None
    name = shared.request.project.pdf.name
    result, run = run_converter(shared, last.work, shared.mirror.job, name)
    typesetter.runs.append(run)
    if result.status < 0:
        return (ended_by_signal("xdvipdfmx", -result.status),)
    return converter_findings(result.status, result.output.decode("utf-8", "replace"))


def run_converter(
    shared: Surroundings, work: Path, job: str, target: str
) -> tuple[ProcessResult, EngineRun]:
    """Make ``JOB.pdf`` of ``JOB.xdv``.

    Args:
        shared: what all programs of the build share.
        work: the folder of both, at which the paths of pictures begin.
        job: their name without its ending.
        target: what the PDF is for, as people know it.

    Raises:
        LimitError: when a limit was hit.
        CancelledError, MissingToolError: as `run_process`.
    """
    label = f"writing {target}"
    level = _QUICK if shared.request.workshop is not None else _SMALL
    shared.progress.step(label)
    result = run_process(
        ("xdvipdfmx", "-q", "-E", "-z", level, "-o", f"{job}.pdf", f"{job}.xdv"),
        folder=work,
        environment=shared.environment,
        limits=shared.limits,
        registry=shared.registry,
        cancel=shared.cancel,
    )
    if result.limit is not None:
        raise limit_error("xdvipdfmx", result.limit, shared.request.project.config.build)
    return result, EngineRun("xdvipdfmx", label, result.seconds, result.cpu_seconds)


def converter_findings(status: int, output: str) -> tuple[Diagnostic, ...]:
    """Read what xdvipdfmx printed (``xdvipdfmx:warning: ...``, ``xdvipdfmx:fatal: ...``)."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    fatal = [line for line in lines if "fatal:" in line]
    lost = [line for line in lines if "warning:" in line and _loses_content(line)]
    errors = [_converter_error(line) for line in dict.fromkeys(fatal + lost)]
    if status != 0 and not errors:
        said = f': "{lines[-1]}"' if lines else " without a word"
        errors = [_converter_error(f"xdvipdfmx ended with status {status}{said}")]
    return tuple(errors)


def _loses_content(line: str) -> bool:
    """Whether something that belongs on a page is not there (texts of dvipdfmx's dvi.c, spc*.c)."""
    wanted = ("could not", "couldn't", "image inclusion failed", "image format not supported")
    return any(text in line.lower() for text in wanted)


def _converter_error(line: str) -> Diagnostic:
    message = line.rpartition("fatal: ")[2].rpartition("warning: ")[2].rstrip(" .")
    return Diagnostic("pdf", Severity.ERROR, message, source="xdvipdfmx")
