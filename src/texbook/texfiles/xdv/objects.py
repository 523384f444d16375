r"""The PDF objects that pgf defines on one page and uses on any later one.

pgf numbers its shadings, masks and patterns by the run (``@pgfshade7``), and each run defines on
its first page those of all libraries that are loaded. In pages from several runs one name would
stand for several objects, and one object would have several names. So they get names made from
their content, are taken out of the pages, and each is written once. The names are those of
pgfsys-dvipdfmx.def in pgf 3.1, the commands those of spc_pdfm.c in dvipdfmx.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.texfiles.xdv.canonical import Mark, MarkKind, part_marks
from texbook.texfiles.xdv.model import Page, Part, Special
from texbook.texfiles.xdv.opcodes import DOWN4, POP, PUSH, RIGHT4
from texbook.texfiles.xdv.specials import ColourStack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BEGINS = re.compile(rb"pdf: ?(?:beginxobj|bxobj) @(\w+)")
_ENDS = re.compile(rb"pdf: ?(?:endxobj|exobj)\b")
_ALONE = re.compile(rb"pdf: ?(?:obj|stream|put|image) @(pgf\w+)")
_PUTS = re.compile(rb"pdf: ?put\b")
_NUMBERED = re.compile(
    rb"([@/])(pgf(?:shade|smask|stream|mask|transgroup|patternobject|pat))(\d+)\b"
)
_NAMES = re.compile(rb"[@/]pgf[\w@.]+")
_FARTHEST = 1 << 31


@dataclass(frozen=True, slots=True)
class PdfObject:
    """A definition of pgf's for the whole document, such as a shading or an entry of a dictionary.

    Attributes:
        parts: what defines it, wherever on a page it stands.
        defines: the names that it makes known: ``@pgfshade_...``, ``/pgf@ca0.5``.
        uses: the names of objects that must be defined before it.
    """

    parts: tuple[bytes | Special, ...]
    defines: frozenset[bytes]
    uses: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Lifted:
    """The pages of a run without pgf's objects, and these in the order of their definition."""

    pages: tuple[Page, ...]
    objects: tuple[PdfObject, ...]


def group_step(text: bytes) -> int:
    """Say whether a special begins a group that becomes an object (1), ends one (-1) or neither."""
    if b"xobj" not in text:
        return 0
    return bool(_BEGINS.match(text)) - bool(_ENDS.match(text))


def lift_objects(pages: Sequence[Page]) -> Lifted:
    """Take pgf's objects out of the pages of a run and name them by their content.

    A group that shows characters, glyphs or rules (a transparency group, a fading with text) stays
    where it is, under a name made from its content and its colour. Objects that are not pgf's keep
    place and name.

    Args:
        pages: all pages of one run, from its first on, since a name stands for what was defined
            last; with the run's first colour (``without_open_colours`` comes after this).
    """
    lift = _Lift()
    return Lifted(tuple(lift.page(page) for page in pages), tuple(lift.objects))


def used_names(pages: Iterable[Page]) -> set[bytes]:
    """Collect the names of pgf's objects that stand in the specials of pages: ``/pgf@ca0.5``."""
    names: set[bytes] = set()
    for page in pages:
        for part in page.parts:
            if isinstance(part, Special):
                names.update(_NAMES.findall(part.text))
    return names


def needed_objects(pages: Iterable[Page], objects: Sequence[PdfObject]) -> tuple[PdfObject, ...]:
    """Choose the objects that pages use, and those that these use, in the order of ``objects``."""
    names = used_names(pages)
    known = 0
    while len(names) > known:
        known = len(names)
        for item in objects:
            if item.defines & names:
                names |= item.uses
    return tuple(item for item in objects if item.defines & names)


def merge_objects(groups: Iterable[Iterable[PdfObject]]) -> tuple[PdfObject, ...]:
    """Put the objects of several runs in one order, each once."""
    return tuple(dict.fromkeys(item for group in groups for item in group))


def with_objects(page: Page, objects: Sequence[PdfObject]) -> Page:
    """Define objects at the top of a page."""
    parts: list[Part] = [part for item in objects for part in item.parts]
    return replace(page, parts=(*parts, *page.parts), depth=max(page.depth, 1))


