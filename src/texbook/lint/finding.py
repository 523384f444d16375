"""What a rule says of a passage: places are offsets, so that it can be kept and moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related
from texbook.base.fix import Edit, Fix

if TYPE_CHECKING:
    from texbook.base.source import SourceFile
    from texbook.lint.rule import Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in a passage; all offsets are code points from the passage's start.

    Attributes:
        start: where; ``end`` is exclusive.
        message: as `Diagnostic.message`.
        fix: its edits have offsets in the passage too.
        related: start, end and message of other places in the passage.
    """

    start: int
    end: int
    message: str
    hints: tuple[str, ...] = ()
    fix: Fix | None = None
    related: tuple[tuple[int, int, str], ...] = ()

    def diagnostic(self, rule: Rule, source: SourceFile, offset: int) -> Diagnostic:
        """Give the diagnostic of a passage that begins at an offset of a file."""
        found = rule.diagnostic(
            self.message,
            source.span(offset + self.start, offset + self.end),
            hints=self.hints,
            related=tuple(
                Related(source.span(offset + start, offset + end), message)
                for start, end, message in self.related
            ),
        )
        return found if self.fix is None else replace(found, fix=moved_fix(self.fix, offset))


def moved_fix(fix: Fix, offset: int) -> Fix:
    """Give a fix with all its edits so many code points later."""
    edits = tuple(
        Edit(edit.start + offset, edit.end + offset, edit.replacement) for edit in fix.edits
    )
    return replace(fix, edits=edits)


def replace_with(
    start: int, end: int, replacement: str, description: str, *, safe: bool = True
) -> Fix:
    """Make the most common fix: one stretch becomes another text."""
    return Fix(description, (Edit(start, end, replacement),), safe)
