"""Build editions: parts of a book as documents of their own, typeset as the book is.

The book itself is brought up to date first, because its numbers are taken from it. Each edition is
then built like a book whose main file is rendered: with a state and auxiliary files of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from texbook.app.book_numbers import read_book_numbers
from texbook.app.build import build_book
from texbook.app.cards import book_title, cards_text
from texbook.app.edition_check import check_numbers
from texbook.app.edition_plan import Edition, EditionJob, EditionPlan
from texbook.app.edition_text import EditionWriter, main_name
from texbook.app.rendering import TemplateFaultError, regenerate, render_for_build
from texbook.app.waiting import when_unlocked
from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.errors import BookError, LimitError
from texbook.base.source import LARGEST, is_file, read_source
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, Outcome
from texbook.render.edition import EditionRenderer

if TYPE_CHECKING:
    from texbook.app.build import BuildOptions
    from texbook.base.cancel import CancelToken
    from texbook.base.progress import Progress
    from texbook.build.model import GeneratedFile

_NO_CITATIONS = "does not contain any citations"
"""What biber says of a document without any; a part of a book may well be one."""


@dataclass(frozen=True, slots=True)
class EditionBuild:
    """An edition on its way: what to make, and how.

    Attributes:
        writer: writes the documents; None for an edition that is not typeset.
    """

    plan: EditionPlan
    options: BuildOptions
    writer: EditionWriter | None = None


def begin_edition(
    plan: EditionPlan, options: BuildOptions, *, progress: Progress, cancel: CancelToken
) -> tuple[EditionBuild, BuildResult | None]:
    r"""Bring the book up to date, if the edition takes numbers from it.

    Returns:
        The edition, and how the build of the book ended; None if there was none.

    Raises:
        TexbookError: as `texbook.build.build.build`.
        BookError: when the main file has no ``\begin{document}``.
    """
    if plan.edition is Edition.CARDS:
        return EditionBuild(plan, options), None
    # First: it may be that the main file cannot be taken, which is known at once.
    renderer = EditionRenderer(plan.project, plan.listing)
    book = build_book(plan.project, replace(options, force=False), progress=progress, cancel=cancel)
    if book.outcome is Outcome.FAILED:
        return EditionBuild(plan, options), book
    rendering = render_for_build(plan.project)
    if rendering.failed:  # saved since
        return EditionBuild(plan, options), replace(
            book, outcome=Outcome.FAILED, diagnostics=rendering.diagnostics
        )
    texts = {item.name: item.text for item in rendering.generated}
    questions = {item.slug: texts.get(item.name, "") for item in plan.listing.questions}
    numbers = read_book_numbers(plan.project, questions)
    writer = EditionWriter(plan, renderer, rendering.generated, numbers)
    return EditionBuild(plan, options, writer), book


def build_edition(
    edition: EditionBuild, job: EditionJob, *, progress: Progress, cancel: CancelToken
) -> BuildResult:
    """Make one file of an edition; the old one stays if it fails.

    While another texbook (a watch, say) builds the book between two documents, it waits.

    Raises:
        TexbookError: as `texbook.build.build.build`, but for faults of this one document.
    """
    with storage_errors("write", job.output):
        job.output.parent.mkdir(parents=True, exist_ok=True)
    ignored = edition.plan.project.editions_folder / ".gitignore"
    if not ignored.exists():
        write_atomically(ignored, b"*\n")
    if edition.writer is None:
        return _write_cards(edition, job)
    try:
        typeset = partial(_typeset, edition, edition.writer, job, progress, cancel)
        return when_unlocked(typeset, tell=progress.note, cancel=cancel)
    except TemplateFaultError as fault:
        return BuildResult(Outcome.FAILED, job.output, diagnostics=fault.diagnostics)
    except (BookError, LimitError) as error:
        return BuildResult(Outcome.FAILED, job.output, diagnostics=(error.diagnostic(),))


def _typeset(
    edition: EditionBuild,
    writer: EditionWriter,
    job: EditionJob,
    progress: Progress,
    cancel: CancelToken,
) -> BuildResult:
    project, options = edition.plan.project, edition.options
    request = BuildRequest(
        replace(project, main=project.root / main_name(job), output=job.output),
        generated=writer.write(job),
        regenerate=partial(_again, edition, job),
        shell_escape=options.shell_escape,
        keep_going=options.keep_going,
        force=options.force,
        timings=options.timings,
    )
    result = build(request, progress=progress, cancel=cancel)
    told = tuple(item for item in result.diagnostics if _NO_CITATIONS not in item.message)
    if result.outcome is not Outcome.FAILED and job.question is not None:
        told += check_numbers(request.project, job.question, writer.numbers)
    return replace(result, diagnostics=told)


def _again(edition: EditionBuild, job: EditionJob) -> tuple[GeneratedFile, ...]:
    """Write a document once more, from what the files are now.

    Raises:
        TemplateFaultError: when it cannot be rendered now.
    """
    assert edition.writer is not None
    project = edition.plan.project
    return replace(edition.writer, generated=regenerate(project)).write(job)


def _write_cards(edition: EditionBuild, job: EditionJob) -> BuildResult:
    listing = edition.plan.listing
    if listing.faults:
        return BuildResult(Outcome.FAILED, job.output, diagnostics=listing.faults)
    project = edition.plan.project
    read = [path for path in listing.looked_at if path.suffix == ".tex" and is_file(path)]
    titles = (book_title(read_source(path, LARGEST)) for path in read)
    deck = next(filter(None, titles), project.main.stem)
    content = cards_text(listing, deck).encode()
    if not edition.options.force and job.output.is_file() and job.output.read_bytes() == content:
        return BuildResult(Outcome.UP_TO_DATE, job.output)
    write_atomically(job.output, content)
    return BuildResult(Outcome.BUILT, job.output)
