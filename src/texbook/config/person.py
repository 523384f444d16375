"""What a person says once for all their books: ``~/.config/texbook/config.toml``.

It holds what a book may not decide, since a book that could would grant itself a program to run.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.errors import ConfigError
from texbook.base.regular import read_regular
from texbook.base.source import SourceFile
from texbook.base.span import Span
from texbook.base.toml import parse_toml, told_value
from texbook.config.places import key_place

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = ("shell-escape", "editor", "untrusted")


@dataclass(frozen=True, slots=True)
class UntrustedLimits:
    """``[untrusted]``: what the work on a book of strangers may use. Only the person says it."""

    seconds: int = 1800
    """Time by the clock on the wall."""
    cpu_seconds: int = 1800
    """Processor time of each process."""
    memory_megabytes: int = 4096
    """Address space of each process, in MiB."""
    disk_megabytes: int = 1024
    """What may be written, in MiB; it is kept in memory."""
    output_megabytes: int = 16
    """What may be printed, in MiB."""

    @property
    def memory_bytes(self) -> int:
        """`memory_megabytes` in bytes."""
        return self.memory_megabytes << 20

    @property
    def disk_bytes(self) -> int:
        """`disk_megabytes` in bytes."""
        return self.disk_megabytes << 20

    @property
    def output_bytes(self) -> int:
        """`output_megabytes` in bytes."""
        return self.output_megabytes << 20


UNTRUSTED_BOUNDS = {
    "seconds": (1, 86_400),
    "cpu-seconds": (1, 86_400),
    "memory-megabytes": (256, 65_536),
    "disk-megabytes": (16, 65_536),
    "output-megabytes": (1, 1024),
}
"""Least and most of each key of ``[untrusted]``."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a person says for all books; nothing without a file that says it."""

    trusted_folders: tuple[Path, ...] = ()
    """``shell-escape``: books in these folders may have a full shell."""
    editor: str = ""
    """``editor``: a name that is known or a command; empty if it is not said."""
    editor_span: Span | None = None
    """Where that is said."""
    untrusted: UntrustedLimits = field(default_factory=UntrustedLimits)


def load_person(environment: Mapping[str, str]) -> Person:
    """Read the person's own configuration, below ``XDG_CONFIG_HOME`` or ``~/.config``.

    Raises:
        ConfigError: when it is not valid, or says something unknown.
    """
    home = environment.get("HOME", "")
    base = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    if not base:
        return Person()
    path = Path(base) / "texbook" / "config.toml"
    try:
        source = SourceFile(path, read_regular(path).decode())
        table = parse_toml(source.text)
    except OSError:
        return Person()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", span=Span(path)) from None
    for key in table:
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"known keys: {', '.join(_KEYS)}"
            raise _error(source, key, f'unknown key "{key}"', hint)
    return Person(
        _folders(source, table.get("shell-escape", []), home),
        _editor(source, table.get("editor")),
        _span(source, "editor") if "editor" in table else None,
        _limits(source, table.get("untrusted", {})),
    )


def _limits(source: SourceFile, table: Any) -> UntrustedLimits:
    if not isinstance(table, dict):
        hint = "as in [untrusted] and, in a line below, seconds = 600"
        raise _error(source, "untrusted", '"untrusted" must be a table', hint)
    for key, value in table.items():
        if key not in UNTRUSTED_BOUNDS:
            hint = f"known keys: {', '.join(UNTRUSTED_BOUNDS)}"
            raise _error(source, "untrusted", f'unknown key "untrusted.{key}"', hint)
        least, most = UNTRUSTED_BOUNDS[key]
        if type(value) is not int or not least <= value <= most:
            message = f'"untrusted.{key}" must be a whole number from {least:,} to {most:,}'
            raise _error(source, "untrusted", message, f"it is {told_value(value)} now")
    return UntrustedLimits(**{key.replace("-", "_"): value for key, value in table.items()})


def _folders(source: SourceFile, value: Any, home: str) -> tuple[Path, ...]:
    key = "shell-escape"
    if not isinstance(value, list) or not all(isinstance(folder, str) for folder in value):
        hint = 'as in shell-escape = ["~/books/mine"]'
        raise _error(source, key, f'"{key}" must be a list of folders', hint)
    folders = tuple(Path(home, f[2:]) if f.startswith("~/") else Path(f) for f in value)
    for folder in folders:
        if not folder.is_absolute():
            message = f'"{folder}" is not a full path, so it would mean another folder every time'
            raise _error(source, key, message, 'begin it with "/" or "~/"')
    return folders


def _editor(source: SourceFile, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        hint = 'as in editor = "code", or editor = "gedit +{line}:{column} {file}"'
        raise _error(source, "editor", '"editor" must name an editor or a command', hint)
    return value


def _error(source: SourceFile, key: str, message: str, hint: str) -> ConfigError:
    return ConfigError(message, span=_span(source, key), hints=(hint,))


def _span(source: SourceFile, key: str) -> Span:
    place = key_place(source.text, (key,))
    return Span(source.path) if place is None else source.span(*place)
