r"""Errors about names that TeX does not know, or knows already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.messages.known import close_names
from texbook.messages.providers import ENVIRONMENTS, FROM_CLASSES, MACROS
from texbook.messages.scene import DEFINES, Explained, command_pattern

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, RunText, Scene


def undefined_macro(_: re.Match[str], scene: Scene) -> Explained:
    """The culprit is the last control sequence of the innermost level (tex.web section 311)."""
    name = scene.levels[0].last_command if scene.levels else None
    if name is None:
        return Explained("undefined-macro", "undefined control sequence", (_CHECK,))
    place, related = _place_of_macro(name, scene)
    return Explained(
        "undefined-macro",
        f'undefined control sequence "{name}"',
        _macro_hints(name.removeprefix("\\"), scene),
        place,
        related,
    )


_CHECK = "check its spelling, or load the package that defines it"


def _place_of_macro(
    name: str, scene: Scene
) -> tuple[EnginePlace | None, tuple[tuple[EnginePlace, str], ...]]:
    """Find where the author wrote the macro: in the text, or in a macro of his own."""
    level = scene.levels[0]
    if level.is_macro:
        inner = scene.definition(level.label, name)
        if inner is not None:
            used = scene.find_command(level.label) or scene.default_place()
            return inner, ((used, f'"{level.label}" is used here'),) if used else ()
    return scene.find_command(name), ()


def _macro_hints(name: str, scene: Scene) -> tuple[str, ...]:
    if name in FROM_CLASSES:
        return (FROM_CLASSES[name],)
    if name in MACROS:
        return (_load(MACROS[name], scene),)
    if not name.isascii() or not name.isalpha():
        return (_CHECK,)
    close = close_names(name, scene.known.macros)
    if close:
        return (f'did you mean "\\{close[0]}"?',)
    popular = close_names(name, MACROS)
    if popular:
        package = MACROS[popular[0]]
        return (f'did you mean "\\{popular[0]}"? {_load(package, scene)}',)
    return (_CHECK,)


def _load(package: str, scene: Scene) -> str:
    if any(path.stem == package for path in scene.known.files):
        return f'"{package}" defines it, but is loaded too late, or an option leaves it out'
    return f'"\\usepackage{{{package}}}" defines it'


def undefined_environment(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Environment x undefined``, from ``\begin`` or ``\renewenvironment``."""
    name = found[1]
    place = scene.find_word(name)
    known = scene.known.environments
    close = close_names(name, known) or close_names(name, ENVIRONMENTS)
    hints: tuple[str, ...] = ("check its spelling, or load the package that defines it",)
    if name in ENVIRONMENTS:
        hints = (_load(ENVIRONMENTS[name], scene),)
    elif close:
        hint = f'did you mean "{close[0]}"?'
        if close[0] not in known:
            hint += f" {_load(ENVIRONMENTS[close[0]], scene)}"
        hints = (hint,)
    return Explained("undefined-environment", f'undefined environment "{name}"', hints, place)


