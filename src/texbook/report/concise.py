"""Findings for editors: one line each, as compilers write them.

They look like this::

    chapters/01-loss/leak.j2.tex:12:1: error: the section "Why It Fails" is missing [TB001]

Every line of a file has a line and a column, 1 where they are not known, so that one pattern reads
them all. What concerns no file begins with the program's name (GNU Coding Standards, "Formatting
Error Messages").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.span import Position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic

_PROGRAM = "texbook"


def render_concise(diagnostics: Iterable[Diagnostic], folder: Path) -> str:
    """Write findings, one a line, in the order given.

    Args:
        diagnostics: the findings.
        folder: paths below it are written relative to it.
    """
    return "".join(f"{concise_line(diagnostic, folder)}\n" for diagnostic in diagnostics)


def concise_line(diagnostic: Diagnostic, folder: Path) -> str:
    r"""Write one finding, without a line end.

    >>> from pathlib import Path
    >>> from texbook.base.diagnostic import Diagnostic, Severity
    >>> from texbook.base.span import Span
    >>> span = Span.at(Path("/book/a.tex"), 3, 7)
    >>> concise_line(Diagnostic("TB506", Severity.WARNING, "three\ndots", span), Path("/book"))
    'a.tex:3:7: warning: three dots [TB506]'
    """
    place = _PROGRAM
    if diagnostic.span is not None:
        start = diagnostic.span.start or Position(1)
        name = plain(relative_name(diagnostic.span.path, folder))
        place = f"{name}:{start.line}:{start.column or 1}"
    return f"{place}: {diagnostic.severity}: {plain(diagnostic.message)} [{diagnostic.code}]"


def relative_name(path: Path, folder: Path) -> str:
    """Give a path with slashes, relative to a folder that it lies in."""
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def plain(text: str) -> str:
    r"""Give a text as one line in which nothing can move a terminal's cursor.

    >>> plain("a\tb\n\x1b[31mc")
    'a b \ufffd[31mc'
    """
    line = " ".join(text.split()) if any(c in text for c in "\n\r\t\v\f\x85\u2028\u2029") else text
    if line.isprintable():
        return line
    return "".join(
        c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in line
    )
