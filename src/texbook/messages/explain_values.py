r"""Errors about numbers, lengths, keys and options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.messages.known import close_names
from texbook.messages.scene import Explained
from texbook.system.packages import find_package

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, Scene

_UNITS = "pt, mm, cm, in, em, ex"


def missing_number(_: re.Match[str], scene: Scene) -> Explained:
    """``Missing number, treated as zero``."""
    length = _without_backslash(scene)
    if length is not None:
        return length
    met = _met(scene)
    what = f', but "{met}" stands there' if met else ""
    return Explained(
        "missing-number",
        f"a number or a length is missing{what}",
        (f'write one, such as "3" or "1.5em"; units are {_UNITS}',),
        _argument_of(scene, met),
    )


def _without_backslash(scene: Scene) -> Explained | None:
    r"""Find a ``\setlength{parindent}`` just before the stop."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    found = text.find_back(r"\\(?:set|addto)(?:length|to\w+)\s*\{(?P<it>[A-Za-z]+)\}", stop)
    if found is None or text.shown.count("\n", found.end(), stop) > 1:
        return None
    name = found["it"]
    return Explained(
        "missing-number",
        f'the length "{name}" needs a backslash',
        (f'write "\\{name}"',),
        text.place(*found.span("it")),
    )


def invalid_in_length(found: re.Match[str], scene: Scene) -> Explained:
    """Calc's ```m' invalid at this point``."""
    sign = found[1]
    return Explained(
        "illegal-unit",
        f'"{sign}" is wrong in a length or a calculation',
        (f"units are {_UNITS}; calc knows +, -, * and /",),
        _argument_of(scene, sign),
    )


def illegal_unit(_: re.Match[str], scene: Scene) -> Explained:
    """``Illegal unit of measure (pt inserted)``."""
    met = _met(scene)
    number = re.search(r"[\d.,]+", scene.before.rpartition("{")[2])
    if met and not met.startswith("\\"):
        message = f'"{met}" begins no unit of length'
    elif number:
        message = f'the length "{number[0]}" has no unit'
    else:
        message = "a length has no unit"
    hints = [f"units are {_UNITS}"]
    if number:
        hints = [f'write a unit behind it, as in "{number[0]}pt"; {hints[0]}']
    return Explained("illegal-unit", message, tuple(hints), _argument_of(scene, met))


def _met(scene: Scene) -> str:
    r"""Give what TeX met in the place of a number; empty for its own ``\relax``."""
    for level in scene.levels:
        if level.label == "<to be read again>":
            word = (level.before + level.after).strip()
            return "" if word in ("\\relax", "\\scan_stop:", "}") or "@" in word else word
    return ""


