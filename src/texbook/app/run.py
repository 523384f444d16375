"""Run experiments: those whose stored results are out of date, or all of them to compare."""

from __future__ import annotations

import os
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.app.policy import refuse_untrusted
from texbook.app.waiting import when_unlocked
from texbook.base.atomic import write_atomically
from texbook.base.diagnostic import Diagnostic, Severity, in_order
from texbook.base.span import Span
from texbook.experiments.compare import compare
from texbook.experiments.execute import FOLDER, Execution, execute, remove_leftovers
from texbook.experiments.experiment import (
    Experiment,
    choose_experiments,
    find_experiments,
    read_script,
)
from texbook.experiments.stale import find_stale
from texbook.experiments.store import store
from texbook.system.lock import book_lock
from texbook.system.process import ProcessRegistry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.project import Project


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the person asked for.

    Attributes:
        names: only these experiments; all if empty.
        folder: where relative paths among the names begin.
        check: compare with what is stored, and write nothing.
        force: run what is up to date as well.
        jobs: how many at once.
        python: the interpreter.
    """

    names: tuple[str, ...]
    folder: Path
    check: bool = False
    force: bool = False
    jobs: int = 1
    python: str = sys.executable


@dataclass(frozen=True, slots=True)
class Ran:
    """One experiment that was executed.

    Attributes:
        reason: why.
        execution: what came of it.
        written: the files that were written.
    """

    reason: str
    execution: Execution
    written: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run gave.

    Attributes:
        experiments: those that were asked for.
        ran: those that were executed, in the order of their end.
        diagnostics: faults of scripts, limits, and differences; sorted.
    """

    experiments: tuple[Experiment, ...]
    ran: tuple[Ran, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def usable_cores() -> int:
    """Say how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_book(
    project: Project,
    options: RunOptions,
    *,
    environment: Mapping[str, str],
    progress: Progress,
    cancel: CancelToken,
) -> RunOutcome:
    """Execute experiments and store what they give, or compare it.

    Results are stored one by one as they come, so nothing is lost when the run is ended. An
    experiment that reads what another one writes runs again after it.

    Raises:
        RefusedError: when ``TEXBOOK_UNTRUSTED=1`` is set.
        UsageError: when a name fits no experiment.
        LockedError: when another ``texbook run`` is at work in this book.
        MissingToolError: when there is no such interpreter.
        CancelledError: when cancelled.
        StorageError: when something cannot be written.
    """
    refuse_untrusted("run", environment)
    experiments = find_experiments(project)
    orphans: tuple[Diagnostic, ...] = ()
    if options.names:
        experiments = choose_experiments(experiments, options.names, folder=options.folder)
    else:
        orphans = _orphans(project)
    clashes = _clashes(experiments)
    if not experiments or clashes:
        return RunOutcome(experiments, diagnostics=(*clashes, *orphans))
    folder = project.work_folder / FOLDER
    with book_lock(folder):
        ignored = project.work_folder / ".gitignore"
        if not ignored.exists():
            write_atomically(ignored, b"*\n")
        outcome = _Runner(project, options, environment, progress, cancel, experiments).run()
    return replace(outcome, diagnostics=tuple(in_order([*outcome.diagnostics, *orphans])))


def _orphans(project: Project) -> tuple[Diagnostic, ...]:
    """Find stored results that no run can renew: a slip in ``def results`` would go unseen."""
    return tuple(item.diagnostic() for item in find_stale(project) if not item.can_run)


def _clashes(experiments: Sequence[Experiment]) -> tuple[Diagnostic, ...]:
    """Find experiments that would write one and the same figure."""
    first: dict[Path, Experiment] = {}
    found = []
    for item in experiments:
        other = first.setdefault(item.figure, item)
        if other is not item and all(one.draws(read_script(one.script)) for one in (item, other)):
            found.append(
                Diagnostic(
                    "experiment",
                    Severity.ERROR,
                    f'this script and "{other.script}" would write the same "{item.figure.name}"',
                    Span(item.script),
                    ("give one of the two questions another file name",),
                    source="experiment",
                )
            )
    return tuple(found)


@dataclass(slots=True)
class _Runner:
    """One run of experiments, several at a time."""

    project: Project
    options: RunOptions
    environment: Mapping[str, str]
    progress: Progress
    cancel: CancelToken
    experiments: tuple[Experiment, ...]
    ran: dict[Experiment, Ran] = field(default_factory=dict)
    """The last execution of each."""
    differences: list[Diagnostic] = field(default_factory=list)
    _registry: ProcessRegistry = field(init=False)

    def run(self) -> RunOutcome:
        folder = self.project.work_folder / FOLDER
        self._registry = ProcessRegistry(folder / "processes")
        self._registry.end_leftovers()
        remove_leftovers(self.project)
        reasons = self._asked_for()
        # An input may be what another experiment has just written; a ring of them ends, too.
        for _ in range(len(self.experiments) + 1):
            if not reasons:
                break
            for experiment in reasons:
                self.progress.note(f"{experiment.slug}: {reasons[experiment]}")
            written: set[Path] = set()
            for ran in self._executed(reasons):
                written.update(self._finish(ran))
            reasons = {} if self.options.check else self._stale(written)
        found = [item for ran in self.ran.values() for item in ran.execution.diagnostics]
        found += self.differences
        return RunOutcome(self.experiments, tuple(self.ran.values()), tuple(in_order(found)))

    def _asked_for(self) -> dict[Experiment, str]:
        if self.options.check:
            return dict.fromkeys(self.experiments, "to be compared")
        asked = dict.fromkeys(self.experiments, "it was asked for") if self.options.force else {}
        return asked | self._stale(set())

    def _stale(self, written: set[Path]) -> dict[Experiment, str]:
        """Say what is to run and why; what failed, only if something that it looked for is new."""
        failed = {item: ran for item, ran in self.ran.items() if ran.execution.report is None}
        reasons = {
            item.experiment: item.why
            for item in find_stale(self.project)
            if item.can_run and item.experiment in self.experiments
            if item.experiment not in failed
        }
        for experiment, ran in failed.items():
            if not written.isdisjoint(ran.execution.looked_at):
                reasons[experiment] = "it failed, and what it reads has changed"
        return reasons

    def _executed(self, reasons: Mapping[Experiment, str]) -> Iterator[Ran]:
        """Execute experiments, and give each when it ends."""
        waiting = list(reasons)
        running: dict[Future[Execution], Experiment] = {}
        with ThreadPoolExecutor(self.options.jobs, "experiment") as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < self.options.jobs:
                        experiment = waiting.pop(0)
                        running[pool.submit(self._execute, experiment)] = experiment
                    self._tell(list(running.values()), len(waiting), len(reasons))
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        experiment = running.pop(future)
                        yield Ran(reasons[experiment], future.result())
            except BaseException:
                self.cancel.cancel("the run was ended")
                raise

    def _execute(self, experiment: Experiment) -> Execution:
        return execute(
            experiment,
            self.project,
            python=self.options.python,
            environment=self.environment,
            registry=self._registry,
            cancel=self.cancel,
        )

    def _tell(self, running: Sequence[Experiment], waiting: int, total: int) -> None:
        done = total - waiting - len(running)
        count = f" ({done} of {total} done)" if total > 1 else ""
        self.progress.step(f"running {', '.join(item.slug for item in running)}{count}")

    def _finish(self, ran: Ran) -> tuple[Path, ...]:
        """Store or compare what an experiment gave; give the files that were written."""
        execution = ran.execution
        written: tuple[Path, ...] = ()
        if execution.report is not None and self.options.check:
            self.differences += compare(execution)
        elif execution.report is not None:
            written = self._store(execution)
        self.ran.pop(execution.experiment, None)
        self.ran[execution.experiment] = replace(ran, written=written)
        return written

    def _store(self, execution: Execution) -> tuple[Path, ...]:
        """Store under the book's lock; while another texbook builds, wait for its end."""

        def locked() -> tuple[Path, ...]:
            with book_lock(self.project.work_folder):
                return store(execution)

        return when_unlocked(locked, tell=self.progress.note, cancel=self.cancel)
