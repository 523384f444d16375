"""The numbers that the whole book gave its questions, for editions of a part of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.build.auxiliary import load_generation
from texbook.build.names import safe_job_name
from texbook.build.state import BuildState, load_state, state_path
from texbook.texfiles.labels import Checkpoint, Heading, Label, read_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from texbook.project import Project

_PRINTED = frozenset(
    {"part", "chapter", "section", "figure", "table", "equation", "footnote", "listing"}
    | {"lstlisting", "algorithm", "theorem", "lemma", "definition", "example"}
)
"""Counters whose values are printed; of others a book has dozens, which any list may change."""
_UNITS = frozenset({"part", "chapter", "section"})
_PLAIN = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class BookLabel:
    """A label of the book.

    Attributes:
        label: as the engine wrote it.
        more: labels that belong to it, such as cleveref's.
        owner: the slug of the question in which it stands; empty outside questions.
    """

    label: Label
    owner: str
    more: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    r"""How numbering stands before a question.

    Attributes:
        counters: values to set, by counter.
        chapter: what ``\thechapter`` prints where it is no plain number, as in an appendix.
    """

    counters: Mapping[str, int] = field(default_factory=dict)
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class BookNumbers:
    """What the book's last good build numbered.

    Attributes:
        labels: by name, in the order of the document.
        starts: by the slugs of questions.
    """

    labels: Mapping[str, BookLabel]
    starts: Mapping[str, Start]

    def number(self, label: str) -> str:
        """Give the number as printed; empty for a label that the book does not have."""
        found = self.labels.get(label)
        return "" if found is None else found.label.number


def read_book_numbers(project: Project, slugs: Iterable[str]) -> BookNumbers:
    """Read the auxiliary files of the last good build; empty if there was none.

    Args:
        project: the book.
        slugs: of its questions, whose labels are ``q:slug``.
    """
    state = load_state(state_path(project))
    if not isinstance(state, BuildState):
        return BookNumbers({}, {})
    folder = project.work_folder / "aux" / project.main.name
    saved = load_generation(folder, state.generation, state.extra.get("auxiliary", {}))
    files = saved.snapshot if saved else {}
    name = f"{safe_job_name(project.main.stem)}.aux"
    return gather_numbers(read_labels(files, name), slugs)


def gather_numbers(
    events: Iterable[Label | Heading | Checkpoint], slugs: Iterable[str]
) -> BookNumbers:
    """Put labels to the questions in which they stand, and numbers to the beginning of each."""
    events = tuple(events)
    questions = {f"q:{slug}": slug for slug in slugs}
    alone = _alone(events, questions)
    labels: dict[str, BookLabel] = {}
    starts: dict[str, Start] = {}
    counters: Mapping[str, int] = {}
    owner = ""
    for item in events:
        if isinstance(item, Checkpoint):
            counters = item.counters
        elif isinstance(item, Heading):
            owner = "" if item.command in _UNITS else owner
        elif "@" in item.name:
            base = labels.get(item.name.partition("@")[0])
            if base is not None:
                labels[base.label.name] = replace(base, more=(*base.more, item))
        else:
            if item.name in questions:
                owner = questions[item.name]
                starts[owner] = _start(item, counters)
            labels[item.name] = BookLabel(item, alone.get(item.file, owner))
    known = _PRINTED | {item.label.kind for item in labels.values()}
    return BookNumbers(labels, {slug: _only(start, known) for slug, start in starts.items()})


def _alone(
    events: Iterable[Label | Heading | Checkpoint], questions: Mapping[str, str]
) -> dict[str, str]:
    r"""Give the files that hold one question: all their labels are its own.

    Elsewhere the order decides, which is that of the pages: a figure at the top of a page comes
    before the heading that it was typed behind.
    """
    found = {
        item.file: questions[item.name]
        for item in events
        if isinstance(item, Label) and item.name in questions
    }
    headings = Counter(
        item.file for item in events if isinstance(item, Heading) and item.command in _UNITS
    )
    return {file: slug for file, slug in found.items() if headings[file] == 1}


def _only(start: Start, names: frozenset[str]) -> Start:
    counters = {name: value for name, value in start.counters.items() if name in names}
    return Start(dict(sorted(counters.items())), start.chapter)


def _start(label: Label, checkpoint: Mapping[str, int]) -> Start:
    """Tell from a question's own number, and from the counters before it, where it begins."""
    chapter, _, own = label.number.rpartition(".")
    if not own.isdecimal():
        return Start(dict(checkpoint))
    unit = label.heading if label.heading in _UNITS else "section"
    now = {unit: int(own) - 1}
    if not _PLAIN.fullmatch(label.number):
        # A letter: the counter is that of the checkpoint, but how it is printed is not known.
        return Start({**checkpoint, **now}, chapter)
    if chapter and unit == "section":
        now["chapter"] = int(chapter.rpartition(".")[2])
    stale = "chapter" in now and checkpoint.get("chapter") != now["chapter"]
    return Start({**({} if stale else checkpoint), **now})
