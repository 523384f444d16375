"""The table of what a book is made of, for people.

On a terminal a question's sections are drawn as one bar each; where there is room, and where no
person looks, they are numbers. Columns that hold nothing but zeros are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from texbook.report.console import laid_out
from texbook.report.excerpt import Glyphs, glyphs_for, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_BARS = "▂▃▄▅▆▇█"
_THIN_BAR = "▁"
_MISSING = "\N{MULTIPLICATION SIGN}"
_PLAIN_BARS = "2345678"
_PLAIN_THIN_BAR = "1"
_PLAIN_MISSING = "x"
_SHORTEST_TITLE = 16


class RowKind(Enum):
    """What a row stands for."""

    CHAPTER = "chapter"
    UNIT = "unit"
    STUB = "stub"
    """A question that is not written yet."""
    TOTAL = "total"


_STATUS = {RowKind.UNIT: "done", RowKind.STUB: "stub"}


@dataclass(frozen=True, slots=True)
class StatsRow:
    """A row of the table.

    Attributes:
        sections: words of each required section, None where it is missing; empty for a row that
            has none.
        counts: one for each of `StatsTable.counted`.
        pages: None if unknown.
    """

    kind: RowKind
    number: str
    title: str
    level: str
    words: int
    sections: tuple[int | None, ...]
    counts: tuple[int, ...]
    pages: int | None


@dataclass(frozen=True, slots=True)
class StatsTable:
    """All rows in order, and what their columns mean.

    Attributes:
        counted: headings of the counts, at most four letters each.
        sections: titles of the required sections; empty if none are required.
        minimum_words: a section with fewer is thin.
    """

    rows: tuple[StatsRow, ...]
    counted: tuple[str, ...]
    sections: tuple[str, ...] = ()
    minimum_words: int = 0


class _Column(NamedTuple):
    """A heading, what a row shows below it, and whether that is a number."""

    heading: str
    show: Callable[[StatsRow], Text]
    is_number: bool = True


def render_stats(
    table: StatsTable,
    *,
    width: int | None,
    height: int | None = None,
    colour: bool = False,
    encoding: str | None = None,
) -> str:
    """Draw the table.

    Args:
        table: what to draw.
        width: cells of a line; None for as many as it takes.
        height: lines of the screen; if the table is longer, the stubs of a chapter become one
            line. None keeps all.
        colour: whether to colour.
        encoding: of the stream; where it has no bars, digits stand for them.
    """
    rows = table.rows
    head_and_legend = 4
    if height is not None and len(rows) + head_and_legend > height:
        rows = tuple(_folded(rows))
    sheet = _Sheet(table, rows, glyphs_for(encoding))
    return "".join(laid_out(line, colour=colour) + "\n" for line in sheet.lines(width))


def _folded(rows: Sequence[StatsRow]) -> Iterator[StatsRow]:
    """Make one row of each run of stubs."""
    for kind, run in groupby(rows, key=lambda row: row.kind):
        group = list(run)
        if kind is not RowKind.STUB or len(group) == 1:
            yield from group
            continue
        pages = [row.pages for row in group if row.pages is not None]
        yield StatsRow(
            kind,
            group[0].number,
            f"to {group[-1].number}: {len(group)} stubs" if group[-1].number else "stubs",
            "",
            sum(row.words for row in group),
            (),
            tuple(map(sum, zip(*(row.counts for row in group), strict=True))),
            sum(pages) if len(pages) == len(group) else None,
        )


class _Sheet:
    """Lays out one table."""

    def __init__(self, table: StatsTable, rows: Sequence[StatsRow], glyphs: Glyphs):
        self.table = table
        self.rows = rows
        self.glyphs = glyphs
        unicode = all(map(glyphs.can_show, _THIN_BAR + _MISSING + _BARS))
        self.bars = _BARS if unicode else _PLAIN_BARS
        self.thin_bar = _THIN_BAR if unicode else _PLAIN_THIN_BAR
        self.missing = _MISSING if unicode else _PLAIN_MISSING
        self.most = max((n or 0 for row in table.rows for n in row.sections), default=0)

    def lines(self, width: int | None) -> Iterator[Text]:
        columns = self._columns(in_numbers=True)
        widths = [self._width(column) for column in columns]
        is_wide = width is None or sum(widths) + 2 * len(widths) <= width
        gap = 2 if is_wide else 1
        if width is not None and not is_wide:
            columns = self._columns(in_numbers=False)
            widths = [self._width(column) for column in columns]
            excess = sum(widths) + sum(_gap(column, gap) for column in columns[1:]) - width
            widths[1] = max(_SHORTEST_TITLE, widths[1] - max(0, excess))
        heads = [Text(column.heading, "bold") for column in columns]
        yield _line(heads, columns, widths, gap, self.glyphs.ellipsis)
        for row in self.rows:
            cells = [column.show(row) for column in columns]
            yield _line(cells, columns, widths, gap, self.glyphs.ellipsis)
        if self.table.sections:
            yield Text(self._legend(in_numbers=is_wide), "dim")

    def _columns(self, *, in_numbers: bool) -> list[_Column]:
        """Give the columns that have something to show."""
        columns = [
            _Column("", lambda row: Text(row.number, _style(row)), is_number=False),
            _Column("", self._title, is_number=False),
        ]
        has_stubs = any(row.kind is RowKind.STUB for row in self.rows)
        if any(row.level for row in self.rows):
            show = self._level if in_numbers or not has_stubs else self._level_or_stub
            columns.append(_Column("level", show, is_number=False))
        if has_stubs and in_numbers:
            columns.append(_Column("status", self._status, is_number=False))
        columns.append(_Column("words", lambda row: _number(row.words, row)))
        if self.table.sections and in_numbers:
            columns += [self._section(index) for index in range(len(self.table.sections))]
        elif self.table.sections:
            columns.append(_Column("sections", self._strip, is_number=False))
        for index, heading in enumerate(self.table.counted):
            if any(row.counts[index] for row in self.rows):
                columns.append(
                    _Column(heading, lambda row, index=index: _number(row.counts[index], row))  # type: ignore[misc]
                )
        if any(row.pages for row in self.rows):
            columns.append(_Column("pp", lambda row: _number(row.pages, row)))
        return columns

    def _title(self, row: StatsRow) -> Text:
        return Text(shown(row.title, self.glyphs), _style(row))

    def _level(self, row: StatsRow) -> Text:
        return Text(row.level, _style(row))

    def _status(self, row: StatsRow) -> Text:
        return Text(_STATUS.get(row.kind, ""), _style(row))

    def _level_or_stub(self, row: StatsRow) -> Text:
        return self._status(row) if row.kind is RowKind.STUB and row.level else self._level(row)

    def _section(self, index: int) -> _Column:
        def show(row: StatsRow) -> Text:
            if not row.sections:
                return Text()
            words = row.sections[index]
            shown = self.missing if words is None else str(words)
            return Text(shown, self._section_style(words, row))

        return _Column(str(index + 1), show)

    def _strip(self, row: StatsRow) -> Text:
        return Text.assemble(
            *((self._bar(words), self._section_style(words, row)) for words in row.sections)
        )

    def _bar(self, words: int | None) -> str:
        if words is None:
            return self.missing
        if words < self.table.minimum_words or not self.most:
            return self.thin_bar
        return self.bars[min(len(self.bars) - 1, words * len(self.bars) // (self.most + 1))]

    def _section_style(self, words: int | None, row: StatsRow) -> str:
        if row.kind is RowKind.STUB:
            return "dim"
        if words is None:
            return "bold red"
        return "yellow" if words < self.table.minimum_words else ""

    def _width(self, column: _Column) -> int:
        cells = [column.show(row) for row in self.rows]
        return max([cell_len(column.heading), *(cell_len(cell.plain) for cell in cells)])

    def _legend(self, *, in_numbers: bool) -> str:
        parts = [f"{self.missing} missing"]
        if self.table.minimum_words and not in_numbers:
            parts.insert(0, f"{self.thin_bar} fewer than {self.table.minimum_words} words")
        if in_numbers:
            named = (f"{place} {title}" for place, title in enumerate(self.table.sections, 1))
            parts.append("sections: " + ", ".join(named))
        else:
            parts.append(f"{self.bars[-1]} {self.most} words")
        return "   ".join(parts)


def _gap(column: _Column, gap: int) -> int:
    """Give the cells before a column; narrow tables save some where numbers stay apart anyway."""
    return gap if column.is_number and column.heading != "words" else 2


def _line(
    cells: Sequence[Text],
    columns: Sequence[_Column],
    widths: Sequence[int],
    gap: int,
    ellipsis: str,
) -> Text:
    """Join cells; one that is too long goes on over empty ones to its right, or is cut."""
    line = Text()
    end = 0
    for place, (cell, column, width) in enumerate(zip(cells, columns, widths, strict=True)):
        start = end + (_gap(column, gap) if place else 0)
        end = start + width
        if not cell.plain:
            continue
        following = zip(cells[place + 1 :], columns[place + 1 :], widths[place + 1 :], strict=True)
        room = width
        for other, after, more in following:
            if other.plain or after.is_number:
                break
            room += _gap(after, gap) + more
        if cell_len(cell.plain) > room:
            cut = set_cell_size(cell.plain, room - cell_len(ellipsis)).rstrip()
            cell = Text(cut + ellipsis, cell.style)  # noqa: PLW2901
        before = max(0, width - cell_len(cell.plain)) if column.is_number else 0
        line.append(" " * (start + before - cell_len(line.plain)))
        line.append_text(cell)
    return line


def _style(row: StatsRow) -> str:
    return {
        RowKind.CHAPTER: "bold",
        RowKind.STUB: "dim",
        RowKind.TOTAL: "bold",
        RowKind.UNIT: "",
    }[row.kind]


def _number(value: int | None, row: StatsRow) -> Text:
    if not value:
        return Text("-" if value == 0 else "", "dim")
    return Text(f"{value}", _style(row))
