r"""The required sections of a question are not in the required order.

## What it does
Finds the fewest sections that have to move so that the rest is in order, and reports each of
them with the section that it should follow.

## Why
The order is the argument: scenario, trap, mechanism, failure, solution.

## Instead
Move the section, text and all.

## Example
```latex
\subsection{The Solution} ...
\subsection{Why It Fails} ...   % belongs before "The Solution"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.order import longest_increasing
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.questions import JudgedQuestion
    from texbook.lint.titles import Placed


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section that has to move."""
    for item in book.questions_for(RULE.code):
        present = _firsts(item)
        staying = set(longest_increasing([index for index, _ in present]))
        for index, placed in present:
            if index not in staying:
                yield _misplaced(present, index, placed)


def _firsts(item: JudgedQuestion) -> list[tuple[int, Placed]]:
    firsts: dict[int, Placed] = {}
    for placed in item.placed:
        if placed.index is not None:
            firsts.setdefault(placed.index, placed)
    return list(firsts.items())


def _misplaced(present: list[tuple[int, Placed]], index: int, placed: Placed) -> Diagnostic:
    title = placed.section.heading.title
    lower = [(other, place) for other, place in present if other < index]
    higher = [(other, place) for other, place in present if other > index]
    if lower:
        neighbour, side = max(lower, key=lambda pair: pair[0])[1].section.heading, "after"
    else:
        neighbour, side = min(higher, key=lambda pair: pair[0])[1].section.heading, "before"
    return RULE.diagnostic(
        f'section "{title}" is out of order',
        heading_span(placed.section.heading),
        hints=(f'move it {side} "{neighbour.title}"',),
        related=(Related(heading_span(neighbour), f"it belongs {side} this section"),),
    )


RULE = Rule("TB002", "section-order", Severity.ERROR, check, structure=True)