def undefined_command(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Command \x undefined``, from ``\renewcommand``."""
    name = found[1].strip()
    close = close_names(name.removeprefix("\\"), scene.known.macros)
    hints = [f'did you mean "\\{close[0]}"?'] if close else []
    return Explained(
        "undefined-macro",
        f'"{name}" is to be redefined, but is not defined',
        (*hints, 'a new macro is made with "\\newcommand"'),
        scene.find_command(name),
    )


def already_defined(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Command \x already defined``: also for counters (``\c@x``) and environments (``\x``)."""
    name = found[1].strip()
    if name.startswith("\\c@"):
        word = name.removeprefix("\\c@")
        place = scene.find_word(word)
        return Explained(
            "already-defined",
            f'the counter "{word}" exists already',
            ("take another name",),
            place,
            _first_definition(word, place, scene),
        )
    word = name.removeprefix("\\")
    place = scene.find_command(name)
    environment = _defined_environment(word, scene)
    if environment is not None:
        return Explained(
            "already-defined",
            f'the environment "{word}" exists already',
            ('take another name, or change what there is by "\\renewenvironment"',),
            environment,
            _first_definition(word, environment, scene),
        )
    return Explained(
        "already-defined",
        f'"{name}" is defined already',
        ('take another name, or change what there is by "\\renewcommand"',),
        place,
        _first_definition(word, place, scene),
    )


def _defined_environment(word: str, scene: Scene) -> EnginePlace | None:
    text = scene.text
    if text is None:
        return None
    pattern = (
        r"\\(?:newenvironment|NewDocumentEnvironment|newtheorem|newtcolorbox|newtcbtheorem|newlist)"
        r"\*?\s*(?:\[[^\]]*\]\s*)?\{\s*(?P<it>" + re.escape(word) + r")\s*\}"
    )
    found = text.find_back(pattern, scene.stop)
    return text.place(found.start("it"), found.end("it")) if found else None


def _first_definition(
    word: str, place: EnginePlace | None, scene: Scene
) -> tuple[tuple[EnginePlace, str], ...]:
    """Point to the author's earlier definition of the same name, if there is one."""
    pattern = (
        r"\\(?:new\w+|New\w+|Declare\w+|[gex]?def|let)\*?\s*(?:\[[^\]]*\]\s*)?\{?\s*\\?"
        r"(?P<it>" + re.escape(word) + r")(?![A-Za-z@])"
    )
    for text in scene.texts.all():
        found = re.search(pattern, text.shown)
        if found is None:
            continue
        first = text.place(found.start("it"), found.end("it"))
        if place is not None and (first.file, first.line) != (place.file, place.line):
            return ((first, "defined here first"),)
    return ()


def unknown_counter(found: re.Match[str], scene: Scene) -> Explained:
    """``No counter 'x' defined``."""
    return _unknown("unknown-counter", "counter", found[1], scene, scene.known.counters)


def counter_as_number(_: re.Match[str], scene: Scene) -> Explained | None:
    r"""``\arabic{x}`` of no counter: TeX wants a number and meets the undefined ``\c@x``."""
    for level in scene.levels:
        name = re.search(r"\\c@(\w+)\s*$", level.before + level.after)
        if name:
            return _unknown("unknown-counter", "counter", name[1], scene, scene.known.counters)
    return None


def unknown_colour(found: re.Match[str], scene: Scene) -> Explained:
    """``Undefined color `x'`` of color and xcolor."""
    return _unknown("unknown-color", "colour", found[1], scene, scene.known.colours)


def unknown_colour_model(found: re.Match[str], scene: Scene) -> Explained:
    """``Undefined color model `x'``."""
    name = found[1]
    hint = "models are rgb, RGB, HTML, cmyk, gray and hsb"
    return Explained(
        "unknown-color", f'there is no colour model "{name}"', (hint,), scene.find_word(name)
    )


def _unknown(code: str, kind: str, name: str, scene: Scene, known: frozenset[str]) -> Explained:
    close = close_names(name, known)
    hint = f'did you mean "{close[0]}"?' if close else _HOW_TO_MAKE[code]
    return Explained(code, f'there is no {kind} "{name}"', (hint,), scene.find_word(name))


_HOW_TO_MAKE = {
    "unknown-counter": 'check its spelling, or make it with "\\newcounter" before it is used',
    "unknown-color": (
        'check its spelling, or make it with "\\definecolor"; the names of dvips need'
        ' "\\usepackage[dvipsnames]{xcolor}"'
    ),
}


def wrong_use(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Use of \x doesn't match its definition``: TeX expected something else behind the macro."""
    name = found[1].strip()
    if "???" in name:
        # expl3 shows its errors this way when it is expanding: "! LaTeX Error: ...".
        text = " ".join((scene.levels[0].before, scene.levels[0].after)) if scene.levels else ""
        said = re.search(r"! \w+ Error: (.*?)!?$", text.strip())
        words = said[1] if said else text.strip()
        return Explained("package-error", words[:1].lower() + words[1:].rstrip(" ."))
    return Explained(
        "unclosed-argument",
        f'"{name}" is not followed by what its definition asks for',
        (f'look how "{name}" was defined, and which signs must stand around its arguments',),
        scene.find_command(name),
        tuple(_definition(name, text) for text in scene.texts.all() if _defined(name, text)),
    )


def _defined(name: str, text: RunText) -> bool:
    return text.find_back(DEFINES + command_pattern(name)) is not None


def _definition(name: str, text: RunText) -> tuple[EnginePlace, str]:
    found = text.find_back(DEFINES + command_pattern(name))
    assert found is not None
    return text.place(found.start("it"), found.end("it")), "defined here"
