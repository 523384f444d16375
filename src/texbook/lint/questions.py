"""Questions whose sections are placed among the required ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.latex.outline import Matter

if TYPE_CHECKING:
    from texbook.latex.outline import Heading, Question
    from texbook.lint.titles import Placed


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with its sections placed among the required ones."""

    question: Question
    placed: tuple[Placed, ...]

    @property
    def heading(self) -> Heading:
        """The question's own heading."""
        return self.question.heading

    def first(self, index: int) -> Placed | None:
        """Give the first section that is a certain required one."""
        return next((placed for placed in self.placed if placed.index == index), None)


def is_question(item: JudgedQuestion, required: int) -> bool:
    """Say whether a unit is a question, and not an introduction or a glossary.

    It is one when it has a required section, or a variation of one; in front and back matter and
    under a starred heading, when it has at least half of them.
    """
    present = len({placed.index for placed in item.placed if placed.index is not None})
    if item.heading.starred or item.heading.matter is not Matter.MAIN:
        return 2 * present >= required
    return present > 0
