"""Changes of a book that are hard to see, and what is none; each is done to the book as it is."""

from __future__ import annotations

import itertools
import os
import struct
import subprocess
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.trials import Place

MAIN = r"""\documentclass{own}
\usepackage{graphicx,macros,listings}
\begin{document}
\include{one}
\include{two}
\macro
\input{linked/three}
\input{q}
\IfFileExists{maybe.tex}{\input{maybe}}{nothing}
\includegraphics{picture}
\lstinputlisting{code.txt}
\cite{a}
\bibliographystyle{plain}
\bibliography{references}
\end{document}
"""
CLASS = (
    "\\ProvidesClass{own}\\LoadClass{report}\\newcommand\\amzquestion[1]{}\n"
    "\\newcommand\\amzsectionkind[1]{}\\newcommand\\question[1]{}\n"
)
Edit = Callable[["Place", str], object]
"""Changes a book so that a word stands on its pages."""
_words = itertools.count(1)


def new_word() -> str:
    """Give a word that no page has had yet; all have one length."""
    number = next(_words)
    letters = "bcdfghjklm"
    return "w" + "".join(letters[int(digit)] for digit in f"{number:05}") + "a"


def write_book(place: Place) -> None:
    """Write a book of everything that a build may read."""
    place.put("main.tex", MAIN)
    place.put("own.cls", CLASS)
    place.put("macros.sty", "\\newcommand\\macro{a macro}\n")
    place.put("one.tex", "\\chapter{One} first\n")
    place.put("two.tex", "\\chapter{Two} seconds\n")
    place.put("../elsewhere/three.tex", "third\n")
    (place.root / "linked").symlink_to("../elsewhere")
    place.put("q.j2.tex", place.question(trap="%% include 'part.j2.tex'\n\\VAR{results.word}"))
    place.put("templates/part.j2.tex", "fragment\n")
    place.put("q.results.json", '{"values": {"word": "result"}, "seed": 1}')
    place.put("picture.png", picture(0))
    place.put("code.txt", "code\n")
    place.put("references.bib", bibliography("Title"))


def bibliography(title: str) -> str:
    return f"@book{{a, title={{{title}}}, author={{A}}, publisher={{P}}, year=2000}}\n"