class _Lift:
    """Goes through the pages of a run, and knows the new names of what was defined so far."""

    def __init__(self) -> None:
        self.objects: list[PdfObject] = []
        self._names: dict[tuple[bytes, bytes], bytes] = {}
        self._colours = ColourStack()

    def page(self, page: Page) -> Page:
        parts: list[Part] = []
        marks: tuple[tuple[Mark, ...], ...] | None = None
        at = 0
        while at < len(page.parts):
            part = page.parts[at]
            at += 1
            if not isinstance(part, Special):
                parts.append(part)
            elif (begins := _BEGINS.match(part.text)) and (end := _end_of_group(page.parts, at)):
                marks = marks or part_marks(page)
                inner = [mark for group in marks[at - 1 : end] for mark in group]
                parts += self._group(begins[1], page.parts[at - 1 : end], inner)
                at = end
            elif alone := _ALONE.match(part.text):
                self._alone(alone[1], part.text)
            else:
                self._colours.special(part.text)
                parts.append(Special(self._rename(part.text)))
        return replace(page, parts=tuple(parts))

    def _group(self, name: bytes, parts: Sequence[Part], marks: Sequence[Mark]) -> Sequence[Part]:
        """Take a group; give what stays of it on the page."""
        first = marks[0]
        moved = [(m.h - first.h, m.v - first.v, self._rename(m.content)) for m in marks]
        still = all(mark.kind is MarkKind.SPECIAL for mark in marks) and all(
            max(abs(h), abs(v)) < _FARTHEST for h, v, _ in moved
        )
        written = repr(moved[0][2].replace(b"@" + name, b"@")) + repr(moved[1:])
        if not still:
            written += repr(([mark.font for mark in marks], self._colours.top))
        self._name(name, written.encode())
        if not (still and name.startswith(b"pgf")):
            return [
                Special(self._rename(part.text)) if isinstance(part, Special) else part
                for part in parts
            ]
        named = [(h, v, self._rename(text)) for h, v, text in moved]
        own = _NAMES.findall(named[0][2])[:1]
        uses = {found for *_, text in named for found in _NAMES.findall(text)}
        spelled = tuple(part for h, v, text in named for part in _place(h, v, text))
        self.objects.append(PdfObject(spelled, frozenset(own), frozenset(uses.difference(own))))
        # What moves stays: no mark depends on the rest.
        return [part for part in parts if not isinstance(part, Special)]

    def _alone(self, name: bytes, text: bytes) -> None:
        renamed = self._rename(text)
        self._name(name, renamed.replace(b"@" + name, b"@", 1))
        renamed = self._rename(renamed)
        names_in_order = _NAMES.findall(renamed)
        names = frozenset(names_in_order)
        entries = frozenset(found for found in names if found.startswith(b"/"))
        # An entry without a name of pgf's may be what any user of its dictionary needs.
        defines = entries if _PUTS.match(text) and entries else frozenset([names_in_order[0]])
        self.objects.append(PdfObject((Special(renamed),), defines, names - defines))

    def _name(self, name: bytes, content: bytes) -> None:
        """Give a numbered object its new name; a pattern is also known by its short one."""
        if found := _NUMBERED.fullmatch(b"@" + name):
            digest = hashlib.blake2b(content, digest_size=8).hexdigest().encode()
            self._names[found[2], found[3]] = b"_" + digest
            if found[2] == b"pgfpatternobject":
                self._names[b"pgfpat", found[3]] = b"_" + digest

    def _rename(self, text: bytes) -> bytes:
        if b"pgf" not in text:
            return text
        return _NUMBERED.sub(
            lambda found: found[1] + found[2] + self._names.get((found[2], found[3]), found[3]),
            text,
        )


def _end_of_group(parts: Sequence[Part], at: int) -> int | None:
    """Find the part behind the end of a group whose beginning stands before ``at``."""
    depth = 1
    for number in range(at, len(parts)):
        part = parts[number]
        if isinstance(part, Special):
            depth += group_step(part.text)
            if not depth:
                return number + 1
    return None


def _place(h: int, v: int, text: bytes) -> tuple[bytes | Special, ...]:
    """Spell a special at a distance from the present position, and come back."""
    if not h and not v:
        return (Special(text),)
    there = bytes([PUSH, RIGHT4]) + h.to_bytes(4, signed=True)
    there += bytes([DOWN4]) + v.to_bytes(4, signed=True)
    return there, Special(text), bytes([POP])
