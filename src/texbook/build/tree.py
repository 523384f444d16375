"""Which files of the author's folder can be inputs of TeX."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.project import Project


def _extensions(words: str) -> frozenset[str]:
    return frozenset("." + word for word in words.split())


BOUND = 5000
"""So many files are brought into a mirror without being named by anything."""

SCANNED = frozenset({".tex", ".ltx", ".sty", ".cls", ".clo", ".cfg", ".def", ".tikz", ".pgf", ""})
"""Files that may name other files."""

CODE = _extensions(
    "py json md rst toml yaml yml xml html css js ts c h cc cpp hpp java rs go r jl sql sh lua "
    "m hs rb pl asy gnuplot ipynb"
)
"""Texts that a document can only read by a name with its extension, as a listing."""

TEXTS = (
    SCANNED
    | CODE
    | _extensions("bib bst bbx cbx lbx dbx bbl ist csv tsv txt dat gls acr ind enc map fd ldf dict")
)
"""Texts: copied, since an ``\\openout`` would write through a link."""

IMAGES = _extensions("pdf png jpg jpeg jp2 eps ps mps gif bmp tif tiff svg")

BINARIES = IMAGES | _extensions(
    "ttf otf ttc pfb afm tfm woff woff2 zip gz xz bz2 zst 7z tar tgz mp3 mp4 mov "
    "avi mkv webm webp heic psd ai xcf npy npz parquet h5 pkl pt bin exe so "
    "dll dylib o a pyc class jar sqlite db doc docx xls xlsx ppt pptx odt"
)
"""Known not to be text: linked."""

CANDIDATES = (IMAGES - {".gif"}) | _extensions(
    "tex ltx sty cls clo cfg def bib bst bbx cbx lbx bbl tikz pgf fd ist csv tsv dat txt otf ttf"
)
"""A new file of these may be found by TeX where another was found before, or none."""

PREAMBLE_ENDINGS = (
    *(".cls", ".sty", ".clo", ".cfg", ".def", ".ldf", ".lbx", ".bbx", ".cbx", ".fd"),
    *(".otf", ".ttf", ".ttc", ".pfb", ".tfm"),
)
"""Of files that all pages may depend on, the fonts among them: XeTeX does not record those."""

_BACKUPS = ("~", ".bak", ".orig", ".swp", ".tmp")


@dataclass(slots=True)
class Walk:
    """A walk through a folder, in the order of names, that never runs away.

    Folders that can hold no source, hidden files and editors' backups are left out. Links to
    folders are followed, but not into a folder that is already open above.

    Attributes:
        start: the folder.
        frozen_cache: the book ships minted's cache, which is otherwise left out.
        full: there were more than `BOUND` files, where the walk ended.
        passed_over: what is there but is no regular file: FIFOs, dangling links, loops.
    """

    project: Project
    start: Path
    frozen_cache: bool = False
    full: bool = False
    passed_over: list[Path] = field(default_factory=list)
    _count: int = 0

    def files(self) -> Iterator[os.DirEntry[str]]:
        """Give the regular files, links to such included."""
        yield from self._below(str(self.start), (os.path.realpath(self.start),))

    def _below(self, folder: str, chain: tuple[str, ...]) -> Iterator[os.DirEntry[str]]:
        for entry in _listed(folder):
            if self.full:
                return
            if entry.name.startswith(".") or entry.name.endswith(_BACKUPS):
                continue
            kind = _kind(entry)
            if kind == "folder":
                yield from self._folder(entry, chain)
            elif kind == "special":
                self.passed_over.append(Path(entry.path))
            elif self._count >= BOUND:
                self.full = True
            else:
                self._count += 1
                yield entry

    def _folder(
        self, entry: os.DirEntry[str], chain: tuple[str, ...]
    ) -> Iterator[os.DirEntry[str]]:
        if entry.name.startswith("_minted") and not self.frozen_cache:
            return
        if self.project.is_skipped(Path(entry.path)):
            return
        if not entry.is_symlink():
            yield from self._below(entry.path, chain)
            return
        real = os.path.realpath(entry.path)
        if any(PurePath(above).is_relative_to(real) for above in chain):
            self.passed_over.append(Path(entry.path))
            return
        yield from self._below(entry.path, (*chain, real))


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_dir():
            return "folder"
        return "file" if entry.is_file() else "special"
    except OSError:  # a link that leads to itself
        return "special"


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def suffix(name: str) -> str:
    """Give a file name's last extension in lower case, with its dot; '' if it has none.

    >>> suffix("chapters/One.TEX"), suffix("README")
    ('.tex', '')
    """
    return os.path.splitext(name)[1].lower()  # noqa: PTH122  (raw speed)


def find_candidates(project: Project) -> frozenset[str]:
    """List the files of the book's folder that TeX could find there, relative to it.

    In a folder of more than `BOUND` files only those directly in it are listed, because TeX finds
    these without being told a folder.
    """
    walk = Walk(project, project.root)
    cut = len(str(project.root)) + 1
    names = [entry.path[cut:] for entry in walk.files()]
    if walk.full:
        here = _listed(str(project.root))
        names = [entry.name for entry in here if _kind(entry) == "file"]
    published = project.pdf.name
    return frozenset(name for name in names if suffix(name) in CANDIDATES and name != published)
