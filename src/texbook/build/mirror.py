"""The working copy in which engines run, so that nothing they write reaches the author's files."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.digest import digest_bytes
from texbook.build.names import free_alias
from texbook.build.reach import find_reach
from texbook.build.selection import Selection
from texbook.build.snapshot import SourceSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texbook.base.stamps import FileStamp
    from texbook.build.model import GeneratedFile
    from texbook.project import Project


class EntryKind(StrEnum):
    """How a file comes into the mirror."""

    COPY = "copy"
    """A text: an ``\\openout`` would write through a link, symbolic or hard."""
    LINK = "link"
    """A picture, a font, or anything large: a symbolic link, which costs nothing."""
    GENERATED = "generated"
    """A rendered template."""


@dataclass(frozen=True, slots=True)
class MirrorEntry:
    """A file of the mirror.

    Attributes:
        source: the author's file; for a rendered template the file under ``build/tex/``.
        name: its path relative to the mirror's root.
    """

    source: Path
    name: Path
    kind: EntryKind


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a working copy of the book holds; planned once, made anew for each engine run.

    Attributes:
        project: the book.
        root: the folder that the mirror's root stands for: the book's, or one above it if the
            sources use ``../``.
        main: the main file's name in the working folder, one that TeX can take.
        entries: its files, by name.
        bounded: the folder holds so much that only what is named was brought.
        passed_over: FIFOs, dangling links, link loops, and what may not be read or is too large.
        bibliographies: the ``.bib`` files that the sources name.
    """

    project: Project
    root: Path
    main: str
    entries: tuple[MirrorEntry, ...]
    bounded: bool
    passed_over: tuple[Path, ...]
    bibliographies: tuple[Path, ...]
    _texts: dict[Path, bytes] = field(repr=False, compare=False)
    _snapshot: SourceSnapshot = field(repr=False, compare=False)
    _sources: dict[Path, Path] = field(init=False, repr=False, compare=False)
    _folders: set[Path] = field(init=False, repr=False, compare=False, default_factory=set)

    def __post_init__(self) -> None:
        sources = {entry.name: entry.source for entry in self.entries}
        object.__setattr__(self, "_sources", sources)

    @property
    def job(self) -> str:
        """The job name: the engine calls its files by it."""
        return Path(self.main).stem

    def mentions(self, word: bytes) -> bool:
        """Say whether a word stands in one of the texts."""
        texts = (self._content(entry.source) or b"" for entry in self.entries)
        return any(word in text for text in texts)

    def materialise(self, folder: Path) -> Path:
        """Make the working copy; all copies of one mirror have the same bytes in their texts.

        Args:
            folder: where; must not exist yet, or be empty.

        Returns:
            The working folder for the engine: the book's folder inside the copy.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100
        work = folder / self.project.root.relative_to(self.root)
        with storage_errors("make the working copy in", folder):
            work.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()) and any(work.iterdir()):
                raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))
            for parent in sorted({entry.name.parent for entry in self.entries}):
                (folder / parent).mkdir(parents=True, exist_ok=True)
            for entry in self.entries:
                self._bring(entry, folder / entry.name)
        self._folders.update({folder, Path(os.path.realpath(folder))})
        return work

    def renew(self, folder: Path, old: Mirror, *, keeps_main: bool) -> frozenset[str]:
        """Bring a working copy of another mirror of the same book up to this one.

        Args:
            folder: where ``old`` was materialised.
            old: what the copy holds.
            keeps_main: leave the main file as it is, for the copy holds another text in its place.

        Returns:
            The names of the files that are others now, or gone.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        had = {entry.name: entry for entry in old.entries}
        renewed: set[str] = set()
        main = self.project.root.relative_to(self.root) / self.main
        with storage_errors("bring up to date", folder):
            for entry in self.entries:
                before = had.pop(entry.name, None)
                is_kept = keeps_main and entry.name == main
                if is_kept or (before == entry and self._same(entry, old)):
                    continue
                target = folder / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                self._bring(entry, target)
                renewed.add(str(entry.name))
            for entry in had.values():
                (folder / entry.name).unlink(missing_ok=True)
                renewed.add(str(entry.name))
        self._folders.update({folder, Path(os.path.realpath(folder))})
        return frozenset(renewed)

    def _same(self, entry: MirrorEntry, old: Mirror) -> bool:
        if entry.kind is EntryKind.LINK:
            return True
        content = self._content(entry.source)
        if content is not None:
            return content == old._content(entry.source)
        now, then = self._snapshot.look(entry.source), old._snapshot.look(entry.source)
        return now is not None and then is not None and now.st_mtime_ns == then.st_mtime_ns

    def _content(self, source: Path) -> bytes | None:
        content = self._texts.get(source)
        return self._snapshot.kept(source) if content is None else content

    def named(self, name: str) -> str:
        """Give the name in the mirror of what the sources call by a path from the book's folder."""
        return os.path.normpath(self.project.root.relative_to(self.root) / name)

    def text(self, name: str) -> str | None:
        """Give the text of a file as it is in the copies; None if it is not there or not kept.

        Args:
            name: its path from the mirror's root.
        """
        source = self._sources.get(Path(name))
        content = None if source is None else self._content(source)
        return None if content is None else content.decode("utf-8", "replace")

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """Give the digests of files by their names; those that are not there are left out."""
        digests: dict[str, str] = {}
        for name in names:
            source = self._sources.get(Path(name))
            if source is None:
                continue
            if (text := self._texts.get(source)) is not None:
                digests[name] = digest_bytes(text)
            elif (stamp := self._snapshot.stamp(source)) is not None:
                digests[name] = stamp.digest or "unknown"
        return digests

    def source_named(self, name: str) -> Path | None:
        """Give the author's file of a name; ``build/tex/...`` for a rendered template."""
        return self._sources.get(Path(name))

    def name_of(self, path: Path) -> str | None:
        """Give the name of a file that an engine names; None for one that is not the author's.

        Args:
            path: inside any folder made by `materialise`, or the author's own.
        """
        path = Path(os.path.normpath(path))
        for folder in (*self._folders, self.root):
            if path.is_relative_to(folder):
                name = path.relative_to(folder)
                return str(name) if name in self._sources else None
        return None

    def holds(self, path: Path) -> bool:
        """Say whether a file lies in a working copy or among what texbook keeps."""
        path = Path(os.path.normpath(path))
        folders = (*self._folders, self.project.work_folder)
        return any(path.is_relative_to(folder) for folder in folders)

    def source_of(self, path: Path) -> Path | None:
        """Give the author's file for a path that an engine names.

        Args:
            path: inside any folder made by `materialise`, or the author's own.

        Returns:
            The author's file; ``build/tex/...`` for a rendered template; None for a file that the
            run itself made, and for one outside the book.
        """
        path = Path(os.path.normpath(path))
        for folder in self._folders:
            if path.is_relative_to(folder):
                return self._sources.get(path.relative_to(folder))
        inside = path.is_relative_to(self.root)
        if not inside or path.is_relative_to(self.project.work_folder):
            return None
        return path

    def stamps(self, paths: Iterable[Path]) -> dict[Path, FileStamp]:
        """Stamp the author's files as the engine saw them; files that never were are left out."""
        stamps = {path: self._snapshot.stamp(path) for path in paths}
        return {path: stamp for path, stamp in stamps.items() if stamp is not None}

    def _bring(self, entry: MirrorEntry, target: Path) -> None:
        if entry.kind is EntryKind.LINK:
            target.symlink_to(os.path.realpath(entry.source))
            return
        content = self._content(entry.source)
        if content is None:
            shutil.copyfile(entry.source, target)
            return
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb", buffering=0) as stream:
            stream.write(content)


