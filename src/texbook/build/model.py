"""What a build is asked for and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.sourcemap import SourceMap
    from texbook.build.chunks.workshop import Workshop
    from texbook.build.profile import PassProfile
    from texbook.project import Project


class ShellEscape(StrEnum):
    """What TeX may run, as said by the person who runs texbook (docs/decisions)."""

    NONE = "none"
    """``xelatex -no-shell-escape``: nothing."""
    RESTRICTED = "restricted"
    """The distribution's own list of trusted programs; neither flag is passed to the engine."""
    FULL = "full"
    """``xelatex -shell-escape``."""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A text that is typeset but that nobody wrote by hand: a rendered template.

    Attributes:
        name: its path relative to the book's folder; a file of that name there is replaced by it.
        text: its content.
        source_map: from its lines to the template's.
        inputs: the files that the text was made from; a change of any asks for a new build.
    """

    name: Path
    text: str
    source_map: SourceMap
    inputs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A PDF of what was edited alone, with the numbers of the last good build.

    Attributes:
        output: the PDF.
        pages: its pages.
        seconds: from the beginning of the build to this.
        parts: what it holds: titles of headings, or names of files.
    """

    output: Path
    pages: int
    seconds: float
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoDraft:
    """There is no draft, and why, in lower case and without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class PagesAhead:
    """Pages that were edited, before the PDF of the whole book is there.

    Attributes:
        pdf: a PDF of pages that look otherwise than any page of the last good build.
        looks: names for what each page of the book looks like, as far as is known by then.
        places: the numbers of the pages of the PDF in the book, from 1.
    """

    pdf: bytes
    looks: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One build of one book.

    Attributes:
        generated: the rendered templates.
        regenerate: gives them anew. Asked once their inputs are on record, so that a template saved
            between rendering and recording is either in this build or seen by the next.
        workshop: engines and pages that outlive the build; None for a build that stands alone.
        one_run: typeset the document in one run, even where chunks would do.
        check: compare a book that is typeset in chunks with one run of the whole.
        on_draft: asks for a draft before the exact PDF, and is told of it as soon as it is there,
            or of why there is none.
    """

    project: Project
    generated: tuple[GeneratedFile, ...] = ()
    shell_escape: ShellEscape = ShellEscape.RESTRICTED
    keep_going: bool = False
    """Go on after a TeX error, as far as TeX can; nothing is published then."""
    force: bool = False
    """Ignore the state of earlier builds."""
    timings: bool = False
    """Find out where each pass spends its time."""
    regenerate: Callable[[], tuple[GeneratedFile, ...]] | None = None
    workshop: Workshop | None = None
    one_run: bool = False
    check: bool = False
    on_draft: Callable[[Draft | NoDraft], None] | None = None
    on_pages: Callable[[PagesAhead], None] | None = None
    on_suspects: Callable[[tuple[Diagnostic, ...]], None] | None = None


@dataclass(frozen=True, slots=True)
class RerunReason:
    """Why something ran, in one sentence for ``--explain``.

    >>> str(RerunReason("pass 2", "main.toc changed"))
    'pass 2: main.toc changed'
    """

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class EngineRun:
    """One run of a program during a build.

    Attributes:
        program: ``xelatex``, ``biber``, ``bibtex``, ``makeindex`` or ``xdvipdfmx``.
        label: what it was for: ``pass 2, light``.
        seconds: wall-clock time.
        cpu_seconds: processor time, its children included.
        pages: pages shipped, for the engine.
        profile: where the time of a pass went, if that was asked for.
    """

    program: str
    label: str
    seconds: float
    cpu_seconds: float
    pages: int | None = None
    profile: PassProfile | None = None


class Outcome(StrEnum):
    """How a build ended."""

    BUILT = "built"
    UP_TO_DATE = "up to date"
    FAILED = "failed"


class Verdict(StrEnum):
    """What a check found."""

    SAME = "same"
    """The pages are those of one run."""
    DIFFERENT = "different"
    """They were not; the PDF is that of one run now, unless that failed."""
    ONE_RUN = "one run"
    """The book is typeset in one run anyway: there is nothing to compare."""
    UNKNOWN = "unknown"
    """Nothing could be compared; a finding says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """How a book compares with one run of the whole, from nothing.

    Attributes:
        reason: why the book is typeset in one run; empty if it is typeset in chunks.
        pages: how many one run has; 0 if it was not made.
        differing: the pages that are not the same, from 1.
        drawn: whether the pages were compared as images, too.
        seconds: wall-clock time.
    """

    verdict: Verdict
    reason: str = ""
    pages: int = 0
    differing: tuple[int, ...] = ()
    drawn: bool = False
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether the book is as one run makes it."""
        return self.verdict in {Verdict.SAME, Verdict.ONE_RUN}


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build gave.

    Attributes:
        output: the PDF in the author's folder; after a failure the old one, if there was one.
        pages: pages of the published PDF.
        inputs: every file of the author's that was read, for watching.
        log: the raw log of the last engine run, kept under ``build/``.
        steps: seconds of texbook's own steps, by name; they are no part of the runs.
        noise: how many messages were left out, by the kinds of `notices.NOISE_WORDS`.
        check: what a check found, if one was asked for and the build was good.
        looks: names for what each page looks like, in their order; equal names, equal images.
            None where nobody has asked.
        typeset: how many segments were typeset, of how many; None if it was not in segments.
    """

    outcome: Outcome
    output: Path
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: int | None = None
    runs: tuple[EngineRun, ...] = ()
    reasons: tuple[RerunReason, ...] = ()
    inputs: frozenset[Path] = field(default_factory=frozenset)
    log: Path | None = None
    seconds: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)
    noise: Mapping[str, int] = field(default_factory=dict)
    check: Check | None = None
    looks: tuple[str, ...] | None = None
    typeset: tuple[int, int] | None = None
