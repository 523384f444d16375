"""The configuration: ``[tool.texbook]`` in pyproject.toml, or the same table bare in texbook.toml.

No key is required. Unknown keys are refused with a suggestion, because a misspelt key that is
silently ignored looks like a tool that does not work.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from texbook.base.errors import ConfigError
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NINE_SECTIONS = (
    "The Interview Scenario",
    "The Trap Explained",
    "Technical Deep Dive",
    "Why It Fails",
    "The Solution",
    "Why The Solution Works",
    "Related Research Papers",
    "Interview Answer Template",
    "Key Takeaways",
)
"""The canonical titles of the preset ``nine-sections``, in order."""

CONFIG_NAMES = ("texbook.toml", "pyproject.toml")
"""Where the configuration may stand, in order of preference."""

_PREFIX = "tool.texbook."


class TitleMode(StrEnum):
    """How far a section's title may vary from its canonical form."""

    EXACT = "exact"
    SUFFIX = "suffix"
    """``Why It Fails: A Numerical Proof`` and ``Why It Fails (The Float32 Trap)`` are good too."""
    CASE_INSENSITIVE = "case-insensitive"


@dataclass(frozen=True, slots=True)
class StructureConfig:
    """``[structure]``: which sections each question must have; none unless configured."""

    sections: tuple[str, ...] = ()
    """Canonical titles in order; the preset's, or ``sections = [...]``."""
    unit: str = "section"
    """The sectioning command that begins a question."""
    titles: TitleMode = TitleMode.EXACT
    minimum_words: int = 0
    """Fewest words in a section, for TB701; 60 in the preset."""


@dataclass(frozen=True, slots=True)
class LintConfig:
    """``[lint]``: which rules run. A code or the beginning of one (``TB5``) names rules."""

    select: tuple[str, ...] = ()
    """Only these; empty means the default set."""
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """``[build]``."""

    passes: int = 8
    """Most engine passes before the build gives up and names what still moves."""
    pass_seconds: int = 600
    """Wall-clock limit of one engine pass, in seconds."""
    output_megabytes: int = 1024
    """Largest file that the engine may write, in MiB."""
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
    structure: StructureConfig = field(default_factory=StructureConfig)
    lint: LintConfig = field(default_factory=LintConfig)
    build: BuildConfig = field(default_factory=BuildConfig)
    watch: WatchConfig = field(default_factory=WatchConfig)
    experiments: ExperimentsConfig = field(default_factory=ExperimentsConfig)


def find_config(start: Path) -> Path | None:
    """Find the nearest configuration in ``start`` or a folder above it."""
    for folder in (start, *start.parents):
        for name in CONFIG_NAMES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _has_table(path)):
                return path
    return None


