r"""A term is used that the house has replaced by another one.

## What it does
Reports each use of a term that `terms` of `[lint]` lists under another one, in text only, as whole
words, in any case. Terms that differ in nothing but case are compared as they are written. Without
`terms` it does nothing. The fix keeps the case; it is unsafe, since a quotation must stay as it is.

## Why
A reader who meets "data set" and "dataset" wonders whether they are two things.

## Instead
Use the preferred term: `terms = { dataset = ["data set", "data-set"], LaTeX = ["Latex"] }`.

## Example
```latex
The data set has 40 rows; Data sets of this kind are small.
```
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_Terms = tuple[tuple[str, tuple[str, ...]], ...]


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each use of a replaced term."""
    terms = passage.facts.config.lint.terms
    if not terms:
        return
    pattern, exact, folded = _compiled(terms)
    for found in pattern.finditer(passage.prose):
        words = " ".join(found[0].replace("~", " ").split())
        preferred = exact.get(words) or folded.get(words.lower())
        if preferred is None or words in (preferred, _in_case_of(words, preferred)):
            continue
        good = _in_case_of(words, preferred)
        yield Finding(
            found.start(),
            found.end(),
            f'"{words}" is called "{preferred}" in this book',
            hints=(f'write "{good}"',),
            fix=replace_with(found.start(), found.end(), good, f'replace by "{good}"', safe=False),
        )


@lru_cache(maxsize=4)
def _compiled(terms: _Terms) -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """Give a pattern of all terms, and what replaces them: as written, and in small letters.

    The preferred terms are in the pattern, too, so that no part of one is found.
    """
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for preferred, replaced in terms:
        for term in replaced:
            words = " ".join(term.split())
            if words.lower() == preferred.lower():
                exact[words] = preferred
            elif words:
                folded[words.lower()] = preferred
    known = {*exact, *folded, *(preferred for preferred, _ in terms)}
    longest_first = sorted(known, key=lambda term: (-len(term), term))
    alternatives = "|".join(
        r"(?:[ ~]|\r?\n(?![ \t\r]*\n))[ \t]{0,20}".join(map(re.escape, term.split()))
        for term in longest_first
    )
    pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)
    return pattern, exact, folded


def _in_case_of(found: str, preferred: str) -> str:
    """Write a term in the case of what it replaces, unless it has a case of its own."""
    if not preferred.islower():
        return preferred
    letters = [character for character in found if character.isalpha()]
    if len(letters) > 1 and all(character.isupper() for character in letters):
        return preferred.upper()
    if found[:1].isupper():
        return preferred[:1].upper() + preferred[1:]
    return preferred


RULE = Rule(
    "TB806",
    "term-consistency",
    Severity.INFORMATION,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
