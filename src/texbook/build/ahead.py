"""Pages that were edited, shown before the PDF of the whole book is there.

They are converted alone, which takes a part of the time that the book takes. Nothing depends on
them: a fault here leaves the exact PDF to tell what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.digest import digest_text
from texbook.base.errors import LimitError, StorageError
from texbook.build.converter import run_converter
from texbook.build.model import PagesAhead
from texbook.texfiles.xdv.binding import bind, misfits, write_book
from texbook.texfiles.xdv.canonical import canonical
from texbook.texfiles.xdv.looks import carries_colour, file_looks, run_looks, shows_pictures
from texbook.texfiles.xdv.model import XdvError
from texbook.texfiles.xdv.parse import parse, read_xdv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.build.chunks.book import ChunkedBook
    from texbook.build.chunks.rounds import ChunkRounds
    from texbook.build.typeset import BookTypesetter
    from texbook.texfiles.xdv.canonical import Mark
    from texbook.texfiles.xdv.digits import Digits
    from texbook.texfiles.xdv.open_pages import PageRun

_JOB = "texbook-ahead"
_PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".eps", ".mps", ".bmp")

Aliases = dict[str, str]
"""Names of pages that were found to be the same as others, and the names of those."""


@dataclass(frozen=True, slots=True)
class SegmentLooks:
    """What the pages of a segment look like.

    Attributes:
        names: of the pages, in their order; equal names, equal images.
        run: the pages.
        first: the number that the first of them gets; None for that with which it was typeset.
        pictures: a digest of the pictures that they may show.
    """

    names: tuple[str, ...]
    run: PageRun
    first: int | None
    pictures: str


def book_looks(
    book: ChunkedBook, pages: Mapping[str, PageRun], aliases: Aliases
) -> dict[str, SegmentLooks]:
    """Name what the pages of all known segments look like.

    Args:
        book: what is known.
        pages: the pages of each segment.
        aliases: what was found out before.
    """
    numbered = book.numbered(pages)
    return {
        name: _segment_looks(run, first, _pictures(record.key), aliases)
        for (name, record), (run, first) in zip(book.known, numbered, strict=True)
    }


def _segment_looks(
    run: PageRun, first: int | None, pictures: str, aliases: Aliases
) -> SegmentLooks:
    names = tuple(aliases.get(name, name) for name in run_looks(run, first, pictures))
    return SegmentLooks(names, run, first, pictures)


def one_run_looks(typesetter: BookTypesetter) -> tuple[str, ...]:
    """Name what the pages of a book look like that was typeset in one run.

    Raises:
        XdvError: when the file of its pages is damaged.
    """
    last, mirror = typesetter.last, typesetter.shared.mirror
    assert last is not None
    names = (str(entry.name) for entry in mirror.entries)
    pictures = mirror.digests(name for name in names if name.lower().endswith(_PICTURES))
    return file_looks(read_xdv(last.work / f"{mirror.job}.xdv").pages, _pictures(pictures))


class NoPdfError(Exception):
    """The converter has failed; the whole book's run will tell of it."""


