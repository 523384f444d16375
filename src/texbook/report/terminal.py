"""Findings for people: what, where, the line itself, and how to go on.

A finding looks like this, in colour on a terminal and as legible without::

    error[TB001]: the section "Why It Fails" is missing
      --> chapters/01-loss/leak.j2.tex:12:1
       │
    12 │ %% block solution
       │ ^^^^^^^^^^^^^^^^^
       = hint: write "%% block why_it_fails" before it
"""

from __future__ import annotations

import io
import os
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from texbook.base.diagnostic import Severity
from texbook.report.excerpt import Glyphs, cells, cut_line, glyphs_for, shown
from texbook.report.sources import SourceLines
from texbook.report.styled import drawn, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.report.styled import Piece

PLAIN_WIDTH = 100
"""Cells of an excerpt where there is no terminal to measure."""

SEVERITY_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold cyan",
}
_FRAME = "blue"
_NARROWEST = 24


def render_diagnostics(
    diagnostics: Iterable[Diagnostic],
    *,
    stream: TextIO,
    folder: Path,
    colour: bool | None = None,
    width: int | None = None,
    texts: Mapping[Path, SourceFile] | None = None,
) -> None:
    """Write findings to a stream, in the order given, an empty line after each.

    Args:
        diagnostics: the findings; their excerpts are read from their files now.
        stream: where to write; its encoding decides which signs are used.
        folder: paths below it are written relative to it.
        colour: whether to colour; None asks NO_COLOR, FORCE_COLOR and the stream.
        width: cells of a line; None asks the terminal. Without a terminal messages stay whole, so
            that they can be searched, and only excerpts are cut.
        texts: what takes the place of files, by their paths.
    """
    is_coloured = uses_colour(stream) if colour is None else colour
    wrap = width is not None or is_terminal(stream)
    sheet = Sheet(
        folder=folder,
        glyphs=glyphs_for(stream.encoding),
        width=width or (terminal_width(stream) if wrap else PLAIN_WIDTH),
        wrap=wrap,
        sources=SourceLines(texts),
    )
    for diagnostic in diagnostics:
        lines = [drawn(line, colour=is_coloured) for line in sheet.lines(diagnostic)]
        stream.write("\n".join([*lines, "", ""]))


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Count findings in words.

    >>> summary([])
    'no findings'
    """
    if not diagnostics:
        return "no findings"
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    parts = [
        _plural(counts[Severity.ERROR], "error"),
        _plural(counts[Severity.WARNING], "warning"),
        f"{counts[Severity.INFORMATION]} for information" if counts[Severity.INFORMATION] else "",
    ]
    files = {diagnostic.span.path for diagnostic in diagnostics if diagnostic.span is not None}
    where = f" in {_plural(len(files), 'file')}" if files else ""
    return ", ".join(part for part in parts if part) + where


def _plural(count: int, noun: str) -> str:
    if not count:
        return ""
    return f"{count:,} {noun}" + ("s" if count != 1 else "")


def uses_colour(stream: TextIO) -> bool:
    """Decide by NO_COLOR, then FORCE_COLOR (each counts if not empty), then the stream.

    The first is described at https://no-color.org, the second at https://force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person looks at the stream; a closed stream has nobody."""
    return not stream.closed and stream.isatty()


