"""How a book comes to pages that agree with their numbers: in chunks, or in passes of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.build.auxiliary import generations_folder, load_generation
from texbook.build.chunks.model import JobFailedError, NotChunkableError
from texbook.build.chunks.typeset import ChunksFailedError, typeset_in_chunks
from texbook.build.chunks.workshop import Workshop
from texbook.build.draft import NO_BUILD
from texbook.build.model import RerunReason
from texbook.build.obstacle import keep_obstacle, kept_obstacle
from texbook.build.parts import part_digests, read_parts
from texbook.build.passes import Ending, Settlement, settle
from texbook.build.preload import Preloader
from texbook.build.state import holds_around
from texbook.build.tools import ToolRecord
from texbook.build.typeset import BookTypesetter

if TYPE_CHECKING:
    from typing import Any

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.typeset import ChunkedPages
    from texbook.build.model import BuildRequest
    from texbook.build.state import BuildState
    from texbook.build.surroundings import Surroundings


@dataclass(slots=True)
class Settler:
    """Settles the book of one build, and keeps what the next build begins with.

    Attributes:
        state: of the last good build; None to begin from nothing.
        reasons: is told why each step runs.
        obstacle: why the book is typeset in one run; None while it need not be.
        chunked: the pages, once they were typeset in chunks; None before, and after one run.
    """

    state: BuildState | None
    reasons: list[RerunReason]
    obstacle: NotChunkableError | None = None
    chunked: ChunkedPages | None = None

    def settle(self, shared: Surroundings) -> tuple[BookTypesetter, Settlement]:
        """Typeset the book: in chunks if that can be, else in passes of the whole.

        Args:
            shared: what all programs of the build share.

        Returns:
            Where the last run was, and how it all ended.

        Raises:
            TexbookError: as `texbook.build.build.build`.
        """
        self._draft_parts(shared)
        try:
            return self._settle_chunks(shared)
        except NotChunkableError as obstacle:
            self.obstacle = obstacle
            self.reasons.append(RerunReason("built in one run", obstacle.reason))
            tell = shared.request.on_suspects
            if isinstance(obstacle, JobFailedError) and obstacle.suspects and tell is not None:
                tell(obstacle.suspects)
            if shared.drafter is not None:
                has_numbers = self.state is not None and "chunks" in self.state.extra
                shared.drafter.refuse(obstacle.reason if has_numbers else NO_BUILD)
        return self._settle_passes(shared)

    def keep(self, shared: Surroundings) -> dict[str, Any]:
        """Keep the pages, or the digests of the parts, and give what the state's ``extra`` says.

        Args:
            shared: what all programs of the build share.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        if self.chunked is not None:
            return {"chunks": self.chunked.store.save(self.chunked.stored)}
        return {**self._keep_obstacle(shared), **_keep_parts(shared)}

    def _draft_parts(self, shared: Surroundings) -> None:
        """Make the draft of a book that the last build has typeset in one run."""
        kept = self.state.extra if self.state is not None else {}
        if shared.drafter is None or "parts" not in kept or "chunks" in kept:
            return
        auxiliary = self._last_auxiliary(shared)
        shared.drafter.draft_parts(shared, kept["parts"], auxiliary or {})

    def _settle_chunks(self, shared: Surroundings) -> tuple[BookTypesetter, Settlement]:
        """Typeset what has changed.

        Raises:
            NotChunkableError: when the book has to be typeset in one run.
        """
        if (known := self._known_obstacle(shared)) is not None:
            raise known
        request = shared.request
        workshop = request.workshop or Workshop.open()
        kept = kept_chunks(request, self.state)
        try:
            done = typeset_in_chunks(shared, self.reasons, self._last_tools(), workshop, kept)
        except ChunksFailedError as failed:
            return failed.desk, Settlement(Ending.FAILED, 1, {})
        finally:
            if request.workshop is None:
                workshop.close()
        self.chunked = done
        return done.desk, Settlement(Ending.SETTLED, 1, done.auxiliary)

    def _known_obstacle(self, shared: Surroundings) -> NotChunkableError | None:
        """Say why chunks are not even tried."""
        if shared.request.one_run:
            return NotChunkableError("it was asked for", is_asked_for=True)
        return kept_obstacle(self.state, shared)

    def _settle_passes(self, shared: Surroundings) -> tuple[BookTypesetter, Settlement]:
        """Run the passes; once more from nothing, if the files of the last build are at fault."""
        limit = shared.request.project.config.build.passes
        start, tools = self._last_generation(shared)
        workshop = shared.request.workshop
        preloader = None if workshop is None else Preloader.of_book(shared, workshop.pool)
        typesetter = BookTypesetter(shared, self.reasons, tools)
        if isinstance(self.obstacle, JobFailedError):
            typesetter.purpose = "to be sure of an error"
        if self.state is not None and holds_around(self.state):
            typesetter.preloader = preloader
        settlement = settle(typesetter, start, limit, self.reasons.append)
        if workshop is not None and settlement.ending is Ending.SETTLED:
            assert typesetter.last is not None
            work, files = typesetter.last.work, settlement.auxiliary
            workshop.wanted = None if preloader is None else preloader.wish(shared, work, files)
        stale = (
            typesetter.failed_in_auxiliary(start) if settlement.ending is Ending.FAILED else None
        )
        if stale is None or settlement.passes > 1:
            return typesetter, settlement
        why = f"{stale} of the last build does not fit the sources any more"
        self.reasons.append(RerunReason("from the beginning", why))
        again = BookTypesetter(shared, self.reasons, {}, typesetter.runs)
        return again, settle(again, {}, limit, self.reasons.append)

    def _last_generation(self, shared: Surroundings) -> tuple[Snapshot, dict[str, ToolRecord]]:
        """Give the auxiliary files to start with, and the runs of tools that belong to them."""
        if self.state is None:
            return {}, {}
        if self.state.shell_escape is not shared.request.shell_escape:
            # What the shell made would be found where there is no shell, and the other way round.
            self.reasons.append(RerunReason("from the beginning", "TeX may run other programs now"))
            return {}, {}
        auxiliary = self._last_auxiliary(shared)
        if auxiliary is None:
            why = "the auxiliary files of the last build are damaged"
            self.reasons.append(RerunReason("from the beginning", why))
            return {}, {}
        return auxiliary, self._last_tools()

    def _last_auxiliary(self, shared: Surroundings) -> Snapshot | None:
        """Read the auxiliary files of the last good build; None when they are damaged."""
        assert self.state is not None
        folder = generations_folder(shared.request.project)
        digests = self.state.extra.get("auxiliary", {})
        generation = load_generation(folder, self.state.generation, digests)
        return generation.snapshot if generation is not None else None

    def _last_tools(self) -> dict[str, ToolRecord]:
        kept = self.state.extra.get("tools", {}) if self.state is not None else {}
        return {name: ToolRecord.from_json(value) for name, value in kept.items()}

    def _keep_obstacle(self, shared: Surroundings) -> dict[str, Any]:
        """Keep why there are no pages; older ones stay where one run was only asked for."""
        if self.obstacle is None:
            return {}
        kept = kept_chunks(shared.request, self.state) if self.obstacle.is_asked_for else None
        why = keep_obstacle(self.obstacle, shared)
        return why if kept is None else {"chunks": kept, **why}


def kept_chunks(request: BuildRequest, state: BuildState | None) -> str | None:
    """Name the pages in chunks of the last good build, if they still hold.

    Args:
        request: the build that may use them.
        state: of the last good build.
    """
    if state is None or "chunks" not in state.extra:
        return None
    if state.shell_escape is not request.shell_escape or request.force:
        return None
    name: str = state.extra["chunks"]
    return name if holds_around(state) else None


def _keep_parts(shared: Surroundings) -> dict[str, Any]:
    """Keep by what the next draft can tell which part of a book in one run was edited."""
    document = read_parts(shared.mirror)
    if document is None:
        return {}
    return {"parts": part_digests(document, shared.mirror).to_json()}
