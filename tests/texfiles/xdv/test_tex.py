"""Pages of a real XeTeX: joined, they are what one run would have made."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.texfiles.xdv.joining import join
from texbook.texfiles.xdv.binding import misfits, write_book
from texbook.texfiles.xdv.canonical import MarkKind, canonical
from texbook.texfiles.xdv.compare import compare
from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.files import files_in_pages
from texbook.texfiles.xdv.model import Special, Xdv
from texbook.texfiles.xdv.objects import (
    Lifted,
    lift_objects,
    merge_objects,
    needed_objects,
    with_objects,
)
from texbook.texfiles.xdv.open_pages import open_runs
from texbook.texfiles.xdv.parse import parse, read_xdv
from texbook.texfiles.xdv.run_files import decode_run, encode_run
from texbook.texfiles.xdv.specials import is_job_special, without_open_colours, without_specials

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.tex

PREAMBLE = r"""
\documentclass{article}
\usepackage{fontspec,amsmath,xcolor,tikz,graphicx}
\usepackage[most]{tcolorbox}
\usetikzlibrary{shadings,fadings,patterns}
% hyperref loads one font, pzdr, which no small installation has; the text font serves as well.
\makeatletter
\let\primitive\font
\def\font#1\relax{\let\XeTeXLink@font\@empty}
\usepackage{hyperref}
\let\font\primitive
\makeatother
\begin{document}
"""

FIRST = r"""
\section{One}\label{one} Text of \emph{one} with $a^2+\sum_{i=1}^{n}\sqrt{x_i}$, see \ref{two}.
{\font\tfm=cmr10 \tfm Fonts with metrics: V\char12 A.} \textcolor{red}{Red, and \emph{so on}.}
\begin{tcolorbox}[enhanced,drop fuzzy shadow,title=Box]
\href{https://example.org}{A link whose text is so long that it must be broken at the end of the
line and goes on in the next one, as links will}\end{tcolorbox}
\tikz\shade[left color=red,right color=blue](0,0) rectangle (3,1);
\tikz\fill[pattern=dots](0,0) rectangle (1,1);
\tikz\fill[opacity=.5,path fading=east](0,0) circle(1);
\tikz{\begin{scope}[transparency group,opacity=.4]\fill(0,0) circle(1);\node{in};\end{scope}}
\includegraphics[width=2cm]{dot.png}
\clearpage
"""

SECOND = r"""
\section{Two}\label{two}
{\fontspec{lmroman10-regular.otf}[Color=FF000080,FakeSlant=0.2,FakeBold=1,FakeStretch=1.1] Styled.}
{\XeTeXgenerateactualtext=1 Text beside glyphs.}
{\TeXXeTstate=1 \beginR From right to \beginL left\endL\endR}
\begin{tcolorbox}[enhanced,drop fuzzy shadow,title=Box]\textcolor{blue}{Again}\end{tcolorbox}
\tikz\shade[ball color=green](0,0) circle (1);
\tikz\fill[opacity=.3,pattern=grid](0,0) rectangle (1,1);
\tikz{\begin{scope}[transparency group,opacity=.4]\fill(0,0) circle(1);\node{in};\end{scope}}
\footnote{Below.}
\clearpage
\section{Three} The last page.
"""


def png() -> bytes:
    """Draw one red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def typeset(folder: Path, body: str, *, passes: int = 1) -> Xdv:
    folder.mkdir()
    (folder / "dot.png").write_bytes(png())
    (folder / "main.tex").write_text(PREAMBLE + body + "\\end{document}\n", "utf-8")
    command = ["xelatex", "-no-pdf", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
    for _ in range(passes):
        run = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "MKTEXTFM": "0", "SOURCE_DATE_EPOCH": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    return read_xdv(folder / "main.xdv")


def convert(folder: Path, name: str, content: bytes) -> Path:
    (folder / f"{name}.xdv").write_bytes(content)
    subprocess.run(
        ["xdvipdfmx", "-q", "-E", "-o", f"{name}.pdf", f"{name}.xdv"],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )
    return folder / f"{name}.pdf"


def texts(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def pixels(path: Path) -> list[bytes]:
    document = pypdfium2.PdfDocument(path)
    return [bytes(page.render(scale=1).buffer) for page in document]


def links(path: Path) -> list[list[str]]:
    """Tell each link's place and aim."""
    found = []
    for page in pypdf.PdfReader(path).pages:
        notes = [note.get_object() for note in page.get("/Annots") or ()]
        found.append([f"{note['/Rect']} {note['/A']}" for note in notes])
    return found


def outline(path: Path) -> list[str]:
    return [str(item["/Title"]) for item in pypdf.PdfReader(path).outline if isinstance(item, dict)]


def assert_same_pdf(one: Path, other: Path) -> None:
    assert texts(one) == texts(other)
    assert pixels(one) == pixels(other)
    assert links(one) == links(other)
    assert outline(one) == outline(other)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xdv")


@pytest.fixture(scope="module")
def whole(folder: Path) -> Xdv:
    """One run of the whole document."""
    return typeset(folder / "whole", FIRST + SECOND, passes=2)


def test_a_run_is_parsed_whole(folder: Path, whole: Xdv) -> None:
    assert [page.counts[0] for page in whole.pages] == [1, 2, 3]
    assert max(page.depth for page in whole.pages) == whole.depth
    kinds = {mark.kind for page in whole.pages for mark in canonical(page)}
    assert kinds == set(MarkKind)
    names = files_in_pages(folder / "whole" / "main.xdv")
    assert any(name.endswith("lmroman10-regular.otf") for name in names)
    assert "dot.png" in names


def test_parts_of_a_run_join_to_the_same_pdf(folder: Path, whole: Xdv) -> None:
    work = folder / "whole"
    parts = [parse(join([part])) for part in (whole.select(0, 1), whole.select(1))]
    joined = join(parts)
    assert compare(whole, parse(joined)) == ()
    before = convert(work, "before", (work / "main.xdv").read_bytes())
    after = convert(work, "after", joined)
    assert_same_pdf(before, after)
    assert len(outline(after)) == 3
    assert len(links(after)[0]) > 2, "a reference, and a link in two lines"


def documents(runs: Iterable[Xdv]) -> list[Lifted]:
    """Make the pages of each run ready to stand behind those of another."""
    lifted = []
    for number, run in enumerate(runs):
        one = lift_objects(run.pages)
        if number:
            pages = [without_specials(page, is_job_special) for page in one.pages]
            one = Lifted(without_open_colours(pages), one.objects)
        lifted.append(one)
    return lifted


def linked(runs: list[Xdv]) -> bytes:
    """Join runs, of which the first is that of the first page."""
    return joined_pages(documents(runs), runs[0])


def joined_pages(lifted: list[Lifted], first: Xdv) -> bytes:
    pages = [page for one in lifted for page in one.pages]
    objects = merge_objects(needed_objects(one.pages, one.objects) for one in lifted)
    pages[0] = with_objects(pages[0], objects)
    whole = Xdv(7, first.units, b"", tuple(pages), 0, 0, 0)
    return join([whole])


def test_two_runs_join_to_what_one_run_makes(folder: Path, whole: Xdv) -> None:
    # The second run begins where the first ended; the first knows the label of the second.
    start = r"\setcounter{page}{2}\setcounter{section}{1}"
    label = r"\makeatletter\def\r@two{{2}{2}{Two}{section.2}{}}\makeatother"
    first = typeset(folder / "first", label + FIRST)
    second = typeset(folder / "second", start + SECOND)
    joined = linked([first, second])

    def leave_out(text: bytes) -> bool:
        return is_job_special(text) or b"(page.1)" in text

    found = parse(joined)
    assert compare(parse(linked([whole])), found, leave_out) == ()
    work = folder / "whole"
    one = convert(work, "one", join([whole]))
    other = convert(work, "other", joined)
    assert texts(one) == texts(other)
    assert pixels(one) == pixels(other)
    assert links(one) == links(other)
    specials = [part.text for part in found.pages[0].parts if isinstance(part, Special)]
    shades = [text for text in specials if text.startswith(b"pdf:bxobj")]
    assert len(set(shades)) == len(shades)


# The number stands in the head, in another font with its text beside it, and in the foot, in a link
# to the page itself.
NUMBERED = r"""
\makeatletter
\def\number@{\BEGIN\thepage\END}
\def\@oddhead{\textbf{\XeTeXgenerateactualtext=1 \number@}\hfil}
\def\@oddfoot{\hfil Page \hyperlink{page.\thepage}{\textcolor{blue}{\number@}}.\hfil}
\makeatother
\def\content#1{Text #1 of \emph{the} page with $x_{#1}$. \textcolor{red}{Red}
\begin{tcolorbox}[enhanced,drop fuzzy shadow,title=Box]\hyperlink{page.99}{Away}\end{tcolorbox}
\tikz\shade[left color=red,right color=blue](0,0) rectangle (3,1);\clearpage}
"""
MARKED = NUMBERED.replace("BEGIN", "special{texbook:folio \\thepage}").replace(
    "END", "special{texbook:folio-end}"
)
PLAIN = NUMBERED.replace("BEGIN", "relax").replace("END", "relax")


def contents(first: int, *, number: int, count: int = 6) -> str:
    shown = "".join(f"\\content{{{place}}}\n" for place in range(first, first + count))
    return f"\\setcounter{{page}}{{{number}}}\n{shown}"


@pytest.fixture(scope="module")
def book(folder: Path) -> Xdv:
    """One run of a book whose number on each page is marked."""
    return typeset(folder / "book", MARKED + contents(1, number=1, count=45))


def test_pages_without_their_marks_are_those_of_a_run_without_marks(
    folder: Path, book: Xdv
) -> None:
    plain = typeset(folder / "plain", PLAIN + contents(1, number=1, count=45))
    spans = [(0, 5), (5, 20), (20, 45)]
    runs = [decode_run(encode_run(run)) for run in open_runs(book, spans, leads=True)]
    written = write_book([(run, None) for run in runs], Digits())
    assert compare(parse(linked([plain])), parse(written)) == ()
    work = folder / "plain"
    one = convert(work, "one", (work / "main.xdv").read_bytes())
    assert_same_pdf(one, convert(work, "other", written))


def test_bound_pages_are_those_of_a_run_whose_page_counter_began_so(
    folder: Path, book: Xdv
) -> None:
    # The text of pages 12 to 17, as the pages 31 to 36.
    begun = typeset(folder / "begun", PLAIN + contents(12, number=31))
    runs = open_runs(book, [(0, 11), (11, 17), (17, 45)], leads=True)
    digits = Digits()
    for run in runs:
        digits.learn(run)
    assert not misfits(runs[1], 31, digits)
    assert misfits(runs[1], 50, digits), "5 was never a tenth"
    written = write_book([(runs[1], 31)], digits)
    assert compare(parse(joined_pages(documents([begun, begun])[1:], begun)), parse(written)) == ()
