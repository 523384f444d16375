r"""Front matter: TOML in a comment block at the top of a template, read without rendering.

::

    %---
    % title = 'Winning Is Bad News'
    % level = 'senior'
    %---

Values are plain text: what looks like TeX in them is printed as it stands.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from texbook.base.span import Span
from texbook.base.toml import parse_toml
from texbook.render.faults import template_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile

LEVELS = ("mid", "senior", "staff")
"""What ``level`` may say; two may be joined, as in ``mid/senior``."""

_RULER = re.compile(r"%---[ \t]*")
_TEXTS = ("title", "trap", "tell", "fix", "ask", "level")
_KEYS = (*_TEXTS, "topics", "related", "status")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a question says of itself.

    Attributes:
        title: the question's title.
        trap: the trap in one sentence.
        tell: what gives the trap away.
        fix: the way out in one sentence.
        ask: the question as the interviewer speaks it.
        level: ``mid``, ``senior``, ``staff``, or two of them as ``mid/senior``.
        topics: what it is about, for the opener and the index.
        related: slugs of questions that belong to it.
        status: ``stub`` while it is not written, else empty.
        lines: the line (from 1) on which each key stands.
    """

    title: str
    trap: str
    tell: str
    fix: str
    ask: str
    level: str
    topics: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    status: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def stub(self) -> bool:
        """Whether the question is not written yet, so that rules on its content rest."""
        return self.status == "stub"


@dataclass(frozen=True, slots=True)
class FrontMatterReading:
    """What reading the front matter of one template gave.

    ``front_matter`` is None when there is none, and when there are faults in it.
    """

    front_matter: FrontMatter | None
    diagnostics: tuple[Diagnostic, ...] = ()


def front_matter_lines(source: SourceFile) -> tuple[int, int] | None:
    """Give the numbers of the two ``%---`` lines; the second is 0 when it is missing.

    Only comments and blank lines may stand before the block.
    """
    first = 0
    for number in range(1, source.line_count + 1):
        line = source.line(number)
        if _RULER.fullmatch(line):
            if first:
                return first, number
            first = number
        elif line.strip() and not line.startswith("%"):
            break
    return (first, 0) if first else None


@functools.lru_cache(maxsize=256)  # a watch reads those of all questions after every save
def read_front_matter(source: SourceFile) -> FrontMatterReading:
    """Read and check the front matter of a template, without rendering it."""
    bounds = front_matter_lines(source)
    if bounds is None:
        return FrontMatterReading(None)
    first, last = bounds
    if not last:
        return _failed(
            source, first, 'the front matter has no end: a second "%---" line is missing'
        )
    bodies = [source.line(number)[1:] for number in range(first + 1, last)]
    try:
        table = parse_toml("\n".join(bodies))
    except tomllib.TOMLDecodeError as error:
        return FrontMatterReading(None, (_syntax_error(source, first, last, error),))
    lines = _key_lines(bodies, first + 1)
    diagnostics = tuple(_faults(source, table, lines, first))
    if diagnostics:
        return FrontMatterReading(None, diagnostics)
    return FrontMatterReading(
        FrontMatter(
            **{key: str(table[key]) for key in _TEXTS},
            topics=tuple(table.get("topics", ())),
            related=tuple(table.get("related", ())),
            status=str(table.get("status", "")),
            lines=lines,
        )
    )


def _failed(source: SourceFile, line: int, message: str, *hints: str) -> FrontMatterReading:
    return FrontMatterReading(None, (_fault(source, line, message, *hints),))


def _fault(source: SourceFile, line: int, message: str, *hints: str) -> Diagnostic:
    return template_error("front-matter", message, Span.at(source.path, line), hints)


def _syntax_error(
    source: SourceFile, first: int, last: int, error: tomllib.TOMLDecodeError
) -> Diagnostic:
    """Move tomllib's ``(at line 3, column 7)`` to the template's own line and column."""
    message = str(error)
    span = Span.at(source.path, last - 1)
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if found:
        message = message[: found.start()]
        if found[1]:
            span = Span.at(source.path, first + int(found[1]), int(found[2]) + 1)
    return template_error(
        "front-matter",
        f"the front matter is not valid TOML: {message[:1].lower()}{message[1:]}",
        span,
        ("texts stand in single quotes, as in % title = 'Winning Is Bad News'",),
    )


def _key_lines(bodies: list[str], first: int) -> dict[str, int]:
    """Find the line of each key; a key inside a string of several lines comes second, if at all."""
    lines: dict[str, int] = {}
    for number, body in enumerate(bodies, first):
        found = re.match(r"[ \t]*[\"']?([A-Za-z0-9_-]+)[\"']?[ \t]*[=.]", body)
        if found:
            lines.setdefault(found[1], number)
    return lines


def _faults(
    source: SourceFile, table: dict[str, Any], lines: Mapping[str, int], first: int
) -> list[Diagnostic]:
    faults = []
    for key, value in table.items():
        line = lines.get(key, first)
        if key not in _KEYS:
            close = _close(key)
            hint = f'did you mean "{close[0]}"?' if close else f"known keys: {', '.join(_KEYS)}"
            faults.append(_fault(source, line, f'unknown key "{key}" in the front matter', hint))
        elif message := _value_fault(key, value):
            faults.append(_fault(source, line, message[0], message[1]))
    misspelt = {close for key in table if key not in _KEYS for close in _close(key)}
    missing = [key for key in _TEXTS if key not in table and key not in misspelt]
    if missing:
        names = ", ".join(f'"{key}"' for key in missing)
        hint = f"add a line such as % {missing[0]} = '...'"
        faults.append(_fault(source, first, f"the front matter has no {names}", hint))
    return faults


def _close(key: str) -> list[str]:
    return difflib.get_close_matches(key, _KEYS, n=1)


def _value_fault(key: str, value: object) -> tuple[str, str] | None:
    """Say what is wrong with a value and how it should look."""
    if key in ("topics", "related"):
        if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            return None
        return f'"{key}" must be a list of texts', f"as in % {key} = ['auctions', 'bias']"
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        return f'"{key}" must be a text on one line', f"as in % {key} = '...'"
    if key == "status" and value != "stub":
        return f'unknown status "{value}"', 'the only status is "stub"; a written question has none'
    if key == "level" and not all(part in LEVELS for part in value.split("/")):
        choice = ", ".join(f'"{level}"' for level in LEVELS)
        return f'unknown level "{value}"', f'use one of {choice}, or two as in "mid/senior"'
    return None
