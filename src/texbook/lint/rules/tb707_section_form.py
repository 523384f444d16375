r"""A section of a question lacks its box, or lists too few or too many points.

## What it does
Two checks, each off unless `[structure]` asks for it. `answer-box` names an environment that the
`answer-section` must hold. `fewest-takeaways` and `most-takeaways` bound the number of items in the
`takeaways-section`: the `\item`s of its lists, without those of lists within lists. Questions whose
status is `stub` are left alone.

## Why
Readers who know where to look read faster: the answer in its box, a handful of points at the end.
Fifteen takeaways are none.

## Instead
Put the answer in its box; join or cut points.

## Example
```latex
\subsection{Key Takeaways}
\begin{itemize}
  \item Only one.
\end{itemize}
```
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.tokens import Kind
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.outline import Section
    from texbook.latex.tokens import Token


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section that has not its form."""
    structure = book.config.structure
    box = structure.answer_box
    if box:
        for section in _sections(book, structure.answer_section):
            if not any(t.kind is Kind.BEGIN and t.name == box for t in _tokens(book, section)):
                yield RULE.diagnostic(
                    f'section "{section.heading.title}" has no "{box}"',
                    heading_span(section.heading),
                    hints=(f"put the answer between \\begin{{{box}}} and \\end{{{box}}}",),
                )
    fewest, most = structure.fewest_takeaways, structure.most_takeaways
    if fewest or most:
        for section in _sections(book, structure.takeaways_section):
            count = _items(book, section)
            if count < fewest or (most and count > most):
                yield _takeaways(section, count, fewest, most)


def _takeaways(section: Section, count: int, fewest: int, most: int) -> Diagnostic:
    if count < fewest:
        wanted = f"at least {fewest}" if not most else f"{fewest} to {most}"
    else:
        wanted = f"at most {most}" if not fewest else f"{fewest} to {most}"
    noun = "point" if count == 1 else "points"
    return RULE.diagnostic(
        f'section "{section.heading.title}" lists {count or "no"} {noun}, and needs {wanted}',
        heading_span(section.heading),
        hints=("each point is an \\item of a list",),
    )


def _sections(book: Book, title: str) -> Iterator[Section]:
    """Give the sections of all written questions that are a certain required one."""
    if title not in book.required:
        return
    wanted = book.required.index(title)
    for item in book.questions_for(RULE.code):
        if item.heading.source.path in book.stubs:
            continue
        placed = item.first(wanted)
        if placed is not None and not book.is_empty(placed.section):
            yield placed.section


def _tokens(book: Book, section: Section) -> Iterator[Token]:
    for source, start, end in section.body:
        tokens = book.tokenized[source.path].tokens
        for index in range(bisect_left(tokens, start, key=lambda token: token.start), len(tokens)):
            if tokens[index].start >= end:
                break
            yield tokens[index]


def _items(book: Book, section: Section) -> int:
    """Count the items that stand in no other item."""
    count = with_items = 0
    has_items: list[bool] = []
    for token in _tokens(book, section):
        if token.kind is Kind.BEGIN:
            has_items.append(False)
        elif token.kind is Kind.END and has_items:
            with_items -= has_items.pop()
        elif token.kind is Kind.COMMAND and token.name == "item" and has_items:
            with_items += not has_items[-1]
            has_items[-1] = True
            count += with_items == 1
    return count


RULE = Rule("TB707", "section-form", Severity.WARNING, check, structure=True)
