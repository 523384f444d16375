r"""Row 8: what would run, print, grow or wait for ever is stopped, by a limit that is named.

Each case: which limit and where, the old PDF as it was, nothing left running (`Trials.attempt`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.trials import Place, Trials

SMALL = "[build]\npass-seconds = {seconds}\noutput-megabytes = 2\n[experiments]\nseconds = 1\n"
TIME, SIZE = "stopped at its limit of {seconds} second", "limit of 2 MB for one file"
ITSELF = "calls itself without end"
ASKED = "nobody is there to answer"
LOOP = "\\def\\again{%s\\again}\\again"


@dataclass(frozen=True)
class Case:
    """A book that does not end.

    Attributes:
        status: the exit code.
        words: what must be said.
        arguments: of the command.
        files: besides ``main.tex``.
    """

    body: str
    status: int
    words: tuple[str, ...]
    preamble: str = ""
    arguments: tuple[str, ...] = ("build",)
    files: tuple[tuple[str, str], ...] = ()


def endless_style() -> str:
    """Write a style of BibTeX whose loop never ends."""
    return (
        "ENTRY {} {} {}\nFUNCTION {forever} { { #1 } { skip$ } while$ }\nREAD\nEXECUTE {forever}\n"
    )


SHORT = {
    "a macro that expands to itself": Case(LOOP % "", 4, (TIME, "the engine", "main.tex:3")),
    "pages": Case(LOOP % ("\\kern1pt\\rule{1pt}{1pt}" * 500 + "\\newpage "), 4, (SIZE, "main.tex")),
    "a prompt": Case("\\read16 to\\answer", 1, (ASKED, "main.tex:3")),
}
CASES = {
    **SHORT,
    "output": Case(LOOP % "\\typeout{again}", 4, ("the engine", "limit of", "main.tex")),
    "a file": Case(
        "\\newwrite\\out\\immediate\\openout\\out=big.txt "
        + LOOP % "\\immediate\\write\\out{again and again}",
        4,
        (SIZE,),
    ),
    "an error in each turn": Case(
        LOOP % "\\undefined", 1, ("\\undefined",), arguments=("build", "--keep-going")
    ),
    "memory": Case(
        "\\def\\x{a}\\loop\\edef\\x{\\x\\x}\\iftrue\\repeat", 1, ("main memory size", "main.tex:3")
    ),
    "a heap of names": Case(
        "\\count255=0 "
        + LOOP
        % "\\advance\\count255 by 1 \\expandafter\\gdef\\csname x\\the\\count255\\endcsname{}",
        4,
        (TIME, "main.tex:3"),
    ),
    "brackets": Case("\\def\\again{{\\again}}\\again", 1, (ITSELF, "main.tex:3")),
    "conditionals": Case("\\def\\again{\\iftrue\\again}\\again", 1, (ITSELF, "main.tex:3")),
    "a file that reads itself": Case(
        "\\input{self}",
        1,
        ("text input levels", "self.tex:1"),
        files=(("self.tex", "\\input{self}\n"),),
    ),
    "an output routine": Case(
        "\\output={\\unvbox255 \\penalty0 }x\\newpage", 1, ("output loop", "main.tex:4")
    ),
    "a question to the person": Case("\\typein{who?}", 1, (ASKED, "main.tex:3")),
    "a file that is not there": Case("\\input{nowhere}", 1, ("nowhere", "main.tex:3")),
    "a class that is not there": Case(
        "x", 1, ('"nowhere" is not installed',), preamble="\\usepackage{nowhere}\n"
    ),
    "a chapter in a book of chapters": Case(
        "\\include{one}\\include{two}",
        4,
        (TIME, "two.tex:2"),
        files=(("one.tex", "One.\n"), ("two.tex", "Two.\n" + LOOP % "" + "\n")),
    ),
    "a program that the document runs": Case(
        "\\immediate\\write18{sleep 1000}x", 4, (TIME,), arguments=("build", "--shell-escape")
    ),
    "a program that prints": Case(
        "\\immediate\\write18{yes}x", 4, ("limit of",), arguments=("build", "--shell-escape")
    ),
    "a style of BibTeX": Case(
        "\\cite{a}\\bibliographystyle{forever}\\bibliography{all}",
        4,
        (TIME, "bibtex"),
        files=(("forever.bst", endless_style()), ("all.bib", "@misc{a, title={T}}\n")),
    ),
    "two entries of biber that refer to each other": Case(
        "\\cite{a}\\printbibliography",
        1,
        ("biber", "a"),
        preamble="\\usepackage[backend=biber]{biblatex}\\addbibresource{all.bib}\n",
        files=(
            ("all.bib", "@misc{a, title={T}, crossref={b}}\n@misc{b, title={S}, crossref={a}}\n"),
        ),
    ),
    "a template with a long range": Case(
        "\\input{q}", 1, ("q.j2.tex:", "ange"), files=(("q.j2.tex", "range"),)
    ),
    "a template that includes itself": Case(
        "\\input{q}",
        1,
        ("part.j2.tex", ITSELF),
        files=(("q.j2.tex", "include"), ("templates/part.j2.tex", "%% include 'part.j2.tex'\n")),
    ),
    "a macro of a template that calls itself": Case(
        "\\input{q}", 1, ("q.j2.tex", ITSELF), files=(("q.j2.tex", "macro"),)
    ),
    "an experiment": Case(
        "x",
        4,
        ("q.py", "longer than 1 s"),
        arguments=("run",),
        files=(("q.tex", "x\n"), ("q.py", "def results():\n    while True:\n        pass\n")),
    ),
}
LOOPS = {
    "range": "%% for x in range(10 ** 12)\nx\n%% endfor",
    "include": "%% include 'part.j2.tex'",
    "macro": "%% macro deep(n)\n\\VAR{deep(n + 1)}\n%% endmacro\n\\VAR{deep(0)}",
}


def write(place: Place, case: Case, seconds: int) -> None:
    place.put("texbook.toml", SMALL.format(seconds=seconds))
    place.document(case.body, case.preamble)
    for name, text in case.files:
        place.put(name, place.question(trap=LOOPS[text]) if text in LOOPS else text)
    place.keep_old_pdf()


# As little as TeX needs on a busy machine to come to the loop.
SECONDS = 4
ENOUGH = 300


@pytest.mark.tex
def test_what_never_ends_is_stopped(trials: Trials, times: Callable[[int, int], int]) -> None:
    for name, case in (SHORT if times(0, 1) == 0 else CASES).items():
        with trials.attempt(name) as place:
            seconds = SECONDS if TIME in case.words else ENOUGH
            write(place, case, seconds)
            answer = place.texbook(*case.arguments)
            said = answer.out + answer.err
            assert answer.status == case.status, said
            for word in case.words:
                assert word.format(seconds=seconds) in said, said
            assert (place.root / "main.pdf").read_bytes() == place.OLD_PDF
    trials.end("row 8: endless books stopped, and the limit or the error named:")
