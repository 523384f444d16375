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
    from collections.abc import Iterable, Iterator, Mapping

    from texbook.project import Project

_PRINTED = frozenset(
    {"part", "chapter", "section", "figure", "table", "equation", "footnote", "listing"}
    | {"lstlisting", "algorithm", "theorem", "lemma", "definition", "example"}
)
"""Counters whose values are printed; of others a book has dozens, which any list may change."""
_UNITS = frozenset({"part", "chapter", "section"})
_PLAIN = re.compile(r"\d+(?:\.\d+)*")
_LETTER = re.compile("[A-Z]")
_LABEL = re.compile(r"\\label\s*\{\s*([^{}]*?)\s*\}")
_PASSING = frozenset({"", "Item", "enumi", "enumii", "enumiii", "enumiv"}) | _UNITS
"""Kinds of labels whose counters begin anew before a question does."""


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
        chapter: what ``\thechapter`` prints where it is neither a number nor a letter.
        is_appendix: whether chapters, or questions without any, are counted by letters.
    """

    counters: Mapping[str, int] = field(default_factory=dict)
    chapter: str = ""
    is_appendix: bool = False


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


def read_book_numbers(project: Project, questions: Mapping[str, str]) -> BookNumbers:
    """Read the auxiliary files of the last good build; empty if there was none.

    Args:
        project: of the book, or of an edition of it.
        questions: the LaTeX of its questions, by the slugs by which their labels (``q:slug``) go.
    """
    state = load_state(state_path(project))
    if not isinstance(state, BuildState):
        return BookNumbers({}, {})
    folder = project.work_folder / "aux" / project.main.name
    saved = load_generation(folder, state.generation, state.extra.get("auxiliary", {}))
    files = saved.snapshot if saved else {}
    name = f"{safe_job_name(project.main.stem)}.aux"
    return gather_numbers(read_labels(files, name), questions)


def gather_numbers(
    events: Iterable[Label | Heading | Checkpoint], questions: Mapping[str, str]
) -> BookNumbers:
    """Put labels to the questions in which they stand, and numbers to the beginning of each."""
    events = tuple(events)
    slugs = {f"q:{slug}": slug for slug in questions}
    alone = _alone(events, slugs)
    typed = {name: slug for slug, text in questions.items() for name in _LABEL.findall(text)}
    labels: dict[str, BookLabel] = {}
    begun: dict[str, _Beginning] = {}
    since: list[BookLabel] = []
    point, same_chapter, owner = Checkpoint({}), True, ""
    for item in events:
        if isinstance(item, Checkpoint):
            point, same_chapter, since = item, True, []
        elif isinstance(item, Heading):
            owner = "" if item.command in _UNITS else owner
            if item.command == "chapter" and item.is_numbered:
                same_chapter = False
        elif "@" in item.name:
            base = labels.get(item.name.partition("@")[0])
            if base is not None:
                labels[base.label.name] = replace(base, more=(*base.more, item))
        else:
            if item.name in slugs:
                owner = slugs[item.name]
                begun[owner] = _Beginning(item, point, same_chapter, since)
            found = BookLabel(item, typed.get(item.name) or alone.get(item.file, owner))
            labels[item.name] = found
            since.append(found)
    return BookNumbers(labels, _starts(begun, [item.label for item in labels.values()]))


def _starts(begun: Mapping[str, _Beginning], labels: Iterable[Label]) -> dict[str, Start]:
    kinds = {item.kind: item.number.isdecimal() for item in labels}
    known = _PRINTED | kinds.keys()
    through = frozenset(kind for kind, is_plain in kinds.items() if is_plain)
    starts: dict[str, Start] = {}
    for slug, beginning in begun.items():
        start = _start(beginning, beginning.labels_before(starts), through)
        counters = {name: start.counters[name] for name in sorted(known & start.counters.keys())}
        starts[slug] = replace(start, counters=counters)
    return starts


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where a question begins.

    Attributes:
        label: its own.
        checkpoint: the last one before it.
        same_chapter: whether no chapter has begun since that.
        since: the labels from that checkpoint to the next one.
    """

    label: Label
    checkpoint: Checkpoint
    same_chapter: bool
    since: list[BookLabel]

    def labels_before(self, slugs: Iterable[str]) -> Iterator[Label]:
        """Give the labels since the checkpoint that stand in some of the questions, or in none.

        Their order in the auxiliary file is that of the pages, to which floats come early or late.
        """
        slugs, passed = frozenset(slugs), False
        for item in self.since:
            passed = passed or item.label is self.label
            if item.owner in slugs or (not item.owner and not passed):
                yield item.label


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


def _start(beginning: _Beginning, earlier: Iterable[Label], through: frozenset[str]) -> Start:
    """Tell where a question begins from its own number and from what was numbered before it.

    Args:
        beginning: of the question.
        earlier: labels between the last checkpoint and the question.
        through: kinds that are numbered through the whole book, and not by chapter.
    """
    label, counters = beginning.label, beginning.checkpoint.counters
    chapter, _, own = label.number.rpartition(".")
    unit = label.heading if label.heading in _UNITS else "section"
    now: dict[str, int] = {}
    same = beginning.same_chapter
    if value := _value(own):
        now[unit] = value - 1
    if unit == "section" and (value := _value(chapter.rpartition(".")[2])):
        same = same and counters.get("chapter") == value
        now["chapter"] = value
    kept = {
        name: value for name, value in counters.items() if same or name in through or name in _UNITS
    }
    for item in earlier:
        before, _, last = item.number.rpartition(".")
        if last.isdecimal() and before in ("", chapter) and item.kind not in _PASSING:
            kept[item.kind] = max(int(last), kept.get(item.kind, 0))
    letter = _LETTER.fullmatch(chapter or own) is not None
    odd = bool(chapter) and not letter and not _PLAIN.fullmatch(label.number)
    return Start({**kept, **now}, chapter if odd else "", is_appendix=letter)


def _value(printed: str) -> int:
    """Give the value of a counter from how it is printed, as a number or as a letter; else 0."""
    if printed.isdecimal():
        return int(printed)
    return ord(printed) - ord("A") + 1 if _LETTER.fullmatch(printed) else 0
