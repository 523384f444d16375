"""Lint a book: the door that is quick to open; what judges stands in `judge`, imported late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.lint.runner import LintOutcome
    from texbook.project import Project


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the person asked for; words name rules as in the configuration.

    Attributes:
        paths: only these files and folders of the book; all of it if empty. Absolute.
    """

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def lint_book(project: Project, options: LintOptions) -> LintOutcome:
    """Check the book, or some files of it.

    Raises:
        ConfigError: when a rule is named that does not exist.
        UsageError: when a path is named that does not exist.
    """
    from texbook.app.judge import judge_book  # noqa: PLC0415  (start-up time)

    return judge_book(project, options)