def _argument_of(scene: Scene, met: str) -> EnginePlace | None:
    """Give the last argument that TeX read and that is no proper length, or None."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    line_start = text.shown.rfind("\n", 0, stop) + 1
    head = text.shown[line_start:stop]
    arguments = [*re.finditer(r"[{=]\s*([^{}=,\[\]\s][^{}=,\[\]]*?)\s*(?=[},\]]|$)", head)]
    for found in reversed(arguments):
        value = found[1]
        if met and not met.startswith("\\") and met not in value:
            continue
        if re.fullmatch(r"[A-Za-z@*]+", value) and not met:
            continue
        if value.startswith("\\") or re.fullmatch(r"-?[\d.]*\s*(?:pt|mm|cm|in|em|ex)", value):
            continue
        return text.place(line_start + found.start(1), line_start + found.end(1))
    return None


def too_large(_: re.Match[str], scene: Scene) -> Explained:
    """``Dimension too large``."""
    return Explained(
        "dimension",
        "a length is too large for TeX",
        ("the largest is 16383pt, which is 575 cm: divide, or use another unit",),
        _argument_of(scene, ""),
    )


def arithmetic(found: re.Match[str], scene: Scene) -> Explained:
    """``Arithmetic overflow``, ``Number too big``."""
    number = re.search(r"\d{10,}", scene.before) or re.search(r"\d{10,}", scene.message.text)
    place = scene.find_word(number[0]) if number else None
    if found[0].startswith("Number"):
        return Explained(
            "arithmetic", "a number is too big for TeX", ("the largest is 2147483647",), place
        )
    return Explained(
        "arithmetic",
        "a calculation divides by zero, or its result is too big for TeX",
        ("the largest number is 2147483647, the largest length 16383pt",),
        place,
    )


def option_clash(found: re.Match[str], scene: Scene) -> Explained:
    """``Option clash for package x``: it was loaded before with other options."""
    name = found[1]
    places = _loads(name, scene)
    own = places[-1] if places else None
    related = tuple((place, "loaded here before") for place in places[:-1])
    hint = (
        f'load it once, with all options; or write "\\PassOptionsToPackage{{..}}{{{name}}}" first'
    )
    if len(places) == 1:
        hint = (
            "another package or the class has loaded it: write "
            f'"\\PassOptionsToPackage{{..}}{{{name}}}" before "\\documentclass"'
        )
    return Explained(
        "option-clash",
        f'the package "{name}" is loaded twice with different options',
        (hint,),
        own,
        related,
    )


def _loads(name: str, scene: Scene) -> list[EnginePlace]:
    """Give the places where the author loads a package, in order."""
    pattern = re.compile(
        r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\]\s*)?\{[^{}]*?(?<![\w-])(?P<it>"
        + re.escape(name)
        + r")(?![\w-])[^{}]*\}"
    )
    return [
        text.place(found.start("it"), found.end("it"))
        for text in scene.texts.all()
        for found in pattern.finditer(text.shown)
    ]


def unknown_option(found: re.Match[str], scene: Scene) -> Explained:
    """``Unknown option `x' for package `y'``."""
    name, kind, owner = found[1], found[2], found[3]
    close = close_names(name, scene.known.keys(owner))
    hint = (
        f'did you mean "{close[0]}"?' if close else f'the manual of "{owner}" lists what it takes'
    )
    what = "package" if kind == "package" else "class"
    return Explained(
        "unknown-option",
        f'the {what} "{owner}" has no option "{name}"',
        (hint,),
        scene.find_word(name),
    )


def unknown_key(found: re.Match[str], scene: Scene) -> Explained:
    """``x undefined`` of keyval and enumitem; ``I do not know the key '/tcb/x'`` of pgfkeys."""
    path = found[1].strip()
    name = path.rpartition("/")[2]
    if path.startswith("/tcb/library/"):
        return _unknown_library("tcolorbox", name, scene)
    close = close_names(name, scene.known.keys("")) if len(name) > 1 else ()
    hint = "check its spelling, or whether the package that knows it is loaded"
    if close:
        hint = f'did you mean "{close[0]}"?'
    family = path.removesuffix(name).strip("/")
    known_as = _FAMILIES.get(family.partition("/")[0], "")
    where = f" for {known_as}" if known_as else ""
    return Explained(
        "unknown-option", f'there is no option "{name}"{where}', (hint,), scene.find_word(name)
    )


_FAMILIES = {"tcb": "tcolorbox", "tikz": "TikZ", "pgfplots": "pgfplots", "pgf": "pgf"}


def _unknown_library(package: str, name: str, scene: Scene) -> Explained:
    return Explained(
        "missing-package",
        f'{package} has no library "{name}"',
        ("check its spelling",),
        scene.find_word(name),
    )


def unknown_library(found: re.Match[str], scene: Scene) -> Explained:
    """``I did not find the tikz library 'x'``."""
    name = found[2]
    close = close_names(name, _TIKZ_LIBRARIES)
    hint = f'did you mean "{close[0]}"?' if close else "check its spelling"
    return Explained(
        "missing-package", f'{found[1]} has no library "{name}"', (hint,), scene.find_word(name)
    )


