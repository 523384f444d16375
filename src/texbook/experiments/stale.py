"""Which stored results are out of date, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.digest import digest_bytes, digest_file
from texbook.base.errors import TexbookError
from texbook.base.regular import read_regular
from texbook.base.results import StoredResults, read_results
from texbook.base.span import Span
from texbook.experiments.experiment import Experiment, candidates, is_experiment

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.project import Project

STALE_RESULTS = "stale-results"
"""The code of these findings; lint's rule of that name says the same as an error."""

_RUN = '"texbook run {}" runs the experiment and stores what it gives'


@dataclass(frozen=True, slots=True)
class Stale:
    """An experiment whose stored results cannot be relied on.

    Attributes:
        why: in words, for a line of its own.
        message: the same for a finding.
        span: the script or the results file.
        can_run: whether running the experiment mends it.
    """

    experiment: Experiment
    why: str
    message: str
    span: Span
    hints: tuple[str, ...] = ()
    can_run: bool = True

    def diagnostic(self) -> Diagnostic:
        """Give the warning; lint makes an error of it."""
        hints = self.hints or (_RUN.format(self.experiment.slug),)
        return Diagnostic(
            STALE_RESULTS, Severity.WARNING, self.message, self.span, hints, source="experiment"
        )


def stale_results(project: Project) -> tuple[Diagnostic, ...]:
    """Find the experiments of a book whose stored results are out of date; runs nothing.

    Only digests are compared: of the script and of the files that it read.
    """
    return tuple(item.diagnostic() for item in find_stale(project))


def find_stale(project: Project) -> tuple[Stale, ...]:
    """Find the experiments of a book that should run, and results whose script is gone."""
    looked = (stale(item, project) for item in candidates(project))
    return tuple(item for item in looked if item is not None)


def stale(experiment: Experiment, project: Project) -> Stale | None:
    """Say why the stored results of an experiment are out of date; None if they are not."""
    content = _read(experiment.script)
    if content is None or not is_experiment(content):
        return _orphaned(experiment, has_script=content is not None)
    if not experiment.results.is_file():
        line = content[: content.index(b"def results")].count(b"\n") + 1
        message = f'the results of "{experiment.script.name}" are not stored: it has not been run'
        span = Span.at(experiment.script, line)
        return Stale(experiment, "it has not been run", message, span)
    try:
        stored = read_results(experiment.results)
    except TexbookError as error:
        why = f"its results cannot be read: {error.message}"
        span = error.span or Span(experiment.results)
        return Stale(experiment, why, error.message, span)
    return _changed(experiment, project, stored, content)


def _changed(
    experiment: Experiment, project: Project, stored: StoredResults, content: bytes
) -> Stale | None:
    name = experiment.script.name
    if stored.digest is None:
        message = f'the stored results do not tell which version of "{name}" gave them'
        why = "its results do not tell which version of the script gave them"
        return Stale(experiment, why, message, stored.span("values"))
    if stored.digest != digest_bytes(content):
        message = f'the results are out of date: "{name}" has changed since they were stored'
        return Stale(experiment, "the script has changed", message, stored.span("digest"))
    for path, digest in stored.inputs.items():
        now = digest_file(project.root / path)
        if now == digest:
            continue
        what = "is gone" if now is None else "has changed" if digest else "was not there before"
        message = f'the results are out of date: "{path}", which "{name}" reads, {what}'
        return Stale(experiment, f'"{path}" {what}', message, stored.span("inputs", path))
    if experiment.draws(content) and not experiment.figure.is_file():
        image = experiment.figure.relative_to(project.root)
        message = f'the figure "{image}" that "{name}" draws is not there'
        return Stale(experiment, f'"{image}" is not there', message, Span(experiment.results))
    return None


def _orphaned(experiment: Experiment, *, has_script: bool) -> Stale | None:
    """Find results that a script gave which is there no more; others were written by hand."""
    if not experiment.results.is_file():
        return None
    try:
        stored = read_results(experiment.results)
    except TexbookError:
        return None  # who renders the template tells it
    if stored.digest is None:
        return None
    name = experiment.script.name
    what = f'"{name}" defines no results() any more' if has_script else f'there is no "{name}"'
    hints = (f'bring "{name}" back, or remove "{experiment.results.name}"',)
    message = f"nothing gives these results: {what}"
    span = stored.span("digest")
    return Stale(experiment, what, message, span, hints, can_run=False)


def watched_files(project: Project) -> frozenset[Path]:
    """Name the files on which it depends whether results are out of date."""
    files: set[Path] = set()
    for item in candidates(project):
        files |= {item.script, item.results, item.figure}
        if item.results.is_file():
            try:
                files |= {project.root / name for name in read_results(item.results).inputs}
            except TexbookError:
                continue
    return frozenset(files)


def _read(path: Path) -> bytes | None:
    try:
        return read_regular(path)
    except OSError:
        return None
