"""The command line that is carried out, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from texbook.base.errors import TexbookError


class TellingProgress(Protocol):
    """A `Progress` that may also be told something to show at once."""

    def step(self, message: str) -> None:
        """As in `Progress`."""

    def page(self, number: int, expected: int | None) -> None:
        """As in `Progress`."""

    def note(self, message: str) -> None:
        """As in `Progress`."""

    def tell(self, message: str) -> None:
        """Write a line that stays."""


class Surrounded(Protocol):
    """The sandbox that this process is in."""

    def progress(self) -> AbstractContextManager[TellingProgress]:
        """Give what tells the outside how far the work is."""

    def translate(self, fault: TexbookError) -> TexbookError:
        """Say a fault in terms of what the person outside can do."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What texbook was called with.

    Attributes:
        arguments: the words behind ``texbook``.
        sandbox: what this process is in; None if it is in none.
    """

    arguments: Sequence[str] = ()
    sandbox: Surrounded | None = None


def current() -> Invocation:
    """Give the invocation of the command that runs now."""
    return click.get_current_context().find_object(Invocation) or Invocation()


def shown_progress(*, plain: bool) -> AbstractContextManager[TellingProgress]:
    """Show on standard error how far the work is, or tell it to where a person looks.

    Args:
        plain: write one line a step, terminal or not.
    """
    if (sandbox := current().sandbox) is not None:
        return sandbox.progress()
    import sys  # noqa: PLC0415  (beside the next)

    from texbook.report.progress import TerminalProgress  # noqa: PLC0415  (start-up time)

    return TerminalProgress(sys.stderr, plain=plain)
