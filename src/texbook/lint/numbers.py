r"""The numbers that headings print, counted as the classes do, or as the last build had them.

Sources: book.cls, report.cls, article.cls (counters and ``secnumdepth``), memoir manual 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from texbook.config.model import Config
from texbook.latex.outline import Matter
from texbook.latex.titles import plain_title
from texbook.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.latex.outline import Heading
    from texbook.lint.book import Book
    from texbook.lint.labels import Place


class Numbered(NamedTuple):
    """What a number stands for.

    Attributes:
        kind: ``chapter``, ``section``, ``figure``, ``table`` or ``equation``; sections below
            ``section`` are sections too.
        label: empty if it has none.
    """

    kind: str
    number: str
    title: str
    label: str
    heading: Heading | None = None


@dataclass(frozen=True)
class Numbers:
    """The numbers of a book, by kind and number.

    Attributes:
        are_counted: whether the headings were counted in the text as it is now, all of them.
        by_label: numbers by label.
    """

    targets: dict[tuple[str, str], Numbered] = field(default_factory=dict)
    by_label: dict[str, Numbered] = field(default_factory=dict)
    are_counted: bool = False

    @cached_property
    def depths(self) -> frozenset[tuple[str, int]]:
        """Which kinds have numbers with how many dots in them."""
        return frozenset((kind, number.count(".")) for kind, number in self.targets)

    @cached_property
    def _by_opening(self) -> dict[tuple[str, ...], list[Numbered]]:
        titles: dict[tuple[str, ...], list[Numbered]] = {}
        for target in self.targets.values():
            words = target.title.split()
            if len(words) >= _OPENING:
                titles.setdefault(tuple(words[:_OPENING]), []).append(target)
        return titles

    def named_in(self, text: str, kind: str) -> list[Numbered]:
        """Give what a text names by its title; a title of one word may stand in any text."""
        joined = " ".join(text.split())
        words = joined.split()
        named: list[Numbered] = []
        for first, word in enumerate(words[:-1]):
            # A title may stand in quotes: the first word is known by its end, the rest exactly.
            opening = (
                word.lstrip("`'\"(\u201c\u2018"),
                words[first + 1].rstrip("'\").,;:\u201d\u2019"),
            )
            named.extend(
                target
                for target in self._by_opening.get(opening, ())[:_MOST_ALIKE]
                if target.kind == kind and target.title in joined
            )
        return named


_OPENING = 2
"""Words by which a title is looked up."""
_MOST_ALIKE = 20
"""Titles that begin alike; in a book with more of them none names anything."""
_DEEPEST = {
    **dict.fromkeys(("book", "report", "scrbook", "scrreprt", "amznotes", "extbook"), 2),
    **dict.fromkeys(("article", "scrartcl", "amsart", "amsbook", "extarticle"), 3),
    "extreport": 2,
    "memoir": 1,
}
"""Classes whose numbering is known -> the deepest level that has numbers."""
_CLASS = re.compile(r"\\documentclass\s*(?:\[[^\]]*\])?\s*\{([^{}]*)\}")
_CHANGES = re.compile(
    r"\\(?:setcounter|addtocounter|stepcounter|refstepcounter|@addtoreset|@removefromreset"
    r"|counterwithin\*?|counterwithout\*?|numberwithin|setsecnumdepth|maxsecnumdepth|setsecnumformat"
    r")\s*\{(?:part|chapter|section|subsection|subsubsection|secnumdepth|[a-z]*section)\b"
    r"|\\(?:re|provide)?(?:newcommand|DeclareRobustCommand)\*?\s*\{?\\the(?:chapter|section|subsection)\b"
    r"|\\(?:def|gdef|let)\s*\\the(?:chapter|section|subsection)\b|\\includeonly|\\(?:set|max)secnumdepth"
)
_HEADING = re.compile(r"\\(?:part|chapter|section|subsection)(?![A-Za-z@*])")
_KINDS = {
    "chapter": "chapter",
    "appendix": "chapter",
    "section": "section",
    "subsection": "section",
}
_ANCHORS = {
    **_KINDS,
    "subsubsection": "section",
    "figure": "figure",
    "table": "table",
    "equation": "equation",
}
_NEW_LABEL = re.compile(
    r"\\newlabel\{([^{}@]+)\}\{\{([\dA-Z.]+)\}\{[^{}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}\{([a-z]+)[.*]"
)
_INPUT = re.compile(r"\\@input\{([^{}]+)\}")


def read_numbers(book: Book) -> Numbers:
    """Count the headings of a book; add what the last build knows of everything else."""
    main = book.inputs.main
    if main is None:
        return Numbers()
    counted = _counted(book) if _is_countable(book) else {}
    numbers = Numbers(are_counted=bool(counted))
    for target in (*counted.values(), *_built(book, main.source.path)):
        is_heading = target.kind in ("chapter", "section")
        if target.heading is None and is_heading and counted:
            continue  # the text may have changed since
        numbers.targets.setdefault((target.kind, target.number), target)
        if target.label:
            numbers.by_label.setdefault(target.label, target)
    return numbers


def _is_countable(book: Book) -> bool:
    """Say whether nothing in sight numbers headings in a way of its own."""
    main = book.inputs.main
    found = None if main is None else _CLASS.search(main.source.text)
    if found is None or found[1].strip() not in _DEEPEST or not book.inputs.is_whole:
        return False
    texts = [document.source.text for document in book.documents]
    if any(_CHANGES.search(text) for text in texts):
        return False
    both = ("\\appendix", "\\backmatter")
    if all(any(command in text for text in texts) for command in both):
        return False  # one numbers with letters, the other not at all
    if book.config.structure.unit != "section":
        return False  # the outline does not hold what is below
    return not any(
        _HEADING.search(definition.body) and any(f"\\{definition.name}" in text for text in texts)
        for _, definition in book.defined
        if "section" in definition.body or "chapter" in definition.body
    )


def _counted(book: Book) -> dict[int, Numbered]:
    main = book.inputs.main
    found = None if main is None else _CLASS.search(main.source.text)
    deepest = _DEEPEST.get(found[1].strip() if found else "", 2)
    labels = _labels_by_place(book)
    has_chapters = any(
        chapter.heading is not None and chapter.heading.command == "chapter"
        for chapter in book.outline.chapters
    )
    counts = {0: 0, 1: 0, 2: 0}
    lettered = False
    numbers: dict[int, Numbered] = {}
    for heading in _headings(book):
        level = heading.level
        if level < 0 or level > min(deepest, 2) or heading.starred:
            continue
        if heading.matter is Matter.FRONT or _in_backmatter(book, heading):
            continue
        top = 0 if has_chapters else 1
        if heading.matter is Matter.BACK and not lettered and level == top:
            lettered = True
            counts = {0: 0, 1: 0, 2: 0}
        counts[level] += 1
        for below in range(level + 1, 3):
            counts[below] = 0
        parts = [str(counts[depth]) for depth in range(top, level + 1)]
        if lettered and counts[top]:
            parts[0] = chr(ord("A") + (counts[top] - 1) % 26)
        number = ".".join(parts)
        label = _label_of(heading, labels)
        numbers[id(heading)] = Numbered(
            _KINDS[heading.command], number, heading.title, label, heading
        )
    return numbers


def _in_backmatter(book: Book, heading: Heading) -> bool:
    if heading.matter is not Matter.BACK:
        return False
    return not any("\\appendix" in document.source.text for document in book.documents)


def _headings(book: Book) -> Iterator[Heading]:
    for chapter in book.outline.chapters:
        if chapter.heading is not None:
            yield chapter.heading
        for question in chapter.questions:
            yield question.heading
            yield from (section.heading for section in question.sections)


def _labels_by_place(book: Book) -> dict[Path, list[Place]]:
    labels: dict[Path, list[Place]] = {}
    for place in book.keys.labels:
        labels.setdefault(place.source.path, []).append(place)
    return {path: sorted(places, key=lambda place: place.start) for path, places in labels.items()}


_BETWEEN = re.compile(r"\s*(?:%[^\n]*\n\s*)?\\label\s*\{\s*")


def _label_of(heading: Heading, labels: dict[Path, list[Place]]) -> str:
    """Give the label in a heading's title, or directly behind it."""
    text = heading.source.text
    found = _BETWEEN.match(text, heading.end)
    behind = found.end() if found else -1
    places = labels.get(heading.source.path, [])
    index = _first_from(places, heading.start)
    for place in places[index : index + 2]:
        if place.start < heading.end or place.start == behind:
            return place.name
    return ""


def _first_from(places: list[Place], offset: int) -> int:
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if places[middle].start < offset:
            low = middle + 1
        else:
            high = middle
    return low


def _built(book: Book, main: Path) -> Iterator[Numbered]:
    """Give what the labels of the last build stood for (hyperref's fourth field tells the kind)."""
    if book.files is None:
        return
    folder = Project(book.files.root, main, Config()).work_folder / "aux" / main.name
    for generation in book.files.names(folder)[:1]:
        waiting = [f"{main.stem}.aux"]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            source = None if name in seen else book.files.read(folder / generation / name)
            seen.add(name)
            if source is None:
                continue
            waiting += _INPUT.findall(source.text)
            for found in _NEW_LABEL.finditer(source.text):
                kind = _ANCHORS.get(found[4])
                if kind is not None:
                    title = plain_title(found[3].replace("\\relax", ""))
                    yield Numbered(kind, found[2], title, found[1])
