from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from texbook.app import watch as watching
from texbook.app.build import BuildOptions
from texbook.app.watch import watch_set
from texbook.base.cancel import CancelToken
from texbook.base.errors import ConfigError, LockedError, RefusedError
from texbook.build.model import BuildResult, Outcome, ShellEscape
from texbook.lint.runner import LintOutcome
from texbook.watch.changes import Change, ChangeKind, ChangeSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.base.diagnostic import Diagnostic
    from texbook.project import Project


def test_what_was_read_and_what_may_come_is_watched(book: Book) -> None:
    template = book.put("chapters/q.j2.tex", "")
    far = book.root.parent / "shared" / "macros.tex"
    watched = watch_set(book.project, frozenset({far}))
    assert {far, template, book.root / "main.tex"} <= watched.files
    assert book.root / "texbook.toml" in watched.files
    assert {book.root, book.root / "chapters", far.parent} <= watched.folders


def test_own_output_is_not_watched(book: Book) -> None:
    book.put("build/tex/q.tex", "")
    pdf = book.put("main.pdf", "")
    inputs = frozenset({pdf, book.root / "build" / "tex" / "q.tex"})
    watched = watch_set(book.project, inputs)
    assert not any(path == pdf or "build" in path.parts for path in watched.files)
    assert not any("build" in folder.parts for folder in watched.folders)
    assert watched.ignore(pdf)
    assert watched.ignore(book.root / "build" / "texbook" / "state.json")
    assert not watched.admits(pdf)
    assert watched.admits(book.root / "images" / "new.pdf")