def terminal_width(stream: TextIO) -> int:
    """Measure the stream's terminal in cells (COLUMNS overrides it)."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(_NARROWEST, int(os.environ["COLUMNS"]))
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, io.UnsupportedOperation):
        columns = 0
    return max(_NARROWEST, columns or 80)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How findings are laid out: for which folder, signs and width."""

    folder: Path
    glyphs: Glyphs
    width: int
    wrap: bool = True
    sources: SourceLines = field(default_factory=SourceLines)

    def lines(self, diagnostic: Diagnostic) -> list[list[Piece]]:
        """Lay out one finding as lines without line ends."""
        style = SEVERITY_STYLES[diagnostic.severity]
        code = shown(diagnostic.code, self.glyphs)
        head = [(f"{diagnostic.severity}[{code}]", style), (": ", "bold")]
        lines = self._paragraph(head, diagnostic.message, "bold", 2)
        gutter = self._gutter(diagnostic)
        if diagnostic.span is not None:
            lines += self._place(diagnostic.span, gutter, style)
        for related in diagnostic.related:
            # A bar before it, and before the hints, which are on the whole and not on the note.
            lines += [self._bar(gutter), *self._note("note", related.message, gutter)]
            lines += self._place(related.span, gutter, _FRAME)
        if diagnostic.related and (diagnostic.hints or diagnostic.fix):
            lines.append(self._bar(gutter))
        fix = "" if diagnostic.fix is None else diagnostic.fix.description
        for hint in diagnostic.hints:
            if hint != fix:
                lines += self._note("hint", hint, gutter)
        if diagnostic.fix is not None:
            option = "--fix" if diagnostic.fix.safe else "--fix --unsafe-fixes"
            lines += self._note("fix", f"{fix} ({option})", gutter)
        return lines

    def place(self, span: Span) -> str:
        """Name the file, as seen from the folder, with line and column as far as they are known."""
        return shown(str(span).removeprefix(f"{self.folder}{os.sep}"), self.glyphs)

    def _gutter(self, diagnostic: Diagnostic) -> int:
        """Give the cells that the greatest line number needs."""
        spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
        ends = [place.line for span in spans if span for place in (span.start, span.end) if place]
        return len(str(max(ends, default=1)))

    def _place(self, span: Span, gutter: int, style: str) -> list[list[Piece]]:
        lines = [[(" " * gutter, ""), ("--> ", _FRAME), (self.place(span), "")]]
        excerpt = self._excerpt(span, gutter, style)
        if excerpt:
            lines += [self._bar(gutter), *excerpt]
        return lines

    def _bar(self, gutter: int, label: str = "") -> list[Piece]:
        return [(f"{label:>{gutter}} {self.glyphs.gutter}", _FRAME)]

    def _excerpt(self, span: Span, gutter: int, style: str) -> list[list[Piece]]:
        """Show the first line of a span, and the last where that is another."""
        if span.start is None:
            return []
        line = self.sources.line(span.path, span.start.line)
        if line is None:
            return []
        first = (span.start.column or 1) - 1
        last_line = span.end.line if span.end else span.start.line
        if span.start.column is None or last_line < span.start.line:
            return self._marked(line, span.start.line, None, gutter, style)
        if last_line == span.start.line:
            stop = (span.end.column or len(line) + 1) - 1 if span.end else first + 1
            return self._marked(line, last_line, (first, stop), gutter, style)
        lines = self._marked(line, span.start.line, (first, len(line.rstrip())), gutter, style)
        end = span.end.column if span.end else None
        final = self.sources.line(span.path, last_line)
        if final is None or end == 1:
            return lines
        if last_line > span.start.line + 1:
            lines.append([(f"{self.glyphs.ellipsis:>{gutter}}", _FRAME)])
        indent = len(final) - len(final.lstrip())
        stop = len(final.rstrip()) if end is None else end - 1
        return lines + self._marked(final, last_line, (min(indent, stop), stop), gutter, style)

    def _marked(
        self, line: str, number: int, stretch: tuple[int, int] | None, gutter: int, style: str
    ) -> list[list[Piece]]:
        room = self.width - gutter - 3
        start, end = stretch or (0, 0)
        cut = cut_line(line, start, end, width=room, glyphs=self.glyphs)
        lines = [[*self._bar(gutter, str(number)), (f" {cut.text}" if cut.text else "", "")]]
        if stretch is not None:
            carets = " " * (cut.start + 1) + "^" * (cut.end - cut.start)
            lines.append([*self._bar(gutter), (carets, style)])
        return lines

    def _note(self, label: str, message: str, gutter: int) -> list[list[Piece]]:
        lead = [(" " * (gutter + 1), ""), ("= ", _FRAME), (f"{label}: ", "bold")]
        return self._paragraph(lead, message, "", len(plain(lead)))

    def _paragraph(
        self, lead: list[Piece], message: str, style: str, indent: int
    ) -> list[list[Piece]]:
        """Put a message behind its lead, wrapped with an indent if the width is binding."""
        words = shown(" ".join(message.splitlines()), self.glyphs)
        if not self.wrap or cells(plain(lead)) + cells(words) <= self.width:
            return [[*lead, (words, style)]]
        rows = _wrapped(words, self.width, len(plain(lead)), indent)
        return [[*lead, (rows[0], style)], *([(" " * indent + row, style)] for row in rows[1:])]


def _wrapped(words: str, width: int, lead: int, indent: int) -> list[str]:
    """Wrap at spaces; the first row has less room by the lead, the others by the indent.

    A word that is longer than a row stays whole: a path that is torn apart cannot be copied.
    """
    rows = textwrap.wrap(
        words,
        width=max(width - indent, _NARROWEST // 2),
        initial_indent=" " * max(0, lead - indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    rows[0] = rows[0].removeprefix(" " * max(0, lead - indent))
    return rows
