r"""A stretch of a document that can be judged by itself, and the cuts between such stretches.

Most rules need to see no more than the neighbourhood of a fault. They look at passages: the
preamble, and what stands between two headings at which no environment and no brace is open. What
they found in a passage holds as long as its text and the `Facts` are the same, wherever it moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_text
from texbook.latex.arguments import ArgumentReader
from texbook.latex.language import guess_language
from texbook.latex.listings import Listing, read_listings
from texbook.latex.nesting import Nesting, read_nesting
from texbook.latex.prose import maths_view, prose_view
from texbook.latex.tokens import Kind, TokenizedText, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from texbook.lint.facts import Facts
    from texbook.lint.kept_views import KeptViews

_CUTTING = frozenset({"part", "chapter", "section"})
_SHORTEST = 2000
"""Code points; shorter stretches are joined with the next, since each costs a little."""


@dataclass
class Passage:
    """A text by itself; all offsets are code points from its start.

    Attributes:
        facts: what may be known of the rest of the book.
        is_preamble: whether nothing of it is typeset where it stands.
        views: what earlier runs have made of passages.
    """

    text: str
    facts: Facts
    is_preamble: bool = False
    views: KeptViews | None = None

    @cached_property
    def digest(self) -> str:
        """A value that changes with anything on which its findings may depend."""
        return digest_text(f"{self.facts.digest} {self.is_preamble} {self.text}")

    @cached_property
    def tokenized(self) -> TokenizedText:
        """Its tokens."""
        return tokenize(self.text, self.facts.specs)

    @cached_property
    def nesting(self) -> Nesting:
        """Its stretches of maths."""
        return read_nesting(self.tokenized, self.facts.halves)

    @cached_property
    def arguments(self) -> ArgumentReader:
        """Reads arguments of commands."""
        return ArgumentReader(self.tokenized)

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Its listings."""
        return read_listings(self.tokenized, self.facts.definitions)

    @cached_property
    def prose(self) -> str:
        """What is printed as text, of equal length: see `prose_view`."""
        view = None if self.views is None else self.views.get(self)
        if view is None:
            view = prose_view(self.tokenized, self.nesting.maths, preamble=self.is_preamble)
            if self.views is not None:
                self.views.put(self, view)
        return view

    @cached_property
    def language(self) -> str:
        """ISO 639 code of the language of its words; the book's where they do not tell."""
        return str(self.remembered("language", _language))

    @cached_property
    def maths(self) -> str:
        """What is maths, of equal length: see `maths_view`."""
        return maths_view(self.tokenized, () if self.is_preamble else self.nesting.maths)

    def remembered(self, name: str, make: Callable[[Passage], Any]) -> Any:
        """Give what a function makes of the passage, or has made of it in an earlier run.

        It spares rules on the whole book to look through all of it for what is rare.

        Args:
            name: of the function; different ones must not share it.
            make: depends on nothing but the passage's text and its facts, and gives what JSON can
                hold: lists, not tuples.
        """
        return make(self) if self.views is None else self.views.value(name, self, make)


def _language(passage: Passage) -> str:
    return guess_language(passage.prose, passage.facts.language)


def cut_passages(tokenized: TokenizedText) -> Iterator[tuple[int, int, bool]]:
    """Cut a document into passages: start, end and whether it is the preamble."""
    start = 0
    for cut, after_preamble in _cuts(tokenized):
        if after_preamble:
            yield start, cut, True
            start = cut
        elif cut - start >= _SHORTEST:
            yield start, cut, False
            start = cut
    if start < len(tokenized.text) or start == 0:
        yield start, len(tokenized.text), False


def _cuts(tokenized: TokenizedText) -> Iterator[tuple[int, bool]]:
    """Give the offsets at which nothing is open, and whether the document begins there."""
    environments = braces = 0
    for token in tokenized.tokens:
        kind = token.kind
        if kind is Kind.OPEN:
            braces += 1
        elif kind is Kind.CLOSE:
            braces -= 1
        elif kind is Kind.BEGIN:
            if token.name == "document" and not tokenized.in_definition(token.start):
                yield token.start, True
                environments = braces = 0
            else:
                environments += 1
        elif kind is Kind.END:
            environments -= 1
        elif (
            kind is Kind.COMMAND
            and token.name in _CUTTING
            and environments == braces == 0
            and not tokenized.in_definition(token.start)
        ):
            yield token.start, False
