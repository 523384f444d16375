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
from texbook.build.copied_lines import copied_lines
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
    write_synctex,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class RunOrigins:
    """What a run has said of its pages.

    Attributes:
        synctex: as `PageOrigins` has it; what the author did not write is not among its inputs.
        made: by their tags, the files of texts that the run has made.
        text_of: gives the text of one of the author's files as the run has read it.
    """

    synctex: SyncTex = _NOTHING
    made: Mapping[int, Path] = field(default_factory=dict)
    text_of: Callable[[str], str | None] = lambda _: None

    def whole(self) -> PageOrigins:
        """Give all pages."""
        return self._owned(self.synctex.sheets, self.synctex.inputs, 1)

    def select(self, start: int, stop: int, line: int, reads: Collection[str]) -> PageOrigins:
        """Give the pages of a segment.

        What another segment has left there, an icon that is set once and then copied, counts as
        the segment's own: what has become of the other's lines is not known with this one.

        Args:
            start: its first page in the run.
            stop: the page behind its last.
            line: where it begins in the main file.
            reads: the files that it reads.
        """
        sheets = self.synctex.sheets[start:stop]
        sheets += (b"",) * (stop - start - len(sheets))
        names = {BODY, *reads}
        inputs = {tag: name for tag, name in self.synctex.inputs.items() if name in names}
        return self._owned(sheets, inputs, line)

    def _owned(self, sheets: Sequence[bytes], inputs: Mapping[int, str], line: int) -> PageOrigins:
        if not inputs:
            return PageOrigins(SyncTex({}, self.synctex.settings, (b"",) * len(sheets)), line)
        body = next((tag for tag, name in inputs.items() if name == BODY), min(inputs))
        owners = _Owners(inputs.keys(), Link(body, line), self._copied)
        owned = tuple(map(owners.owned, sheets))
        return PageOrigins(SyncTex(inputs, self.synctex.settings, owned), line)

    def _copied(self, tag: int, owner: Link) -> dict[int, int]:
        """Give the author's lines that a file made by the run holds, near one of them."""
        name = self.synctex.inputs.get(owner.tag, "")
        written = self.text_of(name) if tag in self.made else None
        if written is None:
            return {}
        try:
            made = self.made[tag].read_bytes()
        except OSError:
            return {}
        return copied_lines(made.decode("utf-8", "replace"), written, owner.line)


def read_origins(path: Path, mirror: Mirror) -> RunOrigins:
    """Read what a run has left; nothing if it cannot be read, for the pages are good all the same.

    Args:
        path: the ``.synctex`` of the run.
        mirror: of its working copy.
    """
    try:
        synctex = read_synctex_file(path)
    except SyncTexError:
        return RunOrigins()
    names = {tag: _name(file, mirror) for tag, file in synctex.inputs.items()}
    own = {tag: name for tag, name in names.items() if name is not None}
    made = {
        tag: Path(file)
        for tag, file in synctex.inputs.items()
        if tag not in own and mirror.holds(Path(file))
    }

    def text_of(name: str) -> str | None:
        return mirror.text(mirror.named(mirror.main) if name == BODY else name)

    return RunOrigins(replace(synctex, inputs=own), made, text_of)


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


