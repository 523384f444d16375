"""A word is misspelt.

## What it does
Looks up each word of an English text in codespell's list of common misspellings, which comes with
the extra `spelling` (`pip install "texbook[spelling]"`). A word that is not in that list is never
reported, so names and terms of the field are safe. Nor are words that the book knows: one a line in
the file that `dictionary` of `[lint]` names ("dictionary.txt"); behind `#` is a comment. Words in
capitals, words with digits, addresses, code, formulas and passages in other languages are left
alone. The fix is safe where the list knows one right spelling and has no doubt. Off by default.

## Why
A misspelling on the page makes the reader doubt the numbers next to it.

## Instead
Correct it, or add the word to the dictionary of the book.

## Example
```latex
The seperate model recieves its own gradients.
```
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import BookError
from texbook.base.fix import Edit, Fix
from texbook.latex.prose import NOTHING, THING
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.passage import Passage

_WORD = re.compile(r"(?<![\w@/\\.-])[A-Za-z]+(?:['\u2019][a-z]+)?(?![\w@/\\-])")
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)?")
_REACH = 40
"""Code points of markup over which a word may go on: ``caf\\'e``."""
_ANY_WORD = re.compile(r"[^\W\d_]+")
_AROUND = 250
"""Code points before and after a word that tell the language."""
_SMALL_WORDS = frozenset(
    {"the", "of", "and", "to", "is", "that", "for", "with", "this", "are", "from", "it", "be", "a"}
)
_FEWEST_WORDS = 10
_FEWEST_SMALL = 0.1
"""Share of small words; English prose has about three times as many."""
_SHORTEST_NAME = 6
"""Letters; a shorter word that begins with a capital may well be a name."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each misspelt word, or one if there is no list of them."""
    if book.facts.language != "en":
        return
    if _list_path() is None:
        yield RULE.diagnostic(
            "spelling cannot be checked without a list of misspellings",
            book.documents[0].source.span(0),
            hints=('install it: pip install "texbook[spelling]"', "or leave TB807 off"),
        )
        return
    known = _known(book)
    for document, offset, passage in book.passages:
        for position, found, written in passage.remembered(RULE.code, _misspelt):
            word = found.replace("\u2019", "'")
            if word.lower() in known:
                continue
            good = _Correction(written)
            start, end = offset + position, offset + position + len(found)
            choices = [_in_case_of(word, choice) for choice in good.choices]
            fix = Fix(f'write "{choices[0]}"', (Edit(start, end, choices[0]),), safe=True)
            yield RULE.diagnostic(
                f'"{found}" is misspelt',
                document.source.span(start, end),
                hints=("did you mean " + " or ".join(f'"{choice}"' for choice in choices) + "?",),
                fix=fix if good.certain else None,
            )


def _misspelt(passage: Passage) -> list[tuple[int, str, str]]:
    """Give the misspelt words of a passage: where, the word, and what the list says of it."""
    prose = passage.prose
    words = frozenset(_LETTERS.findall(prose.replace("\u2019", "'").lower()))
    wrong = {word: written for word in words if (written := _remark(word)) is not None}
    return [
        (found.start(), found[0], wrong[word.lower()])
        for found in (_WORD.finditer(prose) if wrong else ())
        if (word := found[0].replace("\u2019", "'")).lower() in wrong
        and _is_plain(word)
        and _is_whole(prose, *found.span())
        and _is_english(prose, *found.span())
    ]


class _Correction:
    """What a misspelling stands for; ``certain`` if it can be nothing else."""

    __slots__ = ("certain", "choices")

    def __init__(self, written: str):
        parts = [part.strip() for part in written.split(",")]
        # "a, b," has two candidates; "a, why it is doubtful" has one and a reason.
        is_plain = len(parts) == 1
        self.choices = tuple(part for part in (parts if is_plain else parts[:-1]) if part)
        self.certain = is_plain


@cache
def _list_path() -> Path | None:
    """Find codespell's list; None if it is not installed."""
    package = find_spec("codespell_lib")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "data" / "dictionary.txt"
    return path if os.access(path, os.R_OK) else None


@cache
def _remark(word: str) -> str | None:
    """Give what codespell's list says of a word in small letters, if it stands there."""
    lines, lead = _lines(), f"{word}->"
    index = bisect_left(lines, lead)
    found = index < len(lines) and lines[index].startswith(lead)
    return lines[index][len(lead) :] if found else None


@cache
def _lines() -> list[str]:
    """Read codespell's list, ``wrong->right``, in order.

    Few of its 65,000 lines are ever asked for: to sort them takes a quarter of the time in which a
    table would be made of them.
    """
    path = _list_path()
    lines = [] if path is None else path.read_text("utf-8").splitlines()
    for line in [line for line in lines if not line.islower()]:
        wrong, sign, right = line.partition("->")
        if not wrong.islower():
            lines.append(f"{wrong.lower()}{sign}{right}")
    return sorted(lines)


def _known(book: Book) -> frozenset[str]:
    """Give the words of the book's own dictionary."""
    name = book.config.lint.dictionary
    if book.files is None or not name:
        return frozenset()
    try:
        source = book.files.read(book.files.root / name)
    except BookError:
        return frozenset()
    lines = () if source is None else source.text.splitlines()
    return frozenset(line.partition("#")[0].strip().lower() for line in lines)


def _is_whole(prose: str, start: int, end: int) -> bool:
    """Say whether a word does not go on behind markup or next to something that is no text."""
    before = prose[max(0, start - _REACH) : start].rstrip(NOTHING)[-1:]
    after = prose[end : end + _REACH].lstrip(NOTHING)[:1]
    return not any(c.isalnum() or c == THING for c in (before, after))


def _is_english(prose: str, start: int, end: int) -> bool:
    """Say whether the text around a word is no quotation in another language."""
    words = _ANY_WORD.findall(prose, max(0, start - _AROUND), end + _AROUND)
    small = sum(word.lower() in _SMALL_WORDS for word in words)
    return len(words) < _FEWEST_WORDS or small >= _FEWEST_SMALL * len(words)


def _is_plain(word: str) -> bool:
    """Say whether a word is no abbreviation, and no name."""
    if word.islower():
        return True
    return word[0].isupper() and word[1:].islower() and len(word) >= _SHORTEST_NAME


def _in_case_of(found: str, word: str) -> str:
    return word[:1].upper() + word[1:] if found[:1].isupper() else word


RULE = Rule("TB807", "spelling", Severity.INFORMATION, check, default=False, fixes=Fixes.SAFE)
