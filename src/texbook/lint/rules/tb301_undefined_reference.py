r"""A reference leads to a label that does not exist.

## What it does
Looks up what `\ref`, `\eqref`, `\cref`, `\autoref`, `\nameref`, `\pageref`, `\hyperref[..]` and
their like name, over all files of the book. Macros of the book are understood by their definitions
(`\newcommand{\figref}[1]{Figure~\ref{fig:#1}}`); others can be declared as `reference-commands` of
`[lint]`. Labels may be set by `\label`, by the option `label` of listings and boxes, and by
environments that make them of an argument, as those of amznotes and of `\newtcbtheorem` do.

It says nothing where it cannot be sure: a name that holds a macro, labels of another document
(`xr`), a file of the book that is not there, a name that is an argument somewhere else.

## Why
The PDF prints "??" in its place.

## Instead
Correct the name, or set the label.

## Example
```latex
\section{The Leak}\label{sec:leak}
As \cref{sec:leek} shows, ...
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.closest import Closest
from texbook.lint.labels import names_in_arguments
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book

_SET_BY_PACKAGES = frozenset(
    {"LastPage", "TotPages", "VeryLastPage", "LastPages", "lastpage", "CurrentPage"}
)
"""Labels of lastpage, totpages, pageslts and zref-lastpage."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each reference without a label."""
    keys = book.keys
    known = {label.name: label for label in reversed(keys.labels)}
    undefined = [
        place
        for place in keys.references
        if place.name not in known
        and place.name not in _SET_BY_PACKAGES
        and "@" not in place.name
        and not keys.may_be_label(place.name)
    ]
    if not undefined:
        return
    if not book.inputs.is_whole:
        book.leave_open(RULE.code, {place.name for place in undefined})
        return
    arguments = set(names_in_arguments(book, keys))
    closest = Closest(known)
    for place in undefined:
        if place.name in arguments or place.name.rpartition(":")[2] in arguments:
            continue
        close = closest.to(place.name)
        yield RULE.diagnostic(
            f'there is no label "{place.name}"',
            place.span,
            hints=(
                f'did you mean "{close}"?'
                if close
                else f'set it with "\\label{{{place.name}}}"; until then "??" is printed here',
            ),
            related=(Related(known[close].span, f'"{close}" is set here'),) if close else (),
        )


RULE = Rule("TB301", "undefined-reference", Severity.ERROR, check)