def test_what_the_watch_itself_prints_is_not_watched(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = book.put("log.txt", "")
    same = (log.stat().st_dev, log.stat().st_ino)
    real = watching._identity
    monkeypatch.setattr(watching, "_identity", lambda file: same if file == 1 else real(file))
    watched = watch_set(book.project, frozenset({log}))
    assert log not in watched.files
    assert not watched.admits(log)
    assert watched.admits(book.put("other.txt", ""))


def test_other_documents_of_the_folder_are_watched(book: Book) -> None:
    assert watch_set(book.project, frozenset()).admits(book.root / "other.tex")


def test_the_books_own_templates_are_watched_from_the_start(book: Book) -> None:
    """A fault in one must be seen to be mended, though no build has read it yet."""
    parent = book.put("templates/question.j2.tex", "")
    watched = watch_set(book.project, frozenset())
    assert parent.parent in watched.folders
    assert watched.admits(parent)


def test_a_configuration_above_the_book_is_watched(book: Book) -> None:
    config = book.put("../texbook.toml", "")
    assert config.resolve() in {p.resolve() for p in watch_set(book.project, frozenset()).files}


def test_a_watched_book_beside_a_whole_home_stays_small(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        book.put(f"folder{number}/x.txt", "")
    monkeypatch.setattr(watching, "MOST_FOLDERS", 3)
    read = book.root / "folder7" / "x.txt"
    folders = watch_set(book.project, frozenset({read})).folders
    assert read.parent in folders
    assert len(folders) <= 5


class Recorder:
    """A screen that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.found: tuple[Diagnostic, ...] = ()

    def building(self, changed: Sequence[Path] = ()) -> None:
        self.said.append(" ".join(["building", *(path.name for path in changed)]))

    def good(
        self,
        *,
        pages: int | None,
        seconds: float,
        diagnostics: Sequence[Diagnostic] = (),
        reasons: Sequence[str] = (),
    ) -> None:
        self.said.append("good")
        self.found = tuple(diagnostics)

    def failed(
        self,
        *,
        diagnostics: Sequence[Diagnostic],
        seconds: float | None = None,
        showing: datetime | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        self.said.append("failed" if showing is None else "failed, old PDF")
        self.found = tuple(diagnostics)

    def suspect(
        self, *, diagnostics: Sequence[Diagnostic], showing: datetime | None = None
    ) -> None:
        self.said.append("suspect")

    def note(self, message: str) -> None:
        self.said.append(message)

    def step(self, message: str) -> None:
        pass

    def page(self, number: int, expected: int | None) -> None:
        pass


def modified(path: Path) -> ChangeSet:
    return ChangeSet((Change(path, ChangeKind.MODIFIED),))


def test_a_broken_configuration_is_read_again_until_it_is_good(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def fake_build(project: Project, *_: object, **__: object) -> BuildResult:
        seen.append(project.config.build.passes)
        return BuildResult(Outcome.BUILT, project.pdf)

    monkeypatch.setattr(watching, "build_book", fake_build)
    monkeypatch.setattr(watching, "lint_book", lambda *_: LintOutcome(()))
    screen = Recorder()
    watcher = watching._BookWatcher(book.project, BuildOptions(), screen, book.root)
    watcher.project = book.project
    config = book.put("texbook.toml", "[build]\npasses = ")
    for path, text in (
        (config, None),
        (book.root / "main.tex", None),
        (config, "[build]\npasses = 5\n"),
    ):
        if text is not None:
            path.write_text(text)
        try:
            watcher.react(modified(path), CancelToken())
        except ConfigError as error:
            watcher.on_error(error)
    # Not built with the configuration of before, while nobody can say what is meant.
    assert seen == [5]
    assert screen.said == [
        *("building texbook.toml", "failed"),
        *("building main.tex", "failed"),
        *("building texbook.toml", "good"),
    ]


def test_a_shell_that_the_book_comes_to_forbid_is_taken_away(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "build_book", lambda *_, **__: pytest.fail("built"))
    options = BuildOptions(ShellEscape.FULL)
    watcher = watching._BookWatcher(book.project, options, Recorder(), book.root)
    config = book.put("texbook.toml", "[build]\nforbid-shell-escape = true\n")
    for path in (config, book.root / "main.tex"):
        with pytest.raises(RefusedError, match="forbids --shell-escape"):
            watcher.react(modified(path), CancelToken())


def test_a_save_while_another_texbook_builds_is_built_afterwards(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [LockedError("locked"), LockedError("locked"), None]

    def fake_build(project: Project, *_: object, **__: object) -> BuildResult:
        error = answers.pop(0)
        if error is not None:
            raise error
        return BuildResult(Outcome.BUILT, project.pdf)

    monkeypatch.setattr(watching, "build_book", fake_build)
    monkeypatch.setattr(watching, "lint_book", lambda *_: LintOutcome(()))
    monkeypatch.setattr("texbook.app.waiting.LOCKED_SECONDS", 0.0)
    screen = Recorder()
    watcher = watching._BookWatcher(book.project, BuildOptions(), screen)
    watcher.react(modified(book.root / "main.tex"), CancelToken())
    assert screen.said == ["building main.tex", "waiting: locked", "good"]


def test_a_pdf_that_somebody_removes_is_made_again(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = [Outcome.BUILT, Outcome.FAILED]

    def fake_build(project: Project, *_: object, **__: object) -> BuildResult:
        return BuildResult(outcomes.pop(0), project.pdf)

    monkeypatch.setattr(watching, "build_book", fake_build)
    monkeypatch.setattr(watching, "lint_book", lambda *_: LintOutcome(()))
    watcher = watching._BookWatcher(book.project, BuildOptions(), Recorder())
    pdf = book.put("main.pdf", "")
    assert not watcher.is_undone()
    watcher.react(ChangeSet(is_start=True), CancelToken())
    assert not watcher.is_undone()
    pdf.unlink()
    assert watcher.is_undone()
    # A build that fails has made nothing that could be gone.
    watcher.react(ChangeSet(is_start=True), CancelToken())
    assert not watcher.is_undone()


def test_what_a_faulty_template_may_wait_for_is_watched(book: Book) -> None:
    book.put("texbook.toml", 'bibliography = "../papers.bib"\n')
    watched = watch_set(book.project, frozenset())
    assert book.project.bibliography in watched.files
    assert book.root / "templates" in watched.folders


def test_a_configuration_is_read_though_the_current_folder_is_gone(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has removed the book's folder and made another of its name."""
    monkeypatch.setattr(watching, "build_book", lambda *_, **__: pytest.fail("built"))
    monkeypatch.chdir(book.root)
    watcher = watching._BookWatcher(book.project, BuildOptions(), Recorder())
    book.root.rename(book.root.with_name("gone"))
    shutil.copytree(book.root.with_name("gone"), book.root)
    shutil.rmtree(book.root.with_name("gone"))
    config = book.put("texbook.toml", "[buidl]\n")
    with pytest.raises(ConfigError, match="buidl"):
        watcher.react(modified(config), CancelToken())
