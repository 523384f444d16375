"""Which findings can be fixed; without what judges, so that a kept outcome can be told at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from texbook.app.lint import LintOptions
    from texbook.base.diagnostic import Diagnostic
    from texbook.project import Project


def may_fix(project: Project, options: LintOptions, path: Path) -> bool:
    """Say whether a file is for fixes: it is of the book, or was named, and is not generated."""
    if path.resolve().is_relative_to(project.build_folder.resolve()):
        return False
    named = any(path.is_relative_to(chosen) for chosen in options.paths)
    return named or path.is_relative_to(project.root)


def count_fixable(
    project: Project, options: LintOptions, diagnostics: Iterable[Diagnostic]
) -> tuple[int, int]:
    """Count the findings with a safe fix and those with an unsafe one."""
    is_for_fixes = cache(lambda path: may_fix(project, options, path))
    fixes = [
        item.fix.safe
        for item in diagnostics
        if item.fix is not None and item.span is not None and is_for_fixes(item.span.path)
    ]
    return sum(fixes), len(fixes) - sum(fixes)
