"""The books that are built, in folders that go when the benchmark ends, and the command lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from benchmarks.measure import BenchmarkError, Timed, run_timed
from benchmarks.reference import Style, write_reference, write_split_reference

REPOSITORY = Path(__file__).parent.parent
TEXBOOK = Path(sys.executable).with_name("texbook")
_NOT_THE_BOOK = frozenset({"benchmarks", "build", "docs", "src", "tests", "tools", "main.pdf"})


class Book(Enum):
    """What is typeset."""

    OLDER = "reference document, older class"
    OURS = "reference document, our class"
    OLDER_SPLIT = "reference document in includes, older class"
    OURS_SPLIT = "reference document in includes, our class"
    OWN = "our own book"


class Builder(Enum):
    """Who builds."""

    TEXBOOK = "texbook build"
    LATEXMK = "latexmk"


@dataclass(slots=True)
class Workshop:
    """A temporary folder full of books.

    Attributes:
        folder: where everything happens.
        environment: of every program; this environment's own programs come first, so that minted
            finds the same Pygments that texbook uses.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _built: dict[tuple[Book, Builder], Path] = field(default_factory=dict)
    _made: int = 0

    def __post_init__(self) -> None:
        path = f"{TEXBOOK.parent}{os.pathsep}{os.environ['PATH']}"
        kept = {name: text for name, text in os.environ.items() if not _is_ours(name)}
        self.environment = {**kept, "PATH": path, "NO_COLOR": "1"}
        for program in ("xelatex", "latexmk"):
            if shutil.which(program, path=path) is None:
                raise BenchmarkError(f'"{program}" is not installed: there is nothing to measure')
        if not TEXBOOK.is_file():
            raise BenchmarkError(
                f'there is no "texbook" beside "{sys.executable}": install it first'
            )

    def fresh(self, book: Book, builder: Builder) -> Path:
        """Make a copy of a book that nobody has built yet; give its folder.

        For latexmk the question templates are rendered beforehand, which is not timed.
        """
        self._made += 1
        folder = self.folder / f"{self._made}-{builder.name.lower()}"
        if book is Book.OWN:
            copy_own_book(folder)
            if builder is Builder.LATEXMK:
                self.run((TEXBOOK, "render"), folder)
        else:
            write = write_split_reference if book.name.endswith("_SPLIT") else write_reference
            write(folder, Style[book.name.removesuffix("_SPLIT")])
        return folder

    def build(self, builder: Builder, folder: Path) -> Timed:
        """Build the book in a folder, from whatever state it is in."""
        arguments: tuple[str | Path, ...] = (TEXBOOK, "build", "--explain")
        if builder is Builder.LATEXMK:
            flags = ("-norc", "-xelatex", "-shell-escape", "-interaction=nonstopmode")
            arguments = ("latexmk", *flags, "-halt-on-error", "main.tex")
        return self.run(arguments, folder)

    def run(
        self, arguments: tuple[str | Path, ...], folder: Path, good: frozenset[int] = frozenset({0})
    ) -> Timed:
        """Run a program in a folder; see `run_timed`."""
        return run_timed(arguments, folder=folder, environment=self.environment, good=good)

    def cold(self, book: Book, builder: Builder) -> Timed:
        """Build a fresh copy, which then counts as the built one; the one before it goes."""
        folder = self.fresh(book, builder)
        timed = self.build(builder, folder)
        before = self._built.pop((book, builder), None)
        if before is not None:
            shutil.rmtree(before)
        self._built[book, builder] = folder
        return timed

    def built(self, book: Book, builder: Builder) -> Path:
        """Give the folder of a book that is built and settled."""
        if (book, builder) not in self._built:
            self.cold(book, builder)
        return self._built[book, builder]


def _is_ours(name: str) -> bool:
    """Say whether a variable would make texbook work otherwise than on anybody's machine."""
    return name.startswith("TEXBOOK_") or name == "PYTHONDONTWRITEBYTECODE"


def copy_own_book(folder: Path) -> None:
    """Copy our own book into a new folder: the files that git knows, as they stand now."""
    folder.mkdir()
    restore_own_book(folder)


def restore_own_book(folder: Path) -> None:
    """Make the sources in a copy of our own book those of the repository again.

    Files that the repository has not go; what was built stays, as do files that need no change.
    """
    files = _own_files()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name not in files and not _is_built(name):
            path.unlink()
    for name in files:
        content = (REPOSITORY / name).read_bytes()
        copy = folder / name
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)


def _own_files() -> frozenset[Path]:
    told = subprocess.run(
        ("git", "ls-files", "-z"), cwd=REPOSITORY, capture_output=True, check=True, text=True
    )
    names = (Path(name) for name in told.stdout.split("\0") if name)
    kept = (name for name in names if name.parts[0] not in _NOT_THE_BOOK and name.suffix != ".md")
    return frozenset(
        name for name in kept if not name.parts[0].startswith(".") and (REPOSITORY / name).is_file()
    )


def _is_built(name: Path) -> bool:
    return name.parts[0] == "build" or name == Path("main.pdf")
