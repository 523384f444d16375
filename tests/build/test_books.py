"""Three documents of other kinds, in ``tests/books``, against other ways to build them.

The reference is a plain sequence of the same programs, repeated by the test until no auxiliary file
changes. Where latexmk is installed, its result is compared too; a fresh machine has none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from texbook.base.cancel import CancelToken
from texbook.base.diagnostic import Severity
from texbook.base.errors import ExitStatus
from texbook.base.progress import Silence
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, Outcome
from texbook.project import open_project

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.tex

BOOKS = Path(__file__).parent.parent / "books"
AUXILIARY = {".aux", ".toc", ".lof", ".lot", ".out", ".bbl", ".ind", ".gls", ".sym"}
MOST_ROUNDS = 8
GLOSSARIES = "add_cus_dep('glo','gls',0,'g'); add_cus_dep('sbl','sym',0,'s'); " + "".join(
    f"sub {name} {{ return system('makeindex', '-q', '-s', \"$_[0].ist\", '-o', "
    f'"$_[0].{made}", "$_[0].{given}"); }} '
    for name, given, made in (("g", "glo", "gls"), ("s", "sbl", "sym"))
)
"""What the manual of glossaries tells a user of latexmk to write, for the two lists of the book."""


@dataclass(frozen=True)
class Document:
    """A test book, what turns its auxiliary files into others, and what its PDF must have."""

    name: str
    tools: tuple[tuple[str, ...], ...]
    pages: int
    bookmarks: int
    says: str


DOCUMENTS = (
    Document("coast", (("biber", "-q", "main"),), 3, 4, "Falconer, K. (2003)"),
    Document("bread", (("makeindex", "-q", "main"),), 20, 0, "windowpane test, 11"),
    Document(
        "sundials",
        (
            ("makeindex", "-q", "-s", "main.ist", "-o", "main.gls", "main.glo"),
            ("makeindex", "-q", "-s", "main.ist", "-o", "main.sym", "main.sbl"),
        ),
        6,
        0,
        "declination of a compass",
    ),
)


@pytest.fixture(params=DOCUMENTS, ids=lambda document: document.name)
def document(request: pytest.FixtureRequest) -> Document:
    chosen: Document = request.param
    return chosen


def test_the_result_is_that_of_the_programs_run_until_nothing_changes(
    document: Document, tmp_path: Path
) -> None:
    ours, theirs = lay_out(document, tmp_path / "ours"), lay_out(document, tmp_path / "theirs")
    result = build_book(ours)
    assert result.outcome is Outcome.BUILT
    assert [item for item in result.diagnostics if item.severity is not Severity.INFORMATION] == []
    assert result.pages == document.pages
    assert document.says in text_of(ours)
    assert len(bookmarks_of(ours)) == document.bookmarks
    run_until_settled(document, theirs)
    assert text_of(ours) == text_of(theirs)
    assert bookmarks_of(ours) == bookmarks_of(theirs)
    assert build_book(ours).outcome is Outcome.UP_TO_DATE


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not installed")
def test_the_result_is_that_of_latexmk(document: Document, tmp_path: Path) -> None:
    ours, theirs = lay_out(document, tmp_path / "ours"), lay_out(document, tmp_path / "theirs")
    assert build_book(ours).outcome is Outcome.BUILT
    run("latexmk", "-norc", "-xelatex", "-shell-escape", "-e", GLOSSARIES, "main", folder=theirs)
    assert text_of(ours) == text_of(theirs)
    assert bookmarks_of(ours) == bookmarks_of(theirs)


@pytest.mark.parametrize("verb", ["lint", "stats", "doctor"])
def test_other_commands_take_the_document(document: Document, verb: str, tmp_path: Path) -> None:
    """What doctor finds is the machine's: no font for hyperref, on a small one."""
    folder = lay_out(document, tmp_path / "book")
    command = [sys.executable, "-m", "texbook", verb]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    good = {0, ExitStatus.MISSING} if verb == "doctor" else {0}
    assert done.returncode in good, done.stdout + done.stderr


def lay_out(document: Document, folder: Path) -> Path:
    shutil.copytree(BOOKS / document.name, folder)
    return folder


def build_book(folder: Path) -> BuildResult:
    request = BuildRequest(open_project(folder=folder))
    return build(request, progress=Silence(), cancel=CancelToken())


def run(*command: str, folder: Path) -> None:
    """Run a program; minted finds the Pygments of this Python, and no font starts METAFONT."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "MKTEXTFM": "0", "MKTEXPK": "0"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stdout[-1000:]!r} {done.stderr!r}"


def run_until_settled(document: Document, folder: Path) -> None:
    before: dict[str, bytes] = {}
    for _ in range(MOST_ROUNDS):
        run("xelatex", "-interaction=nonstopmode", "-shell-escape", "main", folder=folder)
        after = auxiliary_files(folder)
        if after == before:
            return
        for tool in document.tools:
            run(*tool, folder=folder)
        before = auxiliary_files(folder)
    pytest.fail("the reference does not settle")


def auxiliary_files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.suffix in AUXILIARY)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def text_of(folder: Path) -> str:
    command = ("pdftotext", "-layout", str(folder / "main.pdf"), "-")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def bookmarks_of(folder: Path) -> list[str]:
    return list(_titles(PdfReader(folder / "main.pdf").outline))


def _titles(outline: Sequence[object]) -> list[str]:
    titles: list[str] = []
    for item in outline:
        titles += _titles(item) if isinstance(item, list) else [str(getattr(item, "title", ""))]
    return titles
