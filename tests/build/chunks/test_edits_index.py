"""An index in a book of chunks: what the preamble has opened for writing is not disturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.build.conftest import BuiltBook

pytestmark = pytest.mark.tex

MAIN = r"""\documentclass{report}
\usepackage{makeidx}\makeindex
\begin{document}
\include{one}
\include{two}
\chapter{Last}
Words.\index{last}
\printindex
\end{document}
"""


def entries(root: Path) -> list[str]:
    (file,) = root.glob("build/texbook/aux/main.tex/*/main.idx")
    return [line.split("{")[1].split("}")[0] for line in file.read_text().splitlines()]


def test_entries_of_the_run_before_do_not_come_back(book: BuiltBook) -> None:
    words = [f"word number {number}" for number in range(40)]
    book.put("one.tex", "\\chapter{One}" + "".join(f"W\\index{{{word}}}\n" for word in words))
    book.put("two.tex", "\\chapter{Two}\nText.")
    book.put("main.tex", MAIN)
    result = book.build()
    assert result.diagnostics == ()
    assert not [reason for reason in result.reasons if reason.what == "built in one run"]
    assert entries(book.root) == [*words, "last"]
    book.put("main.tex", MAIN.replace(r"\index{last}", ""))
    book.build()
    assert entries(book.root) == words
    assert "last" not in book.text()