_TIKZ_LIBRARIES = (
    *("angles", "arrows", "arrows.meta", "automata", "babel", "backgrounds", "bending", "calc"),
    *("calendar", "chains", "decorations", "decorations.markings", "decorations.pathmorphing"),
    *("decorations.pathreplacing", "decorations.text", "external", "fadings", "fit", "graphs"),
    *("intersections", "math", "matrix", "mindmap", "patterns", "patterns.meta", "petri"),
    *("positioning", "quotes", "scopes", "shadings", "shadows", "shapes", "shapes.geometric"),
    *("shapes.misc", "shapes.multipart", "shapes.symbols", "spy", "svg.path", "through", "trees"),
)


def unknown_style(found: re.Match[str], scene: Scene) -> Explained:
    """Biblatex's ``Style 'x' not found``."""
    name = found[1]
    close = close_names(name, _BIBLATEX_STYLES)
    hint = (
        f'did you mean "{close[0]}"?'
        if close
        else f'is a package missing that brings "{name}.bbx"?'
    )
    return Explained(
        "unknown-option", f'biblatex has no style "{name}"', (hint,), scene.find_word(name)
    )


_BIBLATEX_STYLES = (
    *("numeric", "numeric-comp", "numeric-verb", "alphabetic", "alphabetic-verb", "authoryear"),
    *("authoryear-comp", "authoryear-ibid", "authoryear-icomp", "authortitle", "verbose"),
    *("authortitle-comp", "authortitle-ibid", "reading", "draft", "debug", "apa", "ieee", "nature"),
    *("chem-acs", "mla", "chicago-authordate", "science", "phys", "trad-plain", "gb7714-2015"),
)


def missing_language(found: re.Match[str], scene: Scene) -> Explained:
    """Babel's ``Unknown option 'x'``: it has looked for ``x.ldf``."""
    package = find_package(f"{found[1]}.ldf")
    if package is None:
        return unknown_language(found, scene)
    return Explained(
        "missing-package",
        f'babel\'s definitions of the language "{found[1]}" are not installed',
        package.hints,
        scene.find_word(found[1]),
    )


def unknown_language(found: re.Match[str], scene: Scene) -> Explained:
    """Babel's ``You haven't defined the language 'x' yet``."""
    name = found[1]
    close = close_names(name, _LANGUAGES)
    hint = f'did you mean "{close[0]}"?' if close else "name it among babel's options"
    return Explained(
        "unknown-option",
        f'babel does not know the language "{name}"',
        (hint,),
        scene.find_word(name),
    )


_LANGUAGES = (
    *("english", "british", "american", "german", "ngerman", "french", "spanish", "italian"),
    *("portuguese", "brazilian", "dutch", "danish", "norwegian", "nynorsk", "swedish", "finnish"),
    *("polish", "czech", "slovak", "hungarian", "romanian", "greek", "russian", "ukrainian"),
    *("turkish", "latin", "catalan", "croatian", "serbian", "slovene", "bulgarian", "vietnamese"),
    *("hebrew", "arabic", "austrian", "naustrian", "indonesian", "estonian", "latvian"),
)


def unknown_listing_language(_: re.Match[str], scene: Scene) -> Explained:
    """``Couldn't load requested language`` of listings, whose name it prints nowhere."""
    found = None
    if scene.text is not None:
        found = scene.text.find_back(r"language\s*=\s*\{?(?P<it>[^,\]{}]+)", None)
        stop = scene.stop
        if stop is not None:
            found = scene.text.find_back(r"language\s*=\s*\{?(?P<it>[^,\]{}]+)", stop) or found
    name = f' "{found["it"].strip()}"' if found else ""
    place = scene.text.place(*found.span("it")) if scene.text and found else None
    return Explained(
        "listing",
        f"listings does not know the language{name}",
        ('check its spelling, or define it by "\\lstdefinelanguage"',),
        place,
    )
