"""What a lint run found, and how much it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile

CRASHED = "TB903"
"""The code of a rule that failed: what it would have found is not known."""


@dataclass(frozen=True, slots=True)
class LintOutcome:
    """What a lint run found.

    Attributes:
        diagnostics: sorted by place, each once.
        questions: number of questions that were judged.
        sections: number of their sections.
        files: number of documents read.
        notes: what the person should know about the run itself.
        codes: of the rules that ran, sorted.
        known: number of findings that the baseline holds, and that are left out.
        written: the authors' files that were told of, as they were read; fixes have offsets in
            these texts. Empty where the outcome is one that was kept.
    """

    diagnostics: tuple[Diagnostic, ...]
    questions: int = 0
    sections: int = 0
    files: int = 0
    notes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    known: int = 0
    written: tuple[SourceFile, ...] = ()
