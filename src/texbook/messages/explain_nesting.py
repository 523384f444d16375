r"""Errors about what was opened and not closed, or closed and not opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.explain_environments import ENDED, unclosed_environment, unclosed_inside
from texbook.messages.explain_verb import inside_argument
from texbook.messages.opened import (
    command_before,
    open_at,
    open_environment,
    open_maths,
)
from texbook.messages.scene import EnginePlace, Explained

if TYPE_CHECKING:
    from texbook.latex.tokens import Token
    from texbook.messages.scene import RunText, Scene


def definition_ended(found: re.Match[str], scene: Scene) -> Explained:
    r"""``File ended while scanning definition of \x`` and ``text of \x``."""
    macro = found[1].strip() if found[1] else ""
    text = scene.texts.text(scene.message.closed) or scene.text
    place = None
    if text is not None:
        braces = text.tokenized.open_braces
        if braces:
            before = command_before(text, braces[-1])
            place = text.place(before[0] if before else braces[-1], braces[-1] + 1)
    what = f'the definition of "{macro}"' if macro else "a group"
    return Explained("unclosed-group", f"{what} is not closed", ('a "}" is missing',), place)


def extra_brace(_: re.Match[str], scene: Scene) -> Explained:
    """``Too many }'s`` and ``Extra }, or forgotten ...``."""
    text, stop = scene.text, scene.stop
    inner = unclosed_inside(scene) or inside_argument(scene)
    if inner is not None:
        return inner
    if text is not None and stop is not None and "forgotten $" in scene.message.text:
        opened = open_maths(text, stop - 1)
        if opened is not None and stop - 1 not in text.tokenized.stray_braces:
            return unclosed_formula(opened, text)
    if "forgotten \\right" in scene.message.text:
        return _lonely_left(scene)
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if text is not None and stop is not None:
        environment = open_environment(text, stop - 1)
        if environment is not None and environment.name != "document":
            opened_at = text.place(environment.start, environment.end)
            related = ((opened_at, "the innermost that is open begins here"),)
    return Explained(
        "extra-brace",
        'a "}" closes nothing',
        ('take it away, or write the "{" that it belongs to; "\\}" prints the sign',),
        _stray(scene),
        related,
    )


def _lonely_left(scene: Scene) -> Explained:
    r"""Find the ``\left`` without its ``\right`` in the same cell."""
    text, stop = scene.text, scene.stop
    place = None
    if text is not None and stop is not None:
        ended = ENDED.search(scene.head)
        at = stop - (len(ended[0]) if ended else 1)
        formula = open_maths(text, at)
        start = formula.end if formula is not None else text.shown.rfind("\n\n", 0, at) + 1
        lefts: list[re.Match[str]] = []
        for found in re.finditer(r"\\(left|right|\\)(?![A-Za-z])|(?<!\\)&", text.shown[start:at]):
            if found[1] == "left":
                lefts.append(found)
            elif found[1] == "right" and lefts:
                lefts.pop()
            elif lefts:
                break
        if lefts:
            place = text.place(start + lefts[-1].start(), start + lefts[-1].end())
    return Explained(
        "math-delimiter",
        '"\\left" has no "\\right" in its group or cell',
        ('write "\\right" with its delimiter; "\\right." shows none',),
        place,
    )


def _stray(scene: Scene) -> EnginePlace | None:
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    strays = [offset for offset in text.tokenized.stray_braces if offset < stop]
    if text.shown[stop - 1 : stop] != "}" and strays:
        return text.place(strays[-1], strays[-1] + 1)
    return None


def unclosed_formula(opened: Token, text: RunText) -> Explained:
    """Explain a formula that goes on where none may."""
    if opened.kind is Kind.BEGIN:
        return unclosed_environment(opened.name, text.place(opened.start, opened.end))
    closing = {"\\(": "\\)", "\\[": "\\]"}.get(opened.name, opened.name)
    hints = [f'write "{closing}" where the formula ends']
    if opened.name == "$":
        hints.append('write "\\$" for a dollar sign')
    return Explained(
        "math-mode",
        f'the formula that begins with "{opened.name}" is not closed',
        tuple(hints),
        text.place(opened.start, opened.end),
    )


