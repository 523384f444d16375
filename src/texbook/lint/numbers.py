r"""The numbers that headings print, counted as the classes do, or as the last build had them.

Sources: book.cls, report.cls, article.cls (counters and ``secnumdepth``), memoir manual 6.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from texbook.base.errors import BookError
from texbook.config.model import Config
from texbook.latex.outline import Matter
from texbook.latex.titles import plain_title
from texbook.lint.headings import CLASS_DEPTHS, class_name
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
    counted = _counted(book) if _is_countable(book) else []
    targets: dict[tuple[str, str], Numbered] = {}
    by_label: dict[str, Numbered] = {}
    for target in (*counted, *_built(book, main.source.path)):
        is_heading = target.kind in ("chapter", "section")
        if target.heading is None and is_heading and counted:
            continue  # the text may have changed since
        targets.setdefault((target.kind, target.number), target)
        if target.label:
            by_label.setdefault(target.label, target)
    return Numbers(targets, by_label, are_counted=bool(counted))


def _is_countable(book: Book) -> bool:
    """Say whether nothing in sight numbers headings in a way of its own."""
    if _deepest(book) is None or not book.inputs.is_whole:
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


def _deepest(book: Book) -> int | None:
    """Give the deepest level that the book's class numbers; None for an unknown class."""
    main = book.inputs.main
    return None if main is None else CLASS_DEPTHS.get(class_name(main.source.text))


def _counted(book: Book) -> list[Numbered]:
    labels = _labels_by_place(book)
    top = 0 if any(heading.command == "chapter" for heading in _headings(book)) else 1
    counts = {0: 0, 1: 0, 2: 0}
    lettered = False
    numbers: list[Numbered] = []
    for heading in _numbered(book):
        level = heading.level
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
        kind = _KINDS[heading.command]
        label = _label_of(heading, labels)
        numbers.append(Numbered(kind, number, heading.title, label, heading))
    return numbers


def _numbered(book: Book) -> Iterator[Heading]:
    r"""Give the headings that have numbers: of the back matter those after ``\appendix`` alone."""
    deepest = min(_deepest(book) or 0, 2)
    matters = {Matter.MAIN}
    if any("\\appendix" in document.source.text for document in book.documents):
        matters.add(Matter.BACK)
    for heading in _headings(book):
        if 0 <= heading.level <= deepest and not heading.starred and heading.matter in matters:
            yield heading


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
    index = bisect_left(places, heading.start, key=lambda place: place.start)
    for place in places[index : index + 2]:
        if place.start < heading.end or place.start == behind:
            return place.name
    return ""


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
            try:
                source = None if name in seen else book.files.read(folder / generation / name)
            except BookError:  # it was cut, or some package writes it in an encoding of its own
                source = None
            seen.add(name)
            if source is None:
                continue
            waiting += _INPUT.findall(source.text)
            for found in _NEW_LABEL.finditer(source.text):
                kind = _ANCHORS.get(found[4])
                if kind is not None:
                    title = plain_title(found[3].replace("\\relax", ""))
                    yield Numbered(kind, found[2], title, found[1])
