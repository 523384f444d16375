"""What a book can set, as values; the defaults serve a book without any configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Severity


class TitleMode(StrEnum):
    """How far a section's title may vary from its canonical form."""

    EXACT = "exact"
    SUFFIX = "suffix"
    """``Why It Fails: A Numerical Proof`` and ``Why It Fails (The Float32 Trap)`` are good too."""
    CASE_INSENSITIVE = "case-insensitive"


class DashStyle(StrEnum):
    """How the house sets a dash between parts of a sentence."""

    EM = "em"
    """``one---two``"""
    SPACED_EM = "spaced-em"
    SPACED_EN = "spaced-en"


class HeadingCase(StrEnum):
    """How the house writes headings."""

    ANY = "any"
    TITLE = "title"
    """``The Leak That Matters``"""
    SENTENCE = "sentence"
    """``The leak that matters``"""


@dataclass(frozen=True, slots=True)
class StructureConfig:
    """``[structure]``: which sections each question must have; none unless configured."""

    sections: tuple[str, ...] = ()
    """Canonical titles in order; the preset's, or ``sections = [...]``."""
    unit: str = "section"
    """The sectioning command that begins a question."""
    titles: TitleMode = TitleMode.EXACT
    minimum_words: int = 0
    """Fewest words in a section; 60 in the preset."""
    papers_section: str = ""
    """Title of the section that lists papers; no rule on papers looks elsewhere."""
    answer_section: str = ""
    answer_box: str = ""
    """Environment that the answer section must hold; empty for none."""
    takeaways_section: str = ""
    fewest_takeaways: int = 0
    most_takeaways: int = 0
    """Most items in the takeaways section; 0 for no limit."""


NINE_SECTIONS = StructureConfig(
    sections=(
        "The Interview Scenario",
        "The Trap Explained",
        "Technical Deep Dive",
        "Why It Fails",
        "The Solution",
        "Why The Solution Works",
        "Related Research Papers",
        "Interview Answer Template",
        "Key Takeaways",
    ),
    minimum_words=60,
    papers_section="Related Research Papers",
    answer_section="Interview Answer Template",
    takeaways_section="Key Takeaways",
    fewest_takeaways=3,
    most_takeaways=7,
)
"""The preset ``nine-sections``."""


@dataclass(frozen=True, slots=True)
class LintConfig:
    """``[lint]``: which rules run, and the house's style. ``TB5`` names all rules that begin so."""

    select: tuple[str, ...] = ()
    """Only these; empty means the default set."""
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pattern of paths relative to the book's folder -> rules that are silent there."""
    severity: tuple[tuple[str, Severity], ...] = ()
    """Rules -> the severity of their findings in this book."""
    baseline: str = ""
    """File of findings that are known and so not told, relative to the book; empty for none."""
    verbatim_environments: tuple[str, ...] = ()
    """Environments that hold code, besides those that are known or defined in sight."""
    reference_commands: tuple[str, ...] = ()
    """Commands, besides the known ones, whose first argument names labels."""
    citation_commands: tuple[str, ...] = ()
    """Commands, besides the known ones, whose first argument names works of the bibliography."""
    language: str = ""
    """Language of the text by its ISO 639 code; empty to take it from the preamble."""
    dash: DashStyle = DashStyle.EM
    heading_case: HeadingCase = HeadingCase.ANY
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Preferred term -> terms that it stands for."""
    dictionary: str = "dictionary.txt"
    """Words that this book knows, one a line, relative to the book's folder."""
    code_columns: int = 80
    """Widest line of a listing that fits the text block."""
    overfull_points: int = 5
    """How far a box may stick out, in points, before lint tells of it."""


MOST_PASSES = 100
"""So many passes of the engine may be asked for."""

BUILD_LIMITS = {
    "pass-seconds": (1, 86_400),
    "cpu-seconds": (1, 86_400),
    "memory-megabytes": (64, 65_536),
    "output-megabytes": (1, 65_536),
    "terminal-megabytes": (1, 1_024),
}
"""Keys of ``[build]``: the least and the most that a book may say. None can be switched off."""


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """``[build]``."""

    passes: int = 8
    """Most engine passes before the build gives up and names what still moves."""
    pass_seconds: int = 600
    """Wall-clock limit of one run of a program, in seconds."""
    cpu_seconds: int = 900
    """Processor time of each process, in seconds: above the wall clock's, whose end tells more."""
    memory_megabytes: int = 4096
    """Address space of each process, in MiB; XeTeX takes 400."""
    output_megabytes: int = 1024
    """Largest file that a program may write, in MiB."""
    terminal_megabytes: int = 64
    """What a program may print, in MiB."""
    synctex: bool = True
    """Write the file by which viewers and editors find the place of a line, beside the PDF."""
    forbid_shell_escape: bool = False
    """Refuse ``--shell-escape`` for this book. A book can forbid it, never grant it."""


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """``[watch]``."""

    quiet_milliseconds: int = 100
    """A build begins when no file has changed for so long."""
    at_most_milliseconds: int = 2000
    """... or when the first unseen change is so old."""


@dataclass(frozen=True, slots=True)
class ExperimentsConfig:
    """``[experiments]``."""

    seconds: int = 60
    """Wall-clock limit of one experiment, in seconds."""
    memory_megabytes: int = 4096
    """Most address space of each of its processes, in MiB; 0 for no limit."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a book can set; the defaults serve a book without any configuration."""

    path: Path | None = None
    """The file it was read from."""
    main: str | None = None
    """``main``: the file to typeset, relative to the configuration; found by itself if absent."""
    bibliography: str = "references.bib"
    """``bibliography``: the file that ``paper()`` reads in templates."""
    templates: str = "templates"
    """``templates``: folder whose files replace the packaged templates."""
    exclude: tuple[str, ...] = ()
    """``exclude``: folders, relative to the book's, in which nothing of the book is looked for."""
    structure: StructureConfig = field(default_factory=StructureConfig)
    lint: LintConfig = field(default_factory=LintConfig)
    build: BuildConfig = field(default_factory=BuildConfig)
    watch: WatchConfig = field(default_factory=WatchConfig)
    experiments: ExperimentsConfig = field(default_factory=ExperimentsConfig)