def missing_brace(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Missing } inserted`` and ``Missing { inserted``."""
    inner = unclosed_inside(scene) or inside_argument(scene)
    if inner is not None:
        return inner
    if found[1] == "}":
        return _open_group(scene) or Explained(
            "unclosed-group", 'a "}" is missing here', ("count the braces before it",)
        )
    command = re.search(r"(\\(?:[^\W\d_]|@)+)\s*\S?$", scene.before)
    return Explained(
        "unclosed-argument",
        f'"{command[1]}" has no argument' if command else "an argument is missing here",
        ('put what it needs between "{" and "}"',),
        scene.find_command(command[1]) if command else None,
    )


def _open_group(scene: Scene) -> Explained | None:
    r"""Find what makes TeX insert a brace: an open group, a stray ``$``, a short ``\frac``."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    ended = ENDED.search(scene.head)
    is_shift = text.shown[stop - 1 : stop] == "$"
    at = stop - 1 if is_shift else stop - len(ended[0] if ended else "")
    for token in reversed(open_at(text, at)):
        if token.kind is Kind.MATHS:
            break
        if token.kind is Kind.OPEN:
            last = scene.last_read()
            return Explained(
                "unclosed-group",
                'a "{" is not closed',
                ('write "}" where its group ends',),
                text.place(token.start, token.end),
                ((last, "it must end before this"),) if last else (),
            )
    formula = open_maths(text, at)
    if formula is None:
        return None
    if formula.kind is Kind.BEGIN and "$" in text.shown[formula.end : stop]:
        return _dollar_inside(formula, text, stop)
    if "\\frac" not in text.shown[formula.end : stop]:
        return None
    return Explained(
        "unclosed-argument",
        '"\\frac" has too few arguments, or a "}" is missing',
        ('it takes two, as in "\\frac{1}{2}"',),
    )


def _dollar_inside(formula: Token, text: RunText, stop: int) -> Explained:
    at = text.shown.find("$", formula.end, stop)
    return Explained(
        "math-mode",
        f'a "$" stands inside "{formula.name}"',
        (f'"{formula.name}" is a formula already: take the "$" signs away',),
        text.place(at, at + 1),
        ((text.place(formula.start, formula.end), "opened here"),),
    )


def skipped_rest(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Incomplete \iffalse; all text was ignored after line 2``."""
    name, line = found[1], int(found[2])
    text = scene.texts.text(scene.message.closed) or scene.text
    place = None
    if text is not None:
        written = text.source.line(line)
        if name not in written:  # \newif's conditions are shown as the primitive that they equal
            own = re.search(r"\\if[A-Za-z@]+", written)
            name = own[0] if own else name
        at = written.find(name)
        place = EnginePlace(text.name, line, *((at + 1, at + 1 + len(name)) if at >= 0 else ()))
    return Explained(
        "unfinished-document",
        f'"{name}" has no "\\fi": all that follows was left out',
        ('write "\\fi" where the condition ends',),
        place,
    )


def unclosed_group_type(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Missing \endgroup inserted``, ``Missing \right. inserted``, ``Missing \endcsname``."""
    what = found[1]
    text, stop = scene.text, scene.stop
    inner_environment = unclosed_inside(scene)
    if inner_environment is not None:
        return inner_environment
    if what.startswith("\\right"):
        place = scene.find_command("\\left")
        return Explained(
            "math-delimiter",
            '"\\left" has no "\\right" in its formula',
            ('write "\\right" with its delimiter; "\\right." shows none',),
            place,
        )
    if what == "\\endcsname":
        return Explained("unclosed-argument", '"\\csname" is not closed by "\\endcsname"')
    if text is not None and stop is not None:
        inner = re.search(r"\\begin\s*\{([^{}]*)\}\s*$", scene.before)
        formula = open_maths(text, stop - len(inner[0]) if inner else stop)
        if formula is not None:
            hint = "close the first before the second begins"
            name = inner[1] if inner else "this"
            opened = text.place(formula.start, formula.end)
            outer = formula.name
            return Explained(
                "math-mode",
                f'"{name}" cannot stand inside "{outer}"',
                (hint,),
                None,
                ((opened, "opened here"),),
            )
    return Explained("unclosed-group", "something that was opened is not closed here")
