"""Changes to a source that a rule offers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the code points ``start`` to ``end`` (offsets from 0, end exclusive) by a text."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together; ``safe`` if the meaning in print cannot change otherwise."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool
