r"""A listing holds what means something to TeX only, and prints it literally.

## What it does
Looks into listings of a programming language for `\textbf{..}` and the like, for `{-}` within a
word, and for `\_`, `\%`, `\&` and `\#` where the language has no backslash. This is a heuristic:
it is silent within quotes, in languages that are made of backslashes or hold LaTeX (TeX, Markdown,
shell for the escaped signs), in plain `verbatim`, and where options let a listing hold commands
(`escapeinside`, `mathescape`, `commandchars`, a style out of sight).

## Why
Nothing in a listing is a command. `max\_len` is printed with its backslash, and does not run.

## Instead
Write the character alone: `max_len`. To mark a word up in a listing give it `escapeinside`. The
fix of `--unsafe-fixes` leaves the text and takes the markup away.

## Example
```latex
\begin{minted}{python}
max\_len = pre{-}trained  # \textbf{important}
\end{minted}
```
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.listing_options import holds_commands
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_MARKUP = re.compile(
    r"\\(textbf|textit|textsc|texttt|textrm|textsf|emph|underline|mbox|url|textcolor\{\w{1,30}\})"
    r"\{([^{}\\\n]{0,200})\}"
    r"|(?<=\w)\{-\}(?=\w)"
    r"|\\([_%&#])"
)
_MOST = 200
"""In one listing; with more it is no listing of that language."""
_DIALECT = re.compile(r"\[[^\[\]]*\]")
_TEX = frozenset(
    {"", "tex", "latex", "bibtex", "text", "plain", "none", "markdown", "md", "rst", "org", "html"}
    | {"output", "diff", "udiff", "xml", "lyx", "texinfo", "metafont", "metapost", "lua", "asy"}
)
"""Languages that are TeX, may hold it, or are none."""
_WITHOUT_BACKSLASH = frozenset(
    {"python", "py", "python3", "py3", "json", "toml", "yaml", "c", "c++", "cpp", "java", "go"}
    | {"rust", "sql", "javascript", "js", "typescript", "ts", "kotlin", "swift", "csharp", "scala"}
)
"""Languages in which a backslash stands in strings and at line ends, but before no sign."""
_IN_WORDS = re.compile(r"\w\w\{-\}\w\w")
"""Wrong in a string as well; with single letters it is rather a class of a regular expression."""
_QUOTES = re.compile(r"\\.|\"\"\"|'''|\"|'|`|\n", re.DOTALL)


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each piece of TeX in a listing of a programming language."""
    for listing in passage.listings:
        language = _DIALECT.sub("", listing.language).strip().lower()
        if language in _TEX or holds_commands(listing, passage.facts.settings):
            continue
        code = passage.text[listing.start : listing.end]
        markup = (item for item in _MARKUP.finditer(code) if _is_tex(item, code, language))
        found = list(islice(markup, _MOST))
        quoted = _quoted(code, [item.start() for item in found])
        for item in found:
            if item.start() not in quoted or _IN_WORDS.match(code, max(0, item.start() - 2)):
                yield _finding(item, listing.start)


def _is_tex(found: re.Match[str], code: str, language: str) -> bool:
    if found[0] == "{-}":
        return True
    if found[3]:
        return language in _WITHOUT_BACKSLASH
    # Another sign right before it is rather the beginning of an escape that is out of sight.
    before = code[found.start() - 1 : found.start()] if found.start() else ""
    return not before or before.isspace() or before.isalnum() or before in "([,=:"


def _quoted(code: str, places: list[int]) -> frozenset[int]:
    """Give the places that stand in a string; a quote in a comment opens one to the line's end."""
    inside: set[int] = set()
    opened = ""
    waiting = iter([*places, len(code) + 1])
    place = next(waiting)
    for mark in _QUOTES.finditer(code) if places else ():
        while place < mark.end() and place < len(code):
            if opened:
                inside.add(place)
            place = next(waiting)
        if opened == mark[0] or (mark[0] == "\n" and len(opened) == 1):
            opened = ""
        elif not opened and mark[0][0] not in "\\\n":
            opened = mark[0]
    while place < len(code):
        if opened:
            inside.add(place)
        place = next(waiting)
    return frozenset(inside)


def _finding(found: re.Match[str], offset: int) -> Finding:
    start, end = offset + found.start(), offset + found.end()
    plain = "-" if found[0] == "{-}" else found[3] or found[2] or ""
    return Finding(
        start,
        end,
        f'"{found[0]}" is printed literally in a listing',
        (f'write "{plain}"' if plain else "remove it",),
        replace_with(start, end, plain, f'write "{plain}"', safe=False),
    )


RULE = Rule("TB202", "tex-in-code", Severity.WARNING, check_passage=check, fixes=Fixes.UNSAFE)
