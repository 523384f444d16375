"""The book on disk: where its main file, its templates and its generated files are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, ConfigError
from texbook.base.regular import open_regular
from texbook.config.load import find_config, key_span, load_config
from texbook.config.model import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE_SUFFIX = ".j2.tex"
"""Only files of this ending are rendered."""

SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".jj", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox"}
)
"""Folders that hold no source of a book and may be huge."""


@dataclass(frozen=True, slots=True)
class Project:
    """A book: all paths are absolute.

    Attributes:
        root: the folder of the main file; TeX's relative paths begin here.
        main: the file to typeset.
        output: where its PDF is published, if that is not beside it: of an edition.
    """

    root: Path
    main: Path
    config: Config
    output: Path | None = None

    @property
    def pdf(self) -> Path:
        """Where the book is published."""
        return self.output or self.main.with_suffix(".pdf")

    @property
    def synctex(self) -> Path:
        """Where viewers look for the lines from which the pages of the PDF come."""
        return self.pdf.with_suffix(".synctex.gz")

    @property
    def title(self) -> str:
        """What the book is called for those who work on it."""
        return self.root.name if self.main.name == "main.tex" else self.main.stem

    @property
    def build_folder(self) -> Path:
        """Everything generated stands below it."""
        return self.root / "build"

    @property
    def rendered_folder(self) -> Path:
        """Rendered templates, under the relative paths of their sources."""
        return self.build_folder / "tex"

    @property
    def work_folder(self) -> Path:
        """State, caches and engine runs: texbook's own; nobody else writes here."""
        return self.build_folder / "texbook"

    @property
    def draft(self) -> Path:
        """Where a draft of what was edited is published; the last one, whatever was built."""
        return self.build_folder / "draft.pdf"

    @property
    def editions_folder(self) -> Path:
        """Where editions of parts of the book are published."""
        return self.build_folder / "editions"

    @property
    def bibliography(self) -> Path:
        """The BibTeX file that ``paper()`` reads."""
        return self.root / self.config.bibliography

    @property
    def templates_folder(self) -> Path:
        """Templates of the book that replace packaged ones."""
        return self.root / self.config.templates

    def templates(self) -> tuple[Path, ...]:
        """List the question templates in the book's folder, sorted by path.

        A folder of the name of `templates_folder`, wherever it lies, holds what questions extend
        and no questions.
        """
        parents = self.templates_folder.name
        return tuple(
            sorted(
                folder / name
                for folder, names in self.walk()
                if parents not in folder.relative_to(self.root).parts
                for name in names
                if name.endswith(TEMPLATE_SUFFIX)
            )
        )

    def walk(self) -> Iterator[tuple[Path, list[str]]]:
        """Go through the folders that may hold sources, with the names of their files.

        Symbolic links to folders are followed, each target once, and none that would lead back.
        """
        followed: set[Path] = set()
        for folder, subfolders, names in os.walk(self.root, followlinks=True):
            here = Path(folder)
            subfolders[:] = sorted(
                name
                for name in subfolders
                if not self.is_skipped(here / name) and self._is_new(here / name, followed)
            )
            yield here, names

    def _is_new(self, folder: Path, followed: set[Path]) -> bool:
        """Say whether a folder is to be walked: if it is a link, take note of its target."""
        if not folder.is_symlink():
            return True
        target = folder.resolve()
        if (
            target in followed
            or folder.parent.resolve().is_relative_to(target)
            or self.root.resolve().is_relative_to(target)
            or target.is_relative_to(self.build_folder.resolve())
        ):
            return False
        followed.add(target)
        return True

    def is_skipped(self, folder: Path) -> bool:
        """Say whether a folder holds no sources: generated, environments, or left out by name."""
        return (
            folder.name in SKIPPED_FOLDERS
            or folder == self.build_folder
            or self._is_excluded(folder)
            or _holds(folder, "pyvenv.cfg")
        )

    def _is_excluded(self, folder: Path) -> bool:
        names = self.config.exclude
        return bool(names) and any(folder == self.root / name for name in names)

    def rendered_name(self, template: Path) -> Path:
        """Give the path, relative to the book, that a rendered template is typeset as.

        >>> book = Project(Path("/b"), Path("/b/main.tex"), Config())
        >>> str(book.rendered_name(Path("/b/chapters/01/leak.j2.tex")))
        'chapters/01/leak.tex'
        """
        relative = template.relative_to(self.root)
        return relative.with_name(relative.name.removesuffix(TEMPLATE_SUFFIX) + ".tex")

    def display(self, path: Path) -> Path:
        """Give a path as the person at the terminal would type it."""
        folder = Path.cwd()
        return path.relative_to(folder) if path.is_relative_to(folder) else path


