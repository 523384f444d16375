"""Which editions of a book there are, and what one of them is to hold."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, UsageError
from texbook.base.span import Span
from texbook.render.order import BookListing, ListedQuestion, list_book
from texbook.render.question import template_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from texbook.project import Project


class Edition(StrEnum):
    """What can be made of the questions of a book."""

    BOOK = "book"
    """The book itself."""
    QUESTIONS = "questions"
    """Each question as a document of its own."""
    CHEAT_SHEET = "cheat-sheet"
    """All questions on as few pages as they fit on."""
    CARDS = "cards"
    """Flash cards."""


@dataclass(frozen=True, slots=True)
class EditionJob:
    """One file that is to be made.

    Attributes:
        name: how it is spoken of: the slug of a question, else the edition's name.
        output: the file.
        question: the one that it holds, if it holds only one.
    """

    name: str
    output: Path
    question: ListedQuestion | None = None


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """What an edition is to hold.

    Attributes:
        listing: all questions of the book.
        stubs: slugs of the questions that are left out because they are not written yet.
        jobs: the files that are to be made.
    """

    project: Project
    edition: Edition
    listing: BookListing
    stubs: tuple[str, ...]
    jobs: tuple[EditionJob, ...]


def find_edition(name: str) -> Edition:
    """Give the edition of a name.

    Raises:
        UsageError: when there is none, with the nearest name and the list.
    """
    names = [item.value for item in Edition]
    if name in names:
        return Edition(name)
    raise UsageError(f'there is no edition "{name}"', hints=_nearest(name, names, "editions"))


def plan_edition(project: Project, edition: Edition, slugs: Sequence[str] = ()) -> EditionPlan:
    """Decide what an edition other than the book itself is to hold.

    Questions that are not written yet are left out, unless they are named.

    Args:
        project: the book.
        edition: which one.
        slugs: of the questions to make, in the place of all of them.

    Raises:
        UsageError: when a slug is unknown, or the edition is not one of single questions.
        BookError: when the book has no questions, or two of the same slug.
    """
    if slugs and edition is not Edition.QUESTIONS:
        raise UsageError(
            f'"--question" does not go with the edition "{edition}"',
            hints=('it chooses questions, as in "--edition questions --question SLUG"',),
        )
    listing = list_book(project)
    _check(project, listing)
    chosen = _chosen(listing, slugs)
    stubs = tuple(item.slug for item in chosen if item.front_matter.stub and item.slug not in slugs)
    written = [item for item in chosen if item.slug not in stubs]
    if not written and not listing.faults:  # which are told of by the build of the book
        raise BookError(
            f'the edition "{edition}" would be empty: all questions are stubs',
            hints=("a question is written when its front matter has no status = 'stub' any more",),
        )
    jobs = tuple(_jobs(project, edition, written))
    return EditionPlan(project, edition, listing, stubs, jobs)


def _jobs(
    project: Project, edition: Edition, questions: Iterable[ListedQuestion]
) -> Iterable[EditionJob]:
    folder = project.editions_folder
    if edition is Edition.QUESTIONS:
        for item in questions:
            yield EditionJob(item.slug, folder / "questions" / f"{item.slug}.pdf", item)
    else:
        ending = "csv" if edition is Edition.CARDS else "pdf"
        yield EditionJob(edition.value, folder / f"{edition}.{ending}")


def _chosen(listing: BookListing, slugs: Sequence[str]) -> tuple[ListedQuestion, ...]:
    questions = listing.questions
    if not slugs:
        return questions
    known = [item.slug for item in questions]
    faulty = {template_slug(item.span.path) for item in listing.faults if item.span is not None}
    for slug in slugs:
        if slug not in known and slug not in faulty:
            raise UsageError(
                f'the book has no question "{slug}"', hints=_nearest(slug, known, "questions")
            )
    return tuple(item for item in questions if item.slug in slugs)


def _check(project: Project, listing: BookListing) -> None:
    if not listing.questions and not listing.faults:
        raise BookError(
            f'"{project.main.name}" reads no question template, of which editions are made',
            hints=(
                (
                    'a question template is a file "name.j2.tex" whose front matter gives title, '
                    'trap, tell, fix, ask and level; "texbook new" writes one'
                ),
            ),
        )
    seen: dict[str, ListedQuestion] = {}
    for item in listing.questions:
        other = seen.setdefault(item.slug, item)
        if other is not item:
            raise BookError(
                f'two questions have the slug "{item.slug}": "{other.name}" and "{item.name}"',
                span=Span(item.source.path),
                hints=("rename one of the two files",),
            )


def _nearest(name: str, known: Sequence[str], what: str) -> tuple[str, ...]:
    """Suggest the name that was meant, also by one of the words that it is made of."""
    words = {word: item for item in reversed(known) for word in (*item.split("-"), item)}
    close = difflib.get_close_matches(name, words, n=1, cutoff=0.7)
    meant = words[close[0]] if close else next((item for item in known if name in item), "")
    listed = f"{what}: {', '.join(known)}"
    return (f'did you mean "{meant}"?', listed) if name and meant else (listed,)
