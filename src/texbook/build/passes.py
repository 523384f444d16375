"""How many passes, of which kind, until the auxiliary files no longer change.

A document is settled when a full pass wrote exactly the auxiliary files that it read. Passes
before that one only have to bring the files forward, so they may leave out what costs time and
moves nothing (shadows): *light* passes. Which kind comes next is only a guess that saves time;
whether it is over is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from texbook.build.auxiliary import Accesses, Snapshot, snapshot_digest
from texbook.build.model import RerunReason
from texbook.texfiles.aux import MovedLine, moved_lines, settled_form, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# New files of these kinds set nothing in print that could move a page: labels, bookmarks,
# citations to look up, an index to sort.
_WITHOUT_TEXT = (".aux", ".out", ".bcf", ".idx", ".glo", ".acn", ".run.xml", ".mw")


@dataclass(frozen=True, slots=True)
class EnginePass:
    r"""One run of the engine that came to its end.

    Attributes:
        light: whether something was in fact left out, so that its pages are not the final ones.
        start: the auxiliary files that it was given.
        end: those that it left; the tools' results are added by `Typesetter.process`.
        made_aside: files that neither it nor texbook wrote: results of a ``\\write18``.
    """

    light: bool
    start: Snapshot
    end: Snapshot
    accesses: Accesses = field(default_factory=Accesses)
    made_aside: frozenset[str] = frozenset()


class Typesetter(Protocol):
    """Who runs the programs; a fake one serves the tests."""

    def typeset(self, number: int, start: Snapshot, *, light: bool) -> EnginePass | None:
        """Run one pass, numbered from 1; None when it failed."""

    def process(self, done: EnginePass) -> Snapshot | None:
        """Run biber and its like where their inputs changed; give the files after that."""


@dataclass(frozen=True, slots=True)
class Change:
    """An auxiliary file that is not what the pass was given."""

    name: str
    before: bytes | None
    after: bytes | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.name} is new"
        return f"{self.name} {'is gone' if self.after is None else 'changed'}"

    @property
    def matters(self) -> bool:
        """Whether more than bookkeeping differs."""
        if self.before is None or self.after is None:
            return True
        return settled_form(self.before) != settled_form(self.after)

    @property
    def only_numbers(self) -> bool:
        """Whether no line came or went and only numbers differ."""
        if self.before is None:
            return not self.after
        return shape(self.before) == shape(self.after or b"")

    @property
    def lines(self) -> tuple[MovedLine, ...]:
        """The first lines that differ."""
        return moved_lines(self.before or b"", self.after or b"")


class Ending(StrEnum):
    """How the passes ended."""

    SETTLED = "settled"
    """The last pass was full, and it wrote what it had read."""
    FAILED = "failed"
    """A program failed; its messages are with whoever ran it."""
    MOVING = "moving"
    """The limit was reached, or the passes repeat themselves."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the passes ended.

    Attributes:
        auxiliary: the files after the last pass.
        moving: what still changes, when it did not settle.
        cycle: after how many passes the files come back to what they were; 0 if they never did.
    """

    ending: Ending
    passes: int
    auxiliary: Snapshot
    moving: tuple[Change, ...] = ()
    cycle: int = 0


def settle(
    typesetter: Typesetter,
    start: Snapshot,
    limit: int,
    explain: Callable[[RerunReason], None] = lambda _: None,
) -> Settlement:
    """Run passes until nothing changes, or the limit is reached, or a program fails.

    Args:
        typesetter: runs the programs.
        start: the auxiliary files of the last good build; empty for none.
        limit: most passes.
        explain: is told why each pass runs, before it does.
    """
    seen: dict[str, int] = {}
    current = start
    light = not start
    pointless = False
    why = "there are no auxiliary files yet" if light else "the sources or the request changed"
    changes: tuple[Change, ...] = ()
    for number in range(1, limit + 1):
        explain(RerunReason(pass_name(number, light=light), why))
        done = typesetter.typeset(number, current, light=light)
        end = None if done is None else typesetter.process(done)
        if done is None or end is None:
            return Settlement(Ending.FAILED, number, current)
        changes = changes_after(done, end)
        current = end
        if not changes and not done.light:
            return Settlement(Ending.SETTLED, number, end)
        cycle = number - seen.setdefault(f"{done.light} {snapshot_digest(end)}", number)
        if changes and cycle > 1:
            return Settlement(Ending.MOVING, number, end, changes, cycle)
        # Once a light pass left nothing out, no later one would: there is nothing to leave out.
        pointless = pointless or (light and not done.light)
        light, why = _next_pass(changes) and not pointless, _because(changes)
    return Settlement(Ending.MOVING, limit, current, changes)


def pass_name(number: int, *, light: bool) -> str:
    """Name a pass as every surface does.

    >>> pass_name(2, light=True)
    'pass 2, light'
    """
    return f"pass {number}, light" if light else f"pass {number}"


def changes_after(done: EnginePass, end: Snapshot) -> tuple[Change, ...]:
    r"""List the auxiliary files whose change could alter what the next pass typesets.

    A file that is new counts, because the pass may have looked for it in vain (the recorder does
    not tell). One that was there counts if it was read before the engine wrote it itself. A
    result of a ``\\write18`` that was read in the same pass was made for that pass.
    """
    read_first, read = done.accesses.read_first, done.accesses.read
    changes = []
    for name in sorted(done.start.keys() | end.keys()):
        before, after = done.start.get(name), end.get(name)
        if before == after:
            continue
        change = Change(name, before, after)
        if before is None:
            counts = name not in done.made_aside or name not in read
        else:
            counts = name in read_first and change.matters
        if counts:
            changes.append(change)
    return tuple(changes)


def _next_pass(changes: Sequence[Change]) -> bool:
    """Guess whether another light pass saves time: if this change will bring further ones.

    Numbers in an unchanged set of lines settle in the next pass as a rule; so do labels alone.
    A table of contents or a bibliography that has just appeared moves pages, and with them
    numbers: the pass after that is still not the last.
    """
    return not all(change.only_numbers or _moves_no_page(change) for change in changes)


def _moves_no_page(change: Change) -> bool:
    return change.before is None and change.name.endswith(_WITHOUT_TEXT)


def _because(changes: Sequence[Change]) -> str:
    if not changes:
        return "the auxiliary files have settled"
    shown = [str(change) for change in changes[:3]]
    if len(changes) > len(shown):
        shown.append(f"and {len(changes) - len(shown)} more")
    return ", ".join(shown)
