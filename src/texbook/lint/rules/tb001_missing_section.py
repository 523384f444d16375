r"""A question lacks one of the required sections.

## What it does
Looks for the sections of `[structure]` in each question: the headings one level below the
configured unit. One finding for each section that is missing, at the question's heading. A
section whose title is merely written in another way is present (TB004).

A unit counts as a question when it has at least one required section, or a variation of one;
under a starred heading, in front matter and after `\appendix` or `\backmatter`, when it has at
least half of them; and always when it was rendered from a question template. So an introduction
or a glossary is left alone.

## Why
Readers learn where to look. A question without its "Why It Fails" is not finished.

## Instead
Add the section where the hint says.

## Example
```latex
\section{Winning Is Bad News}
\subsection{The Interview Scenario} ...
\subsection{Technical Deep Dive} ...   % "The Trap Explained" is missing between the two
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule
from texbook.lint.titles import resembling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.questions import JudgedQuestion
    from texbook.lint.titles import Placed


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section that a question lacks."""
    for item in book.questions_for(RULE.code):
        for index, title in enumerate(book.required):
            if item.first(index) is None:
                yield _missing(book, item, index, title)


def _missing(book: Book, item: JudgedQuestion, index: int, title: str) -> Diagnostic:
    before = next(
        (placed for place in range(index - 1, -1, -1) if (placed := item.first(place))), None
    )
    command = f"\\{book.section_command}{{{title}}}"
    related: tuple[Related, ...] = ()
    near = _nearly(book, item, title)
    if near is not None:
        hint = f'rename "{near.section.heading.title}" if that is meant, or add {command}'
    elif before is None:
        hint = f"add {command} as the first section"
    else:
        neighbour = before.section.heading
        hint = f'add {command} after "{neighbour.title}"'
        related = (Related(heading_span(neighbour), "it belongs after this section"),)
    return RULE.diagnostic(
        f'question "{item.heading.title}" has no section "{title}"',
        heading_span(item.heading),
        hints=(hint,),
        related=related,
    )


def _nearly(book: Book, item: JudgedQuestion, title: str) -> Placed | None:
    """Give an unknown section that TB005 takes for the missing one."""
    missing = [other for index, other in enumerate(book.required) if item.first(index) is None]
    unknown = (placed for placed in item.placed if placed.index is None)
    return next((p for p in unknown if resembling(p.section.heading.title, missing) == title), None)


RULE = Rule("TB001", "missing-section", Severity.ERROR, check, structure=True)
