r"""What a template knows of the whole book, such as ``\VAR{book.minutes}``."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ClassVar

from texbook.render.question import Question
from texbook.render.results import load_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from texbook.base.results import StoredResults
    from texbook.render.marks import Sites
    from texbook.render.order import BookListing, ListedQuestion


class BookQuestion(Question):
    """A question of the book, for templates."""

    FIELDS: ClassVar = (*Question.FIELDS, "seed", "versions")

    def __init__(self, listed: ListedQuestion, sites: Sites) -> None:
        super().__init__(listed.source, listed.front_matter, sites)
        self._template = listed.source.path

    @property
    def seed(self) -> int | None:
        """The seed of its stored results; None without any."""
        return self._stored.seed if self._stored else None

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of Python and packages that gave its stored results; empty without any."""
        return self._stored.versions if self._stored else {}

    @functools.cached_property
    def _stored(self) -> StoredResults | None:
        return load_stored(self._template)


class BookChapter:
    """A chapter that holds questions, for templates."""

    FIELDS: ClassVar = ("title", "label", "questions")

    def __init__(self, title: str, label: str, questions: tuple[BookQuestion, ...]) -> None:
        self.title = title
        self.label = label
        self.questions = questions


class Book:
    """The book, for templates; it is read when one of its fields is asked for first."""

    FIELDS: ClassVar[tuple[str, ...]] = ("questions", "chapters", "minutes")

    def __init__(self, chapters: Callable[[], tuple[BookChapter, ...]]) -> None:
        """Take what reads the chapters."""
        self._chapters = chapters

    @functools.cached_property
    def chapters(self) -> tuple[BookChapter, ...]:
        """The chapters that hold questions, in reading order."""
        return self._chapters()

    @functools.cached_property
    def questions(self) -> tuple[BookQuestion, ...]:
        """All questions, in reading order."""
        return tuple(item for chapter in self.chapters for item in chapter.questions)

    @functools.cached_property
    def minutes(self) -> int:
        """The reading time of all questions, in minutes."""
        return sum(item.minutes for item in self.questions)


def book_chapters(listing: BookListing, sites: Sites) -> tuple[BookChapter, ...]:
    """Make a listing ready for templates."""
    return tuple(
        BookChapter(
            chapter.title,
            chapter.label,
            tuple(BookQuestion(item, sites) for item in chapter.questions),
        )
        for chapter in listing.chapters
    )
