r"""The spine of a book: what its main file includes, and the text between, as pieces of their own.

A piece can be typeset without those before it, for ``\include`` ends the page on both sides
(source2e, ltfiles). What cannot be cut like this is refused, with the reason.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from texbook.latex.declarations import ENDS_PAGE, declaration_end
from texbook.latex.forms import DefinitionReader
from texbook.latex.gaps import WHITE, Gaps
from texbook.latex.level import Level
from texbook.latex.mask import filled
from texbook.latex.nesting import read_nesting
from texbook.latex.specs import BUILT_IN, VerbatimSpecs, read_specs
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from texbook.latex.tokens import Token, TokenizedText

_INCLUDING = frozenset({"subfileinclude", "includefrom", "subincludefrom"})
r"""Commands of subfiles and import that call ``\include`` by themselves."""
_LET = re.compile(r"\\let\s*(?:\\[A-Za-z@]+\s*=?\s*)?\Z")
_LONGEST_LET = 200
r"""Code points before a name in which the ``\let`` that makes it stands."""
_LONE_RETURN = re.compile(r"\r(?!\n)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class SegmentKind(StrEnum):
    """What a segment of the spine is."""

    INCLUDE = "include"
    TEXT = "text"
    DECLARATION = "declaration"


class SpineError(ValueError):
    """The main file cannot be cut into segments.

    Attributes:
        reason: why, in lower case and without a full stop; it names the line where there is one.
        offset: code-point offset of the place in the main file.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Segment:
    r"""A piece of the main file's body.

    Attributes:
        kind: what it is.
        name: of an include its argument, as LaTeX names the file (no quotes, no ``.tex``); else
            ``text after chapters/one`` and the like. No two segments have the same.
        start: code-point offset in the main file; ``stop`` is exclusive. White space and comments
            at both ends are outside.
        settings: declarations in a text that share a page with it, so that they are no segments:
            offsets from, to. What follows needs them too.
    """

    kind: SegmentKind
    name: str
    start: int
    stop: int
    settings: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Spine:
    r"""A main file and the segments of its body, in order; the last one is the document's end.

    Attributes:
        text: all of the main file.
        body: code-point offset of ``\begin{document}``.
        begin: the offset after it.
        end: the offset of ``\end{document}``.
        segments: the last is a text of the name ``end``, which may be empty.
    """

    text: str
    body: int
    begin: int
    end: int
    segments: tuple[Segment, ...]


def read_spine(text: str, specs: VerbatimSpecs = BUILT_IN) -> Spine:
    r"""Cut the body of a main file at its includes.

    Between two includes stands a text, if anything does. A declaration (``\appendix``) is a
    segment of its own where no page is open; else it belongs to the text before it, for it may
    change the head of the page that it shares with that text.

    Args:
        text: the main file, with ``\n`` or ``\r\n`` as line ends.
        specs: what the book's class makes verbatim; the main file's own definitions are read.

    Raises:
        SpineError: when it has no ``\include``, or uses it in a way that allows no cut.

    >>> spine = read_spine(
    ...     r"\documentclass{book}\begin{document}\maketitle\include{one}\appendix\include{two}"
    ...     r"\printindex\end{document}")
    >>> [segment.name for segment in spine.segments]
    ['text before one', 'one', 'declaration after one', 'two', 'end']
    """
    return _Reader(tokenize(text, specs | read_specs(text))).run()


def select_body(
    spine: Spine, chosen: Collection[int], wrap: Callable[[int, str], str], stop: str
) -> str:
    r"""Give the text of a job that typesets some segments, each of its lines where it was.

    A line with nothing left is ``%``, so that no empty line ends a paragraph; a part of a line is
    spaces. Before the last chosen segment all declarations are kept, and the settings in texts
    that are not chosen. The preamble is left out.

    Args:
        spine: the main file.
        chosen: indices of segments.
        wrap: gives what stands in a chosen segment's place, from its index and its text.
        stop: put behind the last chosen segment, unless that is the end: then the text goes on
            with ``\end{document}``.

    Raises:
        ValueError: when nothing is chosen, or what does not exist, or when ``wrap`` changes the
            number of lines.

    >>> spine = read_spine("\\begin{document}\n\\include{a}\n\\include{b}\n\\end{document}\n")
    >>> print(select_body(spine, {1}, lambda _, text: text, r" \stop"))
    %
    %
    \include{b} \stop
    """
    picked = frozenset(chosen)
    if not picked or not picked.issubset(range(len(spine.segments))):
        raise ValueError("no segment is chosen, or one that does not exist")
    last = max(picked)
    parts: list[str] = []
    position = 0
    for index, segment in enumerate(spine.segments[: last + 1]):
        for start, end in _kept(segment, is_chosen=index in picked):
            own = spine.text[start:end]
            put = wrap(index, own) if index in picked else own
            if put.count("\n") != own.count("\n"):
                raise ValueError(f'"{segment.name}" was given another number of lines')
            parts += (_blanked(spine.text, position, start), put)
            position = end
    if last < len(spine.segments) - 1:
        return "".join((*parts, stop))
    return "".join((*parts, _blanked(spine.text, position, spine.end), spine.text[spine.end :]))


