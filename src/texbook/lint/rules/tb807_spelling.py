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

import re
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
    from collections.abc import Iterator, Mapping

    from texbook.lint.book import Book

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
    corrections = _corrections()
    if corrections is None:
        yield RULE.diagnostic(
            "spelling cannot be checked without a list of misspellings",
            book.documents[0].source.span(0),
            hints=('install it: pip install "texbook[spelling]"', "or leave TB807 off"),
        )
        return
    known = _known(book)
    for document, offset, passage in book.passages:
        if not _may_be_misspelt(passage.prose, corrections):
            continue
        for found in _WORD.finditer(passage.prose):
            word = found[0].replace("\u2019", "'")
            written = corrections.get(word.lower())
            if written is None or word.lower() in known or not _is_plain(word):
                continue
            if not (
                _is_whole(passage.prose, *found.span())
                and _is_english(passage.prose, *found.span())
            ):
                continue
            good = _Correction(written)
            start, end = offset + found.start(), offset + found.end()
            choices = [_in_case_of(word, choice) for choice in good.choices]
            fix = Fix(f'write "{choices[0]}"', (Edit(start, end, choices[0]),), safe=True)
            yield RULE.diagnostic(
                f'"{found[0]}" is misspelt',
                document.source.span(start, end),
                hints=("did you mean " + " or ".join(f'"{choice}"' for choice in choices) + "?",),
                fix=fix if good.certain else None,
            )


class _Correction:
    """What a misspelling stands for; ``certain`` if it can be nothing else."""

    __slots__ = ("certain", "choices")

    def __init__(self, written: str):
        parts = [part.strip() for part in written.split(",")]
        # "a, b," has two candidates; "a, why it is doubtful" has one and a reason.
        is_plain = len(parts) == 1
        self.choices = tuple(part for part in (parts if is_plain else parts[:-1]) if part)
        self.certain = is_plain


def _may_be_misspelt(prose: str, corrections: Mapping[str, str]) -> bool:
    """Look quickly whether one of the different words of a text is a misspelling."""
    words = _LETTERS.findall(prose.replace("\u2019", "'").lower())
    return not corrections.keys().isdisjoint(words)


@cache
def _corrections() -> Mapping[str, str] | None:
    """Read codespell's list, what is wrong -> what is right; None if it is not installed."""
    package = find_spec("codespell_lib")
    if package is None or package.origin is None:
        return None
    try:
        text = (Path(package.origin).parent / "data" / "dictionary.txt").read_text("utf-8")
    except OSError:
        return None
    # Of the 65,000 lines few are ever needed, so no more is done to them than must be.
    pairs = dict(line.split("->", 1) for line in text.splitlines() if "->" in line)
    capitals = {wrong.lower(): right for wrong, right in pairs.items() if not wrong.islower()}
    return {**pairs, **capitals}


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
