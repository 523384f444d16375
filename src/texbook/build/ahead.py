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
from texbook.texfiles.xdv.looks import carries_colour, file_looks, run_looks
from texbook.texfiles.xdv.model import XdvError
from texbook.texfiles.xdv.parse import read_xdv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.build.chunks.book import ChunkedBook
    from texbook.build.chunks.rounds import ChunkRounds
    from texbook.build.model import EngineRun
    from texbook.build.typeset import BookTypesetter
    from texbook.texfiles.xdv.open_pages import PageRun

_JOB = "texbook-ahead"
_PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".eps", ".mps", ".bmp")

Looks = dict[str, tuple[str, ...]]
"""What the pages of each segment look like, by the names of the segments."""


def book_looks(book: ChunkedBook, pages: Mapping[str, PageRun]) -> Looks:
    """Name what the pages of all known segments look like.

    Args:
        book: what is known.
        pages: the pages of each segment.
    """
    numbered = book.numbered(pages)
    return {
        name: run_looks(run, first, _pictures(record.key))
        for (name, record), (run, first) in zip(book.known, numbered, strict=True)
    }


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
        runs: the programs that it ran.
    """

    rounds: ChunkRounds
    desk: BookTypesetter
    before: Looks
    runs: list[EngineRun] = field(default_factory=list)

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
            ahead = self._choose(waiting)
            if not ahead.runs:
                return
            runs = [(run, None) for run in ahead.runs]
            pdf = self._convert(write_book(runs, self.rounds.digits), desk.last.work)
        except (XdvError, LimitError, StorageError, NoPdfError):
            return
        tell(PagesAhead(pdf, tuple(ahead.looks), tuple(ahead.places)))

    def _choose(self, waiting: Mapping[str, tuple[str, ...]]) -> _Chosen:
        """Choose the pages that nobody has seen yet; all others keep their looks for now."""
        book, pages = self.rounds.book, self.rounds.pages
        seen = {look for looks in self.before.values() for look in looks}
        starts = book.starts()
        chosen = _Chosen()
        for name, record in book.known:
            if name not in waiting:
                chosen.looks += self.before.get(name, ())
                continue
            first = starts[name].page if record.is_regular else None
            run = pages[name]
            looks = run_looks(run, first, _pictures(record.key))
            if first is not None and not misfits(run, first, self.rounds.digits):
                run = bind(run, first, self.rounds.digits)
            takes_all = carries_colour(run) and not seen.issuperset(looks)
            new = [at for at, look in enumerate(looks) if takes_all or look not in seen]
            if new:
                chosen.runs.append(replace(run, pages=tuple(run.pages[at] for at in new)))
                chosen.places += [len(chosen.looks) + at + 1 for at in new]
            chosen.looks += looks
        return chosen

    def _convert(self, content: bytes, work: Path) -> bytes:
        """Make a PDF of the chosen pages and give its bytes."""
        xdv, pdf = work / f"{_JOB}.xdv", work / f"{_JOB}.pdf"
        try:
            with storage_errors("write", xdv):
                xdv.write_bytes(content)
            result, run = run_converter(self.rounds.shared, work, _JOB, "the edited pages")
            self.runs.append(run)
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


def _pictures(key: Mapping[str, str]) -> str:
    """Digest the pictures of a segment, from the key under which it was typeset."""
    return digest_text(
        repr(sorted(item for item in key.items() if item[0].lower().endswith(_PICTURES)))
    )
