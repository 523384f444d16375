r"""Errors about ``\verb``, which reads its code by itself: never where an argument was read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.opened import command_before, open_at
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, RunText, Scene

_VERB = re.compile(r"\\verb\*?(?![A-Za-z@])")
_LOOK_BACK = 2000
"""Characters of an argument before the stop in which ``\\verb`` is looked for."""


def unclosed_verb(_: re.Match[str], scene: Scene) -> Explained:
    r"""``\verb ended by end of line``."""
    return inside_argument(scene) or Explained(
        "unclosed-verb",
        '"\\verb" is not closed on its line',
        ('the sign behind "\\verb" must stand again at the end of the code, on the same line',),
        _on_line(scene),
    )


def verb_in_argument(_: re.Match[str], scene: Scene) -> Explained:
    r"""``\verb illegal in argument``."""
    return _in_argument(_on_line(scene))


def inside_argument(scene: Scene) -> Explained | None:
    r"""Explain an error at the end of an argument by a ``\verb`` in it, if there is one.

    The argument was read before ``\verb`` could change the category codes, so that it looks for a
    sign that never comes (latex.ltx, ``\@sverb``), and TeX complains of what it meets first, and
    again on later lines.
    """
    text, stop = scene.text, scene.stop
    is_still_looking = _is_still_looking(scene)
    if text is None or scene.package or (stop is None and not is_still_looking):
        return None
    stop = len(text.shown) if stop is None else stop
    first = max(0, stop - _LOOK_BACK)
    least = 0 if is_still_looking else text.shown.rfind("\n", 0, stop) + 1
    for found in reversed(list(_VERB.finditer(text.source.text[first:stop]))):
        at = first + found.start()
        if not _is_comment(text, at) and _argument_reaches(text, at, least):
            return _in_argument(text.place(at, first + found.end()))
    return None


def _in_argument(place: EnginePlace | None) -> Explained:
    return Explained(
        "unclosed-verb",
        '"\\verb" cannot stand in the argument of another command',
        (
            'use "\\texttt" with "\\_", "\\%" and the like, or "\\mintinline" of minted',
            'in footnotes "\\Verb" of fvextra works',
            "or take the code out of the argument",
        ),
        place,
    )


def _is_still_looking(scene: Scene) -> bool:
    r"""Say whether ``\verb`` of an earlier line has not met its end."""
    if any(line.startswith("\\verb@egroup") for line in scene.message.context):
        return True
    return scene.message.text.startswith("\\verb ended by") and _on_line(scene) is None


def _argument_reaches(text: RunText, at: int, least: int) -> bool:
    """Say whether a place is in an argument that ends at an offset or behind it, or never."""
    for token in open_at(text, at):
        if token.kind is not Kind.OPEN:
            continue
        command = command_before(text, token.start)
        end = text.tokenized.matching.get(token.start, least)
        if command is not None and end >= least:
            return True
    return False


def _is_comment(text: RunText, at: int) -> bool:
    tokens = text.tokenized.tokens
    return any(token.kind is Kind.COMMENT and token.start <= at < token.end for token in tokens)


def _on_line(scene: Scene) -> EnginePlace | None:
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    line_start = text.source.text.rfind("\n", 0, stop) + 1
    found = list(_VERB.finditer(text.source.text, line_start, stop))
    return text.place(*found[-1].span()) if found else None
