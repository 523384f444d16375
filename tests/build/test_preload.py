"""Passes by an engine that has read the preamble already, against passes as usual."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.build import build
from texbook.build.chunks.workshop import Workshop
from texbook.build.converter import make_pdf
from texbook.build.model import BuildRequest, Outcome
from texbook.build.typeset import BookTypesetter
from texbook.project import open_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.build.conftest import BuiltBook
    from texbook.base.diagnostic import Diagnostic
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

MAIN = r"""\documentclass{report}
\usepackage{amsmath,graphicx,makeidx}
\makeindex
\input{macros}
\begin{document}
\tableofcontents
\input{one}
\chapter{Second}\label{second}
See \ref{first} on page \pageref{first}.\index{second}
\printindex
\end{document}
"""
ONE = (
    "\\chapter{First}\\label{first}\n\\index{first}Words, \\name.\n"
    "\\clearpage\nSee \\ref{second}.\n"
)


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    with closing(Workshop.open()) as opened:
        yield opened


def put(book: BuiltBook, one: str = ONE, name: str = "Ann") -> None:
    book.put("main.tex", MAIN)
    book.put("macros.tex", f"\\newcommand\\name{{{name}}}\n")
    book.put("one.tex", one)


def built(book: BuiltBook, workshop: Workshop | None) -> BuildResult:
    project = open_project(book.root / "main.tex", folder=book.root)
    request = BuildRequest(project, workshop=workshop)
    result = build(request, progress=Silence(), cancel=CancelToken())
    if workshop is not None:
        workshop.restock(CancelToken())
    return result


def waiting(workshop: Workshop) -> int:
    return len(workshop.pool._waiting)


def keep_pages(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Keep the XDV of each build from now on."""
    kept: list[bytes] = []

    def make(typesetter: BookTypesetter) -> tuple[Diagnostic, ...]:
        assert typesetter.last is not None
        kept.append((typesetter.last.work / "main.xdv").read_bytes())
        return make_pdf(typesetter)

    monkeypatch.setattr("texbook.build.rebuild.make_pdf", make)
    return kept


def test_a_preloaded_pass_gives_the_same_pages_as_one_as_usual(
    book: BuiltBook, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(book)
    built(book, workshop)
    assert waiting(workshop) == 1
    xdv = keep_pages(monkeypatch)
    put(book, ONE.replace("Words", "Other words"))
    with monkeypatch.context() as patch:
        patch.delattr(BookTypesetter, "_run_engine")
        result = built(book, workshop)
    assert result.pages == result.runs[0].pages == 5
    assert [run.label for run in result.runs] == ["pass 1", "writing main.pdf"]
    assert result.diagnostics == ()
    book.put("one.tex", ONE)
    built(book, None)
    put(book, ONE.replace("Words", "Other words"))
    built(book, None)
    assert xdv[0] == xdv[2]
    assert xdv[1] != xdv[2]
    assert "Other words" in book.text()


def test_an_edited_preamble_is_read_anew(book: BuiltBook, workshop: Workshop) -> None:
    put(book)
    built(book, workshop)
    put(book, name="Bob")
    assert built(book, workshop).outcome is Outcome.BUILT
    assert "Bob" in book.text()
    assert "Ann" not in book.text()


def test_a_file_that_the_preamble_reads_unseen_makes_the_pass_void(
    book: BuiltBook, workshop: Workshop
) -> None:
    put(book)
    book.put("main.tex", MAIN.replace(r"\input{macros}", r"\def\x{macros}\input{\x}"))
    built(book, workshop)
    assert waiting(workshop) == 1
    assert workshop.pool._waiting[0].process.wait_for(b"texbook-ready", 60)
    book.put("macros.tex", "\\newcommand\\name{Bob}\n")
    built(book, workshop)
    assert "Bob" in book.text()


def test_a_fault_is_told_as_by_a_pass_as_usual(book: BuiltBook, workshop: Workshop) -> None:
    put(book)
    built(book, workshop)
    before = book.pdf.read_bytes()
    put(book, ONE.replace("Words", "\\nothing"))
    result = built(book, workshop)
    assert result.outcome is Outcome.FAILED
    span = result.diagnostics[0].span
    assert span is not None
    assert span.path == book.root / "one.tex"
    assert book.pdf.read_bytes() == before


def test_a_warning_has_its_line_in_the_main_file(book: BuiltBook, workshop: Workshop) -> None:
    put(book)
    built(book, workshop)
    book.put("main.tex", MAIN.replace(r"\ref{first}", r"\ref{frist}"))
    result = built(book, workshop)
    (finding,) = result.diagnostics
    assert finding.span is not None
    assert finding.span.start is not None
    assert (finding.span.path, finding.span.start.line) == (book.root / "main.tex", 9)
