"""What long work tells of itself while it runs."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know how far the work is; called from any thread."""

    def step(self, message: str) -> None:
        """A step begins: ``pass 2, light``, ``biber``, ``writing main.pdf``."""

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page (counted from 1) of about so many."""

    def note(self, message: str) -> None:
        """Something worth a line of its own, such as why a rebuild is needed."""


class Silence:
    """A `Progress` that keeps everything to itself."""

    def step(self, message: str) -> None:
        """Do nothing."""

    def page(self, number: int, expected: int | None) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""
