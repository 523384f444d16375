"""A draft: only what was edited, with the numbers of the last build, before the exact PDF follows.

It is a PDF of its own and never stands in the place of the book's. A draft that cannot be made is
no fault: the exact build says what is wrong, if anything is.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import LimitError, StorageError, UsageError
from texbook.build.chunks.driver import BODY
from texbook.build.chunks.engine import ChunkEngine, JobText
from texbook.build.chunks.rounds import NEW
from texbook.build.converter import run_converter
from texbook.build.engine import is_whole_xdv
from texbook.build.model import Draft, EngineRun, NoDraft
from texbook.build.parts import PartDigests, draft_body, edited_parts, part_digests, read_parts
from texbook.build.publish import publish
from texbook.texfiles.log import read_log
from texbook.texfiles.pdf import InvalidPdfError
from texbook.texfiles.xdv.binding import write_book
from texbook.texfiles.xdv.model import XdvError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.rounds import ChunkRounds
    from texbook.build.surroundings import Surroundings
    from texbook.build.typeset import BookTypesetter
    from texbook.latex.parts import Document, Part

_JOB = "texbook-draft"
NO_BUILD = "there is no earlier build to take the numbers from"
_PREAMBLE = "the preamble was edited, which concerns every page"
NOTHING_EDITED = "no part of the text was edited"
_EVERYTHING = "every part was edited"
_BLANK = "what was edited prints nothing"
_LONGEST_NAME = 60


@dataclass(slots=True)
class Drafter:
    """Makes the draft of one build, at most one, and tells of it.

    Attributes:
        tell: gets the draft, or why there is none.
        output: where the PDF goes.
        started: when the build began, as `time.monotonic` gives it.
        runs: the programs that it ran.
    """

    tell: Callable[[Draft | NoDraft], None]
    output: Path
    started: float
    has_told: bool = False
    runs: list[EngineRun] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        """Say why there is no draft, unless all is said."""
        if not self.has_told:
            self.has_told = True
            self.tell(NoDraft(reason))

    def draft_chunks(
        self, rounds: ChunkRounds, desk: BookTypesetter, waiting: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Draft the segments that were typeset in the first round.

        Args:
            rounds: the build, after its first round.
            desk: holds a working copy of the book.
            waiting: why each of them was typeset.

        Raises:
            StorageError: when the disk is full or access is denied.
            CancelledError, MissingToolError: as `run_converter`.
        """
        if self.has_told:
            return
        if len(waiting) == len(rounds.book.names):
            self.refuse(_because(waiting))
            return
        assert desk.last is not None
        work = desk.last.work
        starts = rounds.book.starts()
        names = [name for name in rounds.book.names if name in waiting]
        runs = [(rounds.pages[name], starts[name].page) for name in names]
        pages = sum(len(run.pages) for run, _ in runs)
        if not pages:
            self.refuse(_BLANK)
            return
        try:
            content = write_book(runs, rounds.digits)
        except XdvError:
            # A number that has become longer, say: as typeset it is right for a draft.
            content = write_book([(run, None) for run, _ in runs], rounds.digits)
        with storage_errors("write", work):
            (work / f"{_JOB}.xdv").write_bytes(content)
        self._publish(rounds.shared, work, pages, tuple(names))

    def draft_parts(self, shared: Surroundings, kept: object, auxiliary: Snapshot) -> None:
        """Draft the edited parts of a book that is typeset in one run.

        Args:
            shared: what all programs of the build share.
            kept: what the last good build kept of its parts (`PartDigests.to_json`), if anything.
            auxiliary: its auxiliary files.

        Raises:
            StorageError: when the disk is full or access is denied.
            CancelledError, MissingToolError: as `run_converter`.
        """
        if self.has_told:
            return
        before = PartDigests.from_json(kept)
        if before is None or not auxiliary:
            self.refuse(NO_BUILD)
            return
        document = read_parts(shared.mirror)
        if document is None:
            self.refuse('the main file has no "\\begin{document}" with an end')
            return
        now = part_digests(document, shared.mirror)
        chosen = edited_parts(before, now)
        if now.preamble != before.preamble:
            self.refuse(_PREAMBLE)
        elif not chosen:
            self.refuse(NOTHING_EDITED)
        elif len(chosen) == len(document.parts):
            self.refuse(_EVERYTHING)
        else:
            body = draft_body(document, chosen, auxiliary, shared.mirror.job)
            names = tuple(_name(document, document.parts[index]) for index in chosen)
            self._typeset(shared, document, _Job(body, auxiliary, names))

    def _typeset(self, shared: Surroundings, document: Document, job: _Job) -> None:
        shared.progress.step("draft")
        main = f"{document.preamble}\\input{{{BODY}}}\n"
        name = shared.mirror.job
        # Without its bookmarks, which lead to pages that are not there.
        files = {file: text for file, text in job.auxiliary.items() if file != f"{name}.out"}
        with closing(ChunkEngine.start(shared, "", main)) as engine:
            result = engine.run(JobText(job.body, "", {}, files), shared.cancel)
            self.runs.append(EngineRun("xelatex", "draft", result.seconds, result.cpu_seconds))
            written = engine.work / f"{name}.log"
            log = read_log(written.read_bytes() if written.is_file() else result.output)
            xdv = engine.work / f"{name}.xdv"
            if result.status or result.limit or log.errors or log.pages is None:
                said = f": {log.errors[0].text}" if log.errors else ""
                self.refuse(f"what was edited could not be typeset by itself{said}")
            elif not log.pages:
                self.refuse(_BLANK)
            elif not is_whole_xdv(xdv):
                self.refuse("the engine stopped before it had written everything")
            else:
                with storage_errors("write", xdv):
                    xdv.replace(engine.work / f"{_JOB}.xdv")
                self._publish(shared, engine.work, log.pages, job.parts)

    def _publish(
        self, shared: Surroundings, work: Path, pages: int, parts: tuple[str, ...]
    ) -> None:
        try:
            _, run = run_converter(shared, work, _JOB, self.output.name)
            self.runs.append(run)
            with storage_errors("write", self.output):
                self.output.parent.mkdir(parents=True, exist_ok=True)
            publish(work / f"{_JOB}.pdf", self.output, pages)
        except (InvalidPdfError, LimitError, StorageError, UsageError) as fault:
            self.refuse(fault.message)
            return
        finally:
            for ending in ("xdv", "pdf"):
                (work / f"{_JOB}.{ending}").unlink(missing_ok=True)
        self.has_told = True
        self.tell(Draft(self.output, pages, time.monotonic() - self.started, parts))


@dataclass(frozen=True, slots=True)
class _Job:
    body: str
    auxiliary: Snapshot
    parts: tuple[str, ...]


def _because(waiting: Mapping[str, tuple[str, ...]]) -> str:
    """Say why every segment is typeset."""
    if any("the preamble" in why for why in waiting.values()):
        return _PREAMBLE
    if all(NEW in why for why in waiting.values()):
        return NO_BUILD
    return _EVERYTHING


def _name(document: Document, part: Part) -> str:
    """Name a part as its author knows it: by its title, else by its first words."""
    if part.title:
        return part.title
    words = " ".join(document.text(part).split())
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 3]}..."
