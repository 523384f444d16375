"""The configuration: ``[tool.texbook]`` in pyproject.toml, or the same table bare in texbook.toml.

No key is required. Unknown keys are refused with a suggestion, because a misspelt key that is
silently ignored looks like a tool that does not work.
"""

from __future__ import annotations

import difflib
import os
import posixpath
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from texbook.base.atomic import storage_errors
from texbook.base.diagnostic import Severity
from texbook.base.errors import ConfigError
from texbook.base.regular import read_regular
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span
from texbook.base.toml import parse_toml, told_value
from texbook.config.model import (
    BUILD_LIMITS,
    MOST_PASSES,
    NINE_SECTIONS,
    BuildConfig,
    Config,
    ExperimentsConfig,
    LintConfig,
    StructureConfig,
    WatchConfig,
)
from texbook.config.places import key_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Choice = TypeVar("Choice", bound=StrEnum)

CONFIG_NAMES = ("texbook.toml", "pyproject.toml")
"""Where the configuration may stand, in order of preference."""

_PREFIX = "tool.texbook."
# In bytes: tomllib may take 300 times as many of memory, and a second.
_LARGEST = 250_000
_SHORTEN = "a configuration is short; lists of words may stand in the dictionary"
_BARE_KEY = re.compile(r"[\w-]+", re.ASCII)
"""A key that TOML takes without quotes."""

_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
"""ISO 639-1 and 639-3."""


def find_config(start: Path) -> Path | None:
    """Find the nearest configuration in ``start`` or a folder above it.

    Raises:
        ConfigError: when a ``texbook.toml`` is a folder, a FIFO or a link that leads nowhere.
        StorageError: when a ``pyproject.toml`` cannot be read.
    """
    for folder in (start, *start.parents):
        for name in CONFIG_NAMES:
            path = folder / name
            if os.path.isfile(path):  # noqa: PTH113  (Path.is_file raises in a folder that is closed)
                if name != "pyproject.toml" or _has_table(path):
                    return path
            elif name == CONFIG_NAMES[0] and os.path.lexists(path):
                raise ConfigError(
                    f'"{path}" is no regular file',
                    hints=("the configuration would count for nothing: mend or remove it",),
                )
    return None


