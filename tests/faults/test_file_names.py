"""Row 13: names of files that a file system takes, and TeX or a shell may not.

A main file of such a name is built, linted, watched and found by sync, in a folder of that name;
a folder with a line end in its name is refused before anything runs.
Chapters and images of such names are read wherever TeX itself can name them; where it cannot, the
build ends at the line that names them.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import until
from tests.cli.watched import watching
from tests.faults.shelf import open_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.cli.conftest import Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]

pytestmark = pytest.mark.tex

NAMES = {
    "backslash": "a\\b",
    "line end": "a\nb",
    "quotation mark": 'a"b',
    "leading dash": "-lead",
    "percent": "a%b",
    "two spaces": "a  b",
    "dollar": "a$b",
    "space": "my book",
    "tilde": "a~b",
    "hash": "a#b",
    "ampersand": "a&b",
    "apostrophe": "it's",
    "composed umlaut": "größe",
    "decomposed umlaut": unicodedata.normalize("NFD", "größe"),
    "ideographs": "漢字",
    "beyond U+FFFF": "📚",
    "dot at the end": "a.",
    "space at the end": "a ",
    "200 letters": "x" * 200,
    "brackets": "a[b](c){d}",
    "wildcards": "a*b?",
    "dots": "name.with.dots",
}
"""What is odd about a name -> the name; the hardest first, for these alone are tried in short."""
IN_TEXT = {odd: name for odd, name in NAMES.items() if name.isprintable()}
"""Those that an author can write into a text in UTF-8; TeX reads a line end as a space."""
NEVER = frozenset({"backslash", "quotation mark", "percent", "two spaces", "beyond U+FFFF"})
"""Those that TeX cannot read under such a name (measured with XeTeX 0.999994 alone)."""
REFUSED = {
    "include": NEVER | {"tilde"},
    "input": NEVER,
    "image": NEVER | {"hash"},
    "folder": NEVER | {"tilde"},
}
"""How a text names a file -> the names that TeX does not take there."""
COMMANDS = {
    "include": ("\\include{{{}}}", "{}.tex"),
    "input": ("\\input{{{}.tex}}", "{}.tex"),
    "image": ("\\includegraphics{{{}.pdf}}", "{}.pdf"),
    "folder": ("\\include{{{}/c}}", "{}/c.tex"),
}
"""How a text names a file -> the command, and the file."""
WITHOUT_LINE = {("include", "tilde"), ("folder", "tilde"), ("image", "beyond U+FFFF")}
"""TeX stops in a file of its own, or at the end of another, and only the main file is named."""
DOCUMENT = """\\documentclass{article}
\\begin{document}
\\tableofcontents
\\section{One}\\label{one}
WORDS stand in section~\\ref{one}.
\\end{document}
"""
LINE = 5
"""The line of the words."""
BOOK = """\\documentclass{{report}}
\\usepackage{{graphicx}}
\\begin{{document}}
{}
\\end{{document}}
"""


def chosen(names: dict[str, str], count: int) -> dict[str, str]:
    return dict(list(names.items())[:count])


def place_of(answer: str) -> str:
    """Turn what ``sync forward`` prints into what ``sync inverse`` takes, a little within."""
    found = re.search(r"page (\d+), x ([\d.]+), y ([\d.]+)", answer)
    assert found, answer
    return f"{found[1]}:{float(found[2]) + 5}:{float(found[3]) + 4}"


def is_refused(book: Book) -> None:
    """See that nothing is run in a folder of a name, and that the message says the way on."""
    book.put("main.tex", DOCUMENT)
    answer = book.texbook("build")
    assert answer.status == 1
    assert "has a line end in it" in answer.out + answer.err
    assert "hint: give the folder another name" in answer.out + answer.err
    assert [path.name for path in book.root.iterdir()] == ["main.tex"]


def is_built(book: Book, odd: str, name: str) -> None:
    """Build, lint and sync a document in every way that a person would."""
    book.put(f"{name}.tex", DOCUMENT)
    answer = book.texbook("build", "--", f"{name}.tex")
    assert answer.status == 0, answer.out + answer.err
    assert book.sources() == {f"{name}.tex", f"{name}.pdf", f"{name}.synctex.gz"}
    assert "WORDS stand in section 1." in book.text(f"{name}.pdf")
    assert book.texbook("lint", "--", f"{name}.tex").status == 0
    assert book.texbook("stats", "--", f"{name}.tex").status == 0
    found = book.texbook("sync", "forward", "--", f"{name}.tex:{LINE}")
    if odd == "line end":
        assert (found.status, "a line end in its path" in found.err) == (1, True)
        return
    assert found.status == 0, found.err
    back = book.texbook("sync", "inverse", "--", place_of(found.out), f"{name}.tex")
    assert back.out == f"{name}.tex:{LINE}\n"


def is_watched(book: Book, name: str) -> None:
    with watching(book, until, "--", f"{name}.tex") as watched:
        watched.wait_for("good")
        book.put(f"{name}.tex", DOCUMENT.replace("WORDS", "OTHER WORDS"))
        watched.wait_for("good", 2)
        assert watched.end() == 0
    assert "OTHER WORDS stand in section 1." in book.text(f"{name}.pdf")


def test_main_files_in_folders_of_odd_names(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    times: Times,
    record_property: Record,
) -> None:
    names = chosen(NAMES, times(3, len(NAMES)))
    watched = chosen(NAMES, times(1, len(NAMES)))
    for odd, name in names.items():
        book = open_book(tmp_path / name, monkeypatch, capsys)
        if odd == "line end":
            is_refused(book)
            book = open_book(tmp_path / "plain", monkeypatch, capsys)
        is_built(book, odd, name)
        if odd in watched:
            is_watched(book, name)
    record_property(
        "figure",
        f"row 13: main files of odd names in folders of such names: right PDF, lint and sync"
        f" {len(names)} of {len(names)} (watch {len(watched)} of {len(watched)})",
    )


@pytest.fixture
def library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    """An empty book, with an image of one page in ``image.pdf``."""
    book = open_book(tmp_path / "book", monkeypatch, capsys)
    book.put("image.tex", "\\documentclass{article}\\begin{document}PICTURE\\end{document}")
    assert book.texbook("build", "image.tex").status == 0
    for name in ("image.tex", "image.synctex.gz"):
        (book.root / name).unlink()
    return book


def put_named(book: Book, how: str, odd: str) -> str:
    """Put a file of a name into the book; give the line that names it."""
    command, path = COMMANDS[how]
    target = book.root / path.format(NAMES[odd])
    if how == "image":
        shutil.copyfile(book.root / "image.pdf", target)
    else:
        book.put(path.format(NAMES[odd]), f"Chapter {how} {odd}.\n")
    return command.format(NAMES[odd])


def test_chapters_images_and_folders_of_names_that_tex_takes(
    library: Book, record_property: Record
) -> None:
    taken = [(how, odd) for how in COMMANDS for odd in IN_TEXT if odd not in REFUSED[how]]
    texts = [(how, odd) for how, odd in taken if how != "image"]
    # Both would be the same file.
    texts = [(how, odd) for how, odd in texts if how != "input" or odd in REFUSED["include"]]
    lines = [put_named(library, how, odd) for how, odd in taken if (how, odd) in texts]
    lines += [put_named(library, how, odd) for how, odd in taken if how == "image"]
    library.put("main.tex", BOOK.format("\n".join(lines)))
    answer = library.texbook("build")
    assert answer.status == 0, answer.out
    text = library.text()
    assert [odd for how, odd in texts if f"Chapter {how} {odd}." not in text] == []
    images = len(taken) - len([how for how, _ in taken if how != "image"])
    assert text.count("PICTURE") == images
    found = [line for line in library.texbook("lint").out.splitlines() if "[TB" in line]
    # Lint looks for "a .tex" without the blank, as TeX does where there is no other.
    assert all("TB402" in line and '"a"' in line for line in found), found
    for how, odd in texts:
        name = COMMANDS[how][1].format(NAMES[odd])
        place = library.texbook("sync", "forward", "--", f"{name}:1")
        assert place.status == 0, (name, place.err)
    count = len(texts) + images
    record_property(
        "figure", f"row 13: chapters, folders and images of odd names {count} of {count}"
    )


def refused(book: Book, cases: Iterable[tuple[str, str]]) -> Iterable[str]:
    for how, odd in cases:
        book.put("main.tex", BOOK.format(put_named(book, how, odd)))
        answer = book.texbook("build")
        said = answer.out + answer.err
        place = "main.tex\n" if (how, odd) in WITHOUT_LINE else "main.tex:4"
        if answer.status != 1 or place not in said:
            yield f"{how} {odd}: {answer.status} {said}"
        elif (book.root / "main.pdf").exists():
            yield f"{how} {odd}: a PDF was published"


def test_names_that_tex_cannot_read_end_the_build_at_their_line(
    library: Book, times: Times, record_property: Record
) -> None:
    cases = [("input", "beyond U+FFFF")]
    cases += [(how, odd) for how in COMMANDS for odd in NAMES if odd in REFUSED[how]]
    cases = cases[: times(2, len(cases))]
    assert list(refused(library, cases)) == []
    record_property(
        "figure",
        f"row 13: names that TeX cannot read, told at their line {len(cases)} of {len(cases)}",
    )
