r"""Which fonts a text names for fontspec and unicode-math.

fontspec's manual, "Font selection": a name with an ending, or with the options ``Extension`` or
``Path``, is a file; ``*`` in ``UprightFont`` and its like stands for the name; any other name is
that of a family, or of one font, which the system knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.doctor.arguments import groups_at, key_values

if TYPE_CHECKING:
    from collections.abc import Iterator

FONT_COMMANDS = frozenset(
    {"setmainfont", "setromanfont", "setsansfont", "setmonofont", "setmathfont", "fontspec"}
    | {"newfontfamily", "newfontface", "setfontfamily", "setfontface", "renewfontfamily"}
    | {"setmathrm", "setmathsf", "setmathtt", "setboldmathrm"}
    | {"setCJKmainfont", "setCJKsansfont", "setCJKmonofont", "newCJKfontfamily"}
)
_NAMES_A_MACRO = frozenset(
    name for name in FONT_COMMANDS if name.startswith(("new", "renew", "setfont"))
)
_SHAPES = (
    "BoldFont",
    "ItalicFont",
    "BoldItalicFont",
    "SlantedFont",
    "BoldSlantedFont",
    "SmallCapsFont",
)
_ENDINGS = (".otf", ".ttf", ".ttc", ".dfont")


@dataclass(frozen=True, slots=True)
class FontName:
    """A font by the name that XeTeX will look for.

    Attributes:
        name: of a file, relative to the book or bare; or of a family.
        is_file: which of the two.
    """

    name: str
    is_file: bool


def fonts_at(text: str, command: str, end: int) -> Iterator[FontName]:
    r"""Read the fonts that one command names; none where a macro stands in a name.

    Args:
        text: without comments.
        command: one of `FONT_COMMANDS`.
        end: offset after it.
    """
    if command in _NAMES_A_MACRO:
        brace = text.find("\\", end)
        if brace < 0:
            return
        end = brace + 1
        while end < len(text) and (text[end].isalpha() or text[end] in "@}"):
            end += 1
    groups = groups_at(text, end, 3)
    braced = [group.text for group in groups if group.opening == "{"]
    if not braced:
        return
    options: dict[str, str] = {}
    for group in groups[: 3 if groups[0].opening == "{" else 2]:
        if group.opening == "[":
            options |= key_values(group.text)
    yield from _fonts(braced[0].strip(), options)


def _fonts(name: str, options: dict[str, str]) -> Iterator[FontName]:
    ending = options.get("Extension", "")
    upright = options.get("UprightFont", "*").replace("*", name)
    by_file = bool(ending) or upright.lower().endswith(_ENDINGS)
    folder = options.get("Path", "")
    for shape in (upright, *(options.get(key, "") for key in _SHAPES)):
        font = " ".join(shape.replace("*", name).split())
        if not font or set(font) & set("\\#{}") or not font.isprintable():
            continue
        font = font.split(":")[0]  # XeTeX's own options
        if by_file or font.lower().endswith(_ENDINGS):
            # A shape may be named without the ending that the upright one has.
            full = font if font.lower().endswith(_ENDINGS) else font + ending
            if full.lower().endswith(_ENDINGS):
                yield FontName(_placed(folder, full), is_file=True)
        elif shape == upright or "BoldFont" not in options:
            yield FontName(font, is_file=False)


def _placed(folder: str, name: str) -> str:
    if not folder or set(folder) & set("\\#"):
        return name
    return f"{folder.rstrip('/')}/{name}".removeprefix("./")
