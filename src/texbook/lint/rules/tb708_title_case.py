r"""A heading is not written in the house's style.

## What it does
Compares the words of headings with `heading-case` of `[lint]`: `title` ("The Leak That Matters")
or `sentence` ("The leak that matters"). By default the style is `any`, and the rule is silent, as
it is for books in other languages than English.

A heuristic. Words with capitals inside, figures, commands, formulas and code are left alone, and
so is the second part of a hyphenated word. In title case, prepositions may be written either way.
In sentence case a capital is reported only for little words and for those that the text around
writes without one, since the others may be names.

## Why
Headings in two styles look careless in the table of contents, where they stand together.

## Instead
Write the heading in the house's style. The fix is unsafe, because a word may be a name.

## Example
```latex
\section{The leak that Matters}   % heading-case = "title"
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.base.diagnostic import Severity
from texbook.base.fix import Edit, Fix
from texbook.config.model import HeadingCase
from texbook.latex.prose import NOTHING, THING
from texbook.lint.finding import Finding
from texbook.lint.headings import read_headings
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.arguments import Argument
    from texbook.lint.passage import Passage

_ALWAYS_SMALL_WORDS = """
for to in on at by with from is are be was were as into over under that which when how why what
your our their its this these those it does do not than
"""
_ALWAYS_SMALL = frozenset(["a", "an", "the", "and", "but", "or", "nor", "of"])
_MAY_BE_SMALL = _ALWAYS_SMALL | frozenset(
    [
        "about",
        "above",
        "across",
        "after",
        "against",
        "along",
        "amid",
        "among",
        "around",
        "as",
        "at",
        "before",
        "behind",
        "below",
        "beneath",
        "beside",
        "between",
        "beyond",
        "by",
        "despite",
        "down",
        "during",
        "for",
        "from",
        "if",
        "in",
        "inside",
        "into",
        "like",
        "near",
        "off",
        "on",
        "onto",
        "out",
        "outside",
        "over",
        "past",
        "per",
        "since",
        "so",
        "than",
        "through",
        "throughout",
        "till",
        "to",
        "toward",
        "towards",
        "under",
        "until",
        "up",
        "upon",
        "versus",
        "via",
        "vs",
        "with",
        "within",
        "without",
        "yet",
        "is",
        "are",
        "be",
        "that",
        "when",
        "where",
        "while",
        "not",
        "no",
        "et",
        "al",
        "de",
        "la",
        "le",
        "der",
        "von",
        "van",
        "et",
    ]
)
_LITTLE = _ALWAYS_SMALL | frozenset(_ALWAYS_SMALL_WORDS.split())
_WORD = re.compile(rf"(?<![\w\\@{NOTHING}])[^\W\d_]+(?:['\u2019][^\W\d_]+)?(?![\w{NOTHING}])")
_SOMETHING = re.compile(rf"[\w{THING}]")
"""A formula, code, or a word with a digit, such as ``Int64``, in which no capital is asked for."""
_BEGINS_ANEW = re.compile(r"[:.?!\u2013\u2014;(/\u201c`\u2029]|--")
_PART_OF_NAME = re.compile(r"[-/.@_\\]\Z")
_NAME_GOES_ON = re.compile(r"[@_/]|\.\w|\(")
_NAMED_COMMAND = re.compile(r"\\textbackslash[ {}]*\Z")
_LONGEST_COMMAND = 20


class _Word(NamedTuple):
    """A word of a title: its offset in the passage, and whether it begins or ends something."""

    text: str
    start: int
    first: bool
    last: bool


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each heading."""
    case = passage.facts.config.lint.heading_case
    if case is HeadingCase.ANY or passage.facts.language != "en" or passage.is_preamble:
        return
    required = frozenset(passage.facts.config.structure.sections)
    lower = frozenset(re.findall(r"\b[a-z]{2,}\b", passage.prose)) if _is(case) else frozenset()
    for heading in read_headings(passage.tokenized, passage.arguments):
        title = heading.text(passage.tokenized)
        if title in required:
            continue
        edits = list(_edits(list(_words(passage, heading.title)), case, lower))
        if edits:
            yield _finding(heading.start, heading.end, title, case, edits)


def _is(case: HeadingCase) -> bool:
    return case is HeadingCase.SENTENCE


def _words(passage: Passage, title: Argument) -> Iterator[_Word]:
    """Give the words of a title that are no parts of names or code."""
    shown = passage.prose[title.start : title.end]
    words = list(_WORD.finditer(shown))
    previous = 0
    for index, found in enumerate(words):
        between, after = shown[previous : found.start()], shown[found.end() :]
        previous = found.end()
        begins = index == 0 and not _SOMETHING.search(between)
        start = title.start + found.start()
        command = passage.text[max(0, start - _LONGEST_COMMAND) : start]
        if _PART_OF_NAME.search(between) or _NAME_GOES_ON.match(after):
            continue
        if not _NAMED_COMMAND.search(command):
            first = begins or _BEGINS_ANEW.search(between) is not None
            ends = index == len(words) - 1 and not _SOMETHING.search(after)
            last = ends or _BEGINS_ANEW.match(after.lstrip(" \t\r\n")) is not None
            yield _Word(found[0], start, first, last)


def _in_title_case(word: _Word) -> str:
    text = word.text
    if text[1:] and not text[1:].islower():
        return text
    outer = word.first or word.last
    if text[0].islower():
        return text if text in _MAY_BE_SMALL and not outer else text[0].upper() + text[1:]
    return text.lower() if text.lower() in _ALWAYS_SMALL and text != "A" and not outer else text


def _in_sentence_case(word: _Word, lower: frozenset[str], *, names: bool) -> str:
    """Give a word as it should be.

    Args:
        word: as it is.
        lower: words that the text around writes without a capital.
        names: whether a capital in this title may well be that of a name.
    """
    text = word.text
    small = text.lower()
    if word.first or text == small or (text[1:] and not text[1:].islower()):
        return text  # a name may begin small, and after a colon both are right
    if small in _LITTLE and len(small) > 1:
        return small
    return small if small in lower and not names else text


def _edits(words: list[_Word], case: HeadingCase, lower: frozenset[str]) -> Iterator[Edit]:
    # Where other words have no capital, those that have one are rather names.
    names = any(word.text.islower() and word.text not in _MAY_BE_SMALL | _LITTLE for word in words)
    for word in words:
        right = _in_sentence_case(word, lower, names=names) if _is(case) else _in_title_case(word)
        if right != word.text:
            yield Edit(word.start, word.start + len(word.text), right)


def _finding(start: int, end: int, title: str, case: HeadingCase, edits: list[Edit]) -> Finding:
    words = ", ".join(f'"{edit.replacement}"' for edit in edits[:5])
    return Finding(
        start,
        end,
        f'the heading "{title}" is not in {case.value} case',
        (f"write {words}",),
        Fix(f"write it in {case.value} case", tuple(edits), safe=False),
    )


RULE = Rule(
    "TB708",
    "title-case",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
