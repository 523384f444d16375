r"""The parts of a document that is typeset in one run: which were edited, and where they begin.

A draft of them starts with the numbers that the last good build gave there, as far as its auxiliary
files tell. A heading is found again by its title, a part without one by its labels.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_text
from texbook.build.tree import PREAMBLE_ENDINGS
from texbook.latex.parts import HEADINGS, read_document
from texbook.latex.titles import plain_title
from texbook.texfiles.places import page_number, read_marks, steps_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from texbook.build.auxiliary import Snapshot
    from texbook.build.mirror import Mirror
    from texbook.latex.parts import Document, Part
    from texbook.texfiles.places import Mark

_BIBLIOGRAPHY = ".bib"
_LEFT_OUT = frozenset({".tex", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg"})
r"""Endings that a source may leave out of a name (graphics bundle, ``xetex.def``; ``\input``)."""
_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_DIGEST_LENGTH = 16
_START_CODE = r"""\makeatletter
\def\texbook@step#1#2{\ifcsname c@#1\endcsname
  \setcounter{#1}{\numexpr#2-1\relax}\stepcounter{#1}\fi}
\makeatother
"""


@dataclass(frozen=True, slots=True)
class PartDigests:
    """By what the parts of a build are told from those of another.

    Attributes:
        preamble: digest of all that comes before the first page, as far as it is the author's.
        parts: a digest for each part, in order.
    """

    preamble: str
    parts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Give them as JSON can hold them."""
        return {"preamble": self.preamble, "parts": list(self.parts)}

    @classmethod
    def from_json(cls, value: object) -> PartDigests | None:
        """Read what `to_json` gave; None for anything else."""
        if not isinstance(value, dict) or not isinstance(value.get("parts"), list):
            return None
        return cls(str(value.get("preamble")), tuple(map(str, value["parts"])))


def read_parts(mirror: Mirror) -> Document | None:
    """Cut the book into parts; None if that cannot be."""
    main = mirror.text(mirror.named(mirror.main))
    if main is None:
        return None

    def read(target: str) -> str | None:
        text = mirror.text(mirror.named(f"{target}.tex"))
        return mirror.text(mirror.named(target)) if text is None else text

    return read_document(main, read)


def part_digests(document: Document, mirror: Mirror) -> PartDigests:
    """Digest the parts, each with the pictures, listings and files that it names.

    Args:
        document: the book in parts.
        mirror: its files.
    """
    names: dict[str, list[str]] = defaultdict(list)
    preamble: list[str] = []
    for entry in mirror.entries:
        name = str(entry.name)
        if name.endswith(PREAMBLE_ENDINGS):
            preamble.append(name)
        elif not name.endswith(_BIBLIOGRAPHY):  # an entry concerns no part alone
            names[entry.name.name].append(name)
            if entry.name.suffix in _LEFT_OUT:
                names[entry.name.stem].append(name)

    def digest(text: str, files: Iterable[str], others: Sequence[str] = ()) -> str:
        named = [name for file in sorted(files) for name in names.get(file, ())]
        digests = sorted(mirror.digests([*named, *others]).items())
        return digest_text(repr((text, digests)))[:_DIGEST_LENGTH]

    return PartDigests(
        digest(document.preamble, document.preamble_files, preamble),
        tuple(digest(document.text(part).strip(), part.files) for part in document.parts),
    )


def edited_parts(before: PartDigests, now: PartDigests) -> tuple[int, ...]:
    """Give the indices of the parts that were not there before.

    >>> edited_parts(PartDigests("p", ("a", "b")), PartDigests("p", ("b", "c", "a")))
    (1,)
    """
    known = frozenset(before.parts)
    return tuple(index for index, digest in enumerate(now.parts) if digest not in known)


def draft_body(document: Document, chosen: Sequence[int], files: Snapshot, job: str) -> str:
    """Write what stands behind the preamble in a draft of some parts.

    Args:
        document: the book in parts.
        chosen: the indices of the parts, in increasing order.
        files: auxiliary files of the last good build.
        job: the name of the job.
    """
    marks = read_marks(files, f"{job}.aux")
    places = _places(document, marks)
    texts = [_START_CODE]
    position = 0
    for index in chosen:
        part = document.parts[index]
        texts += [
            f"{document.body[start:stop]}%\n"
            for start, stop in document.settings
            if position <= start < part.start
        ]
        if index - 1 not in chosen:
            texts.append(_start_code(marks, places[index]))
        texts.append(document.text(part))
        texts.append("\n\\clearpage\n")
        position = part.stop
    return "".join((*texts, "\\csname texbook@stop\\endcsname\n"))


def _start_code(marks: Sequence[Mark], place: int | None) -> str:
    if place is None:
        return ""
    steps = steps_before(marks, place)
    lines = [rf"\csname texbook@step\endcsname{{{name}}}{{{number}}}" for name, number in steps]
    page = page_number(marks[place].page)
    if page is not None:
        lines.append(rf"\setcounter{{page}}{{{page}}}")
    chapters = [mark for mark in marks[:place] if mark.is_heading and mark.kind == "chapter"]
    if chapters and marks[place].kind != "chapter":
        lines.append(rf"\ifcsname chaptermark\endcsname\chaptermark{{{chapters[-1].text}}}\fi")
    return "".join(f"{line}%\n" for line in lines)


def _places(document: Document, marks: Sequence[Mark]) -> list[int | None]:
    """Find the mark at which each part began; None where there is none before it."""
    waiting: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    labels: dict[str, int] = {}
    for index, mark in enumerate(marks):
        if mark.is_heading:
            waiting[mark.kind, plain_title(mark.text)].append(index)
        elif not mark.kind:
            labels.setdefault(mark.text, index)
    places: list[int | None] = []
    last: int | None = None
    for part in document.parts:
        place = _by_title(part, waiting)
        if place is None:
            place = _by_label(document.text(part), labels, marks)
        if place is None:
            place = _next_heading(marks, last)
        places.append(place)
        last = place
    return places


def _by_title(part: Part, waiting: Mapping[tuple[str, str], deque[int]]) -> int | None:
    found = waiting.get((part.heading, part.title)) if part.heading else None
    return found.popleft() if found else None


def _by_label(text: str, labels: Mapping[str, int], marks: Sequence[Mark]) -> int | None:
    """Find the first heading of a part by its first known label; else that label itself."""
    known = [labels[found[1]] for found in _LABEL.finditer(text) if found[1] in labels]
    if not known:
        return None
    place = known[0]
    for index in range(known[0] - 1, -1, -1):
        if marks[index].is_heading:
            if plain_title(marks[index].text) not in text:
                break
            place = index
    return place


def _next_heading(marks: Sequence[Mark], last: int | None) -> int | None:
    """Where a new or renamed heading stands: at the heading that came after the part before it."""
    first = 0 if last is None else last + 1
    return next(
        (
            index
            for index in range(first, len(marks))
            if marks[index].is_heading and marks[index].kind in HEADINGS
        ),
        last,
    )
