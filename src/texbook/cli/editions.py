"""``texbook build --edition``: parts of the book as documents of their own."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from texbook.app.edition_plan import Edition, EditionJob, find_edition, plan_edition
from texbook.app.editions import begin_edition, build_edition
from texbook.base.cancel import CancelToken
from texbook.base.errors import ExitStatus, UsageError
from texbook.base.progress import Progress, Silence
from texbook.build.model import Outcome
from texbook.cli.built import fields_of, show_result, standing, tell
from texbook.cli.invocation import shown_progress
from texbook.cli.output import plural, show_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.app.build import BuildOptions
    from texbook.app.edition_plan import EditionPlan
    from texbook.base.diagnostic import Diagnostic
    from texbook.build.model import BuildResult
    from texbook.cli.output import Voice
    from texbook.project import Project

_MOST_NAMED = 6


@dataclass(slots=True)
class EditionCommand:
    """One call of the command."""

    project: Project
    options: BuildOptions
    voice: Voice
    form: str
    explain: bool
    _told: set[Diagnostic] = field(default_factory=set)
    _results: list[tuple[EditionJob, BuildResult]] = field(default_factory=list)

    def run(self, name: str, slugs: Sequence[str]) -> int:
        """Make an edition and tell of it; give the exit code."""
        edition = find_edition(name)
        if edition is Edition.BOOK:
            raise UsageError(
                '"--question" goes with "--edition questions"',
                hints=(f'write "texbook build --edition questions --question {slugs[0]}"',),
            )
        plan = plan_edition(self.project, edition, slugs)
        try:
            book = self._build(plan)
        except KeyboardInterrupt:
            if self.form == "json":
                raise
            self._interrupted(plan)
            return ExitStatus.INTERRUPTED
        failed = [job.name for job, result in self._results if _failed(result)]
        bad = bool(failed) or (book is not None and _failed(book))
        if self.form == "json":
            self._show_json(plan, book)
        elif len(plan.jobs) > 1 and self._results:
            made = len(self._results) - len(failed)
            folder = self.project.display(plan.jobs[0].output.parent)
            self.voice.say(f"{made} of {plural(len(plan.jobs), 'question')} in {folder}")
        if failed and len(plan.jobs) > 1 and self.form != "json":
            click.echo(f"failed: {', '.join(failed)}", err=True)
        return ExitStatus.FINDINGS if bad else ExitStatus.GOOD

    def _build(self, plan: EditionPlan) -> BuildResult | None:
        """Build the book, then one file after the other; give what became of the book."""
        if plan.stubs:
            named = ", ".join(plan.stubs[:_MOST_NAMED])
            more = len(plan.stubs) - _MOST_NAMED
            named += f" and {more} more" if more > 0 else ""
            self.voice.say(f"left out, not written yet: {named}")
        cancel = CancelToken()
        with self._progress() as progress:
            edition, book = begin_edition(plan, self.options, progress=progress, cancel=cancel)
        if book is not None:
            self._show(book)
            if _failed(book):
                if self.form != "json":
                    click.echo(f'the edition "{plan.edition}" needs the whole book', err=True)
                return book
        for job in plan.jobs:
            with self._progress() as progress:
                result = build_edition(edition, job, progress=progress, cancel=cancel)
            self._results.append((job, result))
            self._show(result)
        return book

    def _progress(self) -> AbstractContextManager[Progress]:
        if self.voice.quiet:
            return nullcontext(Silence())
        return shown_progress(plain=self.voice.verbose or self.explain)

    def _show(self, result: BuildResult) -> None:
        """Tell of one build at once, but of each finding only once: many questions share some."""
        if self.form == "json":
            return
        new = tuple(item for item in result.diagnostics if item not in self._told)
        self._told.update(new)
        shown = replace(result, diagnostics=new)
        show_result(shown, self.form, verbose=self.voice.verbose)
        tell(shown, self.project, self.voice, explain=self.explain, timings=self.options.timings)

    def _interrupted(self, plan: EditionPlan) -> None:
        done = len(self._results)
        if done < len(plan.jobs):
            output = plan.jobs[done].output
            click.echo(f"interrupted; {standing(output, self.project)}", err=True)

    def _show_json(self, plan: EditionPlan, book: BuildResult | None) -> None:
        timings = self.options.timings
        results = [result for _, result in self._results]
        findings = [
            item
            for result in ([book] if book is not None else []) + results
            for item in result.diagnostics
        ]
        show_json(
            tuple(dict.fromkeys(findings)),
            "texbook build",
            {
                "edition": plan.edition.value,
                "book": None if book is None else fields_of(book, self.project, timings=timings),
                "stubs": list(plan.stubs),
                "files": [
                    {"name": job.name, **fields_of(result, self.project, timings=timings)}
                    for job, result in self._results
                ],
            },
        )


def _failed(result: BuildResult) -> bool:
    return result.outcome is Outcome.FAILED