def open_project(main: Path | None = None, *, folder: Path | None = None) -> Project:
    r"""Find the book to work on.

    The main file is the one given; else the configuration's ``main``; else ``main.tex``; else the
    only file in the folder with a ``\documentclass``.

    Args:
        main: a file named by the person, or None.
        folder: where to look instead of the current folder.

    Raises:
        BookError: when there is no such file, or more than one could be meant.
        ConfigError: when the configuration is faulty.
    """
    start = (folder or Path.cwd()).absolute()
    if main is not None:
        path = _named_main(start / main)
        return Project(path.parent, path, _config(path.parent))
    config = _config(start)
    if config.main is not None and config.path is not None:
        path = Path(os.path.normpath(config.path.parent / config.main))
        if not path.is_file():
            raise ConfigError(
                f'the main file "{config.main}" does not exist',
                span=key_span(config.path, "main"),
                hints=('correct "main", or remove it to let texbook look for main.tex',),
            )
        if path.suffix.lower() == ".pdf":
            raise ConfigError(
                f'the main file "{config.main}" is a PDF, which a build would replace',
                span=key_span(config.path, "main"),
                hints=("name its .tex file",),
            )
        return Project(path.parent, path, config)
    base = start if config.path is None or (start / "main.tex").is_file() else config.path.parent
    path = _found_main(base)
    return Project(path.parent, path, config)


def _config(folder: Path) -> Config:
    path = find_config(folder)
    return Config() if path is None else load_config(path)


def _named_main(path: Path) -> Path:
    path = Path(os.path.normpath(path))
    if path.is_dir():
        return _found_main(path)
    if not path.exists() and path.suffix != ".tex":
        with_suffix = path.with_name(path.name + ".tex")
        if with_suffix.is_file():
            return with_suffix
    if not path.exists():
        raise BookError(
            f'there is no file "{path.name}" in "{path.parent}"',
            hints=_candidates_hint(path.parent),
        )
    if not path.is_file():
        raise BookError(f'"{path}" is not a regular file')
    if path.suffix.lower() == ".pdf":
        source = path.with_suffix(".tex")
        hint = f'did you mean "{source.name}"?' if source.is_file() else "name its .tex file"
        raise BookError(f'"{path.name}" is a PDF, which a build would replace', hints=(hint,))
    return path


def _found_main(folder: Path) -> Path:
    path = folder / "main.tex"
    if path.is_file():
        return path
    candidates = document_files(folder)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise BookError(
            f'no main file: "{folder}" has no main.tex and no other file with a \\documentclass',
            hints=('name the file, as in "texbook build book.tex"',),
        )
    raise BookError(
        f'which file is the book? "{folder}" has several with a \\documentclass',
        hints=_candidates_hint(folder),
    )


def _candidates_hint(folder: Path) -> tuple[str, ...]:
    names = [path.name for path in document_files(folder)]
    if not names:
        return ()
    return (f'name one of these, as in "texbook build {names[0]}": {", ".join(names[:8])}',)


def document_files(folder: Path) -> tuple[Path, ...]:
    r"""List the ``.tex`` files directly in a folder that have a ``\documentclass`` of their own."""
    pattern = re.compile(rb"(?m)^[^%\n]*\\documentclass\b")
    try:
        paths = sorted(folder.glob("*.tex"))
    except OSError:
        return ()
    return tuple(
        path
        for path in paths
        if path.is_file()
        and not path.name.endswith(TEMPLATE_SUFFIX)
        and pattern.search(_beginning(path))
    )


def _holds(folder: Path, name: str) -> bool:
    """Say whether a folder is seen to hold a file: it may be closed to us."""
    try:
        return (folder / name).exists()
    except OSError:
        return False


_BEGINNING = 1_000_000
"""Bytes in which a ``\\documentclass`` stands, if there is one."""


def _beginning(path: Path) -> bytes:
    """Read the beginning of a file; nothing if it cannot be read."""
    try:
        with open_regular(path) as stream:
            return stream.read(_BEGINNING)
    except OSError:
        return b""
