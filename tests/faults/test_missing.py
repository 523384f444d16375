"""Row 16: programs, fonts and files that are not on the machine, one at a time.

Each is named with the packages of Debian and of TeX Live that bring it, and nothing is published: a
missing program ends with exit code 3, what a book asks for in vain with 1, at its line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.shelf import open_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer, Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]

pytestmark = pytest.mark.tex

DOCUMENT = "\\documentclass{{{}}}\n{}\n\\begin{{document}}\n{}\n\\end{{document}}\n"
WITH_BIBLATEX = DOCUMENT.format(
    "article", "\\usepackage{biblatex}\\addbibresource{refs.bib}", "\\cite{a}\\printbibliography"
)
WITH_BIBTEX = DOCUMENT.format(
    "article", "", "\\cite{a}\\bibliographystyle{plain}\\bibliography{refs}"
)
WITH_INDEX = DOCUMENT.format(
    "article", "\\usepackage{makeidx}\\makeindex", "A word.\\index{word}\\printindex"
)
WITH_LISTING = DOCUMENT.format(
    "article", "\\usepackage{minted}", "\\begin{minted}{python}\nx = 1\n\\end{minted}"
)
PLAIN = DOCUMENT.format("article", "", "A word.")
PROGRAMS = {
    "xelatex": (PLAIN, "texlive-xetex", "xetex"),
    "xdvipdfmx": (PLAIN, "texlive-binaries", "dvipdfmx"),
    "biber": (WITH_BIBLATEX, "biber", "biber"),
    "bibtex": (WITH_BIBTEX, "texlive-binaries", "bibtex"),
    "makeindex": (WITH_INDEX, "texlive-binaries", "makeindex"),
    "kpsewhich": (WITH_BIBTEX.replace("{refs}", "{xampl}"), "texlive-binaries", "kpathsea"),
}
"""A program -> a document that needs it, and what brings it."""
ENTRY = "@book{a, title = {T}, author = {A}, year = 2000}\n"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a book asks for in vain.

    Attributes:
        files: names that TeX finds, any of which is enough; the case takes one that is not there.
        text: the document; ``NAME`` stands for the file without its ending, ``FILE`` for all of it.
        line: where it is asked for.
        debian: what brings it, for each of the files.
        tlmgr: the same.
    """

    files: tuple[str, ...]
    text: str
    line: int
    debian: tuple[str, ...]
    tlmgr: tuple[str, ...]


def article(preamble: str, body: str = "x", document_class: str = "article") -> str:
    return DOCUMENT.format(document_class, preamble, body)


MISSING = {
    "package": Missing(
        ("siunitx.sty", "chemfig.sty"),
        article("\\usepackage{NAME}"),
        2,
        ("texlive-science", "texlive-science"),
        ("siunitx", "chemfig"),
    ),
    "font by name": Missing(
        ("LibertinusSerif-Regular.otf", "STIXTwoText-Regular.otf"),
        article("\\usepackage{fontspec}\\setmainfont{FAMILY}"),
        2,
        ("texlive-fonts-extra", "texlive-fonts-extra"),
        ("libertinus-fonts", "stix2-otf"),
    ),
    "font by file": Missing(
        ("LibertinusSerif-Regular.otf", "STIXTwoText-Regular.otf"),
        article("\\usepackage{fontspec}\\setmainfont{FILE}"),
        2,
        ("texlive-fonts-extra", "texlive-fonts-extra"),
        ("libertinus-fonts", "stix2-otf"),
    ),
    "font of the primitive": Missing(
        ("LibertinusSerif-Regular.otf", "STIXTwoText-Regular.otf"),
        article('\\font\\x="[FILE]" at 10pt', "\\x a"),
        2,
        ("texlive-fonts-extra", "texlive-fonts-extra"),
        ("libertinus-fonts", "stix2-otf"),
    ),
    "class": Missing(
        ("IEEEtran.cls", "acmart.cls"),
        article("", "x", "NAME"),
        1,
        ("texlive-publishers", "texlive-publishers"),
        ("ieeetran", "acmart"),
    ),
    "bibliography style": Missing(
        ("IEEEtran.bst", "ACM-Reference-Format.bst"),
        article("", "\\cite{a}\\bibliographystyle{NAME}\\bibliography{refs}"),
        4,
        ("texlive-publishers", "texlive-publishers"),
        ("ieeetran", "acmart"),
    ),
    "language of babel": Missing(
        ("ngerman.ldf", "icelandic.ldf"),
        article("\\usepackage[NAME]{babel}"),
        2,
        ("texlive-lang-german", "texlive-lang-european"),
        ("babel-german", "babel-icelandic"),
    ),
}
FAMILIES = {
    "LibertinusSerif-Regular.otf": "Libertinus Serif",
    "STIXTwoText-Regular.otf": "STIX Two Text",
}
OWN = {
    "image": article("\\usepackage{graphicx}", "\\includegraphics{gone}"),
    "image with its ending": article("\\usepackage{graphicx}", "\\includegraphics{gone.pdf}"),
    "input": article("", "\\input{gone}"),
    "bibliography": article("", "\\cite{a}\\bibliographystyle{plain}\\bibliography{gone}"),
    "chapter": DOCUMENT.format("book", "", "\\include{gone}"),
}
"""Files of the author's, asked for in line 4."""


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    made = open_book(tmp_path / "book", monkeypatch, capsys)
    made.put("refs.bib", ENTRY)
    return made


