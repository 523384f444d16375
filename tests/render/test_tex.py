"""What XeLaTeX makes of rendered text."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.render.filters import FILTERS, tex
from texbook.render.render import render_templates, write_rendered

if TYPE_CHECKING:
    from tests.render.conftest import Book

MAIN = r"""
\documentclass{report}
\usepackage{fontspec}
\newcommand\amzquestion[1]{}
\newcommand\amzsectionkind[1]{}
\begin{document}
\input{build/tex/q}
\end{document}
"""


def typeset(folder: Path) -> str:
    """Run one pass and give the log without its line breaks."""
    environment = os.environ | {"max_print_line": "1000"}
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "main"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, timeout=120
    )
    return done.stdout.decode(errors="replace")


@pytest.mark.tex
def test_an_error_of_the_engine_leads_to_the_line_of_the_template(book: Book) -> None:
    book.write("main.tex", MAIN)
    macro = "%% macro worse(x)\nfirst \\VAR{x}\n\n\\undefinedthing\n%% endmacro\n"
    plain = dict.fromkeys(book.BLOCKS, "text")
    text = book.question(**plain | {"solution": "a\n\\VAR{worse(1)}"}) + macro
    book.write("q.j2.tex", text)
    outcome = render_templates(book.project)
    write_rendered(book.project, outcome)
    found = re.search(r"(?m)^(\S+\.tex):(\d+): Undefined control sequence", typeset(book.folder))
    assert found is not None
    path = Path(os.path.normpath(book.folder / found[1]))
    finding = Diagnostic("x", Severity.ERROR, "m", Span.at(path, int(found[2])))
    moved = outcome.rendered[0].source_map.translate(finding)
    lines = text.split("\n")
    assert moved.span is not None
    assert moved.span.start is not None
    assert lines[moved.span.start.line - 1] == "\\undefinedthing"
    (caller,) = moved.related
    assert caller.span.start is not None
    assert lines[caller.span.start.line - 1] == "\\VAR{worse(1)}"


@pytest.mark.tex
def test_escaped_text_and_numbers_are_printed_as_they_stand(book: Book) -> None:
    special = r"""5 % \alpha_1 {x} #1 $y$ & ~z ^w "q" `k'"""
    numbers = [-1234567.891, -0.5, 1e-9, 3.2e7, 0]
    shown = [f(number) for f in list(FILTERS.values())[1:] for number in numbers]
    body = "\n\n".join([tex(special), *shown, *(f"${text}$" for text in shown)])
    book.write("build/tex/q.tex", body)
    book.write("main.tex", MAIN)
    log = typeset(book.folder)
    assert "Output written on main.pdf" in log
    command = ["pdftotext", "-raw", "main.pdf", "-"]
    done = subprocess.run(command, cwd=book.folder, capture_output=True, text=True, check=True)
    first = done.stdout.split("\n")[0]
    assert first == special.replace("'", "\u2019")
