"""Leave out the findings that a book's baseline knows, or bring the baseline up to date."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import ConfigError, TexbookError, UsageError
from texbook.base.source import SourceFile, read_source
from texbook.config.load import key_span
from texbook.lint.baseline import (
    Known,
    Reader,
    count_known,
    leave_out,
    read_baseline,
    write_baseline,
)
from texbook.lint.outcome import CRASHED

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.app.lint import LintOptions
    from texbook.lint.baseline import Entry
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project


def without_known(project: Project, options: LintOptions, outcome: LintOutcome) -> LintOutcome:
    """Leave out what the baseline knows, after it was brought up to date if that is wanted.

    Raises:
        UsageError: when no baseline is named that should be written, or one cannot be read.
        ConfigError: the same, where the configuration names it.
        StorageError: when it cannot be written.
    """
    path = _path(project, options)
    if path is None:
        if not options.update_baseline:
            return outcome
        hints = ('name one with "--baseline FILE", or with baseline = "FILE" in [lint]',)
        if options.no_baseline:
            hints = ('leave out "--no-baseline"',)
        raise UsageError("there is no baseline to update", hints=hints)
    # What was judged may not be what the disk holds: a text of an editor's, or one with fixes.
    written = {source.path: source for source in outcome.written}
    reader = Reader(project.root, lambda path: written.get(path) or _source(path))
    is_judged = _judged(project, options, outcome)
    notes = outcome.notes
    if options.update_baseline:
        known = _read(path, project, options) if path.exists() else Known()
        now = count_known(outcome.diagnostics, outcome.codes, reader)
        before = Known({entry: count for entry, count in known.items() if is_judged(entry)})
        known = (known - before) | now
        write_baseline(path, known)
        notes = (*notes, _change(project.display(path), before, now))
    else:
        known = _read(path, project, options)
    told, left = leave_out(outcome.diagnostics, outcome.codes, known, reader)
    if gone := sum(count for entry, count in left.items() if is_judged(entry)):
        entries, them = ("1 entry", "it") if gone == 1 else (f"{gone:,} entries", "them")
        which = f"{entries} of the baseline {'is' if gone == 1 else 'are'} no longer found"
        notes = (*notes, f"{which}; --update-baseline removes {them}")
    left_out = len(outcome.diagnostics) - len(told)
    return replace(outcome, diagnostics=told, notes=notes, known=left_out)


def _path(project: Project, options: LintOptions) -> Path | None:
    if options.no_baseline:
        return None
    if options.baseline is not None:
        return options.baseline
    named = project.config.lint.baseline
    return Path(os.path.normpath(project.root / named)) if named else None


def _read(path: Path, project: Project, options: LintOptions) -> Known:
    try:
        return read_baseline(path)
    except UsageError as error:
        config = project.config.path
        if options.baseline is not None or config is None:
            raise
        span = key_span(config, "lint", "baseline")
        raise ConfigError(error.message, hints=error.hints, span=span) from None


def _source(path: Path) -> SourceFile | None:
    try:
        return read_source(path)
    except TexbookError:
        return None


def _judged(
    project: Project, options: LintOptions, outcome: LintOutcome
) -> Callable[[Entry], bool]:
    """Give a test whether the run would have found an entry again.

    Not in a file that was not looked at, or that could not be read or rendered; and not what a rule
    has found that did not run, or not to its end.
    """
    crashed = any(item.code == CRASHED for item in outcome.diagnostics)
    faulty = {
        item.span.path
        for item in outcome.diagnostics
        if item.span is not None and item.code not in outcome.codes
    }

    def is_judged(entry: Entry) -> bool:
        path = Path(os.path.normpath(project.root / entry.path))
        named = not options.paths or any(path.is_relative_to(item) for item in options.paths)
        return not crashed and entry.code in outcome.codes and named and path not in faulty

    return is_judged


def _change(path: Path, before: Known, now: Known) -> str:
    """Say what an update did, in numbers of findings."""
    added, removed = (now - before).total(), (before - now).total()
    kept = (now & before).total()
    noun = "finding" if added == 1 else "findings"
    return f'wrote "{path}": {added:,} {noun} added, {removed:,} removed, {kept:,} kept'
