r"""A blank line stands before a displayed formula.

## What it does
Looks for a blank line between text and `\[`, `$$` or an environment such as `equation` or `align`.
A formula that follows a heading, an environment or nothing at all is left alone.

## Why
The blank line ends the paragraph, and the formula begins another one, with an empty line above
it: TeX sets more space than it should, and may break the page between the sentence and its formula.

## Instead
Remove the blank line; where the source should breathe, a line with only `%` does no harm. The fix
is unsafe, because a paragraph may have been meant to end there.

## Example
```latex
The loss is

\begin{equation}
  L = -\log p
\end{equation}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.nesting import MATHS_ENVIRONMENTS
from texbook.latex.prose import NOTHING, THING
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.latex.tokens import Token
    from texbook.lint.passage import Passage

_DISPLAYS = MATHS_ENVIRONMENTS - {"math", "math*"}
_TEXT = re.compile(r"[\w.,:;)'?!-]")
_INLINE = re.compile(r"\$(?!\$)|\\\(")
_BLANK = re.compile(r"\n(?:[ \t\r]*\n)+")
_SKIPPED = frozenset(f"{NOTHING} \t\r\n~")
_FARTHEST = 500
"""Code points; no more than that is skipped to find the last word before the blank line."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each formula."""
    if passage.is_preamble:
        return
    starts = {start for start, _ in passage.nesting.maths}
    inline = frozenset(
        end for start, end in passage.nesting.maths if _INLINE.match(passage.text, start)
    )
    tokens = passage.tokenized.tokens
    for index, token in enumerate(tokens):
        if token.start in starts and _is_display(token):
            blanks = _blank_lines(passage.text, tokens, index)
            if blanks and _follows_text(passage, blanks[0][0], inline):
                yield Finding(
                    token.start,
                    token.end,
                    "a blank line before a displayed formula ends the paragraph",
                    ("remove the blank line",),
                    Fix(
                        "remove the blank line",
                        tuple(Edit(start + 1, end, "") for start, end in blanks),
                        safe=False,
                    ),
                )


def _is_display(token: Token) -> bool:
    if token.kind is Kind.BEGIN:
        return token.name in _DISPLAYS
    return token.kind is Kind.MATHS and token.name in ("$$", "\\[")


def _blank_lines(text: str, tokens: Sequence[Token], index: int) -> list[tuple[int, int]]:
    """Give the blank lines directly before a token, comments between them, in order."""
    found: list[tuple[int, int]] = []
    after = tokens[index].start
    while index > 0:
        index -= 1
        token = tokens[index]
        if text[token.end : after].strip() or token.kind not in (Kind.PARAGRAPH, Kind.COMMENT):
            break
        if token.kind is Kind.PARAGRAPH:
            blank = _BLANK.match(text, token.start, after)
            found.append((token.start, blank.end() if blank else token.end))
        after = token.start
    return found[::-1]


def _follows_text(passage: Passage, offset: int, inline: frozenset[int]) -> bool:
    """Say whether the last thing printed before an offset is a part of a paragraph.

    Args:
        passage: the passage.
        offset: in it.
        inline: where formulas within lines end.
    """
    for place in range(offset - 1, max(-1, offset - _FARTHEST), -1):
        character = passage.prose[place]
        if character in _SKIPPED:
            continue
        if character == THING:
            return place + 1 in inline
        return _TEXT.match(character) is not None
    return False


RULE = Rule(
    "TB512",
    "blank-line-before-display",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.UNSAFE,
)
