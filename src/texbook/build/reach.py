r"""Which files the sources name, from the main file on: the include graph.

It is read by patterns, not by TeX, and takes too much rather than too little: a file named in a
verbatim text is brought into the mirror for nothing, but a file left out would be missed.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.source import decode_source
from texbook.build.tree import SCANNED, suffix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.build.snapshot import SourceSnapshot

_TEX = (".tex", "")
_GRAPHICS = ("", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".mps", ".bmp", ".PDF", ".PNG", ".JPG")
_EXTENSIONS = {
    # command: the extensions that TeX or the package tries, in its order
    "input": _TEX,
    "include": (".tex",),
    "subfile": _TEX,
    "subfileinclude": _TEX,
    "InputIfFileExists": _TEX,
    "IfFileExists": _TEX,
    "import": _TEX,
    "subimport": _TEX,
    "includefrom": _TEX,
    "subincludefrom": _TEX,
    "inputfrom": _TEX,
    "subinputfrom": _TEX,
    "includestandalone": (".tex", *_GRAPHICS),
    "includegraphics": _GRAPHICS,
    "includepdf": _GRAPHICS,
    "pgfimage": _GRAPHICS,
    "bibliography": (".bib", ""),
    "addbibresource": ("",),
    "bibliographystyle": (".bst",),
    "documentclass": (".cls",),
    "LoadClass": (".cls",),
    "LoadClassWithOptions": (".cls",),
    "usepackage": (".sty",),
    "RequirePackage": (".sty",),
    "RequirePackageWithOptions": (".sty",),
    "lstinputlisting": ("",),
    "verbatiminput": ("",),
    "VerbatimInput": ("",),
    "inputminted": ("",),
    "amzinputcode": ("",),
}
_SECOND_ARGUMENT = frozenset({"inputminted", "amzinputcode"})
_FOLDER_FIRST = frozenset(name for name in _EXTENSIONS if name.endswith(("import", "from")))
_BIBLIOGRAPHIES = frozenset({"bibliography", "addbibresource"})
_LISTS = frozenset({"bibliography", "usepackage", "RequirePackage", "addbibresource"})

_COMMAND = re.compile(
    r"\\(" + "|".join(sorted(_EXTENSIONS, key=len, reverse=True)) + r")(?![A-Za-z@])\*?\s*"
    r"(?:\[[^\]]*\]\s*)*(?:\{([^{}]*)\}(?:\s*\{([^{}]*)\})?|([^\s\\{}\[%]+))"
)
_GRAPHICSPATH = re.compile(r"\\graphicspath\s*\{((?:\s*\{[^{}]*\})+)\s*\}")
_UPWARD = re.compile(r"(?<![\w./])((?:\./)*(?:\.\./)[^\s{}%,;\\$\"'()]*)")
_EXTENSION = re.compile(r"\.\w{1,8}")
_COMMENT = re.compile(r"(?m)(?<!\\)((?:\\\\)*)%.*$")


@dataclass(slots=True)
class Reach:
    r"""What the sources name.

    Attributes:
        files: the author's files, in the order in which they are met.
        graphics_folders: the folders of ``\graphicspath``.
        upward: paths with ``../`` that lead out of the book's folder, whether they exist or not.
        included: targets of ``\include``, whose ``.aux`` files lie beside them.
        bibliographies: the ``.bib`` files among ``files``.
        extensions: everything in the texts that looks like a file's extension, in lower case.
        frozen_cache: minted is told to take its listings from a cache in the book's folder.
    """

    root: Path
    files: dict[Path, None] = field(default_factory=dict)
    graphics_folders: dict[Path, None] = field(default_factory=dict)
    upward: dict[Path, None] = field(default_factory=dict)
    included: set[Path] = field(default_factory=set)
    bibliographies: dict[Path, None] = field(default_factory=dict)
    extensions: set[str] = field(default_factory=set)
    frozen_cache: bool = False


def find_reach(
    root: Path, main: Path, generated: Mapping[Path, str], snapshot: SourceSnapshot
) -> Reach:
    """Follow the names in the sources, beginning at the main file.

    Args:
        root: the folder at which TeX's relative paths begin.
        main: the main file.
        generated: texts that stand in for files, by the absolute path they stand at.
        snapshot: where the files are read from.

    Raises:
        BookError: when a ``.tex`` file that is named is not UTF-8.
        StorageError: when a file that is named cannot be read.
    """
    return _Follower(Reach(root), generated, snapshot).follow(main)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  (Path.is_file raises at a name that is too long)


@dataclass(frozen=True, slots=True)
class _Names:
    """What stands in one text.

    Attributes:
        commands: those that read files, each with its two arguments in braces and a bare one.
    """

    commands: tuple[tuple[str, str, str, str], ...]
    graphics_folders: tuple[str, ...]
    upward: tuple[str, ...]
    extensions: frozenset[str]
    frozen_cache: bool


@functools.lru_cache(maxsize=256)  # a watch reads the same texts after every save
def _read_names(text: str) -> _Names:
    text = _COMMENT.sub(r"\1", text)
    lists = (re.findall(r"\{([^{}]*)\}", found[1]) for found in _GRAPHICSPATH.finditer(text))
    return _Names(
        commands=tuple(_COMMAND.findall(text)),
        graphics_folders=tuple(name for names in lists for name in names),
        upward=tuple(_UPWARD.findall(text)),
        extensions=frozenset(map(str.lower, _EXTENSION.findall(text))),
        frozen_cache="frozencache" in text,
    )


class _Follower:
    """Reads one text after the other and collects what they name."""

    def __init__(
        self, reach: Reach, generated: Mapping[Path, str], snapshot: SourceSnapshot
    ) -> None:
        self._reach = reach
        self._generated = generated
        self._snapshot = snapshot
        self._waiting: list[tuple[Path, Path]] = []
        self._graphics: list[str] = []
        self._checked = True

    def follow(self, main: Path) -> Reach:
        # The class, the packages and the preamble may name files by \graphicspath, which may stand
        # after the picture in the order of the walk: pictures are looked up at the end.
        self._add(main, self._reach.root)
        for path in self._generated:
            self._add(path, self._reach.root)
        while self._waiting:
            path, folder = self._waiting.pop()
            self._scan(self._text(path), folder)
        folders = [self._reach.root, *self._reach.graphics_folders]
        for target in self._graphics:
            self._find(target, folders, _GRAPHICS)
        return self._reach

    def _add(self, path: Path, folder: Path) -> None:
        if path in self._reach.files:
            return
        self._reach.files[path] = None
        if suffix(path.name) in SCANNED:
            self._waiting.append((path, folder))

    def _text(self, path: Path) -> str:
        if path in self._generated:
            return self._generated[path]
        content = self._snapshot.read(path)
        if b"XeTeXdefaultencoding" in content:
            self._checked = False
        if not self._checked or suffix(path.name) not in (".tex", ".ltx"):
            return content.decode("latin-1")
        if b"XeTeXinputencoding" in content:
            return content.decode("latin-1")
        return decode_source(path, content)

    def _scan(self, text: str, folder: Path) -> None:
        named = _read_names(text)
        self._reach.frozen_cache |= named.frozen_cache
        self._reach.extensions.update(named.extensions)
        for name in named.graphics_folders:
            self._reach.graphics_folders[self._path(self._reach.root, name)] = None
        for name in named.upward:
            self._climb(name)
        for command in named.commands:
            self._command(command, folder)

    def _command(self, found: tuple[str, str, str, str], folder: Path) -> None:
        command, first, second, bare = found
        target = bare or first
        if command in _SECOND_ARGUMENT:
            target = second
        if command in _FOLDER_FIRST:
            base = folder if command.startswith("sub") else self._reach.root
            here = self._path(base, first)
            self._find(second, [here], _EXTENSIONS[command], here)
            return
        for name in target.split(",") if command in _LISTS else (target,):
            self._target(command, name.strip().strip('"'), folder)

    def _target(self, command: str, name: str, folder: Path) -> None:
        if not name or "#" in name or "\\" in name:
            return
        if _EXTENSIONS[command] is _GRAPHICS:
            self._graphics.append(name)
            return
        folders = [self._reach.root] if folder == self._reach.root else [folder, self._reach.root]
        if command == "include":
            self._reach.included.add(self._path(self._reach.root, name))
        path = self._find(name, folders, _EXTENSIONS[command], folder)
        if path is not None and command in _BIBLIOGRAPHIES:
            self._reach.bibliographies[path] = None

    def _find(
        self,
        name: str,
        folders: list[Path],
        extensions: tuple[str, ...],
        within: Path | None = None,
    ) -> Path | None:
        for folder in folders:
            for extension in extensions:
                path = self._path(folder, name + extension)
                if path in self._generated or _is_file(path):
                    self._add(path, within or self._reach.root)
                    return path
        return None

    def _climb(self, name: str) -> None:
        path = self._path(self._reach.root, name)
        if not path.is_relative_to(self._reach.root):
            self._reach.upward[path] = None

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return Path(os.path.normpath(os.path.join(folder, name.strip())))  # noqa: PTH118
