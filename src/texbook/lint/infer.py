"""What a book's headings say about its structure: unit, sections, and how their titles vary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from texbook.config.model import TitleMode
from texbook.latex.outline import Matter, read_outline
from texbook.latex.tokens import Kind
from texbook.lint.titles import is_accepted, plain_key, without_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.source import SourceFile
    from texbook.latex.tokens import TokenizedText

_UNITS = ("chapter", "section", "subsection", "part")
"""Commands that may begin a question, the likeliest first."""
_FEWEST_HEADINGS = 6
"""Headings that units have in common, all told, before they are more than chance."""
_EXPLAINED = 0.75
"""Share of the units' headings that must be common ones: chapters that only end alike (with
exercises, say) would have all their other sections reported as unknown."""
_EXACT = 0.95
"""Share of titles written exactly alike from which the others are taken for slips."""
_SUFFIX = re.compile(r"\s*[:(\u2013\u2014]|\s+-+\s|\s*---?")


@dataclass(frozen=True, slots=True)
class InferredStructure:
    """What most units of a book have in common.

    Attributes:
        unit: sectioning command of a question.
        sections: canonical titles in their commonest order.
        titles: how far titles may vary.
        units: number of units that have at least half of the sections.
        sharing: units that have the section that the fewest of them have.
        headings: number of their headings that are one of the sections.
        accepted: how many of these the title mode accepts.
        others: number of their headings that are none.
    """

    unit: str
    sections: tuple[str, ...]
    titles: TitleMode
    units: int
    sharing: int
    headings: int
    accepted: int
    others: int


def infer_structure(
    sources: Sequence[SourceFile], tokenized: Mapping[Path, TokenizedText]
) -> InferredStructure | None:
    """Find the sectioning command whose units repeat the same list of headings; None if none does.

    Units of front and back matter do not count.

    Args:
        sources: the book's texts in reading order.
        tokenized: their tokens, by path.
    """
    best: InferredStructure | None = None
    for unit in _UNITS:
        outline = read_outline(sources, unit, tokenized=dict(tokenized))
        units = [
            [section.heading.title for section in question.sections if section.heading.title]
            for question in outline.questions()
            if question.heading.matter is Matter.MAIN
        ]
        found = _infer(unit, [titles for titles in units if titles])
        if found is not None and (best is None or found.headings > best.headings):
            best = found
    return best


def _infer(unit: str, units: list[list[str]]) -> InferredStructure | None:
    keyed = _keyed(units)
    counts = Counter(key for titles in keyed for key in titles)
    most = max(counts.values(), default=0)
    common = {key for key, count in counts.items() if count > 1 and 2 * count >= most}
    questions = [titles for titles in keyed if 2 * len(common & set(titles)) >= len(common) > 0]
    counts = Counter(key for titles in questions for key in titles)
    common = {key for key, count in counts.items() if 2 * count > len(questions)}
    headings = sum(counts[key] for key in common)
    others = counts.total() - headings
    if len(common) < 2 or headings < _FEWEST_HEADINGS or headings < _EXPLAINED * counts.total():  # noqa: PLR2004  (one section is no list)
        return None
    variants = {key: Counter(t[key] for t in questions if key in t) for key in common}
    order = _order(common, questions)
    sections = tuple(_canonical(variants[key]) for key in order)
    found = dict(zip(order, sections, strict=True))
    titles, accepted = _title_mode(
        (title, found[key], count) for key in order for title, count in variants[key].items()
    )
    sharing = min(counts[key] for key in common)
    return InferredStructure(
        unit, sections, titles, len(questions), sharing, headings, accepted, others
    )


def _keyed(units: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    """Give each unit's titles by what they have in common with those of other units.

    That is the part before a colon, a dash or a parenthesis. Where most units have several titles
    that begin so ("Case: A", "Case: B"), it is the whole title.
    """
    wholes = [{plain_key(title): title for title in reversed(titles)} for titles in units]
    holding: Counter[str] = Counter()
    repeating: Counter[str] = Counter()
    for titles in wholes:
        begins = Counter(_begin(whole) for whole in titles)
        holding.update(begins.keys())
        repeating.update(begin for begin, count in begins.items() if count > 1)
    keyed = []
    for titles in wholes:
        mine: dict[str, str] = {}
        for whole, title in reversed(titles.items()):
            begin = _begin(whole)
            apart = begin in mine or 2 * repeating[begin] > holding[begin]
            mine[whole if apart else begin] = title
        keyed.append(mine)
    return keyed


def _begin(title: str) -> str:
    found = _SUFFIX.search(title)
    return title[: found.start()] if found and found.start() else title


def _canonical(variants: Counter[str]) -> str:
    """Choose the title that the others are variations of."""
    ((commonest, count), *_) = variants.most_common()
    is_most = 2 * count > variants.total()
    titles: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    for title, number in variants.items():
        titles[without_number(title)] += number
        begins[_begin(without_number(title))] += number
    if len({title.casefold() for title in titles}) == 1:
        return commonest if is_most else titles.most_common()[0][0]
    begin = begins.most_common()[0][0]
    return commonest if is_most and begin not in titles else begin


def _order(common: set[str], questions: Sequence[Mapping[str, str]]) -> list[str]:
    """Sort sections so that of any two the one comes first that does so in more units."""
    before: Counter[tuple[str, str]] = Counter()
    places: defaultdict[str, list[int]] = defaultdict(list)
    for titles in questions:
        mine = [key for key in titles if key in common]
        before.update(combinations(mine, 2))
        for place, key in enumerate(mine):
            places[key].append(place)

    def rank(key: str) -> tuple[int, float, str]:
        wins = sum(before[key, other] > before[other, key] for other in common)
        return -wins, sum(places[key]) / len(places[key]), key

    return sorted(common, key=rank)


def _title_mode(titles: Iterable[tuple[str, str, int]]) -> tuple[TitleMode, int]:
    """Choose the strictest mode that serves; give how many titles it accepts, too.

    Args:
        titles: title, canonical title, and how often it is written so.
    """
    rows = list(titles)
    total = sum(count for *_, count in rows)

    def accepted(mode: TitleMode) -> int:
        return sum(count for title, canon, count in rows if is_accepted(title, canon, mode))

    exact = accepted(TitleMode.EXACT)
    if exact >= _EXACT * total:
        return TitleMode.EXACT, exact
    best = max(TitleMode, key=accepted)
    return best, accepted(best)


_STANDARD = frozenset(
    {
        *("document", "abstract", "titlepage", "figure", "table", "center", "flushleft", "picture"),
        *(
            "flushright",
            "quote",
            "quotation",
            "verse",
            "itemize",
            "enumerate",
            "description",
            "list",
        ),
        *(
            "trivlist",
            "minipage",
            "tabular",
            "tabular*",
            "tabbing",
            "array",
            "longtable",
            "tikzpicture",
        ),
        *("equation", "equation*", "align", "align*", "gather", "gather*", "displaymath", "math"),
    }
)
_DEEPEST_CROSSING = 8
"""Environments that one end may close at once; what is more broken is not judged."""
_COMMENT_SIGN = re.compile(r"(?m)^[ \t]*#(?![0-9#])")


def unknown_verbatim(
    tokenized: Iterable[TokenizedText], defined: frozenset[str]
) -> tuple[str, ...]:
    r"""Find environments that must hold code although nothing in sight says so, sorted by name.

    A line that begins with ``#`` (a comment of Python or a shell, an ``#include``) stops TeX
    wherever it is read as LaTeX.

    Args:
        tokenized: the book's texts.
        defined: environments that are defined in sight, and so are known for what they are.
    """
    return tuple(
        sorted(
            {
                name
                for text in tokenized
                for name in _environments_with_comments(text)
                if name not in defined and name not in _STANDARD
            }
        )
    )


def _environments_with_comments(text: TokenizedText) -> Iterator[str]:
    open_names: list[str] = []
    position = 0
    for token in text.tokens:
        if (
            open_names
            and not text.in_definition(position)
            and _COMMENT_SIGN.search(text.text, position, token.start)
        ):
            yield open_names[-1]
        position = token.end
        if token.kind is Kind.BEGIN:
            open_names.append(token.name)
        elif token.kind is Kind.END and token.name in open_names[-_DEEPEST_CROSSING:]:
            while open_names.pop() != token.name:
                pass
