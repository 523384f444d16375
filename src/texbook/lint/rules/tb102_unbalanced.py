r"""An environment, a brace or a formula is opened and not closed, or closed and not opened.

## What it does
Checks that environments, braces and formulas are closed where they were opened. One finding a
file, for the first fault: what follows it is often its consequence. The other rules go on.

To be sure of what it says, it leaves alone what may be right: macro definitions, the preamble,
environments that a macro of the book opens or closes by itself, an environment opened within a
braced argument or between `\if...` and `\fi`, one that is opened in one file and closed in another,
`\end{document}` where a file is missing that may begin the document, what stands between two bars
of one line, which many manuals use for code, and in environments that are called `program`, `shell`
and the like.

## Why
TeX stops there, or prints everything that follows in the wrong shape.

## Instead
Close what the message names.

## Example
```latex
\begin{itemize}
  \item one
\end{enumerate}   % "itemize" is still open
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.tokens import Kind
from texbook.lint.branches import Branches
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.nesting import NestingFault
    from texbook.latex.tokens import TokenizedText
    from texbook.lint.book import Book, Document

_CALLED_AS_CODE = re.compile(r"(?i)program|code|listing|script|console|terminal|session|shell|verb")
_SHIFTS = frozenset({"$", "$$", "\\(", "\\)", "\\[", "\\]"})


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield at most one finding for each file."""
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for _, nesting in book.nestings:
        names = {(fault.what, fault.opens) for fault in nesting.faults}
        opened.update(what for what, opens in names if opens)
        closed.update(what for what, opens in names if not opens)
    for document, nesting in book.nestings:
        if not nesting.faults:
            continue
        tokenized = book.tokenized[document.source.path]
        own = {(fault.what, fault.opens) for fault in nesting.faults}
        branches = Branches(tokenized)
        code = _code(tokenized)
        for fault in nesting.faults:
            if _is_environment(fault):
                others = closed if fault.opens else opened
                elsewhere = others[fault.what] - ((fault.what, not fault.opens) in own)
                in_doubt = branches.hold(fault.start) or _is_doubtful(book, document, fault)
                may_be_right = elsewhere > 0 or in_doubt
            else:
                may_be_right = _is_quoted(document.source.text, fault) or _lies_in(
                    code, fault.start
                )
            if not may_be_right:
                yield _finding(document, fault)
                break


def _is_doubtful(book: Book, document: Document, fault: NestingFault) -> bool:
    """Say whether a document may begin in a file out of sight, or stands in another as example."""
    if fault.what != "document":
        return False
    return not book.inputs.is_whole or document.source.text.count("\\begin{document}") > 1


def _is_quoted(text: str, fault: NestingFault) -> bool:
    r"""Say whether a sign may be code: ``|$|``, or ``\\[0pt]`` of some package's own."""
    start = text.rfind("\n", 0, fault.start) + 1
    end = text.find("\n", fault.end)
    before, after = text[start : fault.start], text[fault.end : end if end >= 0 else len(text)]
    if fault.what == "\\[" and "\\]" not in text and text.count("\\[") > 1:
        return True
    return before.count("|") % 2 == 1 and "|" in after


def _code(tokenized: TokenizedText) -> list[tuple[int, int]]:
    """Give the environments out of sight that are called as those for code are, in order."""
    found: list[tuple[int, int]] = []
    opened: tuple[str, int] | None = None
    for token in tokenized.tokens:
        if opened is None:
            if token.kind is Kind.BEGIN and _CALLED_AS_CODE.search(token.name):
                opened = (token.name, token.end)
        elif token.kind is Kind.END and token.name == opened[0]:
            found.append((opened[1], token.start))
            opened = None
    return found


def _lies_in(stretches: list[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(stretches, (offset, offset)) - 1
    return index >= 0 and offset < stretches[index][1]


def _is_environment(fault: NestingFault) -> bool:
    return fault.what not in _SHIFTS and fault.what not in ("{", "}")


def _finding(document: Document, fault: NestingFault) -> Diagnostic:
    source = document.source
    related: tuple[Related, ...] = ()
    if fault.met is not None:
        related = (Related(source.span(fault.met), "it has to be closed before this place"),)
    what, hint = _words(fault)
    return RULE.diagnostic(
        what, source.span(fault.start, fault.end), hints=(hint,), related=related
    )


def _words(fault: NestingFault) -> tuple[str, str]:
    if _is_environment(fault):
        if fault.opens:
            return f'environment "{fault.what}" is never closed', f"add \\end{{{fault.what}}}"
        return (
            f"\\end{{{fault.what}}} closes an environment that is not open here",
            f"add \\begin{{{fault.what}}} before it, or remove it",
        )
    if fault.what == "{":
        return 'this "{" is never closed', 'add the "}", or write \\{ for a printed brace'
    if fault.what == "}":
        return 'this "}" closes nothing', "remove it, or write \\} for a printed brace"
    if fault.opens:
        return (
            f'the formula that "{fault.what}" begins does not end in its paragraph',
            "close it before the blank line; a dollar sign in text is \\$",
        )
    return f'"{fault.what}" ends a formula that was not begun', "remove it, or begin the formula"


RULE = Rule("TB102", "unbalanced", Severity.ERROR, check)
