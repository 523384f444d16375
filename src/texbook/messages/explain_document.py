r"""Errors about the document's order: preamble, lists, floats, verbatim text, modes, limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.messages.explain_environments import unclosed_environment
from texbook.messages.explain_verb import verb_in_argument
from texbook.messages.opened import environment_end, open_environment
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, Scene

_PREAMBLE_ONLY = (
    r"(?P<it>\\(?:usepackage|documentclass|RequirePackage|begin\s*\{document\}|[A-Za-z@]+))\s*$"
)


def preamble_only(_: re.Match[str], scene: Scene) -> Explained:
    """``Can be used only in preamble``."""
    found = re.search(_PREAMBLE_ONLY, scene.before)
    name = found["it"] if found else "this command"
    if "{document}" in name:
        return Explained(
            "preamble-only",
            'there is a second "\\begin{document}"',
            ("a document has one; take this away",),
        )
    return Explained(
        "preamble-only",
        f'"{name}" stands behind "\\begin{{document}}"' if found else "something stands too late",
        ('move it before "\\begin{document}"',),
    )


def second_class(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Two \documentclass or \documentstyle commands``."""
    return Explained(
        "preamble-only",
        'there is a second "\\documentclass"',
        ("a document has one; take this away",),
        scene.find_command("\\documentclass"),
    )


