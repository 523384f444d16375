r"""Errors about arguments whose end TeX did not find, or met too early."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.nesting import MATHS_ENVIRONMENTS
from texbook.latex.tokens import Kind
from texbook.messages.opened import (
    command_before,
    environment_end,
    open_environment,
    opening_of,
)
from texbook.messages.scene import EnginePlace, Explained

if TYPE_CHECKING:
    from texbook.latex.tokens import Token
    from texbook.messages.scene import RunText, Scene

from texbook.messages.explain_environments import last_unclosed, unclosed_environment

_CELL_IN_ARGUMENT = re.compile(r"(\\(?:[^\W\d_]|@)+)\s*\{[^{}]*(?<!\\)&[^{}]*\}?$")


_BODY_READERS = frozenset(
    {"\\TX@get@body", "\\@xverbatim", "\\@sxverbatim", "\\collect@body", "\\FancyVerbGetLine"}
)
"""Macros that read an environment's body as an argument."""


def runaway(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Paragraph ended before \x was complete``, ``File ended while scanning use of \x``."""
    macro = found[1].strip()
    has_extra = scene.message.text.startswith("Argument")
    cell = _CELL_IN_ARGUMENT.search(scene.head) if has_extra else None
    if cell is not None and scene.text is not None and scene.stop is not None:
        at = scene.text.shown.rfind("&", 0, scene.stop)
        return Explained(
            "alignment",
            f'"&" stands inside the argument of "{cell[1]}"',
            ('a cell cannot end there: repeat the command in each cell, or write "\\&"',),
            scene.text.place(at, at + 1),
        )
    is_file_end = scene.message.text.startswith("File")
    text, stop = scene.text, scene.stop
    if is_file_end:
        text = scene.texts.text(scene.message.closed) or text
        stop = None
    if text is None:
        return Explained("unclosed-argument", f'the argument of "{macro}" is not closed')
    environment = _collected(macro, text, stop, scene)
    if environment is not None:
        return environment
    brace = opening_of(text, scene.message.runaway, stop)
    if brace is None:
        limit = len(text.shown) if stop is None else stop
        last = re.search(r"(\\[A-Za-z]+)\*?$", text.shown[:limit].rstrip())
        macro = last[1] if last and "@" in macro else macro
        return Explained(
            "unclosed-argument",
            f'the argument of "{macro}" is missing or not closed',
            (f'put it between "{{" and "}}" behind "{macro}"',),
            scene.find_command(macro),
        )
    return _unclosed_argument(text, brace, macro, scene, is_file_end=is_file_end)


def _unclosed_argument(
    text: RunText, brace: int, macro: str, scene: Scene, *, is_file_end: bool
) -> Explained:
    before = command_before(text, brace)
    start, name = before or (brace, macro)
    sign = "}" if text.shown[brace] == "{" else "]"
    hints = [f'a "{sign}" is missing after "{name}"']
    what = f'the argument of "{name}" is not closed'
    comment = _hiding_comment(text, brace, sign)
    if comment is not None:
        hints = [f'the "%" begins a comment that hides the "{sign}": write "\\%" for the sign']
    elif not is_file_end:
        hints.append("or take the blank line away, if its argument goes on behind it")
        if brace in text.tokenized.matching:
            what = f'a paragraph ends inside the argument of "{name}"'
    place = text.place(start, brace + 1)
    stopped = scene.default_place()
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if stopped and stopped.line and not is_file_end:
        related = ((stopped, "a paragraph ends here"),)
    return Explained("unclosed-argument", what, tuple(hints), place, related)


def _hiding_comment(text: RunText, brace: int, sign: str) -> Token | None:
    """Find a comment on the same line that holds the closing sign."""
    line_end = text.source.text.find("\n", brace)
    for token in text.tokenized.tokens:
        if token.kind is Kind.COMMENT and brace < token.start < line_end and sign in token.name:
            return token
    return None


def _collected(macro: str, text: RunText, stop: int | None, scene: Scene) -> Explained | None:
    """Explain an environment whose body is read as a whole: align, tabularx, verbatim."""
    limit = len(text.shown) if stop is None else stop
    name = macro.removeprefix("\\")
    opened = None
    if (
        macro in _BODY_READERS
        or name in MATHS_ENVIRONMENTS
        or name.rstrip("*") in MATHS_ENVIRONMENTS
    ):
        opened = open_environment(text, limit)
        if opened is None or opened.name == "document":
            opened = last_unclosed(text, limit)
    if opened is None:
        return None
    place = text.place(opened.start, opened.end)
    end = environment_end(text, opened)
    stopped = scene.default_place()
    if end is not None and stop is not None and stopped is not None:
        return _blank_line(opened.name, stopped, place)
    return unclosed_environment(opened.name, place)


def _blank_line(name: str, stopped: EnginePlace, opened: EnginePlace) -> Explained:
    return Explained(
        "math-mode",
        f'there is a blank line inside "{name}"',
        ('take the line away, or write "%" at its beginning',),
        stopped,
        ((opened, "opened here"),),
    )