def _has_table(path: Path) -> bool:
    """Say whether a pyproject.toml is meant for us; a cheap look that needs no valid TOML."""
    return re.search(rb"(?m)^\s*\[+\s*tool\s*\.\s*texbook\b", path.read_bytes()) is not None


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises:
        ConfigError: with file, line and a suggestion.
    """
    source = read_source(path)
    try:
        table = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(source, error) from None
    prefix = ""
    if path.name == "pyproject.toml":
        tools = table.get("tool", {})
        table = tools.get("texbook", {}) if isinstance(tools, dict) else tools
        prefix = _PREFIX
    return _Reader(source, prefix).config(table)


def key_span(path: Path, key: str) -> Span:
    """Give the place of a key in a good configuration, such as ``build.passes``.

    Raises:
        BookError, StorageError: as `read_source`, when the file has changed meanwhile.
    """
    source = read_source(path)
    prefix = _PREFIX if path.name == "pyproject.toml" else ""
    place = key_place(source.text, tuple(f"{prefix}{key}".split(".")))
    return Span(path) if place is None else source.span(*place)


def _syntax_error(source: SourceFile, error: tomllib.TOMLDecodeError) -> ConfigError:
    """Move tomllib's ``(at line 3, column 7)`` from the message into the span."""
    message = str(error)
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    span = Span.at(source.path, source.line_count)
    if found:
        message = message[: found.start()]
        if found[1]:
            span = Span.at(source.path, int(found[1]), int(found[2]))
    return ConfigError(
        f"not valid TOML: {message[:1].lower()}{message[1:]}",
        span=span,
        hints=('strings stand in quotes, as in main = "book.tex"',),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns TOML tables into the dataclasses, with errors at the right line."""

    source: SourceFile
    prefix: str

    def config(self, table: Mapping[str, Any]) -> Config:
        if not isinstance(table, dict):
            raise self.error('"tool.texbook" must be a table', "", "", f"it is {table!r} now")
        tables = ("structure", "lint", "build", "watch", "experiments")
        known = ("main", "bibliography", "templates", *tables)
        self.refuse_unknown(table, known, "")
        return Config(
            path=self.source.path,
            main=self.get(table, "main", str, None, ""),
            bibliography=self.get(table, "bibliography", str, Config().bibliography, ""),
            templates=self.get(table, "templates", str, Config().templates, ""),
            structure=self.structure(self.get(table, "structure", dict, {}, "")),
            lint=self.lint(self.get(table, "lint", dict, {}, "")),
            build=self.build(self.get(table, "build", dict, {}, "")),
            watch=self.watch(self.get(table, "watch", dict, {}, "")),
            experiments=self.experiments(self.get(table, "experiments", dict, {}, "")),
        )

    def structure(self, table: Mapping[str, Any]) -> StructureConfig:
        where = "structure."
        known = ("preset", "sections", "unit", "titles", "minimum-words")
        self.refuse_unknown(table, known, where)
        default = StructureConfig()
        preset = self.get(table, "preset", str, None, where)
        if preset == "nine-sections":
            default = StructureConfig(sections=NINE_SECTIONS, minimum_words=60)
        elif preset is not None:
            raise self.error(f'unknown preset "{preset}"', where, "preset", 'use "nine-sections"')
        titles = self.get(table, "titles", str, default.titles.value, where)
        if titles not in set(TitleMode):
            choice = ", ".join(f'"{mode}"' for mode in TitleMode)
            message = f'unknown title mode "{titles}"'
            raise self.error(message, where, "titles", f"use one of {choice}")
        return StructureConfig(
            sections=self.strings(table, "sections", default.sections, where),
            unit=self.get(table, "unit", str, default.unit, where).removeprefix("\\"),
            titles=TitleMode(titles),
            minimum_words=self.number(table, "minimum-words", default.minimum_words, where, 0),
        )

    def lint(self, table: Mapping[str, Any]) -> LintConfig:
        where = "lint."
        self.refuse_unknown(table, ("select", "extend-select", "ignore"), where)
        return LintConfig(
            select=self.strings(table, "select", (), where),
            extend_select=self.strings(table, "extend-select", (), where),
            ignore=self.strings(table, "ignore", (), where),
        )

    def build(self, table: Mapping[str, Any]) -> BuildConfig:
        where = "build."
        known = ("passes", "pass-seconds", "output-megabytes", "forbid-shell-escape")
        if "shell-escape" in table:
            raise self.error(
                "a book cannot grant itself shell escape",
                where,
                "shell-escape",
                "say --shell-escape on the command line, or forbid-shell-escape = true here",
            )
        self.refuse_unknown(table, known, where)
        default = BuildConfig()
        return BuildConfig(
            passes=self.number(table, "passes", default.passes, where, 1),
            pass_seconds=self.number(table, "pass-seconds", default.pass_seconds, where, 1),
            output_megabytes=self.number(
                table, "output-megabytes", default.output_megabytes, where, 1
            ),
            forbid_shell_escape=self.get(table, "forbid-shell-escape", bool, False, where),
        )

    def watch(self, table: Mapping[str, Any]) -> WatchConfig:
        where = "watch."
        self.refuse_unknown(table, ("quiet-milliseconds", "at-most-milliseconds"), where)
        default = WatchConfig()
        return WatchConfig(
            quiet_milliseconds=self.number(
                table, "quiet-milliseconds", default.quiet_milliseconds, where, 0
            ),
            at_most_milliseconds=self.number(
                table, "at-most-milliseconds", default.at_most_milliseconds, where, 0
            ),
        )

    def experiments(self, table: Mapping[str, Any]) -> ExperimentsConfig:
        where = "experiments."
        self.refuse_unknown(table, ("seconds", "memory-megabytes"), where)
        default = ExperimentsConfig()
        return ExperimentsConfig(
            seconds=self.number(table, "seconds", default.seconds, where, 1),
            memory_megabytes=self.number(
                table, "memory-megabytes", default.memory_megabytes, where, 0
            ),
        )

    def get(self, table: Mapping[str, Any], key: str, kind: type, default: Any, where: str) -> Any:
        value = table.get(key, default)
        if value is default or type(value) is kind:
            return value
        name = {str: "a string", bool: "true or false", int: "a whole number", dict: "a table"}
        raise self.error(f'"{where}{key}" must be {name[kind]}', where, key, f"it is {value!r} now")

    def number(
        self, table: Mapping[str, Any], key: str, default: int, where: str, least: int
    ) -> int:
        value: int = self.get(table, key, int, default, where)
        if value < least:
            message = f'"{where}{key}" must be at least {least}'
            raise self.error(message, where, key, f"it is {value} now")
        return value

    def strings(
        self, table: Mapping[str, Any], key: str, default: tuple[str, ...], where: str
    ) -> tuple[str, ...]:
        value: object = table.get(key)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(
                f'"{where}{key}" must be a list of strings', where, key, f'as in {key} = ["..."]'
            )
        return tuple(str(item) for item in value)

    def refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key in known:
                continue
            close = difflib.get_close_matches(key, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"known keys: {', '.join(known)}"
            raise self.error(f'unknown key "{self.prefix}{where}{key}"', where, key, hint)

    def error(self, message: str, where: str, key: str, hint: str) -> ConfigError:
        """Make the error at the place where the key, or the nearest table around it, stands."""
        path = tuple(f"{self.prefix}{where}{key}".strip(".").split("."))
        place = key_place(self.source.text, path)
        span = Span(self.source.path) if place is None else self.source.span(*place)
        return ConfigError(message, span=span, hints=(hint,))


_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_STATEMENT = re.compile(rf"(?m)^[ \t]*(?:(\[+)[ \t]*)?({_KEYS})[ \t]*(?(1)\]|=)")


def key_place(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    r"""Find where a key of a TOML text is set: offsets from 0, end exclusive.

    `tomllib` does not tell. If only a table around the key can be found, as with inline tables,
    its place is given.

    >>> key_place("[a]\nx = 1\n[b]\nx = 2", ("b", "x"))
    (14, 15)
    """
    table: tuple[str, ...] = ()
    best: tuple[int, tuple[int, int] | None] = (0, None)
    for found in _STATEMENT.finditer(text):
        parts = list(re.finditer(_KEY, found[2]))
        keys = tuple(part[0].strip("\"'") for part in parts)
        full = keys if found[1] else table + keys
        table = full if found[1] else table
        place = found.start(2) + parts[-1].start(), found.end(2)
        if full[: len(path)] == path:
            return place
        if len(full) > best[0] and path[: len(full)] == full:
            best = (len(full), place)
    return best[1]
