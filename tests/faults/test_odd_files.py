"""Row 20: links in a circle, folders, pipes and devices in the place of every file that is read.

No command may wait, take all memory or end in a traceback, and one that needs the file names it.
"""

from __future__ import annotations

import os
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import until
from tests.cli.watched import watching
from tests.faults.trials import AS_OTHERS, WITHIN_MEMORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.trials import Place, Trials

MAIN = r"""\documentclass{own}
\usepackage{graphicx}
\begin{document}
\input{part}
\input{winning}
\includegraphics{picture}
\lstinputlisting{code.txt}
\cite{a}
\bibliographystyle{plain}
\bibliography{references}
\end{document}
"""
CLASS = (
    "\\ProvidesClass{own}\\LoadClass{article}\\RequirePackage{listings}\n"
    "\\newcommand\\amzquestion[1]{}\\newcommand\\amzsectionkind[1]{}\\newcommand\\question[1]{}\n"
)
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac"
    b"\xfc\xcf\xc0\xf0\x1f\0\5\5\2\0\x5f\xc8\xf1\xd2\0\0\0\0IEND\xaeB`\x82"
)
CONFIGURATION = '[lint]\nbaseline = "known.json"\nextend-select = ["TB807"]\n'
NEEDED = {
    # what is odd: the word by which these commands must name it
    "main.tex": ("main.tex", "build lint stats"),
    "part.tex": ("part", "build lint"),
    "own.cls": ("own", "build"),
    "code.txt": ("code.txt", "build"),
    "picture.png": ("picture", "build"),
    "references.bib": ("references", "build lint"),
    "winning.j2.tex": ("winning.j2.tex", "build lint render stats"),
    "templates/part.j2.tex": ("part.j2.tex", "build lint render stats"),
    "winning.results.json": ("winning.results.json", "build lint render stats"),
    "texbook.toml": ("texbook.toml", "build lint render stats run"),
    "known.json": ("known.json", "lint"),
    "winning.py": ("winning.py", ""),
    "dictionary.txt": ("dictionary.txt", ""),
    "build": ("build", "build"),
    "build/texbook/state/main.tex.json": ("state", ""),
    "build/texbook/render.json": ("render", ""),
}
KINDS = ("pipe", "link to a pipe", "socket", "folder", "loop", "device", "huge", "closed")
VERBS = ("build", "lint", "render", "stats", "doctor", "run")
SHORT = (
    ("part.tex", "pipe", "build"),
    ("winning.py", "pipe", "lint"),
    ("own.cls", "pipe", "doctor"),
    ("winning.results.json", "pipe", "run"),
    ("part.tex", "device", "doctor"),
    ("references.bib", "huge", "lint"),
    ("texbook.toml", "loop", "render"),
    ("build/texbook/state/main.tex.json", "pipe", "stats"),
    ("winning.results.json", "closed", "render"),
)
GOOD_STATUS = (0, 1, 2, 3, 6)
HARMLESS = {
    # A folder is no template, and what is not rendered is missing for TeX alone.
    ("winning.j2.tex", "folder"),
    ("build", "folder"),
}


def write(place: Place) -> None:
    place.put("main.tex", MAIN)
    place.put("own.cls", CLASS)
    place.put("part.tex", "the part\n")
    place.put("code.txt", "code\n")
    place.put("picture.png", PICTURE)
    place.put("references.bib", "@book{a, title={T}, author={A}, publisher={P}, year=2000}\n")
    place.put("winning.j2.tex", place.question(trap="%% include 'part.j2.tex'\n\\VAR{results.a}"))
    place.put("templates/part.j2.tex", "a fragment\n")
    place.put("winning.results.json", '{"values": {"a": 0.5}, "seed": 1}')
    place.put("winning.py", "def results():\n    return {'a': 0.5}\n")
    place.put("dictionary.txt", "word\n")
    place.put("texbook.toml", CONFIGURATION)
    place.put("known.json", '{"version": 1, "findings": []}')


def make_odd(path: Path, kind: str) -> None:
    """Put something odd at a name."""
    content = path.read_bytes() if path.is_file() else b"x"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link to a pipe":
            os.mkfifo(path.with_name("pipe"))
            path.symlink_to("pipe")
        case "socket":
            with socket.socket(socket.AF_UNIX) as listener:
                # Its whole path may be longer than the kernel takes (unix(7): 108 bytes).
                folder = os.open(path.parent, os.O_RDONLY)
                listener.bind(f"/proc/self/fd/{folder}/{path.name}")
                os.close(folder)
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path.with_name("second").name)
            path.with_name("second").symlink_to(path.name)
        case "device":
            path.symlink_to("/dev/zero")
        case "huge":
            with path.open("wb") as stream:
                stream.truncate(5 << 30)
        case _:
            path.write_bytes(content)
            path.chmod(0)


def attempt(trials: Trials, name: str, kind: str, verbs: tuple[str, ...]) -> None:
    word, who = NEEDED[name]
    place = trials.place("odd")
    write(place)
    make_odd(place.root / name, kind)
    for verb in verbs:
        with trials.attempt(f"{kind} as {name}: {verb}", place):
            before = (*WITHIN_MEMORY, *(AS_OTHERS if kind == "closed" else ()))
            answer = place.texbook(verb, before=before)
            said = answer.out + answer.err
            assert answer.status in GOOD_STATUS, said
            if verb in who.split() and (name, kind) not in HARMLESS:
                assert answer.status != 0, said
                assert word in said, said
    shutil.rmtree(place.root.parent)


@pytest.mark.tex
def test_no_command_waits_for_what_is_no_file(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    full = [(name, kind, VERBS) for name in NEEDED for kind in KINDS]
    short = [(name, kind, (verb,)) for name, kind, verb in SHORT]
    for name, kind, verbs in full if times(0, 1) else short:
        attempt(trials, name, kind, verbs)
    trials.end("row 20: commands that neither waited nor crashed at what is no file:")


@pytest.mark.tex
def test_a_watch_waits_for_no_pipe_and_sees_it_replaced(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    names = (
        "part.tex",
        "winning.j2.tex",
        "winning.results.json",
        "references.bib",
        "own.cls",
        "main.tex",
    )
    watches = [(name, way) for name in names for way in ((), ("--poll",))]
    for name, way in watches[: times(1, len(watches))]:
        with trials.attempt(f"pipe as {name} {way}") as place:
            write(place)
            good = (place.root / name).read_bytes()
            with watching(place, until, *way) as watched:
                watched.wait_for("good")
                make_odd(place.root / name, "pipe")
                watched.wait_for("failed")
                (place.root / name).unlink()
                place.put(name, good)
                watched.wait_for("good", 2)
                assert watched.end() == 0
    trials.end("row 20: watches that waited for no pipe in the place of a source:")
