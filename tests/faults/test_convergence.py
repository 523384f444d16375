"""Row 2: what texbook builds, against four passes of the programs by hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, ONE_RUN
from tests.faults.site import Shown, read_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.books import BookKind

pytestmark = pytest.mark.tex

ROOT = Path(__file__).parents[2]
BOOKS = ROOT / "tests" / "books"
PASSES = 4
_NUMBERED = re.compile(r"[a-z]+(?:\.[\dA-Z]+)+|cite\..*")
"""Names of places that hold a number of the book's, as ``section.1.2``, or a key."""
BIBER = ("biber", "-q", "main")
INDEX = ("makeindex", "-q", "main")


def copied(name: str) -> Callable[[Path], None]:
    """Give what copies one of the test books."""

    def copy(folder: Path) -> None:
        shutil.copytree(BOOKS / name, folder, dirs_exist_ok=True)

    return copy


def written(kind: BookKind) -> Callable[[Path], None]:
    """Give what writes a generated book."""
    return lambda folder: kind.write(folder, 1)


def own_book(folder: Path) -> None:
    """Lay out the book of this repository, as it is committed."""
    archive = folder / "book.tar"
    command = ["git", "-C", str(ROOT), "archive", f"--output={archive}", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"the book is not under version control here: {done.stderr}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()


@dataclass(frozen=True, slots=True)
class Document:
    """A book, and the programs that run between two passes.

    Attributes:
        name: for the id.
        lay_out: puts the sources into an empty folder.
        tools: what turns its auxiliary files into others.
        is_short: whether it is a part of the short form.
    """

    name: str
    lay_out: Callable[[Path], None]
    tools: tuple[tuple[str, ...], ...] = ()
    is_short: bool = False


DOCUMENTS = (
    Document("coast", copied("coast"), (BIBER,)),
    Document("bread", copied("bread"), (INDEX,), is_short=True),
    Document(
        "sundials",
        copied("sundials"),
        (
            ("makeindex", "-q", "-s", "main.ist", "-o", "main.gls", "main.glo"),
            ("makeindex", "-q", "-s", "main.ist", "-o", "main.sym", "main.sbl"),
        ),
    ),
    Document("chapters", written(CHAPTERS), (BIBER, INDEX)),
    Document("one run", written(ONE_RUN), (BIBER, INDEX)),
    Document("the book of this repository", own_book, (BIBER, INDEX)),
)


def run(*command: str, folder: Path) -> None:
    """Run a program; minted finds the Pygments of this Python, rendered templates are found."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "TEXINPUTS": ".:build/tex:",
        "MKTEXTFM": "0",
        "MKTEXPK": "0",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-1000:]!r} {done.stderr!r}"


def by_hand(document: Document, folder: Path) -> Shown:
    """Run the engine four times, the other programs between, and make the PDF."""
    document.lay_out(folder)
    run(sys.executable, "-m", "texbook", "render", folder=folder)
    for number in range(PASSES):
        flags = ("-no-pdf", "-interaction=nonstopmode", "-shell-escape")
        run("xelatex", *flags, "main", folder=folder)
        for tool in document.tools if number < PASSES - 1 else ():
            run(*tool, folder=folder)
    run("xdvipdfmx", "-q", "main.xdv", folder=folder)
    return read_pdf(folder / "main.pdf")


def named_alike(shown: Shown) -> list[tuple[str, int | None]]:
    """Give named destinations without the counter of those that have no number of the book's.

    hyperref tells those apart by how many links and anchors stand before them, which in a book of
    chunks is another number. Nobody sees the names.
    """
    return sorted(
        (name if _NUMBERED.fullmatch(name) else re.sub(r"\.\d+$", "", name), page)
        for name, page in shown.places
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_build_is_what_four_passes_give(
    document: Document,
    tmp_path: Path,
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    if not times(int(document.is_short), 1):
        pytest.skip("a part of the full form")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    document.lay_out(ours)
    run(sys.executable, "-m", "texbook", "build", folder=ours)
    built, reference = read_pdf(ours / "main.pdf"), by_hand(document, theirs)
    count = len(reference.pages)
    same = sum(map(str.__eq__, built.pages, reference.pages))
    ours_places, their_places = named_alike(built), named_alike(reference)
    places = (Counter(ours_places) & Counter(their_places)).total()
    record_property(
        "figure",
        f"row 2: {document.name} against four passes by hand: {same} of {count} pages and {places} "
        f"of {len(their_places)} places are the same",
    )
    assert built.pages == reference.pages
    assert ours_places == their_places
    assert built.bookmarks == reference.bookmarks