def missing_begin(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Missing \begin{document}``: text in the preamble, or in a package."""
    text = scene.text
    unescaped = re.search(r"\\(?:re|provide)?newcommand\*?\{([A-Za-z]+)\}", scene.head)
    if unescaped is not None:
        name = unescaped[1]
        return Explained(
            "missing-begin-document",
            f'the new macro "{name}" needs a backslash',
            (f'write "\\{name}": without it LaTeX prints the word, and that is too early here',),
            scene.find_word(name),
        )
    has_class = text is not None and "\\documentclass" in text.shown
    if not has_class and not scene.package:
        return Explained(
            "missing-begin-document",
            'text stands before any "\\documentclass"',
            ('begin the main file with "\\documentclass{..}", then "\\begin{document}"',),
        )
    if text is not None and "\\begin{document}" not in text.shown and not scene.package:
        return Explained(
            "missing-begin-document",
            'there is text, but no "\\begin{document}" before it',
            ('write "\\begin{document}" where the text begins',),
        )
    command = re.search(r"(\\[A-Za-z@]+)(?:\{[^{}]*\})*\s*$", scene.head)
    return Explained(
        "missing-begin-document",
        f'"{command[1]}" prints something before "\\begin{{document}}"'
        if command
        else 'text stands before "\\begin{document}"',
        ('move it behind "\\begin{document}"; a macro that is misspelled can look like text',),
    )


def no_line(_: re.Match[str], scene: Scene) -> Explained:
    """``There's no line here to end``."""
    name = "\\newline" if "\\newline" in scene.before else "\\\\"
    text, stop = scene.text, scene.stop
    place = None
    if text is not None and stop is not None:
        at = text.shown.rfind(name, 0, stop)
        place = text.place(at, at + len(name)) if at >= 0 else None
    return Explained(
        "no-line-to-end",
        f'"{name}" stands where no line has begun',
        ('take it away; for more space between paragraphs use "\\bigskip" or "\\vspace"',),
        place,
    )


def capacity(found: re.Match[str], scene: Scene) -> Explained:
    """``TeX capacity exceeded, sorry [input stack size=10000]``."""
    what, size = found[1], found[2]
    if re.search(r"\\verb\*?[^A-Za-z]", _line_of(scene)):
        return verb_in_argument(found, scene)
    macro = next((level.label for level in scene.levels if level.is_macro), None)
    message = f"something here goes on without end: TeX's {what} of {size} is used up"
    if macro is None:
        return Explained("capacity", message, (_ENDLESS,))
    definition = scene.definition(macro, macro)
    if definition is not None or scene.levels[0].last_command == macro:
        message = f'"{macro}" calls itself without end'
    used = scene.find_command(macro)
    if definition is None or used is None:
        return Explained("capacity", message, (_ENDLESS,), used)
    return Explained(
        "capacity", message, (_ENDLESS,), definition, ((used, f'"{macro}" is used here'),)
    )


_ENDLESS = "look for a macro that calls itself, or an argument that is not closed"


def _line_of(scene: Scene) -> str:
    if scene.text is None or scene.message.line is None or scene.package:
        return ""
    return scene.text.source.line(scene.message.line)


def lost_float(_: re.Match[str], scene: Scene) -> Explained:
    """``Float(s) lost``, which LaTeX sees at the end of the page only."""
    return Explained(
        "wrong-mode",
        "a figure, a table or a note in the margin stands inside a box or a footnote",
        ("move it out; it got lost between the page before and this one",),
        _float_in_box(scene),
    )


def _float_in_box(scene: Scene) -> EnginePlace | None:
    text = scene.text
    if text is None:
        return None
    pattern = (
        r"\\(?:footnote|parbox|[mf]box|minipage)[^\n]*?"
        r"(?P<it>\\begin\{(?:figure|table)\*?\}|\\marginpar)"
    )
    found = text.find_back(pattern, scene.stop)
    return text.place(*found.span("it")) if found else None


def beside_verbatim(found: re.Match[str], _: Scene) -> Explained:
    """Fancyvrb's ``Extraneous input``."""
    extra, which, name = found[1].strip(), found[2], found[3]
    extra = extra.removesuffix("\\end{}").strip()
    return Explained(
        "package-error",
        f'"{extra}" stands on the line of "{which}{{{name}}}"',
        ("put it on a line of its own: nothing else may stand there",),
    )


def wrong_mode(found: re.Match[str], _: Scene) -> Explained:
    r"""``You can't use `\vskip' in math mode``."""
    what, mode = found[1].strip(), found[2]
    where = {
        "vertical mode": "between paragraphs",
        "internal vertical mode": "between the paragraphs of a box",
        "horizontal mode": "in a paragraph",
        "restricted horizontal mode": "in a box of one line",
        "math mode": "in a formula",
        "display math mode": "in a displayed formula",
    }.get(mode, f"in {mode}")
    return Explained(
        "wrong-mode",
        f'"{what}" is not allowed {where}',
        ("move it, or look whether the macro before it got the argument that it needs",),
    )


def not_outer(_: re.Match[str], scene: Scene) -> Explained:
    """``Not in outer par mode``: a float or a note in the margin inside a box."""
    found = None
    if scene.text is not None and scene.stop is not None:
        pattern = r"(?P<it>\\begin\s*\{(?:figure|table|algorithm|listing)\*?\}|\\marginpar)"
        found = scene.text.find_back(pattern, scene.stop)
    name = found["it"] if found else "a float"
    place = scene.text.place(*found.span("it")) if scene.text and found else None
    opened = None
    if scene.text is not None and found is not None:
        opened = open_environment(scene.text, found.start())
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if opened is not None and scene.text is not None and opened.name != "document":
        begin = scene.text.place(opened.start, opened.end)
        if environment_end(scene.text, opened) is None:
            return unclosed_environment(opened.name, begin, place)
        related = ((begin, "it stands in this"),)
    quoted = f'"{name}"' if found else name
    return Explained(
        "wrong-mode",
        f"{quoted} cannot stand inside a box, a float or a note",
        ('move it out; "\\captionof" of the package caption makes a caption without a float',),
        place,
        related,
    )


def outside_float(found: re.Match[str], scene: Scene) -> Explained:
    r"""``\caption outside float``."""
    name = found[1]
    return Explained(
        "wrong-mode",
        f'"{name}" stands outside a figure or a table',
        ('put it into one, or use "\\captionof{figure}{..}" of the package caption',),
        scene.find_command(name),
    )


def unknown_float_option(found: re.Match[str], scene: Scene) -> Explained:
    """``Unknown float option `H'``."""
    letter = found[1]
    hint = "places are h, t, b, p and !"
    if letter == "H":
        hint = '"\\usepackage{float}" brings the place "H"'
    return Explained(
        "unknown-option", f'a float knows no place "{letter}"', (hint,), scene.find_word(letter)
    )


def no_title(found: re.Match[str], scene: Scene) -> Explained:
    r"""``No \title given``."""
    return Explained(
        "package-error",
        f'"\\maketitle" stands where no "{found[1]}" was given',
        (f'write "{found[1]}{{..}}" before it',),
        scene.find_command("\\maketitle"),
    )


def stray_conditional(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Extra \else``, ``Extra \fi``, ``Extra \or``."""
    name = found[1]
    return Explained(
        "tex",
        f'"{name}" belongs to no condition',
        ('take it away, or write the "\\if.." that it belongs to',),
        scene.find_command(name),
    )


def invalid_character(_: re.Match[str], scene: Scene) -> Explained:
    """``Text line contains an invalid character``, which TeX shows as ``^^G``."""
    shown = re.search(r"\^\^.\s*$", scene.before)
    text, stop = scene.text, scene.stop
    place = None
    name = f' "{shown[0].strip()}"' if shown else ""
    if text is not None and stop is not None:
        line_start = text.source.text.rfind("\n", 0, stop) + 1
        found = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]").search(text.source.text, line_start)
        if found is not None:
            place = text.place(found.start(), found.end())
            name = f' "U+{ord(found[0]):04X}"'
    return Explained(
        "tex",
        f"the file holds a control character{name}",
        ("take it out; it is invisible in most editors",),
        place,
    )
