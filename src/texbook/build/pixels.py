"""Which pages of two PDFs look different, by the images that pdftoppm draws of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import LimitError, MissingToolError
from texbook.build.engine import check_disk
from texbook.system.process import run_process
from texbook.system.programs import find_program
from texbook.texfiles.pdf import InvalidPdfError, page_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.base.cancel import CancelToken
    from texbook.system.process import Limits, ProcessRegistry

_AT_ONCE = 32
"""How many pages are drawn before they are compared: at 60 dots an inch, A4 takes 350 kB."""


def differing_pages(
    first_pdf: Path,
    second_pdf: Path,
    *,
    scratch: Path,
    environment: Mapping[str, str],
    limits: Limits,
    registry: ProcessRegistry | None,
    cancel: CancelToken | None = None,
    dpi: int = 60,
) -> tuple[int, ...] | None:
    """Draw two PDFs in shades of grey and list the pages, from 1, whose images are not the same.

    Pages that only one of them has are listed, too. No image shows where a link leads, nor a colour
    beside another that is as bright.

    Args:
        first_pdf: one PDF.
        second_pdf: the other.
        scratch: a folder for the images of some pages at a time; it is left as it was.
        environment: the environment of pdftoppm.
        limits: the limits of one run of pdftoppm, which draws 32 pages.
        registry: where its runs are on record.
        cancel: ends the work when set.
        dpi: dots per inch.

    Returns:
        None when pdftoppm is not installed.

    Raises:
        InvalidPdfError: when a PDF is damaged.
        LimitError: when a limit was hit.
        CancelledError: when cancelled.
        StorageError: when a PDF cannot be read, or the images cannot be written.
    """
    try:
        find_program("pdftoppm", environment)
    except MissingToolError:
        return None
    draftsman = _Draftsman(scratch, environment, limits, registry, cancel, dpi)
    counts = page_count(first_pdf), page_count(second_pdf)
    differing: list[int] = []
    for start in range(1, min(counts) + 1, _AT_ONCE):
        stop = min(start + _AT_ONCE, min(counts) + 1)
        differing += draftsman.differing(first_pdf, second_pdf, start, stop)
    return (*differing, *range(min(counts) + 1, max(counts) + 1))


@dataclass(frozen=True, slots=True)
class _Draftsman:
    """Runs pdftoppm, under what all its runs share."""

    scratch: Path
    environment: Mapping[str, str]
    limits: Limits
    registry: ProcessRegistry | None
    cancel: CancelToken | None
    dpi: int

    def differing(self, first_pdf: Path, second_pdf: Path, start: int, stop: int) -> list[int]:
        """List the pages from ``start`` to before ``stop`` whose images are not the same."""
        with (
            storage_errors("write in", self.scratch),
            tempfile.TemporaryDirectory(prefix="pages-", dir=self.scratch) as name,
        ):
            firsts = self._draw(first_pdf, start, stop, Path(name) / "first")
            seconds = self._draw(second_pdf, start, stop, Path(name) / "second")
            pages = enumerate(zip(firsts, seconds, strict=True), start)
            return [
                number for number, (one, other) in pages if one.read_bytes() != other.read_bytes()
            ]

    def _draw(self, pdf: Path, start: int, stop: int, root: Path) -> list[Path]:
        """Draw pages into files whose names begin with ``root``."""
        pages = ("-f", str(start), "-l", str(stop - 1))
        result = run_process(
            # -gray writes PGM: the size, then a byte for each dot (pdftoppm(1), pgm(5)).
            ("pdftoppm", "-gray", "-r", str(self.dpi), *pages, str(pdf.absolute()), root.name),
            folder=root.parent,
            environment=self.environment,
            limits=self.limits,
            registry=self.registry,
            cancel=self.cancel,
        )
        if result.limit is not None:
            hint = "the limits of programs are set in the table [build]"
            raise LimitError(f"pdftoppm was stopped at its limit of {result.limit}", hints=(hint,))
        # All numbers in the names have as many digits.
        images = sorted(root.parent.glob(f"{root.name}-*.pgm"))
        if result.status != 0 or len(images) != stop - start:
            check_disk(root.parent)
            said = result.output.decode("utf-8", "replace").strip().rpartition("\n")[2]
            what = f'pdftoppm cannot draw the pages {start} to {stop - 1} of "{pdf.name}"'
            raise InvalidPdfError(f"{what}: {said}" if said else what)
        return images
