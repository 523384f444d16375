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

_SUBSCRIPT = re.compile(r"_\{[ ]?([A-Za-z][a-z]{2,24})[ ]?\}")
_SHORT = frozenset(
    """abs acc adv all any avg bad bat bin bot cap col cov crit cut dec diff dim div dot emp enc
    end env err est exp ext eff fit fix flux gas gen gold good grad high hid hit hot id image inf
    ini init inner int iter joint kin lab last lat layer left lim lin link log loss low mat max
    mean med mem mid min miss mix mod net new next node noise norm null obs odd old one opt orig
    out page path peak pop pos pot pred pre prev proj prop pub raw real rec ref reg rel rep req
    res rest right rms root row run sat self sel sep seq shift sim sink size skip slow soft sol
    spec src start stat std step stop sum sup surf sym sys task tail temp test tgt text tok top
    tot total true type unif unit up user util vac val var vec view warm wave wide word work
    zero fast free full data base best base bulk body cell clip code cold comm comp cond conf
    conv core corr cost curr disk drop drug edge elem else even fake feat file fill flow gate
    goal hard head host idle item keep kept kick kill late lead leaf left leak life like line
    list load lock main make mask mass math mode move need neigh near part pass past pick pipe
    plan play pool post prim prio push rand rank rate read recv rule safe same scan seen send
    sent side skew slot sort span spin stay succ sure swap sync time tree trip tune turn used
    wait walk want wall weak week will wind wire year plus minus area ball band beam bias bits
    body bond book both byte call card care cast char chem chip city clas cool copy crop cube
    days dead deal deep demo down draw dual duty each easy exit face fail fair fall farm feed
    find fire flat fold food foot form found four from game gain give glob goes grow half hand
    heat held help hide hold home hour huge hull idea into just kept kind know land lane large
    lens less lift long look love made many mark meet mild more most name neck none nose note
    okay only open oper over pack pair pure quad race rail rain ring rise risk road rock role
    room rope sale sand save seed sell ship shop show sick sign site skin snow soil solo some
    song soon star stem such suit take talk tall team term text than that them then they thin
    this tile tiny tone took tool tour town turn unit upon vary vast very vote wage ware warm
    wash weld well went were west what when wild wing wise wish with wood zone""".split()
)
_VOWELS = frozenset("aeiouy")
_INDICES = re.compile(r"ij|jk|kl[mi]|lmn|pq|qr|rst|xy[zt]|uvw|abc|bcd|cde|^mn|^kl|^ab[ci-z]|(.)\1\1")
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
