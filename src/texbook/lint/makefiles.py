"""What tools besides TeX make for a book: pictures and texts that a makefile knows of.

Only asked where something is missing, so a book that is whole does not pay for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.lint.files import Files

_BUILD_FILE = re.compile(
    r"(?i)(?:gnu|bsd)?makefile(?:\.\w+)?|.+\.(?:mk|mak|make|cmake)|cmakelists\.txt|meson\.build"
    r"|sconstruct|sconscript|dune|rakefile|justfile|snakefile|\.?latexmkrc"
    r"|(?:make|build|compile)[\w-]*\.(?:py|sh|lua|pl|bat|cmd|ps1)"
)
_FOLDERS_UP = 2
"""Folders above the book in which its build may be described: ``doc/manual`` of a program."""
_MOST_FILES = 20
_LARGEST = 1_000_000
"""Code points of all build files together that are looked through."""
_TEMPLATE = ".in"
"""``version.tex.in`` becomes ``version.tex`` (GNU Autoconf manual, "Configuration Files")."""


class Makefiles:
    """The files that describe how a book is built without texbook, read when first asked for."""

    def __init__(self, files: Files):
        self._files = files
        self._text: str | None = None

    def may_make(self, target: Path) -> bool:
        r"""Say whether a file that is not there may be made, or found, by another tool.

        That is so if a makefile names it, with any ending, or its folder, where there is none; if
        it has a source of the same name with an ending that a makefile knows (``fsm.dot`` and
        ``%.pdf: %.dot``); if ``configure`` writes it from a template; and for all files if a
        makefile sets ``TEXINPUTS``.

        Args:
            target: absolute path, with or without an ending.
        """
        beside = self._files.names(target.parent)
        if {f"{target.name}{_TEMPLATE}", f"{target.name}.tex{_TEMPLATE}"} & set(beside):
            return True
        text = self.text
        if not text:
            return False
        if "TEXINPUTS" in text or self._names(target.name):
            return True
        folder = re.escape(target.parent.name)
        if not beside and re.search(rf"(?<![\w-])(?:{folder}/|[\"'/]{folder}[\"'\s])", text):
            return True
        endings = {
            name.rpartition(".")[2]
            for name in beside
            if name.rpartition(".")[0] in (target.name, target.stem)
        }
        return any(re.search(rf"\.{re.escape(ending)}(?!\w)", text) for ending in endings if ending)

    @property
    def text(self) -> str:
        """All build files, one after the other."""
        if self._text is None:
            self._text = "\n".join(self._read())[:_LARGEST]
        return self._text

    def _names(self, name: str) -> bool:
        stem, dot, _ = name.rpartition(".")
        return any(
            re.search(rf"(?<![\w-]){re.escape(part)}\.[a-z]", self.text) is not None
            for part in ({name, stem} if dot else {name})
        )

    def _read(self) -> Iterator[str]:
        root = self._files.root
        paths = (
            folder / name
            for folder in (root, *list(root.parents)[:_FOLDERS_UP])
            for name in self._files.names(folder)
            if _BUILD_FILE.fullmatch(name)
        )
        for path, _ in zip(paths, range(_MOST_FILES), strict=False):
            try:
                source = self._files.read(path)
            except BookError:  # it is no part of the book, so nobody is told
                self._files.faults.pop(path, None)
                continue
            if source is not None:
                yield source.text