def plan_mirror(
    project: Project,
    generated: Sequence[GeneratedFile] = (),
    known_inputs: Iterable[Path] = (),
) -> Mirror:
    """Decide what the working copy holds, and read the texts.

    Args:
        project: the book.
        generated: texts that stand at their names in the book's folder, over a file that is there.
        known_inputs: what the last build read; it matters only in a very full folder.

    Raises:
        BookError: when a ``.tex`` file that the sources name is not UTF-8.
        StorageError: when a file that the sources name cannot be read.
    """
    snapshot = SourceSnapshot()
    rendered = {project.root / item.name: item.text for item in generated}
    reach = find_reach(project.root, project.main, rendered, snapshot)
    root = _common_folder(project.root, reach.upward)
    selection = Selection(project, root, reach, frozenset(rendered), snapshot)
    selection.take_all(known_inputs)
    main = _main_name(project)
    entries = [
        MirrorEntry(source, _name(source, root, project, main), EntryKind(kind))
        for source, kind in selection.taken.items()
    ]
    texts = {}
    for item in generated:
        source = project.rendered_folder / item.name
        name = (project.root / item.name).relative_to(root)
        entries.append(MirrorEntry(source, name, EntryKind.GENERATED))
        texts[source] = item.text.encode("utf-8", "surrogatepass")
    return Mirror(
        project=project,
        root=root,
        main=main,
        entries=tuple(sorted(entries, key=lambda entry: str(entry.name))),
        bounded=selection.bounded,
        passed_over=tuple(selection.passed_over),
        bibliographies=tuple(reach.bibliographies),
        _texts=texts,
        _snapshot=snapshot,
    )


def _main_name(project: Project) -> str:
    try:
        neighbours = frozenset(os.listdir(project.root))  # noqa: PTH208
    except OSError:
        neighbours = frozenset()
    return free_alias(project.main, neighbours)


def _name(source: Path, root: Path, project: Project, main: str) -> Path:
    name = source.relative_to(root)
    return name.with_name(main) if source == project.main else name


def _common_folder(book: Path, paths: Iterable[Path]) -> Path:
    """Give the nearest folder that holds the book and everything that ``../`` leads to."""
    folder = book
    for path in paths:
        holder = path if book.is_relative_to(path) else path.parent
        folder = Path(os.path.commonpath([folder, holder]))
    return folder
