"""One build of a book, from the question whether anything changed to the published PDF."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

from texbook.base.errors import BookError
from texbook.build.model import BuildResult, NoDraft, Outcome, RerunReason
from texbook.build.state import (
    BuildState,
    load_state,
    processes_folder,
    rebuild_reasons,
    state_path,
    text_reasons,
)
from texbook.system.lock import book_lock

if TYPE_CHECKING:
    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.build.model import BuildRequest
    from texbook.project import Project


def build(request: BuildRequest, *, progress: Progress, cancel: CancelToken) -> BuildResult:
    """Bring the book's PDF up to date with its sources, or say why that is not possible.

    The PDF in the author's folder is replaced at the very end and in one step: on every failure
    the old one stays.

    Args:
        request: the book, and what the person asked for.
        progress: is told of steps, pages and reasons while the build runs.
        cancel: ends the build when set.

    Raises:
        LockedError: when another texbook builds this book.
        RefusedError: when the document needs a shell that the person has not allowed.
        LimitError: when a program hit a limit.
        MissingToolError: when xelatex or another program is not installed.
        StorageError: when the disk is full or access is denied.
        BookError: when a source is not UTF-8, or no folder of such a name can be typeset in.
        InvalidPdfError: when xdvipdfmx made a PDF that is not whole.
        CancelledError: when cancelled.
    """
    _check_folder(request.project)
    with book_lock(request.project.work_folder):
        try:
            _end_leftovers(request)
            result = _bring_up_to_date(request, progress, cancel)
            if not request.check or result.outcome is Outcome.FAILED:
                return result
            from texbook.build.audit import audit  # noqa: PLC0415  (late, as below)

            return audit(request, result, progress=progress, cancel=cancel)
        finally:
            shutil.rmtree(request.project.work_folder / "runs", ignore_errors=True)


def _check_folder(project: Project) -> None:
    """Refuse a folder of which the engine cannot tell what it has read there.

    Its list of files has one path a line, unquoted (Web2C manual, ``-recorder``): changes of the
    book would not be seen.

    Raises:
        BookError: when there is a line end in the path.
    """
    if "\n" in os.path.realpath(project.root):
        raise BookError(
            "the path of the book's folder has a line end in it, and a build could not see changes",
            hints=("give the folder another name",),
        )


def _end_leftovers(request: BuildRequest) -> None:
    """End what an earlier texbook left running, also where there is nothing to do."""
    folder = processes_folder(request.project)
    if folder.is_dir() and any(folder.iterdir()):
        from texbook.system.process import ProcessRegistry  # noqa: PLC0415  (late, as below)

        ProcessRegistry(folder).end_leftovers()


def _bring_up_to_date(
    request: BuildRequest, progress: Progress, cancel: CancelToken
) -> BuildResult:
    started = time.monotonic()
    project = request.project
    state = load_state(state_path(project))
    if request.force:
        reasons: tuple[RerunReason, ...] = (RerunReason("build", "it was asked for"),)
        state = reasons[0]
    else:
        reasons = rebuild_reasons(project, state, request.shell_escape)
        reasons = reasons or text_reasons(state, request.generated)
    if isinstance(state, BuildState) and not reasons:
        if request.on_draft is not None:
            request.on_draft(NoDraft("nothing has changed"))
        if request.workshop is not None and request.workshop.wanted is None:
            from texbook.build.rebuild import Rebuild  # noqa: PLC0415  (late, as below)

            Rebuild(request, state, [], started, progress, cancel).get_ready()
        return BuildResult(
            Outcome.UP_TO_DATE,
            project.pdf,
            diagnostics=state.findings,
            pages=state.pages,
            inputs=frozenset(state.inputs),
            noise=state.extra.get("noise", {}),
            looks=_kept_looks(request, state),
            seconds=time.monotonic() - started,
        )
    for reason in reasons[:3]:
        progress.note(f"rebuilding: {reason.why}")
    # Late, so that a book that is up to date costs no more than looking.
    from texbook.build.rebuild import rebuild  # noqa: PLC0415

    known = state if isinstance(state, BuildState) and state.main == project.main else None
    return rebuild(request, known, reasons, started=started, progress=progress, cancel=cancel)


def _kept_looks(request: BuildRequest, state: BuildState) -> tuple[str, ...] | None:
    looks = state.extra.get("looks")
    if looks is None:
        return None
    names = tuple(map(str, looks))
    return names if request.workshop is None else request.workshop.known_looks(names)
