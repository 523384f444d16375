"""Leave out the findings that a book's baseline knows, or bring the baseline up to date."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.base.errors import ConfigError, TexbookError, UsageError
from texbook.base.source import SourceFile, read_source
from texbook.config.load import key_span
from texbook.lint.baseline import Entry, Known, Reader, leave_out, read_baseline, write_baseline

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.app.lint import LintOptions
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project


def without_known(project: Project, options: LintOptions, outcome: LintOutcome) -> LintOutcome:
    """Leave out what the baseline knows, after it was brought up to date if that is wanted.

    Raises:
        UsageError: when there is no baseline, or none that can be read.
        ConfigError: the same, where the configuration names it.
        StorageError: when it cannot be written.
    """
    path = baseline_path(project, options)
    if path is None:
        if options.update_baseline:
            hints = ('name one with --baseline, or with "baseline" in [lint]',)
            raise UsageError("no baseline is named that could be updated", hints=hints)
        return outcome
    reader = Reader(project.root, _source)
    if options.update_baseline:
        known, note = _updated(path, project, options, outcome, reader)
        notes = (*outcome.notes, note)
    else:
        known, notes = _read(path, project, options), outcome.notes
    told, left = leave_out(_of_rules(outcome), known, reader)
    gone = sum(count for entry, count in left.items() if _is_judged(entry, options, outcome))
    if gone:
        what = "1 entry of the baseline is" if gone == 1 else f"{gone} entries of the baseline are"
        it = "it" if gone == 1 else "them"
        notes = (*notes, f"{what} no longer found; --update-baseline removes {it}")
    rest = set(told)
    of_rules = set(_of_rules(outcome))
    kept = tuple(item for item in outcome.diagnostics if item not in of_rules or item in rest)
    return replace(
        outcome, diagnostics=kept, notes=notes, known=len(outcome.diagnostics) - len(kept)
    )