def _kept(segment: Segment, *, is_chosen: bool) -> tuple[tuple[int, int], ...]:
    if is_chosen or segment.kind is SegmentKind.DECLARATION:
        return ((segment.start, segment.stop),)
    return segment.settings


def _blanked(text: str, start: int, end: int) -> str:
    """Give a stretch of the text with nothing in it; what follows it in its line is not empty."""
    parts: list[str] = []
    for found in _LINE.finditer(text, start, end):
        line = found[0]
        is_whole = line.endswith("\n") and text[found.start() - 1 : found.start()] in ("", "\n")
        content = line.rstrip("\r\n")
        parts.append(f"%{line[len(content) :]}" if is_whole else filled(line, " "))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Mark:
    """An include or a declaration, where it stands; ``name`` is that of the file or command."""

    kind: SegmentKind
    name: str
    start: int
    stop: int


class _Reader:
    """Reads one main file."""

    def __init__(self, tokenized: TokenizedText) -> None:
        self.tokenized = tokenized
        self.text = tokenized.text
        self.reader = DefinitionReader(tokenized)

    def run(self) -> Spine:
        if lone := _LONE_RETURN.search(self.text):
            raise self._error("has a carriage return alone as a line end", lone.start())
        body, begin, end = self._document()
        self._check_commands(body, end)
        self._check_nesting(begin, end)
        marks = list(self._marks(begin, end))
        self._check_names([mark for mark in marks if mark.kind is SegmentKind.INCLUDE])
        segments = _Builder(Gaps(self.tokenized, body), marks).build(begin, end)
        return Spine(self.text, body, begin, end, segments)

    def _error(self, what: str, offset: int) -> SpineError:
        line = self.text.count("\n", 0, offset) + 1
        return SpineError(f"line {line} of the main file {what}", offset)

    def _document(self) -> tuple[int, int, int]:
        marks = [
            token
            for token in self.tokenized.tokens
            if token.kind in (Kind.BEGIN, Kind.END)
            and token.name == "document"
            and not self.tokenized.in_definition(token.start)
        ]
        begins = [token for token in marks if token.kind is Kind.BEGIN]
        if not begins:
            raise SpineError("the main file has no \\begin{document}", 0)
        if len(begins) > 1:
            raise self._error("has a second \\begin{document}", begins[1].start)
        begin = begins[0]
        ends = (item for item in marks if item.kind is Kind.END and item.start > begin.start)
        if (end := next(ends, None)) is None:
            raise SpineError("the main file has no \\end{document}", len(self.text))
        return begin.start, begin.end, end.start

    def _check_commands(self, body: int, end: int) -> None:
        """Refuse commands that choose among the includes, hide them or give them a new meaning."""
        found = False
        for token in self.tokenized.tokens:
            if token.kind is not Kind.COMMAND or token.start > end:
                continue
            if token.name == "includeonly":
                raise self._error("has an \\includeonly", token.start)
            if token.name in _INCLUDING and token.start > body:
                raise self._error(
                    f"has \\{token.name}, which includes in a way of its own", token.start
                )
            if token.name == "include":
                self._check_include(token, body)
                found = True
        if not found:
            raise SpineError("the main file has no \\include", body)

    def _check_include(self, token: Token, body: int) -> None:
        if _LET.search(self.text, max(0, token.start - _LONGEST_LET), token.start):
            raise self._error("gives \\include another meaning or name", token.start)
        if self.tokenized.in_definition(token.start):
            raise self._error("defines \\include anew, or has it in a definition", token.start)
        if token.start < body:
            raise self._error("has \\include before \\begin{document}", token.start)

    def _check_nesting(self, begin: int, end: int) -> None:
        for fault in read_nesting(self.tokenized).faults:
            if begin <= fault.start < end:
                what = "that is never closed" if fault.opens else "that closes nothing"
                raise self._error(f'has "{fault.what}" {what}', fault.start)

    def _marks(self, begin: int, end: int) -> Iterator[_Mark]:
        level = Level(self.tokenized)
        position = begin
        for token in self.tokenized.tokens:
            if not position <= token.start < end:
                continue
            mark = self._mark(token, level) if token.kind is Kind.COMMAND else None
            if mark is None:
                level.step(token)
            else:
                position = mark.stop
                yield mark
        if (place := level.inside(end)) is not None:
            raise self._error(f"has \\end{{document}} in {place}", end)

    def _mark(self, token: Token, level: Level) -> _Mark | None:
        place = level.inside(token.start)
        if token.name == "include":
            if place is not None:
                raise self._error(f"has \\include in {place}", token.start)
            return self._include(token)
        stop = None if place is not None else declaration_end(self.reader, token)
        if stop is None:
            return None
        return _Mark(SegmentKind.DECLARATION, token.name, token.start, stop)

    def _include(self, token: Token) -> _Mark:
        argument = self.reader.braced(token.end)
        name = "" if argument is None else self.reader.of(argument).strip(WHITE)
        name = name.replace('"', "").removesuffix(".tex")
        if argument is None or not name or set(name) & set("\\#{}~%\n"):
            raise self._error("has \\include without the plain name of a file", token.start)
        return _Mark(SegmentKind.INCLUDE, name, token.start, argument.end + 1)

    def _check_names(self, includes: list[_Mark]) -> None:
        seen: set[str] = set()
        for mark in includes:
            path = posixpath.normpath(mark.name)
            if path in seen:
                raise self._error(f'includes "{mark.name}" a second time', mark.start)
            seen.add(path)


