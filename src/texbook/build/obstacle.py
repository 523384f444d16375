"""Why a book is typeset in one run, kept until something changes that may have been the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from texbook.build.chunks.model import NotChunkableError
from texbook.build.chunks.typeset import obstacle_digest

if TYPE_CHECKING:
    from texbook.build.state import BuildState
    from texbook.build.surroundings import Surroundings

_KEY = "one run"


def keep_obstacle(obstacle: NotChunkableError, shared: Surroundings) -> dict[str, Any]:
    """Give what the state's ``extra`` says of it; what was asked for holds for one build only."""
    digest = "" if obstacle.is_asked_for else obstacle_digest(shared, obstacle.segment)
    return {_KEY: {"reason": obstacle.reason, "segment": obstacle.segment, "digest": digest}}


def kept_obstacle(state: BuildState | None, shared: Surroundings) -> NotChunkableError | None:
    """Give what an earlier build has met, if what was to blame is as it was."""
    found = state.extra.get(_KEY) if state is not None else None
    if not found or found["digest"] != obstacle_digest(shared, found["segment"]):
        return None
    return NotChunkableError(found["reason"], found["segment"])


def kept_reason(state: BuildState) -> str | None:
    """Say why the last good build was made in one run; None if it was made in chunks."""
    found = state.extra.get(_KEY)
    return found["reason"] if found else None
