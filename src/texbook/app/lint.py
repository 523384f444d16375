"""Lint a book: what an earlier run found, as long as it holds; else what the rules find now.

What judges stands in `judge` and is imported late: a kept outcome needs no rule.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.collector import paused_collector
from texbook.base.errors import UsageError
from texbook.lint.files import Files
from texbook.lint.kept import code_version, kept_folder
from texbook.lint.kept_run import KeptRun
from texbook.lint.outcome import CRASHED

if TYPE_CHECKING:
    from texbook.lint.kept_findings import KeptFindings
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project


_ABOUT_KNOWN: dict[str, Any] = {
    "baseline": None,
    "no_baseline": False,
    "update_baseline": False,
}
"""Options that choose among what was found."""


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the person asked for; words name rules as in the configuration.

    Attributes:
        paths: only these files and folders of the book; all of it if empty. Absolute.
        cache: take what earlier runs found where it still holds, and keep what this one finds.
        baseline: the file of known findings, in the place of the configuration's. Absolute.
        no_baseline: tell known findings, too.
        update_baseline: write today's findings to it.
    """

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    cache: bool = True
    baseline: Path | None = None
    no_baseline: bool = False
    update_baseline: bool = False


def lint_book(project: Project, options: LintOptions) -> LintOutcome:
    """Check the book, or some files of it.

    Raises:
        ConfigError: when a rule is named that does not exist.
        UsageError: when a path is named that does not exist, or a baseline cannot be read.
        StorageError: when a baseline cannot be written.
    """
    for path in options.paths:
        if not path.exists():
            raise UsageError(f'there is no file or folder "{project.display(path)}"')
    with paused_collector():
        outcome = _outcome(project, replace(options, **_ABOUT_KNOWN))
    named = options.baseline is not None or project.config.lint.baseline
    if not options.update_baseline and (options.no_baseline or not named):
        return outcome
    from texbook.app.baseline import without_known  # noqa: PLC0415  (start-up time)

    return without_known(project, options, outcome)


def _outcome(project: Project, options: LintOptions) -> LintOutcome:
    """Give what an earlier run found, or else what the rules find now."""
    files = Files(project.root)
    if not options.cache:
        from texbook.app.judge import judge_book  # noqa: PLC0415  (start-up time)

        return judge_book(project, options, files)
    now = time.time_ns()
    version = code_version()
    run = KeptRun(project, _key(project, options, version), now)
    outcome = run.load()
    if outcome is None:
        from texbook.app.judge import judge_book  # noqa: PLC0415  (start-up time)

        findings = open_findings(project, version)
        outcome = judge_book(project, options, files, findings)
        findings.save()
        if all(item.code != CRASHED for item in outcome.diagnostics):
            run.save(outcome, files)
    return outcome


def open_findings(project: Project, version: str = "") -> KeptFindings:
    """Open what rules found in the passages of a book in earlier runs.

    Args:
        project: the book.
        version: what `code_version` says, if it is known already.
    """
    from texbook.lint.kept_findings import KeptFindings  # noqa: PLC0415  (start-up time)

    path = kept_folder(project) / f"{project.main.name}.json"
    kept = KeptFindings(path, version or code_version())
    kept.load()
    return kept


def _key(project: Project, options: LintOptions, version: str) -> str:
    """Tell apart what may give different outcomes for the same files."""
    # Notes on the files that were named call them as they are seen from the current folder.
    folder = Path.cwd() if options.paths else ""
    return repr((version, str(project.main), str(folder), project.config, options))