class _Builder:
    """Makes segments of marks and of what stands between them."""

    def __init__(self, gaps: Gaps, marks: list[_Mark]) -> None:
        self.gaps = gaps
        self.marks = marks
        self.segments: list[Segment] = []
        self.names = {mark.name for mark in marks if mark.kind is SegmentKind.INCLUDE}
        self.gap = "before " + next(mark.name for mark in marks if mark.kind is SegmentKind.INCLUDE)
        """Where the text that is read now stands."""
        self.page_is_open = False

    def build(self, begin: int, end: int) -> tuple[Segment, ...]:
        position = begin
        for mark in self.marks:
            self._text(position, mark.start)
            self._mark(mark)
            position = mark.stop
        self._text(position, end)
        if self.segments[-1].kind is SegmentKind.TEXT:
            last = self.segments.pop()
        else:
            last = Segment(SegmentKind.TEXT, "", end, end)
        return (*self.segments, replace(last, name=self._unused("end")))

    def _unused(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted} ({number})", number + 1
        return name

    def _text(self, start: int, end: int) -> None:
        printed = self.gaps.printed(start, end)
        if printed is not None:
            self._add(SegmentKind.TEXT, *printed)
            self.page_is_open = not self.gaps.ends_page(*printed)

    def _mark(self, mark: _Mark) -> None:
        if mark.kind is SegmentKind.INCLUDE:
            self.segments.append(Segment(mark.kind, mark.name, mark.start, mark.stop))
            self.gap = f"after {mark.name}"
            self.page_is_open = False
        elif self.page_is_open and mark.name not in ENDS_PAGE:
            text = self.segments.pop()
            settings = (*text.settings, (mark.start, mark.stop))
            self.segments.append(replace(text, stop=mark.stop, settings=settings))
        else:
            self._add(SegmentKind.DECLARATION, mark.start, mark.stop)
            self.page_is_open = False

    def _add(self, kind: SegmentKind, start: int, stop: int) -> None:
        """Add a segment, or lengthen the last one if that is of the same kind."""
        last = self.segments[-1] if self.segments else None
        if last is not None and last.kind is kind:
            self.segments[-1] = replace(last, stop=stop)
            return
        name = self._unused(f"{kind} {self.gap}")
        self.names.add(name)
        self.segments.append(Segment(kind, name, start, stop))
