"""Logs that are huge, cut or damaged."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import LimitError
from texbook.base.span import Span
from texbook.build.model import Outcome
from texbook.messages.diagnose import engine_errors
from texbook.messages.warnings import engine_warnings
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from tests.conftest import RunFolder

LOG = """\
This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian)
**main
(./main.tex
LaTeX Warning: Reference `größe' on page 1 undefined on input line 1.

Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=tex-text;!

Overfull \\hbox (25.12pt too wide) in paragraph at lines 1--2
[]\\TU/lmr/m/n/10 Grüße über Äpfel
 []

LaTeX Font Warning: Font shape `TU/lmr/m/zz' undefined
(Font)              using `TU/lmr/m/n' instead on input line 1.

[1] (./main.aux

LaTeX Warning: Label `ä' multiply defined.

) runsystem(echo grün)...disabled (restricted).

./main.tex:2: Undefined control sequence.
l.2 Text \\größe
              und mehr
)
Output written on main.xdv (1 page, 1000 bytes).
"""


def test_a_log_may_be_cut_at_any_byte(run: RunFolder) -> None:
    run.put("main.tex", "Grüße 漢 \\ref{größe} \\label{ä}\nText \\größe und mehr\n")
    content = LOG.encode()
    for end in range(len(content)):
        log = read_log(content[:end])
        assert engine_errors(log, run.locator)
        engine_warnings(log, run.locator)


def test_a_log_may_have_bytes_that_are_no_text(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    content = LOG.encode()
    for at in range(0, len(content), 7):
        engine_warnings(read_log(content[:at] + b"\xff\x00\xe6\xbc" + content[at:]), run.locator)


HUGE = """
import sys
from texbook.texfiles.log import read_log
kinds = (
    "a line of the log that somebody writes for whatever reason (with brackets] [and all of it",
    "LaTeX Warning: Reference `x%d' on page 1 undefined on input line %d.",
    "Underfull \\\\hbox (badness 10000) in paragraph at lines %d--%d",
    "Missing character: There is no x%d (U+%04X) in font nullfont!",
)
line, size = kinds[int(sys.argv[1])], int(sys.argv[2])
count = size // (len(line) + 8)
body = "\\n\\n".join(line % (n, n) if "%" in line else line for n in range(count))
end = "Output written on m.xdv (1 page, 9 bytes)."
content = f"This is XeTeX\\n(./main.tex\\n{body}\\n\\n)\\n{end}\\n".encode()
del body
log = read_log(content)
assert log.pages == 1, log.pages
assert log.messages or log.underfull or sys.argv[1] == "0"
"""


@pytest.mark.parametrize(
    ("kind", "size"), [(0, 100_000_000), (1, 20_000_000), (2, 20_000_000), (3, 20_000_000)]
)
def test_a_huge_log_is_read_in_bounded_memory(kind: int, size: int) -> None:
    """The text takes three times its size while it is made; what is read must add little."""
    bound = (100 << 20) + 4 * size
    subprocess.run(
        [sys.executable, "-c", HUGE, str(kind), str(size)],
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (bound, bound)),
    )


@pytest.mark.tex
def test_a_document_that_prints_for_ever_is_stopped_where_it_does(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}\nHello\n"
        "\\loop\\iftrue\\typeout{a line that is printed for ever and ever and ever}\\repeat\n"
        "\\end{document}\n",
    )
    with pytest.raises(LimitError, match="stopped at its limit of 64 MB on the terminal") as caught:
        book.build()
    assert caught.value.span == Span.at(book.root / "main.tex", 3)


@pytest.mark.tex
def test_a_document_that_fills_its_log_is_stopped_at_the_size_of_a_file(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}\nHello\\newpage\n"
        "\\input{part}\n\\end{document}\n",
    )
    book.put("part.tex", "\\loop\\iftrue\\wlog{a line of the log}\\repeat\n")
    book.put("texbook.toml", "[build]\noutput-megabytes = 2\n")
    with pytest.raises(LimitError, match=r"after page 1, was stopped .* of 2 MB for one") as caught:
        book.build()
    assert caught.value.span == Span(book.root / "part.tex")


@pytest.mark.tex
def test_a_good_document_with_a_large_log_is_built(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}\nHello \\ref{gone}\n\\newcount\\n\n"
        "\\loop\\ifnum\\n<100000 \\wlog{a line (with brackets] [and all of it)}\\advance\\n 1 "
        "\\repeat\n\\end{document}\n",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert [item.code for item in result.diagnostics] == ["undefined-reference"]
