"""What a program that runs between two passes has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from texbook.base.diagnostic import Diagnostic, Related, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.span import Span


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a program said: its exit status, its output, and the folder it ran in."""

    status: int
    text: str
    folder: Path


class ToolProblems:
    """What a reader of a program's output found: each problem once, in order.

    Attributes:
        program: its name.
    """

    program: ClassVar[str]
    problems: dict[Diagnostic, None]

    def add(
        self,
        code: str,
        severity: Severity,
        message: str,
        span: Span | None,
        *hints: str,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Take note of a problem."""
        found = Diagnostic(code, severity, message, span, hints, related, source=self.program)
        self.problems[found] = None
