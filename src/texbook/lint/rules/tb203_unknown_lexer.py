r"""Pygments does not know the language of a listing.

## What it does
Looks up the languages given to minted: `\begin{minted}{..}`, `\mintinline`, `\inputminted`,
`\newminted`, and environments and commands of the book that pass a language on to them. Names of
Pygments' plugins count if they are installed. Languages of the listings package, which are its
own, are not judged, nor a lexer in a file of the book.

## Why
The build stops there, or the listing is printed without colours.

## Instead
Write a name that Pygments knows; `text` is for what is no language. The fix of `--unsafe-fixes`
takes the closest name.

## Example
```latex
\begin{minted}{pyhton}
```
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.code.highlight import lexer_aliases
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.latex.definitions import Definition
    from texbook.latex.tokens import Token
    from texbook.lint.passage import Passage

_DEFINING = frozenset({"newminted", "newmintinline"})
_COMMANDS = dict.fromkeys(("mint", "mintinline", "inputminted", "newminted", "newmintinline"), 0)
_PASSED_ON = re.compile(
    r"\\(?:mint|mintinline|inputminted)(?![A-Za-z@])\*?(?:\[[^\[\]]{0,500}\])?\{#([1-9])\}"
)
_FIRST = re.compile(r"\*?[ \t]*(?:\[[^\[\]\n]{0,500}\])?[ \t]*\{([^{}\n]{0,80})\}")
_NAME = re.compile(r"[\w+#.-]+")
_FILE = re.compile(r"\.py(?![\w-])")
_OFTEN = frozenset({"python", "text", "bash", "console", "json", "sql", "c", "java", "latex"})
"""Known without importing Pygments, which takes 0.05 s."""
_MOST_UNKNOWN = 5
"""In a passage; for more, close names are not looked for, because that takes a millisecond each."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each language that Pygments does not know."""
    unknown: set[str] = set()
    for listing in passage.listings:
        if listing.engine == "minted" and listing.place is not None:
            yield from _judge(passage, *listing.place, unknown)
    commands = _COMMANDS | _own_commands(passage.facts.definitions)
    for token in passage.tokenized.tokens:
        if token.kind is not Kind.COMMAND or token.name not in commands:
            continue
        if token.name in _DEFINING or not passage.tokenized.in_definition(token.start):
            place = _language(passage, token, commands[token.name])
            if place is not None:
                yield from _judge(passage, *place, unknown)


def _own_commands(definitions: Sequence[Definition]) -> dict[str, int]:
    r"""Give the commands that pass a language on, with the braced arguments before it."""
    found: dict[str, int] = {}
    for item in definitions:
        passed = None if item.is_environment else _PASSED_ON.search(item.body)
        number = int(passed[1]) if passed else 0
        if 0 < number <= len(item.arguments) and set(item.arguments) <= set("om"):
            found[item.name] = item.arguments[: number - 1].count("m")
    return found


def _language(passage: Passage, token: Token, before: int) -> tuple[int, int] | None:
    """Give start and end of a language, which stands behind so many arguments in braces."""
    if not before:  # there may be code behind it, in which braces need not balance
        found = _FIRST.match(passage.text, token.end)
        return found.span(1) if found else None
    reader = passage.arguments
    argument = reader.braced(reader.after_options(token.end))
    for _ in range(before):
        argument = None if argument is None else reader.braced(argument.end + 1)
    return argument


def _judge(passage: Passage, start: int, end: int, unknown: set[str]) -> Iterator[Finding]:
    written = passage.text[start:end]
    name = written.strip().lower()
    if name in _OFTEN or not _NAME.fullmatch(name) or _FILE.search(name) or "#" in name[:1]:
        return
    known = _known()
    if name in known:
        return
    unknown.add(name)
    close = _close(name) if len(unknown) <= _MOST_UNKNOWN else ()
    hint = f'did you mean "{close[0]}"?' if close else '"text" is for what is no language'
    fix = replace_with(start, end, close[0], f'write "{close[0]}"', safe=False) if close else None
    yield Finding(start, end, f'Pygments knows no language "{written.strip()}"', (hint,), fix)


@cache
def _close(name: str) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, _known(), n=1))


@cache
def _known() -> tuple[str, ...]:
    return lexer_aliases()


RULE = Rule("TB203", "unknown-lexer", Severity.ERROR, check_passage=check, fixes=Fixes.UNSAFE)
