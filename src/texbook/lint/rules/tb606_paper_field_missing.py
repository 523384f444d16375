r"""A paper is listed, but not what it shows or why it is listed.

## What it does
Looks at the entries of the section that `papers-section` of `[structure]` names. An entry is
reported when hardly a word of it is more than authors, title, venue and number, and when it has no
title and names no key of the bibliography. Where nearly all entries of the book have a part with a
label, such as `\textbf{Key contribution.}`, those without it are reported. What is a description is
told by its words in small letters, so scripts without these are left alone.

## Why
A list of references sends the reader away. One sentence on what a paper found, and one on why it
matters here, are worth more than the paper.

## Instead
Write both below the reference.

## Example
```latex
\item \textbf{Attention Is All You Need} (Vaswani et al., 2017), \url{https://arxiv.org/abs/1706.03762}.
```
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.paper_entries import is_label
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.papers import Paper

_FEWEST_WORDS = 3
_WORD = re.compile(r"(?<![\w\\.@/-])[^\W\d_]{2,}(?![\w@/])")
_OF_REFERENCES = re.compile(
    r"abs|al|also|and|appear|arxiv|at|available|by|com|conference|de|del|della|den|der|doi|"
    r"ed|edition|eds|et|for|http|https|in|international|journal|la|le|link|no|note|of|on|"
    r"org|page|pages|paper|pp|preprint|press|proceedings|report|see|technical|the|thesis|"
    r"to|und|url|van|vol|volume|von|with|workshop|www|year"
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?")
_ARGUMENTS = re.compile(
    r"\\(?:(?:no)?[A-Za-z]*[cC]ite\w*|label|ref|cref|begin|end)\*?[ \t]*\{[^{}]*\}"
)
_LABELLED = re.compile(r"\\(?:textbf|textit|emph)[ \t]*\{([^{}]{3,60}?)([:.]?)\}([:.]?)")
_FEWEST_ENTRIES = 6
_NEARLY_ALL = 0.85


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield at most one finding for each entry."""
    entries = book.papers.entries
    labels = [_labels(paper) for paper in entries]
    usual = _usual(labels)
    for paper, own in zip(entries, labels, strict=True):
        if _is_bare(paper):
            yield RULE.diagnostic(
                f'nothing says what the paper "{paper.name}" shows',
                paper.span(),
                hints=("add a sentence on its key contribution, and one on why it matters here",),
            )
        elif missing := [label for label in usual if label not in own]:
            names = " and ".join(f'"{usual[label]}"' for label in missing)
            count = sum(missing[0] in found for found in labels)
            yield RULE.diagnostic(
                f'the paper "{paper.name}" has no {names}',
                paper.span(),
                hints=(f"{count} of {len(entries)} papers in this book have it",),
            )
        elif paper.title is None and not paper.keys and _is_address_alone(paper):
            yield RULE.diagnostic("a paper has no title", paper.span())


def _is_bare(paper: Paper) -> bool:
    """Say whether hardly a word is more than a reference."""
    text = paper.without_identifiers
    if paper.title is not None:
        text = text[: paper.title.start] + " " + text[paper.title.end :]
    text = _COMMAND.sub(" ", _ARGUMENTS.sub(" ", text))
    found: list[str] = _WORD.findall(text)
    words = [word for word in found if not _OF_REFERENCES.fullmatch(word)]
    if any(word.lower() == word.upper() for word in words):
        return False
    return sum(word.islower() for word in words) < _FEWEST_WORDS


def _is_address_alone(paper: Paper) -> bool:
    """Say whether an entry begins with an address, so that no plain title is before it."""
    before = paper.written[: paper.addresses[0].start - paper.start] if paper.addresses else "title"
    return not re.search(r"\w{2}", _COMMAND.sub("", before))


def _labels(paper: Paper) -> dict[str, str]:
    """Give the labels of an entry's parts, in small letters, with how they are written."""
    start = 0 if paper.title is None else paper.title.end
    found: dict[str, str] = {}
    for match in _LABELLED.finditer(paper.written, start):
        words = " ".join(match[1].split())
        if (match[2] or match[3]) and is_label(words):
            found.setdefault(words.lower(), words)
    return found


def _usual(labels: list[dict[str, str]]) -> dict[str, str]:
    """Give the labels that nearly all entries have."""
    if len(labels) < _FEWEST_ENTRIES:
        return {}
    counts = Counter(label for found in labels for label in found)
    written = {label: words for found in labels for label, words in found.items()}
    return {
        label: written[label]
        for label, count in counts.items()
        if count >= _NEARLY_ALL * len(labels)
    }


RULE = Rule("TB606", "paper-field-missing", Severity.WARNING, check)
