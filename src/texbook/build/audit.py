"""Hold a book that was typeset in chunks against one run of the whole, from nothing.

Chunks rest on what is known of a segment's inputs: what one chapter leaves in TeX's memory for
another to find cannot be seen from outside. One run sees it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.build.chunks.model import NotChunkableError
from texbook.build.chunks.store import ChunkStore
from texbook.build.discrepancy import PageFindings
from texbook.build.model import BuildResult, Check, Outcome, RerunReason, Verdict
from texbook.build.obstacle import keep_obstacle, kept_reason
from texbook.build.pixels import differing_pages
from texbook.build.rebuild import MadePdf, Rebuild
from texbook.build.state import (
    BuildState,
    load_state,
    mark_wrong,
    rebuild_reasons,
    state_path,
    text_reasons,
)
from texbook.latex.spine import SpineError, read_spine
from texbook.texfiles.xdv.binding import write_book
from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.equivalence import differences
from texbook.texfiles.xdv.model import XdvError
from texbook.texfiles.xdv.parse import parse, read_xdv

if TYPE_CHECKING:
    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.build.chunks.store import StoredBook
    from texbook.build.model import BuildRequest
    from texbook.build.surroundings import Surroundings

_CODE = "chunks-differ"


def audit(
    request: BuildRequest, result: BuildResult, *, progress: Progress, cancel: CancelToken
) -> BuildResult:
    """Compare a book that is up to date with one run; the caller holds the lock.

    Where they differ, the PDF of the one run takes the place of the other, and the book is typeset
    in one run until its main file, a class or a package changes.

    Args:
        request: as for `texbook.build.build.build`.
        result: of the build that has brought the book up to date.
        progress: as for `texbook.build.build.build`.
        cancel: as for `texbook.build.build.build`.

    Returns:
        The result, with what the check found.

    Raises:
        TexbookError: as `texbook.build.build.build`.
    """
    started = time.monotonic()
    state = load_state(state_path(request.project))
    assert isinstance(state, BuildState)
    if (why := kept_reason(state)) is not None:
        return replace(result, check=Check(Verdict.ONE_RUN, why))
    progress.step("one run of the whole book")
    whole = replace(request, one_run=True, keep_going=False, timings=False, workshop=None)
    work = Rebuild(whole, None, [], started, progress, cancel)
    audited = _Audit(result, state, work).run()
    assert audited.check is not None
    check = replace(audited.check, seconds=time.monotonic() - started)
    reason = RerunReason("check", f"one run of the whole book: {check.verdict}")
    return replace(
        audited,
        check=check,
        runs=(*result.runs, *work.runs),
        reasons=(*result.reasons, reason),
        seconds=audited.seconds if check.verdict is Verdict.DIFFERENT else result.seconds,
    )


@dataclass(slots=True)
class _Audit:
    """One check.

    Attributes:
        result: of the build in chunks.
        state: of the same.
        work: the one run.
    """

    result: BuildResult
    state: BuildState
    work: Rebuild

    def run(self) -> BuildResult:
        made = self.work.make()
        shared = self.work.shared
        assert shared is not None
        if changed := self._changes():
            message = f"the check was in vain: {changed[0].why} meanwhile"
            return self._unknown(message, "run the command again")
        if isinstance(made, BuildResult):
            return self._failed(made, shared)
        try:
            stored = self._stored(shared)
            pages = parse(_joined(stored)) if stored is not None else None
        except XdvError:
            pages = None
        if stored is None or pages is None:
            message = "nothing was compared: the pages that the last build has kept are damaged"
            return self._unknown(message, '"texbook build --force --check" makes them anew')
        one_run = read_xdv(made.file("xdv"))
        drawn = self._draw(made)
        found = PageFindings(shared, stored.book, self.work.request.project.pdf, made)
        differing = found.merge(differences(pages, one_run), drawn or ())
        check = Check(
            Verdict.DIFFERENT if differing else Verdict.SAME,
            pages=len(one_run.pages),
            differing=tuple(item.page for item in differing),
            drawn=drawn is not None,
        )
        if not differing:
            return replace(self.result, check=check)
        findings = found.tell(differing, _CODE)
        self.work.settler.obstacle = NotChunkableError(
            f"a check has found page {differing[0].page} not the same as in one run"
        )
        published = self.work.finish(made)
        return replace(published, check=check, diagnostics=(*findings, *published.diagnostics))

    def _changes(self) -> tuple[RerunReason, ...]:
        """Say what has changed since the build, so that the two are not of the same sources."""
        request = self.work.request
        return rebuild_reasons(request.project, self.state, request.shell_escape) or text_reasons(
            self.state, request.generated
        )

    def _unknown(self, message: str, hint: str) -> BuildResult:
        finding = Diagnostic("check", Severity.ERROR, message, hints=(hint,))
        found = (finding, *self.result.diagnostics)
        return replace(self.result, check=Check(Verdict.UNKNOWN), diagnostics=found)

    def _failed(self, failed: BuildResult, shared: Surroundings) -> BuildResult:
        """The document does not build in one run, and so it does not build."""
        why = "one run of the whole book fails, where its chapters alone do not"
        finding = Diagnostic(
            _CODE,
            Severity.ERROR,
            why,
            hints=("the errors are those of the one run, which from now on is what is built",),
        )
        more = keep_obstacle(NotChunkableError(f"a check has found that {why}"), shared)
        again = "one run of the whole book failed in the last check"
        mark_wrong(self.state, again, more).save(state_path(self.work.request.project))
        return replace(
            failed,
            outcome=Outcome.FAILED,
            check=Check(Verdict.DIFFERENT),
            diagnostics=(finding, *failed.diagnostics),
        )

    def _stored(self, shared: Surroundings) -> StoredBook | None:
        project, mirror = shared.request.project, shared.mirror
        text = mirror.text(mirror.named(mirror.main))
        digest = self.state.extra.get("chunks")
        if text is None or digest is None:
            return None
        try:
            spine = read_spine(text)
        except SpineError:
            return None
        store = ChunkStore(project.work_folder / "chunks" / project.main.name)
        stored = store.load(digest, spine, mirror.job)
        whole = stored is not None and len(stored.book.known) == len(stored.book.names)
        return stored if whole else None

    def _draw(self, made: MadePdf) -> tuple[int, ...] | None:
        shared = made.typesetter.shared
        shared.progress.step("comparing the pages")
        return differing_pages(
            shared.request.project.pdf,
            made.file("pdf"),
            scratch=made.file("pdf").parent,
            environment=shared.environment,
            limits=shared.limits,
            registry=shared.registry,
            cancel=shared.cancel,
        )


def _joined(stored: StoredBook) -> bytes:
    """Make the pages of a book again from what was kept of each segment.

    Raises:
        XdvError: when they do not fit together.
    """
    digits = Digits()
    for run in stored.pages.values():
        digits.learn(run)
    return write_book(stored.book.numbered(stored.pages), digits)
