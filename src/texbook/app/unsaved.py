"""Lint a text that an editor has not saved yet, in the place of its file within the book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from texbook.app.baseline import without_known
from texbook.app.judge import judge_book
from texbook.app.lint import open_findings
from texbook.base.errors import BookError
from texbook.config.load import find_config, load_config
from texbook.config.model import Config
from texbook.lint.files import Files
from texbook.project import Project, document_files, open_project

if TYPE_CHECKING:
    from texbook.app.lint import LintOptions
    from texbook.base.source import SourceFile
    from texbook.lint.outcome import LintOutcome

NAMELESS = "<stdin>"
"""What a text is called that belongs to no file."""


def open_book_of(path: Path) -> Project:
    r"""Find the book that a file belongs to, whether or not the file is there yet.

    It is the book of the current folder, or else of the file's folder or of one above it. A text
    that belongs to none is a book by itself.

    Args:
        path: absolute.

    Raises:
        ConfigError: when the book's configuration is faulty.
    """
    if path in document_files(path.parent):
        return open_project(path)
    above = [folder for folder in path.parents[1:] if (folder / "main.tex").is_file()]
    for folder in (Path.cwd(), path.parent, *above):
        if find_config(folder) is None and not document_files(folder):
            continue
        try:
            project = open_project(folder=folder)
        except BookError:  # several documents beside each other, say
            continue
        if path.name != NAMELESS and path.is_relative_to(project.root):
            return project
    return Project(path.parent, path, _config(path.parent))


def _config(folder: Path) -> Config:
    """Read the configuration that holds for a folder where there is no book."""
    path = find_config(folder)
    return Config() if path is None else load_config(path)


def lint_unsaved(project: Project, options: LintOptions, source: SourceFile) -> LintOutcome:
    """Check a text in the place of its file.

    Raises:
        ConfigError: when a rule is named that does not exist.
    """
    kept = open_findings(project)
    outcome = judge_book(project, options, Files(project.root, {source.path: source}), kept)
    return without_known(project, options, outcome)
