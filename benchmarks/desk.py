"""Copies of our own book on which the same small edits are made, again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, Book, Builder
from benchmarks.edits.edit import add_to_block, question, swap
from benchmarks.edits.prose import PAGE
from benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_REWORDED = "two-goals-one-score"
_SENTENCE = "When somebody looked, the counter stood at {}."
_FIRST = 1001
"""The numbers of the sentence have four digits, which are equally wide."""


@dataclass(slots=True)
class Desk:
    """A copy of our own book that is built and settled, and is edited from here on.

    Every edit makes a text that was not there before, so that nothing kept from earlier helps.

    Attributes:
        folder: the copy.
    """

    folder: Path
    _number: int = _FIRST
    _lengthened: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Write the sentence that `reword` changes; before the first build."""
        add_to_block(self.folder, _REWORDED, "scenario", _SENTENCE.format(_FIRST))

    def reword(self) -> None:
        """Change a number in a question; no line breaks elsewhere."""
        old = _SENTENCE.format(self._number)
        self._number += 1
        swap(question(self.folder, _REWORDED), old, _SENTENCE.format(self._number))

    @property
    def sentence(self) -> str:
        """The text that `reword` has written last."""
        return _SENTENCE.format(self._number)

    def lengthen(self) -> None:
        """Write a page more into a question that was not lengthened yet, in the book's order.

        Raises:
            BenchmarkError: there is none left.
        """
        lines = (self.folder / "main.tex").read_text("utf-8")
        slugs = re.findall(
            r"^\\include\{chapters/.*/(?!chapter\})([^/}\n]+)\}$", lines, re.MULTILINE
        )
        left = [slug for slug in slugs if slug not in {_REWORDED, *self._lengthened}]
        if not left:
            raise BenchmarkError("every question has been lengthened: use fewer runs")
        self._lengthened.append(left[0])
        add_to_block(self.folder, left[0], "scenario", PAGE)

    @property
    def pdf(self) -> Path:
        """What is built."""
        return self.folder / "main.pdf"


def open_desk(shop: Workshop, builder: Builder) -> Desk:
    """Make a copy of our own book and build it."""
    desk = Desk(shop.fresh(Book.OWN, builder))
    edited(shop, builder, desk, Desk.prepare)
    return desk


def edited(shop: Workshop, builder: Builder, desk: Desk, edit: Callable[[Desk], None]) -> Timed:
    """Edit, then time the whole process of a build; for latexmk the templates are rendered."""
    edit(desk)
    if builder is Builder.LATEXMK:
        shop.run((TEXBOOK, "render"), desk.folder)
    return shop.build(builder, desk.folder)