def _has_table(path: Path) -> bool:
    """Say whether a pyproject.toml is meant for us; a cheap look that needs no valid TOML."""
    with storage_errors("read", path):
        content = read_regular(path)
    return re.search(rb"(?m)^\s*\[+\s*tool\s*\.\s*texbook\b", content) is not None


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises:
        ConfigError: with file, line and a suggestion.
    """
    source = read_source(path, _LARGEST, _SHORTEN)
    try:
        table = parse_toml(source.text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(source, error) from None
    prefix = ""
    if path.name == "pyproject.toml":
        tools = table.get("tool", {})
        table = tools.get("texbook", {}) if isinstance(tools, dict) else tools
        prefix = _PREFIX
    return _Reader(source, prefix).config(table)


def key_span(path: Path, *keys: str) -> Span:
    """Give the place of a key in a good configuration, such as ``"build", "passes"``.

    Raises:
        BookError, StorageError: as `read_source`, when the file has changed meanwhile.
    """
    source = read_source(path)
    prefix = _PREFIX.split(".")[:-1] if path.name == "pyproject.toml" else ()
    place = key_place(source.text, (*prefix, *keys))
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
            raise self.error(
                '"tool.texbook" must be a table', "", "", f"it is {told_value(table)} now"
            )
        tables = ("structure", "lint", "build", "watch", "experiments")
        self.refuse_editor(table, "")
        known = ("main", "bibliography", "templates", "exclude", *tables)
        self.refuse_unknown(table, known, "")
        return Config(
            path=self.source.path,
            main=self.get(table, "main", str, None, ""),
            bibliography=self.get(table, "bibliography", str, Config().bibliography, ""),
            templates=self.get(table, "templates", str, Config().templates, ""),
            exclude=self.folders(table, "exclude"),
            structure=self.structure(self.get(table, "structure", dict, {}, "")),
            lint=self.lint(self.get(table, "lint", dict, {}, "")),
            build=self.build(self.get(table, "build", dict, {}, "")),
            watch=self.watch(self.get(table, "watch", dict, {}, "")),
            experiments=self.experiments(self.get(table, "experiments", dict, {}, "")),
        )

    def structure(self, table: Mapping[str, Any]) -> StructureConfig:
        where = "structure."
        known = (
            *("preset", "sections", "unit", "titles", "minimum-words", "papers-section"),
            *("answer-section", "answer-box", "takeaways-section"),
            *("fewest-takeaways", "most-takeaways"),
        )
        self.refuse_unknown(table, known, where)
        default = StructureConfig()
        preset = self.get(table, "preset", str, None, where)
        if preset == "nine-sections":
            default = NINE_SECTIONS
        elif preset is not None:
            raise self.error(f'unknown preset "{preset}"', where, "preset", 'use "nine-sections"')
        sections = self.strings(table, "sections", default.sections, where)

        def title(key: str, preset_title: str) -> str:
            kept = preset_title if preset_title in sections else ""
            value: str = self.get(table, key, str, kept, where)
            if value and value not in sections:
                raise self.unknown_word(value, "section", where, key, sections)
            return value

        return StructureConfig(
            sections=sections,
            unit=self.get(table, "unit", str, default.unit, where).removeprefix("\\"),
            titles=self.choice(table, "titles", default.titles, where),
            minimum_words=self.number(table, "minimum-words", default.minimum_words, where, 0),
            papers_section=title("papers-section", default.papers_section),
            answer_section=title("answer-section", default.answer_section),
            answer_box=self.get(table, "answer-box", str, default.answer_box, where),
            takeaways_section=title("takeaways-section", default.takeaways_section),
            fewest_takeaways=self.number(
                table, "fewest-takeaways", default.fewest_takeaways, where, 0
            ),
            most_takeaways=self.number(table, "most-takeaways", default.most_takeaways, where, 0),
        )

    def lint(self, table: Mapping[str, Any]) -> LintConfig:
        where = "lint."
        known = (
            *("select", "extend-select", "ignore", "per-file-ignores", "severity", "baseline"),
            *("verbatim-environments", "reference-commands", "citation-commands", "language"),
            *("dash", "heading-case", "terms", "dictionary", "code-columns", "overfull-points"),
        )
        self.refuse_unknown(table, known, where)
        default = LintConfig()
        return LintConfig(
            select=self.strings(table, "select", (), where),
            extend_select=self.strings(table, "extend-select", (), where),
            ignore=self.strings(table, "ignore", (), where),
            per_file_ignores=self.lists(table, "per-file-ignores", where),
            severity=self.severities(table, "severity", where),
            baseline=self.get(table, "baseline", str, default.baseline, where),
            verbatim_environments=self.strings(table, "verbatim-environments", (), where),
            reference_commands=self.commands(table, "reference-commands", where),
            citation_commands=self.commands(table, "citation-commands", where),
            language=self.language_code(table, "language", where),
            dash=self.choice(table, "dash", default.dash, where),
            heading_case=self.choice(table, "heading-case", default.heading_case, where),
            terms=self.lists(table, "terms", where),
            dictionary=self.get(table, "dictionary", str, default.dictionary, where),
            code_columns=self.number(table, "code-columns", default.code_columns, where, 1),
            overfull_points=self.number(
                table, "overfull-points", default.overfull_points, where, 0
            ),
        )

    def build(self, table: Mapping[str, Any]) -> BuildConfig:
        where = "build."
        known = ("passes", *BUILD_LIMITS, "synctex", "forbid-shell-escape")
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
            passes=self.number(table, "passes", default.passes, where, 1, most=MOST_PASSES),
            pass_seconds=self.limit(table, "pass-seconds", default.pass_seconds),
            cpu_seconds=self.limit(table, "cpu-seconds", default.cpu_seconds),
            memory_megabytes=self.limit(table, "memory-megabytes", default.memory_megabytes),
            output_megabytes=self.limit(table, "output-megabytes", default.output_megabytes),
            terminal_megabytes=self.limit(table, "terminal-megabytes", default.terminal_megabytes),
            synctex=self.get(table, "synctex", bool, default.synctex, where),
            forbid_shell_escape=self.get(table, "forbid-shell-escape", bool, False, where),
        )

    def watch(self, table: Mapping[str, Any]) -> WatchConfig:
        where = "watch."
        self.refuse_editor(table, where)
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
            seconds=self.number(table, "seconds", default.seconds, where, 1, most=86_400),
            memory_megabytes=self.number(
                table, "memory-megabytes", default.memory_megabytes, where, 0, most=1 << 20
            ),
        )

    def limit(self, table: Mapping[str, Any], key: str, default: int) -> int:
        """Read a limit of the build, which a book may set within bounds."""
        least, most = BUILD_LIMITS[key]
        return self.number(table, key, default, "build.", least, most=most)

    def get(self, table: Mapping[str, Any], key: str, kind: type, default: Any, where: str) -> Any:
        value = table.get(key, default)
        if value is default or type(value) is kind:
            return value
        name = {str: "a string", bool: "true or false", int: "a whole number", dict: "a table"}
        raise self.error(
            f'"{where}{key}" must be {name[kind]}', where, key, f"it is {told_value(value)} now"
        )

    def number(
        self,
        table: Mapping[str, Any],
        key: str,
        default: int,
        where: str,
        least: int,
        *,
        most: int | None = None,
    ) -> int:
        value: int = self.get(table, key, int, default, where)
        if value < least or (most is not None and value > most):
            bounds = f"at least {least}" if most is None else f"between {least} and {most}"
            message = f'"{where}{key}" must be {bounds}'
            raise self.error(message, where, key, f"it is {told_value(value)} now")
        return value

    def strings(
        self, table: Mapping[str, Any], key: str, default: tuple[str, ...], where: str
    ) -> tuple[str, ...]:
        value: object = table.get(key)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            written = key if _BARE_KEY.fullmatch(key) else f'"{key}"'
            raise self.error(
                f'"{where}{key}" must be a list of strings',
                where,
                key,
                f'as in {written} = ["..."]',
            )
        return tuple(str(item) for item in value)

    def folders(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Read paths of folders inside the book's."""
        names = []
        for name in self.strings(table, key, (), ""):
            path = posixpath.normpath(name)
            if path.startswith(("/", "..")) or path == ".":
                hint = 'name folders inside the book\'s, as in exclude = ["drafts", "old/notes"]'
                raise self.error(f'"{key}" names "{name}", which is no such folder', "", key, hint)
            names.append(path)
        return tuple(names)

    def language_code(self, table: Mapping[str, Any], key: str, where: str) -> str:
        """Read an ISO 639 code; "english" or "en-GB" would turn off the rules on English."""
        value = str(self.get(table, key, str, "", where)).lower()
        if value and _LANGUAGE_CODE.fullmatch(value) is None:
            message = f'"{where}{key}" must be a code of two or three letters'
            raise self.error(message, where, key, f'it is "{value}" now; English is "en"')
        return value

    def commands(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        return tuple(name.removeprefix("\\") for name in self.strings(table, key, (), where))

    def lists(
        self, table: Mapping[str, Any], key: str, where: str
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        inner = self.get(table, key, dict, {}, where)
        return tuple((name, self.strings(inner, name, (), f"{where}{key}.")) for name in inner)

    def severities(
        self, table: Mapping[str, Any], key: str, where: str
    ) -> tuple[tuple[str, Severity], ...]:
        inner = self.get(table, key, dict, {}, where)
        return tuple(
            (word, self.choice(inner, word, Severity.WARNING, f"{where}{key}.")) for word in inner
        )

    def choice(self, table: Mapping[str, Any], key: str, default: Choice, where: str) -> Choice:
        """Read one of the values of an enumeration of strings."""
        value = self.get(table, key, str, default.value, where)
        kind = type(default)
        if value not in set(kind):
            raise self.unknown_word(value, "value", where, key, [str(item) for item in kind])
        return kind(value)

    def unknown_word(
        self, word: str, noun: str, where: str, key: str, known: Sequence[str]
    ) -> ConfigError:
        close = difflib.get_close_matches(word, known, n=1)
        words = ", ".join(f'"{item}"' for item in known if item)
        hint = f'did you mean "{close[0]}"?' if close else f"use one of {words}"
        return self.error(f'unknown {noun} "{word}" of "{where}{key}"', where, key, hint)

    def refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key in known:
                continue
            close = difflib.get_close_matches(key, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"known keys: {', '.join(known)}"
            raise self.error(f'unknown key "{self.prefix}{where}{key}"', where, key, hint)

    def refuse_editor(self, table: Mapping[str, Any], where: str) -> None:
        if "editor" in table:
            raise self.error(
                "a book cannot choose the editor, a program that runs on your machine",
                where,
                "editor",
                "say it for all books in your own ~/.config/texbook/config.toml, or "
                "TEXBOOK_EDITOR, or --editor on the command line",
            )

    def error(self, message: str, where: str, key: str, hint: str) -> ConfigError:
        """Make the error at the place where the key, or the nearest table around it, stands."""
        path = tuple(f"{self.prefix}{where}{key}".strip(".").split("."))
        place = key_place(self.source.text, path)
        span = Span(self.source.path) if place is None else self.source.span(*place)
        return ConfigError(message, span=span, hints=(hint,))