@dataclass(slots=True)
class Advance:
    """Shows the pages of one build that look otherwise than before, as soon as they are typeset.

    Attributes:
        rounds: the build.
        desk: holds a working copy of the book.
        before: what the pages of the last build look like.
        aliases: is told of pages that came out the same, though TeX wrote them in another way.
    """

    rounds: ChunkRounds
    desk: BookTypesetter
    before: Mapping[str, SegmentLooks]
    aliases: Aliases

    def show(self, waiting: Mapping[str, tuple[str, ...]]) -> None:
        """Show what the first round has typeset, if it differs.

        Args:
            waiting: the segments of that round, by name.

        Raises:
            CancelledError, MissingToolError: as `run_converter`.
        """
        tell, desk = self.rounds.shared.request.on_pages, self.desk
        if tell is None or desk.last is None or not self.before:
            return
        try:
            chosen = self._choose(waiting)
            if not chosen.runs:
                return
            runs = [(run, None) for run in chosen.runs]
            pdf = self._convert(write_book(runs, self.rounds.digits), desk.last.work)
        except (XdvError, LimitError, StorageError, NoPdfError):
            return
        tell(PagesAhead(pdf, tuple(chosen.looks), tuple(chosen.places)))

    def _choose(self, waiting: Mapping[str, tuple[str, ...]]) -> _Chosen:
        """Choose the pages that nobody has seen yet; all others keep their looks for now."""
        book, pages, digits = self.rounds.book, self.rounds.pages, self.rounds.digits
        seen = {name for looks in self.before.values() for name in looks.names}
        starts = book.starts()
        chosen = _Chosen()
        for name, record in book.known:
            if name not in waiting:
                chosen.looks += self.before[name].names
                continue
            first = starts[name].page if record.is_regular else None
            looks = _segment_looks(pages[name], first, _pictures(record.key), self.aliases)
            run = _bound(looks, digits)
            names = self._recognise(name, looks, run)
            takes_all = carries_colour(run) and not seen.issuperset(names)
            new = [at for at, look in enumerate(names) if takes_all or look not in seen]
            if new:
                chosen.runs.append(replace(run, pages=tuple(run.pages[at] for at in new)))
                chosen.places += [len(chosen.looks) + at + 1 for at in new]
            chosen.looks += names
        return chosen

    def _recognise(self, name: str, looks: SegmentLooks, run: PageRun) -> tuple[str, ...]:
        """Give the first page its old name if it only seems to be another.

        XeTeX spells it in another way when it is the first of a run. All other pages are spelled
        as before if they are the same.

        Args:
            name: the segment.
            looks: what its pages look like.
            run: the pages with the numbers that they get in the book.
        """
        before = self.before.get(name)
        if before is None or not looks.names or not before.names or carries_colour(run):
            return looks.names
        look, old_look = looks.names[0], before.names[0]
        may_show_others = shows_pictures(run.pages[0]) and before.pictures != looks.pictures
        if look == old_look or old_look in looks.names or may_show_others:
            return looks.names
        if self._marks(run) != self._marks(_bound(before, self.rounds.digits)):
            return looks.names
        self.aliases[look] = old_look
        return (old_look, *looks.names[1:])

    def _marks(self, run: PageRun) -> tuple[Mark, ...]:
        """Give what is on the first page of a run."""
        alone = replace(run, pages=run.pages[:1], objects=())
        (page,) = parse(write_book([(alone, None)], self.rounds.digits)).pages
        return canonical(page)

    def _convert(self, content: bytes, work: Path) -> bytes:
        """Make a PDF of the chosen pages and give its bytes."""
        xdv, pdf = work / f"{_JOB}.xdv", work / f"{_JOB}.pdf"
        try:
            with storage_errors("write", xdv):
                xdv.write_bytes(content)
            result, run = run_converter(self.rounds.shared, work, _JOB, "the edited pages")
            self.rounds.runs.append(run)
            if result.status:
                raise NoPdfError
            with storage_errors("read", pdf):
                return pdf.read_bytes()
        finally:
            xdv.unlink(missing_ok=True)
            pdf.unlink(missing_ok=True)


@dataclass(slots=True)
class _Chosen:
    """The pages to be shown.

    Attributes:
        runs: of each segment those that are new.
        looks: what all pages of the book look like, in order.
        places: the numbers of the new ones in the book, from 1.
    """

    runs: list[PageRun] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def _bound(looks: SegmentLooks, digits: Digits) -> PageRun:
    """Give the pages the numbers that they get in the book, if that can be done here."""
    if looks.first is None or misfits(looks.run, looks.first, digits):
        return looks.run
    return bind(looks.run, looks.first, digits)


def _pictures(key: Mapping[str, str]) -> str:
    """Digest the pictures of a segment, from the key under which it was typeset."""
    return digest_text(
        repr(sorted(item for item in key.items() if item[0].lower().endswith(_PICTURES)))
    )
