r"""What a stretch of LaTeX is made of: words, listings, figures, tables, formulas, references."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.latex.arguments import ArgumentReader
from texbook.latex.nesting import read_nesting
from texbook.latex.references import CITING, REFERRING, read_keys
from texbook.latex.specs import BUILT_IN, NOT_PRINTED, VerbatimSpecs
from texbook.latex.tokens import Kind
from texbook.latex.words import BodyReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import Token, TokenizedText

_READ_LISTINGS = frozenset(
    {"lstinputlisting", "inputminted", "VerbatimInput", "BVerbatimInput", "verbatiminput"}
    | {"amzinputcode"}
)
_FIGURES = frozenset({"figure", "wrapfigure", "SCfigure", "sidewaysfigure", "marginfigure"})
_TABLE_FLOATS = frozenset({"table", "wraptable", "sidewaystable", "margintable"})
_TABLES = frozenset({"tabular", "tabularx", "tabulary", "longtable", "xltabular", "tblr"})
_BOXES = frozenset({"tcolorbox", "mdframed", "framed", "shaded"})
_NO_BOXES = frozenset({"lrbox", "adjustbox"})
_CITATIONS = {name: form for name, form in CITING.items() if name.lower() != "nocite"}
_INLINE = re.compile(r"\$(?!\$)|\\\(|\\begin[ \t]*\{math\}")


@dataclass(frozen=True, slots=True)
class Material:
    """Counts; they can be added.

    Attributes:
        words: of prose, captions and tables included; a formula within a line is one word; code,
            displayed formulas, comments, commands and file names are none.
        tables: floats, and tables that stand in none.
        formulas: displayed ones.
        boxes: environments of tcolorbox and its like, told by a name that ends in ``box``.
        papers: keys that are cited.
        references: labels that are referred to.
    """

    words: int = 0
    listings: int = 0
    figures: int = 0
    tables: int = 0
    formulas: int = 0
    boxes: int = 0
    papers: frozenset[str] = frozenset()
    references: int = 0

    def __add__(self, other: Material) -> Material:
        return Material(
            self.words + other.words,
            self.listings + other.listings,
            self.figures + other.figures,
            self.tables + other.tables,
            self.formulas + other.formulas,
            self.boxes + other.boxes,
            self.papers | other.papers,
            self.references + other.references,
        )


class MaterialReader:
    r"""Counts in stretches of one text.

    >>> from texbook.latex.tokens import tokenize
    >>> text = r"One $x$ is \emph{in} \cite{a,b}. \begin{figure}\end{figure} \[ y \]"
    >>> material = MaterialReader(tokenize(text)).count(0, len(text))
    >>> material.words, material.figures, material.formulas, sorted(material.papers)
    (4, 1, 1, ['a', 'b'])
    """

    def __init__(self, tokenized: TokenizedText, specs: VerbatimSpecs = BUILT_IN):
        self._tokenized = tokenized
        self._specs = specs
        self._body = BodyReader(tokenized)
        self._arguments = ArgumentReader(tokenized)
        self._starts = [token.start for token in tokenized.tokens]
        self._inline: list[int] = []
        self._displayed: list[int] = []
        for start, _ in read_nesting(tokenized).maths:
            is_inline = _INLINE.match(tokenized.text, start) is not None
            (self._inline if is_inline else self._displayed).append(start)

    def count(self, start: int, end: int) -> Material:
        """Count between two offsets."""
        listings = figures = tables = boxes = references = depth = 0
        papers: set[str] = set()
        for token in self._tokens(start, end):
            name = token.name
            bare = name.removesuffix("*")
            if token.kind is Kind.BEGIN:
                listings += self._specs.is_verbatim(name) and name not in NOT_PRINTED
                figures += bare in _FIGURES
                boxes += bare in _BOXES or (bare.endswith("box") and bare not in _NO_BOXES)
                tables += bare in _TABLE_FLOATS or (bare in _TABLES and depth == 0)
                depth += bare in _TABLE_FLOATS or bare in _TABLES or bare in _FIGURES
            elif token.kind is Kind.END:
                closes = bare in _TABLE_FLOATS or bare in _TABLES or bare in _FIGURES
                depth = max(0, depth - closes)
            elif name in _READ_LISTINGS:
                listings += 1
            elif name in REFERRING:
                references += len(read_keys(self._arguments, token, REFERRING[name]) or ())
            elif name in _CITATIONS:
                keys = read_keys(self._arguments, token, _CITATIONS[name]) or ()
                papers.update(key.name for key in keys)
        words = self._body.words(start, end) + _between(self._inline, start, end)
        formulas = _between(self._displayed, start, end)
        return Material(
            words, listings, figures, tables, formulas, boxes, frozenset(papers), references
        )

    def _tokens(self, start: int, end: int) -> Iterator[Token]:
        """Give the commands and environments of a stretch that are typeset there."""
        tokens = self._tokenized.tokens
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            token = tokens[index]
            if token.kind in (Kind.BEGIN, Kind.END, Kind.COMMAND) and not (
                self._tokenized.in_definition(token.start)
            ):
                yield token


def _between(offsets: list[int], start: int, end: int) -> int:
    return bisect_left(offsets, end) - bisect_left(offsets, start)
