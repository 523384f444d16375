r"""A character that TeX takes for a command stands in text.

## What it does
Looks in text for `_`, `^`, `#` and `&` that are neither escaped nor in their place, and for a per
cent sign after a number that makes a comment of the rest of the line: `50% of them`.

Only what is hardly a formula counts: `user_id` and `10^6`, not `x_1`. It looks where the text is
surely text: in paragraphs, lists, floats and in the arguments of well-known commands, not in those
of the book's own. A per cent sign is reported when what follows reads like the rest of the
sentence. Where many words with `_` stand in text, some package must have made that right, and
they are left alone.

## Why
`_`, `^`, `#` and `&` stop TeX with an error. A per cent sign is worse: the words behind it are
missing in print, and nobody says so.

## Instead
Write `\_`, `\^{}`, `\#`, `\&`, `\%`; or set code as code. The fix is unsafe, because a formula may
be meant.

## Example
```latex
The feature user_id explains 50% of the variance.
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import BREAK
from texbook.latex.prose_tables import BREAKING_ARGUMENTS, PROSE_ARGUMENTS
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import Token, TokenizedText
    from texbook.lint.passage import Passage

_SPECIAL = re.compile(
    r"(?<=[A-Za-z]{2})_(?=[A-Za-z]{2})|(?<=\d)\^(?=\d)|(?<![\\#])#(?![#\d]\b[^ ])|(?<=\w)&(?=\w)"
)
"""What is hardly a formula: a class out of sight may have its own ways to begin one."""
_MOST_UNDERSCORES = 3
"""In a passage; where more of them stand in text, something out of sight makes that right."""
_SWALLOWED = re.compile(
    r"%(?:[.,;:)]|[ \t]+(?:(?:of|to|in|and|or|the|is|are|was|were|for|from|at|on)"
    r"\b|[a-z]{3,}[ \t]+[a-z]{2,}))"
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\Z")
_TEXT_ENVIRONMENTS = frozenset(
    {"document", "itemize", "enumerate", "description", "quote", "quotation", "center", "figure"}
    | {"abstract", "flushleft", "flushright", "verse", "table", "minipage", "proof", "theorem"}
    | {"lemma", "definition", "corollary", "remark", "example", "titlepage", "figure*", "table*"}
)
_REPLACEMENTS = {"_": r"\_", "^": r"\^{}", "#": r"\#", "&": r"\&"}
_WORD_BEFORE = re.compile(r"[\w-]+\Z")
_WORD_AFTER = re.compile(r"[\w^#&-]*")
_REACH = 30
"""Code points of a word that are shown on either side."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each character."""
    yield from _in_text(passage)
    yield from _comments(passage)


def _in_text(passage: Passage) -> Iterator[Finding]:
    text, prose = passage.text, passage.prose
    faults = [
        found.start()
        for found in _SPECIAL.finditer(text)
        if found[0] not in passage.facts.active and _is_shown(prose, found.start(), found[0])
    ]
    underscores = sum(text[offset] == "_" for offset in faults)
    if underscores > _MOST_UNDERSCORES:
        faults = [offset for offset in faults if text[offset] != "_"]
    if not faults:
        return
    sure = _sure_stretches(passage.tokenized)
    for offset in faults:
        if not _is_sure(sure, offset):
            continue
        sign = text[offset]
        yield Finding(
            offset,
            offset + 1,
            f'"{sign}" is a command to TeX, and stands in text: "{_word(text, offset)}"',
            (f"write {_REPLACEMENTS[sign]} for the character itself",),
            replace_with(
                offset, offset + 1, _REPLACEMENTS[sign], f"write {_REPLACEMENTS[sign]}", safe=False
            ),
        )


def _is_shown(prose: str, offset: int, sign: str) -> bool:
    if sign != "&":
        return prose[offset] == sign
    # What looks like the end of a cell is shown as BREAK; so is more than that.
    around = prose[max(0, offset - 1) : offset + 2]
    return prose[offset] == BREAK and around.count(BREAK) == 1


def _word(text: str, offset: int) -> str:
    before = _WORD_BEFORE.search(text, max(0, offset - _REACH), offset)
    after = _WORD_AFTER.match(text, offset, offset + _REACH)
    return f"{before[0] if before else ''}{after[0] if after else ''}"


def _sure_stretches(tokenized: TokenizedText) -> list[tuple[int, int]]:
    """Give the stretches in which text is surely text."""
    sure: list[tuple[int, int]] = []
    doubtful = 0
    groups: list[bool] = []
    environments: list[str] = []
    begin = 0
    previous: Token | None = None
    for token in tokenized.tokens:
        was = doubtful
        if token.kind is Kind.OPEN:
            known = previous is not None and _takes_text(previous, token)
            groups.append(known)
            doubtful += not known
        elif token.kind is Kind.CLOSE and groups:
            doubtful -= not groups.pop()
        elif token.kind is Kind.BEGIN:
            environments.append(token.name)
            doubtful += token.name not in _TEXT_ENVIRONMENTS
        elif token.kind is Kind.END and environments:
            doubtful -= environments.pop() not in _TEXT_ENVIRONMENTS
        previous = token
        if was == 0 and doubtful > 0:
            sure.append((begin, token.start))
        elif was > 0 and doubtful == 0:
            begin = token.end
    if doubtful == 0:
        sure.append((begin, len(tokenized.text)))
    return sure


def _takes_text(previous: Token, opening: Token) -> bool:
    return (
        previous.kind is Kind.COMMAND
        and previous.end == opening.start
        and (previous.name in PROSE_ARGUMENTS or previous.name in BREAKING_ARGUMENTS)
    )


def _is_sure(sure: list[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(sure, offset, key=lambda stretch: stretch[0]) - 1
    return index >= 0 and offset < sure[index][1]


def _comments(passage: Passage) -> Iterator[Finding]:
    """Find comments that begin with a number's per cent sign."""
    text, prose = passage.text, passage.prose
    for token in passage.tokenized.tokens:
        if token.kind is not Kind.COMMENT or not prose[token.start - 1 : token.start].isdigit():
            continue
        number = _NUMBER.search(text, max(0, token.start - 20), token.start)
        if number is None or not _SWALLOWED.match(text, token.start, token.end):
            continue
        yield Finding(
            number.start(),
            token.start + 1,
            f'"{number[0]}%" begins a comment: the rest of the line is missing in print',
            (r"write \% for the sign itself",),
            replace_with(token.start, token.start + 1, r"\%", r"write \%", safe=False),
        )


RULE = Rule(
    "TB401",
    "unescaped-special",
    Severity.ERROR,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
