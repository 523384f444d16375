r"""A word in a subscript is set as a product of variables.

## What it does
Looks for subscripts in braces that are one word: `L_{click}`, `x_{max}`. A heuristic: words of
three and four letters are known ones; longer ones must look like a word and not like a row of
indices, such as `T_{ijkab}`. Capitals, as in `S_{ABC}`, are left alone.

## Why
In maths each letter is a variable: the word prints in italics, its letters spaced like factors.

## Instead
Write `L_{\text{click}}` (amsmath) or `L_{\mathrm{click}}`. The fix is unsafe, because `\text` has
to be known, and because the letters may be variables.

## Example
```latex
$L_{click} + \lambda L_{watch}$
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_SUBSCRIPT_WORDS = """
abs acc adv all any area avg ball band base bat beam best bias bin bits body bond book bot both
bulk byte call cap card care cast cell char chem chip city clas clip code col cold comm comp
cond conf conv cool copy core corr cost cov crit crop cube curr cut data days dead deal dec deep
demo diff dim disk div dot down draw drop drug dual duty each easy edge eff elem else emp enc
end env err est exit exp ext face fail fair fake fall farm fast feat feed file fill find fire
fit fix flat flow flux fold food foot form found four free full gain game gas gate gen give glob
goal gold good grad grow half hand hard head heat help hid hide high hit hold home host hot hour
huge hull idea idle image inf ini init inner int item iter joint keep kept kick kill kin kind
know lab land lane large last lat late layer lead leaf leak left lens less life lift like lim
lin line link list load lock log long look loss love low main make mark mask mass mat math max
mean med meet mem mid mild min minus miss mix mod mode more move name near neck need neigh net
new next node noise none norm nose note null obs odd old one only open oper opt orig out over
pack page pair part pass past path peak pick pipe plan play plus pool pop pos post pot pre pred
prev prim prio proj prop pub pure push quad race rail rain rand rank rate raw read real rec recv
ref reg rel rep req res rest right ring rise risk rms road rock role room root rope row rule run
safe sale same sand sat save scan seed seen sel self sell send sent sep seq shift ship shop show
sick side sign sim sink site size skew skin skip slot slow snow soft soil sol solo some song
soon sort span spec spin src star start stat stay std stem step stop succ suit sum sup sure surf
swap sym sync sys tail take talk tall task team temp term test text tgt thin tile time tiny tok
tone tool top tot total tour town tree trip true tune turn type unif unit used user util vac val
var vary vast vec very view vote wage wait walk wall want ware warm wash wave weak week weld
well west wide wild will wind wing wire wise wish wood word work year zero zone
"""
_SUBSCRIPT = re.compile(r"_\{[ ]?([A-Za-z][a-z]{2,24})[ ]?\}")
_SHORT = frozenset(_SUBSCRIPT_WORDS.split())
_VOWELS = frozenset("aeiouy")
_INDICES = re.compile(
    r"ij|jk|kl[mi]|lmn|pq|qr|rst|xy[zt]|uvw|abc|bcd|cde|^mn|^kl|^ab[ci-z]|(.)\1\1"
)
_MOST_CONSONANTS = 5


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each word."""
    for found in _SUBSCRIPT.finditer(passage.maths):
        word = found[1]
        if not _is_word(word):
            continue
        start, end = found.start() + 1, found.end()
        right = f"{{\\text{{{word}}}}}"
        yield Finding(
            start,
            end,
            f'the subscript "{word}" is set as a product of {len(word)} variables',
            (f"write _{right}, or _{{\\mathrm{{{word}}}}} without amsmath",),
            replace_with(start, end, right, "set the word as text", safe=False),
        )


def _is_word(letters: str) -> bool:
    word = letters.lower()
    if len(word) <= 4:  # noqa: PLR2004  as the manual says
        return word in _SHORT
    if _INDICES.search(word):
        return False
    vowels = sum(letter in _VOWELS for letter in word)
    return 5 * vowels >= len(word) and 4 * vowels <= 3 * len(word) and not _clustered(word)


def _clustered(word: str) -> bool:
    """Say whether consonants follow each other as in no word."""
    run = 0
    for letter in word:
        run = 0 if letter in _VOWELS else run + 1
        if run >= _MOST_CONSONANTS:
            return True
    return False


RULE = Rule(
    "TB509",
    "word-subscript",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
