"""Where something is on the pages of a PDF."""

from __future__ import annotations

from dataclasses import dataclass

_SLACK = 0.5
"""Points by which a box may stick out of another that is taken to hold it."""


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A box on a page of the PDF, in points (1/72 inch) from the page's top left corner.

    Attributes:
        page: from 1, as the PDF counts.
        x: of the box's top left corner.
        y: of the same, downwards.
    """

    page: int
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0

    def holds(self, other: PagePlace) -> bool:
        """Say whether another box lies within this one.

        >>> PagePlace(1, 0, 0, 10, 10).holds(PagePlace(1, 2, 2, 3, 3))
        True
        """
        return (
            self.page == other.page
            and self.x <= other.x + _SLACK
            and self.y <= other.y + _SLACK
            and other.x + other.width <= self.x + self.width + _SLACK
            and other.y + other.height <= self.y + self.height + _SLACK
        )