def picture(grey: int) -> bytes:
    """Give a PNG of one grey point (PNG specification, section 5)."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes((0, grey)))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _write(name: str, form: str) -> Edit:
    return lambda place, word: place.put(name, form.replace("@", word))


def _rename(place: Place, word: str) -> None:
    place.put("one.tex.new", f"\\chapter{{One}} {word}\n").replace(place.root / "one.tex")


def _vim(place: Place, word: str) -> None:
    path = place.root / "one.tex"
    (place.root / "4913").touch()
    (place.root / "4913").unlink()
    path.rename(place.root / "one.tex~")
    place.put("one.tex", f"\\chapter{{One}} {word}\n")
    (place.root / "one.tex~").unlink()


def _same_size_and_time(place: Place, word: str) -> None:
    path = place.root / "two.tex"
    before = path.stat()
    place.put("two.tex", f"\\chapter{{Two}} {word}\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def _backwards(place: Place, word: str) -> None:
    path = place.put("one.tex", f"\\chapter{{One}} {word}\n")
    os.utime(path, ns=(10**18, 10**18))


def _picture(place: Place, word: str) -> None:
    place.put("picture.png", picture(sum(word.encode()) % 256))


def _shadow(place: Place, word: str) -> None:
    """Put a file of the distribution beside the book, which TeX then finds first."""
    found = subprocess.run(["kpsewhich", "size10.clo"], capture_output=True, text=True, check=True)
    with open(found.stdout.strip(), encoding="utf-8") as stream:  # noqa: PTH123
        text = stream.read()
    place.put(
        "size10.clo",
        f"{text.partition('endinput')[0]}x\\AtEndDocument{{{word}}}".replace("\\x", "\n"),
    )


def _link(place: Place, word: str) -> None:
    place.put("../elsewhere/one.tex", f"\\chapter{{One}} {word}\n")
    (place.root / "one.tex").unlink()
    (place.root / "one.tex").symlink_to("../elsewhere/one.tex")


def _behind_the_link(place: Place, word: str) -> None:
    place.put("../elsewhere/new", f"\\chapter{{One}} {word}\n").replace(
        place.root.parent / "elsewhere" / "one.tex"
    )


def _turn_the_link(place: Place, word: str) -> None:
    place.put("../else/three.tex", f"{word}\n")
    place.put("../else/one.tex", "\\chapter{One} first\n")
    (place.root / "linked").unlink()
    (place.root / "linked").symlink_to("../else")


EDITS: dict[str, Edit] = {
    "a write in place": _write("one.tex", "\\chapter{One} @\n"),
    "an atomic rename": _rename,
    "vim's way by a backup": _vim,
    "same size and time of change": _same_size_and_time,
    "a time of change that runs backwards": _backwards,
    "a file behind a linked folder": _write("../elsewhere/three.tex", "@\n"),
    "the class": _write("own.cls", CLASS + "\\AtEndDocument{@}\n"),
    "a package of the book": _write("macros.sty", "\\newcommand\\macro{@}\n"),
    "an image": _picture,
    "a listing": _write("code.txt", "@\n"),
    "a template": lambda place, word: place.put("q.j2.tex", place.question(trap=word)),
    "the bibliography": lambda place, word: place.put("references.bib", bibliography(word)),
    "a file that was looked for in vain": _write("maybe.tex", "@\n"),
    "a file that comes before the distribution's": _shadow,
    "a link in the place of a file": _link,
    "the target of that link": _behind_the_link,
    "another target of a linked folder": _turn_the_link,
    "the configuration": _write("texbook.toml", "[build]\npass-seconds = 99\n# @\n"),
    "the main file": _write("main.tex", MAIN.replace("nothing", "@").replace("maybe", "never")),
}
UNPRINTED = ("an image", "the configuration")
"""Edits whose word stands on no page."""


def _results(place: Place, word: str) -> None:
    place.put("q.results.json", f'{{"values": {{"word": "{word}"}}, "seed": 1}}')


# These work only before the edits above have replaced what they speak of.
EDITS = {
    "the stored results": _results,
    "a part of a template": _write("templates/part.j2.tex", "@\n"),
    **EDITS,
}


def _everywhere(place: Place) -> list[Path]:
    return [path for path in place.root.iterdir() if path.is_file() and path.suffix != ".pdf"]


def _touch(place: Place) -> None:
    for path in _everywhere(place):
        path.touch()


def _read(place: Place) -> None:
    for path in _everywhere(place):
        path.read_bytes()


def _modes(place: Place) -> None:
    for path in _everywhere(place):
        path.chmod(0o600)


def _there_and_back(place: Place) -> None:
    for path in _everywhere(place):
        path.rename(place.root.parent / "moment").rename(path)


def _same_again(place: Place) -> None:
    for path in _everywhere(place):
        path.write_bytes(path.read_bytes())


def _copies(place: Place) -> None:
    for path in _everywhere(place):
        copy = place.root.parent / "copy"
        copy.write_bytes(path.read_bytes())
        copy.replace(path)


def _neighbours(place: Place) -> None:
    for name in (".one.tex.swp", "one.tex~", "#one.tex#", "notes.md", ".git/index", "4913"):
        place.put(name, new_word())


def _own_output(place: Place) -> None:
    for path in (place.root / "build").rglob("*"):
        if path.is_file():
            path.touch()


NO_EDITS: dict[str, Callable[[Place], None]] = {
    "touch": _touch,
    "reading": _read,
    "chmod": _modes,
    "a rename there and back": _there_and_back,
    "the same bytes written again": _same_again,
    "the same bytes in new files": _copies,
    "files of editors and others": _neighbours,
    "a touch of what texbook keeps": _own_output,
}
