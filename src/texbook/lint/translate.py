"""From rendered text to the template that the author wrote: places, and fixes where they fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related
from texbook.base.fix import Edit, Fix
from texbook.base.sourcemap import EXPANDED
from texbook.base.span import Position, Span
from texbook.lint.literals import column_in_template, expressions, literal_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from texbook.base.sourcemap import SourceMap
    from texbook.lint.book import Document


def translated(finding: Diagnostic, rendered: Mapping[Path, Document]) -> Diagnostic:
    """Move a finding, the places it refers to and its fix from rendered text to the templates.

    The fix is dropped when the author's file does not hold, word for word, what it would change.

    Args:
        finding: what a rule found in the text that is typeset.
        rendered: the documents that were rendered from templates, by their paths.
    """
    if finding.related:
        places = [(_place(item.span, rendered), item.message) for item in finding.related]
        finding = replace(finding, related=tuple(Related(*place) for place in places))
    document = None if finding.span is None else rendered.get(finding.span.path)
    if finding.span is None or document is None or document.source_map is None:
        return finding
    place = _place(finding.span, rendered)
    fix = None if finding.fix is None else moved_fix(finding.fix, document)
    return replace(document.source_map.translate(finding), span=place, fix=fix)


def each_once(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Leave out what was said before of the same place, also of a macro that is used again."""
    kept: dict[Diagnostic, Diagnostic] = {}
    for finding in findings:
        related = tuple(item for item in finding.related if item.message != EXPANDED)
        key = finding if len(related) == len(finding.related) else replace(finding, related=related)
        kept.setdefault(key, finding)
    return tuple(kept.values())


def moved_fix(fix: Fix, document: Document) -> Fix | None:
    """Give a fix of rendered text as one of its template; None where that cannot be told."""
    edits = [_moved_edit(edit, document) for edit in fix.edits]
    whole = tuple(edit for edit in edits if edit is not None)
    return replace(fix, edits=whole) if len(whole) == len(edits) else None


def _moved_edit(edit: Edit, document: Document) -> Edit | None:
    """Move an edit whose lines all stand in the template, unchanged and one behind the other.

    In a line with expressions one is moved that touches nothing but what stands between them.
    """
    start, end = document.source.position(edit.start), document.source.position(edit.end)
    first = _unchanged_line(document, start.line)
    if document.template is None:
        return None
    if first is None:
        return _between_expressions(edit, document) if start.line == end.line else None
    last = first + end.line - start.line
    for step in range(1, end.line - start.line + 1):
        if _unchanged_line(document, start.line + step) != first + step:
            return None
    return Edit(
        document.template.offset(Position(first, start.column)),
        document.template.offset(Position(last, end.column)),
        edit.replacement,
    )


def _between_expressions(edit: Edit, document: Document) -> Edit | None:
    """Move an edit within a line with expressions, if its place in the template is certain.

    It is not where a statement stands in the line, or where it would have other expressions then.
    """
    place = document.source.position(edit.start)
    number = _line_used_once(document, place.line)
    if number is None or document.template is None or "\n" in edit.replacement:
        return None
    line = document.template.line(number)
    within = expressions(line)
    if any(item.startswith("\\BLOCK") for item in within):
        return None
    start = (place.column or 1) - 1
    end = start + edit.end - edit.start
    for first, last, at in literal_places(line, document.source.line(place.line)):
        if at <= start and end <= at + last - first:
            left, right = first + start - at, first + end - at
            if expressions(line[:left] + edit.replacement + line[right:]) != within:
                return None
            offset = document.template.offset(Position(number, 1))
            return Edit(offset + left, offset + right, edit.replacement)
    return None


def _line_used_once(document: Document, number: int) -> int | None:
    """Give the line of the template that a rendered line is, if it gave no other one.

    A loop, a macro and a value with line ends give several lines.
    """
    origin = None if document.source_map is None else document.source_map.origin(number)
    template = document.template
    if document.source_map is None or origin is None or template is None or origin.call_sites:
        return None
    once = _uses(_Same(document.source_map))[origin.path, origin.line] == 1
    return origin.line if once and origin.path == template.path else None


class _Same:
    """A source map as a key: it is compared by identity, for it has thousands of lines."""

    def __init__(self, source_map: SourceMap) -> None:
        self.source_map = source_map

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.source_map is self.source_map

    def __hash__(self) -> int:
        return id(self.source_map)


@lru_cache(maxsize=4)  # findings come document by document
def _uses(key: _Same) -> Counter[tuple[Path, int]]:
    """Count the rendered lines that each line of a template had a part in."""
    uses: Counter[tuple[Path, int]] = Counter()
    for origin in key.source_map.origins:
        uses.update({(origin.path, origin.line), *origin.call_sites})
    return uses


def _unchanged_line(document: Document, number: int) -> int | None:
    """Give the line of the template that a rendered line is, if nothing in it was expanded."""
    origin = None if document.source_map is None else document.source_map.origin(number)
    template = document.template
    if origin is None or template is None or template.path != origin.path:
        return None
    same = template.line(origin.line) == document.source.line(number)
    return origin.line if same else None


def _in_expanded_line(moved: Span, span: Span, document: Document) -> Span:
    """Give the place with its columns where a line with expressions tells them."""
    if moved.start is None or span.start is None or document.template is None:
        return moved
    if moved.path != document.template.path or moved.start.line > document.template.line_count:
        return moved
    first = span.start.column
    last = first if span.end is None else span.end.column
    if first is None or last is None or (span.end and span.end.line != span.start.line):
        return moved
    column = column_in_template(
        document.template.line(moved.start.line),
        document.source.line(span.start.line),
        first - 1,
        last - 1,
    )
    if column is None:
        return moved
    start = Position(moved.start.line, column + 1)
    end = None if span.end is None else Position(start.line, column + 1 + last - first)
    return Span(moved.path, start, end)


def _place(span: Span, rendered: Mapping[Path, Document]) -> Span:
    """Give the author's place; the columns too where the text stands in the template as it is."""
    document = rendered.get(span.path)
    if document is None or document.source_map is None or span.start is None:
        return span
    moved = document.source_map.span(span.start.line)
    if moved is None or moved.start is None:
        return span
    if _unchanged_line(document, span.start.line) is None:
        return _in_expanded_line(moved, span, document)
    start = Position(moved.start.line, span.start.column)
    if span.end is None:
        return Span(moved.path, start)
    same_line = span.end.line == span.start.line
    line = document.source.line(span.start.line)
    end = Position(start.line, span.end.column if same_line else len(line) + 1)
    return Span(moved.path, start, end)
