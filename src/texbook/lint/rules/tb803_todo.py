r"""Something is marked as still to be done.

## What it does
Reports `TODO`, `FIXME`, `TBD` and `XXX` in the text and in comments, `\todo{...}` and
`\missingfigure{...}` of todonotes, filler text (`\lipsum`, `\blindtext`, "lorem ipsum"), comments
that speak of a placeholder, and commented-out `\include`, `\input` and `\subfile`. Off by default.

## Why
What is left to do is forgotten until a reader finds it.

## Instead
Do it, or move it to the list of issues.

## Example
```latex
% TODO: check this number
%\include{chapters/07-scaling}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_MARK = re.compile(r"(?<![\w-])(?:TODO|FIXME|TBD|XXX)(?![\w-])")
_IN_TEXT = re.compile(rf"{_MARK.pattern}|\blorem[ ~\n]ipsum\b", re.IGNORECASE)
_IN_COMMENT = re.compile(
    rf"{_MARK.pattern}|\b(?:[Ll]orem ipsum|[Pp]laceholder (?:text|image|figure|for)|PLACEHOLDER)\b"
)
_COMMENTED_OUT = re.compile(
    r"%+[ \t]*\\(include|input|subfile|includeonly)[ \t]*\{([^{}\s\\#]+)\}", re.DOTALL
)
_COMMANDS = frozenset(
    {"todo", "missingfigure", "lipsum", "blindtext", "Blindtext", "blinddocument"}
)
_SAID = 60


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each mark."""
    text = passage.text
    for token in passage.tokenized.tokens:
        if token.kind is Kind.COMMENT and token.name not in ("iffalse", "end"):
            yield from _comment(text, token.start, token.end)
        elif (
            token.kind is Kind.COMMAND
            and token.name in _COMMANDS
            and not passage.is_preamble
            and not passage.tokenized.in_definition(token.start)
        ):
            argument = passage.arguments.braced(passage.arguments.after_options(token.end))
            said = "" if argument is None else text[argument.start : argument.end]
            end = token.end if argument is None else argument.end + 1
            yield Finding(token.start, end, f'still to be done: "\\{token.name}"{_quoted(said)}')
    for found in _IN_TEXT.finditer(passage.prose):
        if found[0].isupper() or " " in found[0] or "\n" in found[0] or "~" in found[0]:
            line = text[found.end() : found.end() + 200].partition("\n")[0]
            said = re.split(r"(?<!\\)%", line, maxsplit=1)[0]
            message = f'still to be done: "{" ".join(found[0].split())}"{_quoted(said)}'
            yield Finding(found.start(), found.end(), message)


def _comment(text: str, start: int, end: int) -> Iterator[Finding]:
    if out := _COMMENTED_OUT.match(text, start, end):
        message = f'"{out[2]}" is commented out'
        yield Finding(
            start,
            out.end(),
            message,
            hints=(f'read it again with "\\{out[1]}", or delete the line',),
        )
    elif found := _IN_COMMENT.search(text, start, end):
        said = text[found.end() : end]
        message = f'still to be done, says a comment: "{found[0]}"{_quoted(said)}'
        yield Finding(found.start(), found.end(), message)


def _quoted(said: str) -> str:
    """Give the rest of a note, if there is any."""
    words = " ".join(said.strip(" \t\r\n:.-").split())
    if not words:
        return ""
    return f": {words if len(words) <= _SAID else words[:_SAID].rsplit(' ', 1)[0] + ' ...'}"


RULE = Rule("TB803", "todo", Severity.INFORMATION, check_passage=check, default=False)
