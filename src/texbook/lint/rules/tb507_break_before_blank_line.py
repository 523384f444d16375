r"""A line break stands at the end of a paragraph.

## What it does
Looks for `\\` before a blank line in running text. Tables, formulas, verses, title pages, arguments
and environments that are not known to hold text are left alone; so is `\\[1ex]`, which asks for a
space, and a break after nothing, such as `\hfill \\`.

## Why
The blank line ends the paragraph by itself. The break before it adds an empty line that TeX
complains of: "Underfull \hbox (badness 10000)".

## Instead
Remove `\\`. For more space between paragraphs there is `\medskip`, or the package parskip for the
whole book. The fix is safe.

## Example
```latex
This is the end of a paragraph.\\

And this begins another one.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import NOTHING, THING
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import Token
    from texbook.lint.passage import Passage

_TEXT_ENVIRONMENTS = """
document itemize enumerate description quote quotation abstract minipage center flushleft
flushright theorem lemma corollary proposition definition example remark proof exercise solution
note small footnotesize multicols
"""
_HOLDS_TEXT = frozenset(_TEXT_ENVIRONMENTS.split())
_FOLLOWS = re.compile(r"\*?[ \t\r]*(?:%[^\n]*)?\Z")
_WORD = re.compile(r"[^\W\d_]{2}")
_WORDS = re.compile(r"[^\W\d_]{2,}[^\w\s]*[ \t~][^\w\u2029]*[^\W\d_]{2}")
"""A line of less than two words may be a row of some table, unless it ends like a sentence."""
_SENTENCE_ENDS = (".", ":", ";", "!", "?")
_LONGEST_LINE = 2000


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each line break."""
    if passage.is_preamble:
        return
    environments: list[str] = []
    braces = 0
    tokens = passage.tokenized.tokens
    for index, token in enumerate(tokens):
        if token.kind is Kind.BEGIN:
            environments.append(token.name)
        elif token.kind is Kind.END and environments:
            environments.pop()
        elif token.kind is Kind.OPEN:
            braces += 1
        elif token.kind is Kind.CLOSE:
            braces = max(0, braces - 1)
        elif token.name == "\\" and token.kind is Kind.SYMBOL and not braces:
            text = not environments or environments[-1].rstrip("*") in _HOLDS_TEXT
            if text and _ends_paragraph(passage, tokens, index):
                yield _finding(passage, token)


def _ends_paragraph(passage: Passage, tokens: list[Token], index: int) -> bool:
    text = passage.text
    start, after = tokens[index].start, tokens[index].end
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.kind is Kind.COMMENT:
        following = tokens[index + 2] if index + 2 < len(tokens) else None
    if following is None or following.kind is not Kind.PARAGRAPH:
        return False
    if not _FOLLOWS.match(text[after : following.start]):
        return False
    if passage.tokenized.in_definition(start):
        return False
    line_start = text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
    if "&" in text[line_start:start].replace("\\&", ""):
        return False
    return _follows_text(passage.prose, line_start, start)


def _follows_text(prose: str, line_start: int, offset: int) -> bool:
    """Say whether words stand before an offset in its line."""
    shown = prose[line_start:offset].replace(NOTHING, "").rstrip(" \t\r")
    ends = bool(shown) and (shown[-1].isalnum() or shown[-1] in f".,:;!?)]'\"-{THING}")
    pattern = _WORD if shown[-1:] in _SENTENCE_ENDS else _WORDS
    return ends and pattern.search(shown) is not None


def _finding(passage: Passage, token: Token) -> Finding:
    text = passage.text
    end = token.end + text.startswith("*", token.end)
    start = token.start
    while text[start - 1 : start] in (" ", "\t"):
        start -= 1
    return Finding(
        token.start,
        end,
        "a line break before a blank line prints an empty line",
        (r"remove the \\",),
        replace_with(start, end, "", r"remove the \\"),
    )


RULE = Rule(
    "TB507",
    "break-before-blank-line",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