@pytest.fixture
def machine_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Leave one program out of the PATH."""
    whole = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep) if folder]

    def leave_out(name: str) -> None:
        folder = tmp_path / f"without-{name}"
        folder.mkdir()
        for program in (
            path for place in reversed(whole) if place.is_dir() for path in place.iterdir()
        ):
            link = folder / program.name
            link.unlink(missing_ok=True)
            if program.name != name:
                link.symlink_to(program)
        monkeypatch.setenv("PATH", str(folder))

    return leave_out


def build(book: Book, text: str) -> tuple[Answer, float]:
    """Build a document beside a PDF of better days, which must stay; give the seconds, too."""
    shutil.rmtree(book.root / "build", ignore_errors=True)
    book.keep_old_pdf()
    book.put("main.tex", text)
    started = time.monotonic()
    answer = book.texbook("build")
    seconds = time.monotonic() - started
    if answer.status:
        assert (book.root / "main.pdf").read_bytes() == book.OLD_PDF
    return answer, seconds


def names_both(answer: Answer, debian: str, tlmgr: str) -> bool:
    said = answer.out + answer.err
    return f'apt-get install {debian}"' in said and f'tlmgr install {tlmgr}"' in said


def test_each_missing_program_is_named(
    book: Book,
    machine_without: Callable[[str], None],
    times: Times,
    record_property: Record,
) -> None:
    slowest = 0.0
    programs = list(PROGRAMS.items())[: times(2, len(PROGRAMS))]
    for name, (text, debian, tlmgr) in programs:
        machine_without(name)
        answer, seconds = build(book, text)
        assert answer.status == 3, (name, answer)
        assert f'the program "{name}" is not installed' in answer.err, (name, answer)
        assert names_both(answer, debian, tlmgr), (name, answer)
        slowest = max(slowest, seconds)
    record_property(
        "figure",
        f"row 16: missing programs, named with their packages {len(programs)} of {len(programs)},"
        f" the slowest after {slowest:.1f} s",
    )


def test_listings_need_no_pygmentize(book: Book, machine_without: Callable[[str], None]) -> None:
    machine_without("pygmentize")
    assert build(book, WITH_LISTING)[0].status == 0
    assert "x = 1" in book.text()


def test_sync_without_its_program_is_told(
    book: Book, machine_without: Callable[[str], None]
) -> None:
    assert build(book, PLAIN)[0].status == 0
    machine_without("synctex")
    answer = book.texbook("sync", "forward", "main.tex:4")
    assert answer.status == 3
    assert names_both(answer, "texlive-binaries", "synctex")


def absent(missing: Missing) -> int:
    """Choose a file that this machine has not."""
    for number, name in enumerate(missing.files):
        found = subprocess.run(["kpsewhich", "--", name], capture_output=True, check=False)
        if found.returncode:
            return number
    raise AssertionError(f"{missing.files} are all installed: name another one")


def test_each_missing_file_of_a_package_is_named(
    book: Book, times: Times, record_property: Record
) -> None:
    chosen = list(MISSING.items())[: times(3, len(MISSING))]
    slowest = 0.0
    for what, missing in chosen:
        number = absent(missing)
        name = missing.files[number]
        text = missing.text.replace("FAMILY", FAMILIES.get(name, ""))
        text = text.replace("FILE", name).replace("NAME", name.rpartition(".")[0])
        answer, seconds = build(book, text)
        assert answer.status == 1, (what, answer)
        assert f" --> main.tex:{missing.line}:" in answer.out, (what, answer)
        assert names_both(answer, missing.debian[number], missing.tlmgr[number]), (what, answer)
        slowest = max(slowest, seconds)
    record_property(
        "figure",
        "row 16: missing fonts, packages, classes, styles and languages, named with their packages"
        f" {len(chosen)} of {len(chosen)}, the slowest after {slowest:.1f} s",
    )


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_missing_files_of_the_authors_are_told_at_their_line(book: Book, text: str) -> None:
    answer = build(book, text)[0]
    assert answer.status == 1
    assert '"gone' in answer.out
    assert " --> main.tex:4:" in answer.out
    assert "hint" in answer.out


def test_missing_hyphenation_patterns_are_a_warning_with_what_brings_them(book: Book) -> None:
    """The pages come all the same, with other line breaks."""
    answer, _ = build(book, article("\\usepackage{polyglossia}\\setmainlanguage{icelandic}"))
    assert answer.status == 0
    assert 'there are no hyphenation patterns for "icelandic"' in answer.out
    assert names_both(answer, "texlive-lang-european", "hyphen-icelandic")
