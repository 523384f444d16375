"""Build and lint on every save."""

from __future__ import annotations

import os
import stat
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from texbook.app.build import BuildOptions, build_book
from texbook.app.lint import LintOptions, lint_book
from texbook.app.policy import refuse_forbidden
from texbook.app.summary import summary
from texbook.app.waiting import when_unlocked
from texbook.base.cancel import CancelToken
from texbook.base.errors import BookError
from texbook.build.chunks.workshop import Workshop
from texbook.build.model import BuildResult, Outcome
from texbook.config.load import CONFIG_NAMES
from texbook.experiments.stale import STALE_RESULTS, watched_files
from texbook.project import SKIPPED_FOLDERS, Project, open_project
from texbook.render.cache import RenderCache
from texbook.watch.changes import WatchSet
from texbook.watch.loop import watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.app.preview import Preview
    from texbook.base.diagnostic import Diagnostic
    from texbook.base.errors import TexbookError
    from texbook.watch.changes import ChangeSet


MOST_FOLDERS = 500
"""So many folders are watched for new files; a book that lies in a whole home has its read ones."""


_BROWSER_SECONDS = 1.0
"""A browser that is opened when the preview starts has its first page by then."""


class Screen(Protocol):
    """Who shows the state of the watched book."""

    def building(self, changed: Sequence[Path] = ()) -> None:
        """A build began."""

    def good(
        self,
        *,
        pages: int | None,
        seconds: float,
        diagnostics: Sequence[Diagnostic] = (),
        reasons: Sequence[str] = (),
    ) -> None:
        """The PDF is right."""

    def failed(
        self,
        *,
        diagnostics: Sequence[Diagnostic],
        seconds: float | None = None,
        showing: datetime | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        """There is no new PDF."""

    def suspect(
        self, *, diagnostics: Sequence[Diagnostic], showing: datetime | None = None
    ) -> None:
        """The build seems to fail, and goes on to make sure."""

    def note(self, message: str) -> None:
        """Something to tell that is no state."""

    def step(self, message: str) -> None:
        """A step of the build begins."""

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page."""


@dataclass(frozen=True, slots=True)
class Screens:
    """Several screens that are told the same."""

    screens: tuple[Screen, ...]

    def building(self, changed: Sequence[Path] = ()) -> None:
        """A build began."""
        for screen in self.screens:
            screen.building(changed)

    def good(self, **told: Any) -> None:
        """The PDF is right."""
        for screen in self.screens:
            screen.good(**told)

    def failed(self, **told: Any) -> None:
        """There is no new PDF."""
        for screen in self.screens:
            screen.failed(**told)

    def suspect(self, **told: Any) -> None:
        """The build seems to fail."""
        for screen in self.screens:
            screen.suspect(**told)

    def note(self, message: str) -> None:
        """Something to tell that is no state."""
        for screen in self.screens:
            screen.note(message)

    def step(self, message: str) -> None:
        """A step of the build begins."""
        for screen in self.screens:
            screen.step(message)

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page."""
        for screen in self.screens:
            screen.page(number, expected)


def watch_book(
    project: Project,
    options: BuildOptions,
    screen: Screen,
    *,
    stop: threading.Event,
    poll: bool,
    named: Path | None = None,
    preview: Preview | None = None,
) -> None:
    """Watch until stopped.

    Args:
        project: the book.
        options: for every build.
        screen: is told what happens.
        stop: ends the watch.
        poll: look at the files instead of waiting for events.
        named: the main file, if the person named one; else the configuration may change it.
        preview: is shown the pages and told what the screen is told.

    Raises:
        Exception: a bug in a build or in lint.
    """
    if preview is not None:
        screen = Screens((screen, preview.hub))
        options = replace(options, on_pages=preview.show_ahead)
    with closing(Workshop.open()) as workshop:
        watcher = _BookWatcher(project, options, screen, named, workshop, preview, stop)
        watch(
            lambda: watcher.watched,
            watcher.react,
            settings=project.config.watch,
            stop=stop,
            notify=screen.note,
            on_error=watcher.on_error,
            poll=poll,
            is_undone=watcher.is_undone,
        )


@dataclass(slots=True)
class _BookWatcher:
    """One watched book: what to watch, and what to do after a change."""

    project: Project
    options: BuildOptions
    screen: Screen
    named: Path | None = None
    workshop: Workshop = field(default_factory=Workshop.open)
    preview: Preview | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    watched: WatchSet = field(init=False)
    # Whoever removes the folder and makes it anew takes the current one away from this process.
    _folder: Path = field(init=False, default_factory=Path.cwd)
    _templates: RenderCache = field(init=False)
    _reopen: bool = field(init=False, default=False)
    _made: Path | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.watched = watch_set(self.project, frozenset())
        self._templates = RenderCache(self.project)

    def react(self, changes: ChangeSet, cancel: CancelToken) -> None:
        """Build, lint, tell the screen, and watch what was read."""
        began = time.monotonic()
        self._made = None
        self.screen.building(changes.paths)
        # A faulty configuration raises here at every save, until it is mended.
        self._reopen |= _concerns_configuration(changes)
        if self._reopen:
            self.project = open_project(self.named, folder=self._folder)
            refuse_forbidden(self.project, self.options.shell_escape)
            self._templates = RenderCache(self.project)
            self._reopen = False
        try:
            result = self._built(cancel)
            if self.preview is not None:
                self.preview.show_book(self.project, result, changes.paths)
            if result.outcome is not Outcome.FAILED:
                self._made = result.output
        finally:
            self._templates.save()
            if changes.is_start and self.preview is not None:
                # Engines that load would take the cores from a browser that opens now.
                cancel.wait(max(0.0, began + _BROWSER_SECONDS - time.monotonic()))
            if not self.stop.is_set():
                # After a newer save, too: it would have to wait for an engine to load.
                self.workshop.restock(CancelToken() if cancel.cancelled else cancel)
        cancel.check()
        self.watched = watch_set(self.project, result.inputs)
        self.screen.step("checking the sources")
        findings = lint_book(self.project, LintOptions()).diagnostics
        cancel.check()
        reasons = summary(result, has_cause=bool(changes.paths))
        self._tell(result, findings, time.monotonic() - began, reasons)

    def _suspect(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.screen.suspect(diagnostics=diagnostics, showing=self._published())

    def is_undone(self) -> bool:
        """Say whether somebody has removed the PDF that the last build made."""
        made = self._made
        return made is not None and self.project.root.is_dir() and not made.exists()

    def _built(self, cancel: CancelToken) -> BuildResult:
        """Build; while another texbook builds the book, wait for its end: the save is not lost."""
        if not self.project.root.is_dir():
            # A build would make it anew, and whoever moves it back would move it into that.
            raise BookError(f'the folder "{self.project.root}" is gone')
        build = partial(
            build_book,
            self.project,
            replace(self.options, on_suspects=self._suspect),
            progress=_Steps(self.screen),
            cancel=cancel,
            workshop=self.workshop,
            templates=self._templates,
        )
        return when_unlocked(build, tell=self.screen.note, cancel=cancel)

    def _tell(
        self,
        result: BuildResult,
        findings: Sequence[Diagnostic],
        seconds: float,
        reasons: Sequence[str],
    ) -> None:
        # Both speak of stale results; what lint says weighs more.
        told = {(STALE_RESULTS, item.message, item.span) for item in findings}
        built = [d for d in result.diagnostics if (d.code, d.message, d.span) not in told]
        shown = tuple(dict.fromkeys((*built, *findings)))
        if result.outcome is Outcome.FAILED:
            # What stopped the build comes first; lint often names its cause.
            self.screen.failed(
                diagnostics=shown, seconds=seconds, showing=self._published(), reasons=reasons
            )
        else:
            self.screen.good(
                pages=result.pages, seconds=seconds, diagnostics=shown, reasons=reasons
            )

    def on_error(self, error: TexbookError) -> None:
        """Show a fault that is no finding, and wait for the next save."""
        self.screen.failed(diagnostics=[error.diagnostic()], showing=self._published())

    def _published(self) -> datetime | None:
        pdf = self.project.pdf
        return datetime.fromtimestamp(pdf.stat().st_mtime) if pdf.is_file() else None


@dataclass(frozen=True, slots=True)
class _Steps:
    """A `Progress` of steps and pages; why a build runs is told with its end, as reasons."""

    screen: Screen

    def step(self, message: str) -> None:
        self.screen.step(message)

    def page(self, number: int, expected: int | None) -> None:
        self.screen.page(number, expected)

    def note(self, message: str) -> None:
        """Do nothing."""


def _concerns_configuration(changes: ChangeSet) -> bool:
    return any(path.name in CONFIG_NAMES for path in changes.paths)


def watch_set(project: Project, inputs: frozenset[Path]) -> WatchSet:
    """Say what a book depends on: what the last build read, templates, and every source folder."""
    folders = {path.parent for path in inputs}
    folders.update(folder for folder, _ in islice(project.walk(), MOST_FOLDERS))
    files = set(inputs)
    files.add(project.main)
    files.update(project.templates())
    files.update(watched_files(project))
    # A template that fails may wait for one of these, and they may lie outside the book's folder.
    files.add(project.bibliography)
    folders.add(project.templates_folder)
    files.update(project.root / name for name in CONFIG_NAMES)
    if project.config.path is not None:
        files.add(project.config.path)

    outputs = {_identity(handle) for handle in (1, 2)} - {None}

    def is_own(path: Path) -> bool:
        return (
            path in {project.pdf, project.synctex}
            or path.name in SKIPPED_FOLDERS
            or path.is_relative_to(project.build_folder)
            or _identity(path) in outputs
        )

    files = {path for path in files if not is_own(path)}
    folders = {folder for folder in folders if not is_own(folder)}
    return WatchSet(frozenset(files), frozenset(folders), is_own)


def _identity(file: Path | int) -> tuple[int, int] | None:
    """Tell a regular file by device and number: what the watch itself prints may go into one."""
    with suppress(OSError):
        status = os.stat(file)  # noqa: PTH116  (a handle has no path)
        return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None
    return None