@dataclass(slots=True)
class _Owners:
    """Gives what was read from a file that is not the author's to the line that had it read.

    That is a table of contents, a font definition, a listing that minted has highlighted: of this
    each line goes to the author's. A file that is read again has another tag, so that each tag
    belongs to one line.

    Attributes:
        own: the tags of the author's files.
        last: the author's line that was shown last; at first where the pages begin.
        lines_of: gives the author's line for lines of such a file, from its tag and the line that
            had it read.
        owners: the author's line for each of the tags, and for lines of such files.
    """

    own: Collection[int]
    last: Link
    lines_of: Callable[[int, Link], Mapping[int, int]]
    owners: dict[int, tuple[Link, Mapping[int, int]]] = field(default_factory=dict)

    def owned(self, sheet: bytes) -> bytes:
        """Give the records of the next page, all of them the author's."""
        parts = split_links(sheet)
        found = parts[1::2]
        links = {raw: parse_link(raw) for raw in set(found)}
        # The frame of the page, head and foot, bears the line at which the page was shipped: what
        # stands behind it was read before.
        frame = links[found[0]] if found else self.last
        if all(link.tag in self.own for link in links.values()):
            own = (links[raw] for raw in reversed(found) if links[raw] != frame)
            self.last = next(own, self.last)
            return sheet
        for link in (links[raw] for raw in found):
            if link != frame:
                self._show(link)
        if frame.tag not in self.own:
            self._show(frame)
        renewed = {raw: format_link(raw, self._owner(link)) for raw, link in links.items()}
        parts[1::2] = map(renewed.__getitem__, found)
        return b"".join(parts)

    def _show(self, link: Link) -> None:
        if link.tag in self.own:
            self.last = link
        elif link.tag not in self.owners:
            self.owners[link.tag] = self.last, self.lines_of(link.tag, self.last)

    def _owner(self, link: Link) -> Link:
        if link.tag in self.own:
            return link
        owner, lines = self.owners[link.tag]
        return Link(owner.tag, lines.get(link.line, owner.line))


@dataclass(frozen=True, slots=True)
class AuthorLines:
    """Knows the author's line behind a line of the working copy.

    Attributes:
        mirror: the book as it is now.
        maps: source maps by the path of the rendered file.
    """

    mirror: Mirror
    maps: Mapping[Path, SourceMap]
    _inside: dict[Path, bool] = field(default_factory=dict)
    _names: dict[Path, str] = field(default_factory=dict)

    def of_file(self, name: str) -> Callable[[int], tuple[str, int]]:
        """Give what finds path and line for a line of a file as `PageOrigins` names it."""
        mirror = self.mirror
        source = mirror.source_named(mirror.named(mirror.main) if name == BODY else name)
        known = None if source is None else self.maps.get(source)
        path = name if source is None else self._named(source)

        def place(line: int) -> tuple[str, int]:
            origin = None if known is None else known.origin(line)
            return (path, line) if origin is None else self._of_the_book(origin)

        return place

    def _of_the_book(self, origin: Origin) -> tuple[str, int]:
        """Give the place in the book that had the line made, where a template of ours gave it."""
        sites = ((origin.path, origin.line), *reversed(origin.call_sites))
        inside = (site for site in sites if self._is_inside(site[0]))
        path, line = next(inside, sites[0])
        return self._named(path), line

    def _is_inside(self, path: Path) -> bool:
        if path not in self._inside:
            self._inside[path] = path.is_relative_to(self.mirror.root)
        return self._inside[path]

    def _named(self, path: Path) -> str:
        if path not in self._names:
            self._names[path] = _as_tex_names(path, self.mirror.project.root)
        return self._names[path]


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
        self._places = {tag: lines.of_file(name) for tag, name in origins.synctex.inputs.items()}
        self._body = {tag for tag, name in origins.synctex.inputs.items() if name == BODY}
        self._moved = line - origins.line
        self._tags = tags
        self._known: dict[bytes, Link] = {}

    def __missing__(self, raw: bytes) -> bytes:
        known = self._known.get(raw[2:])
        if known is None:
            known = self._known[raw[2:]] = self._found(parse_link(raw))
        self[raw] = format_link(raw, known)
        return self[raw]

    def _found(self, link: Link) -> Link:
        line = max(1, link.line + self._moved) if link.tag in self._body else link.line
        path, number = self._places[link.tag](line)
        return Link(self._tags.setdefault(path, len(self._tags) + 1), number)


def publish_origins(synctex: SyncTex, target: Path) -> FileStamp | None:
    """Write the book's file beside its PDF, in one step; give its stamp.

    Raises:
        StorageError: when the disk is full or access is denied.
    """
    content = gzip.compress(write_synctex(synctex), 1, mtime=0)
    write_atomically(target, content, durable=False, is_alone=True)
    return stamp_file(target)


def withdraw_origins(target: Path) -> None:
    """Remove a file that is about the pages of an earlier PDF, if there is one."""
    with suppress(OSError):
        target.unlink()
