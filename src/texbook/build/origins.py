"""Which lines of the author's the pages come from: SyncTeX of the whole book, joined of its runs.

A run names the files of its working copy, which is gone afterwards, and rendered templates, which
the author did not write. What is kept of it names the files as the working copy does; where they
are, and which line of a template gave a rendered one, is looked up when the book's file is written.
"""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import write_atomically
from texbook.base.stamps import stamp_file
from texbook.build.chunks.driver import BODY
from texbook.texfiles.synctex import (
    Link,
    SyncTex,
    SyncTexError,
    format_link,
    parse_link,
    read_synctex,
    read_synctex_file,
    relink,
    split_links,
    tags_of,
    write_synctex,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from texbook.base.sourcemap import Origin, SourceMap
    from texbook.base.stamps import FileStamp
    from texbook.build.mirror import Mirror

_NOTHING = SyncTex({}, b"", ())


@dataclass(frozen=True, slots=True)
class PageOrigins:
    """Which lines some pages come from, in terms that outlive the run.

    Attributes:
        synctex: names a file of the book as the working copy does, the body of a job `BODY`, and
            other files by their absolute paths.
        line: the line of the main file at which the pages began, whose lines the body has.
    """

    synctex: SyncTex = _NOTHING
    line: int = 1

    def select(self, start: int, stop: int, line: int) -> PageOrigins:
        """Give the pages of a segment, which begins at a line of the main file."""
        sheets = self.synctex.sheets[start:stop]
        sheets += (b"",) * (stop - start - len(sheets))
        used = tags_of(sheets)
        inputs = {tag: name for tag, name in self.synctex.inputs.items() if tag in used}
        return PageOrigins(SyncTex(inputs, self.synctex.settings, sheets), line)

    def encode(self) -> bytes:
        """Give bytes to be kept."""
        return zlib.compress(b"%d\n%s" % (self.line, write_synctex(self.synctex)), 1)

    @classmethod
    def decode(cls, content: bytes) -> PageOrigins:
        """Read what `encode` gave.

        Raises:
            SyncTexError: when it is damaged.
        """
        try:
            line, _, rest = zlib.decompress(content).partition(b"\n")
            return cls(read_synctex(rest), int(line))
        except (zlib.error, ValueError) as error:
            raise SyncTexError(str(error)) from None


def read_origins(path: Path, mirror: Mirror) -> PageOrigins:
    """Read what a run has left; nothing if it cannot be read, for the pages are good all the same.

    Args:
        path: the ``.synctex.gz`` of the run.
        mirror: of its working copy.
    """
    try:
        synctex = read_synctex_file(path)
    except SyncTexError:
        return PageOrigins()
    names = {tag: _name(file, mirror) for tag, file in synctex.inputs.items()}
    own = {tag: name for tag, name in names.items() if name is not None}
    if not own:
        return PageOrigins()
    first = Link(min(own), 1)  # the main file is opened before all others
    sheets = _owned(synctex.sheets, frozenset(names.keys() - own.keys()), first)
    return PageOrigins(replace(synctex, inputs=own, sheets=sheets))


def _name(file: str, mirror: Mirror) -> str | None:
    """Name a file as the working copy does; None for what the author did not write."""
    path = Path(file)
    if path.name == BODY:
        return BODY
    if (name := mirror.name_of(path)) is not None:
        return name
    # The folders of a TeX distribution are called so (TDS, "Top-level directories").
    is_system = any(part.startswith("texmf") for part in path.parts)
    return None if is_system or mirror.holds(path) else file


def _owned(sheets: Sequence[bytes], foreign: frozenset[int], first: Link) -> tuple[bytes, ...]:
    """Give what was read from a file that is not the author's to the line that had it read.

    That is a table of contents, a listing that minted has highlighted, a font definition. A file
    that is read again has another tag, so that each tag belongs to one line.
    """
    reader = _Owners(foreign, first)
    return tuple(map(reader.owned, sheets))


@dataclass(slots=True)
class _Owners:
    """Knows the author's line for each tag of a file that is not the author's."""

    foreign: frozenset[int]
    last: Link
    owners: dict[int, Link] = field(default_factory=dict)

    def owned(self, sheet: bytes) -> bytes:
        parts = split_links(sheet)
        found = parts[1::2]
        links = {raw: parse_link(raw) for raw in set(found)}
        # The frame of the page, head and foot, bears the line at which the page was shipped: what
        # stands behind it was read before.
        frame = links[found[0]] if found else self.last
        if all(link.tag not in self.foreign for link in links.values()):
            own = (links[raw] for raw in reversed(found) if links[raw] != frame)
            self.last = next(own, self.last)
            return sheet
        for at, raw in enumerate(found):
            link = links[raw]
            if link.tag in self.foreign:
                found[at] = format_link(raw, self.owners.setdefault(link.tag, self.last))
            elif link != frame:
                self.last = link
        parts[1::2] = found
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class AuthorLines:
    """Knows the author's line behind a line of the working copy.

    Attributes:
        mirror: the book as it is now.
        maps: source maps by the path of the rendered file.
    """

    mirror: Mirror
    maps: Mapping[Path, SourceMap]

    def place(self, name: str, line: int) -> tuple[str, int]:
        """Give path and line of the author's for a line of a file as `PageOrigins` names it."""
        mirror = self.mirror
        source = mirror.source_named(mirror.named(mirror.main) if name == BODY else name)
        if source is None:
            return name, line
        origin = self.maps[source].origin(line) if source in self.maps else None
        path, number = (source, line) if origin is None else self._of_the_book(origin)
        return _as_tex_names(path, mirror.project.root), number

    def _of_the_book(self, origin: Origin) -> tuple[Path, int]:
        """Give the place in the book that had the line made, where a template of ours gave it."""
        sites = ((origin.path, origin.line), *reversed(origin.call_sites))
        inside = (site for site in sites if site[0].is_relative_to(self.mirror.root))
        return next(inside, sites[0])


def _as_tex_names(path: Path, folder: Path) -> str:
    """Name a file as TeX does that runs in a folder: all of the folder, and the name it was given.

    The ``/./`` between them is how the reader that all viewers share finds a file by a name that
    is relative to the PDF (synctex_parser.c of TeX Live: ``synctex_scanner_get_tag``).
    """
    return f"{folder}/./{path.relative_to(folder)}" if path.is_relative_to(folder) else str(path)


def join_origins(parts: Iterable[tuple[PageOrigins, int]], lines: AuthorLines) -> SyncTex:
    """Put together where all pages come from, as one run on the author's files would have said.

    Args:
        parts: what is known of the pages in their order, with the line of the main file at which
            they begin now.
        lines: finds the author's lines.
    """
    tags: dict[str, int] = {}
    settings = b""
    sheets: list[bytes] = []
    for origins, line in parts:
        links = _Links(origins, line, lines, tags)
        sheets += (relink(sheet, links) for sheet in origins.synctex.sheets)
        settings = settings or origins.synctex.settings
    return SyncTex({tag: name for name, tag in tags.items()}, settings, tuple(sheets))


class _Links(dict[bytes, bytes]):
    """The beginnings of records in the book's file by those in a part's, found when asked for."""

    def __init__(
        self, origins: PageOrigins, line: int, lines: AuthorLines, tags: dict[str, int]
    ) -> None:
        super().__init__()
        self._inputs = origins.synctex.inputs
        self._moved = line - origins.line
        self._lines = lines
        self._tags = tags

    def __missing__(self, raw: bytes) -> bytes:
        link = parse_link(raw)
        name = self._inputs.get(link.tag, "")
        line = max(1, link.line + self._moved) if name == BODY else link.line
        path, number = self._lines.place(name, line)
        tag = self._tags.setdefault(path, len(self._tags) + 1)
        self[raw] = format_link(raw, Link(tag, number))
        return self[raw]


def publish_origins(synctex: SyncTex, target: Path) -> FileStamp | None:
    """Write the book's file beside its PDF, in one step; give its stamp.

    Raises:
        StorageError: when the disk is full or access is denied.
    """
    write_atomically(target, gzip.compress(write_synctex(synctex), 1, mtime=0), durable=False)
    return stamp_file(target)


def withdraw_origins(target: Path) -> None:
    """Remove a file that is about the pages of an earlier PDF, if there is one."""
    with suppress(OSError):
        target.unlink()
