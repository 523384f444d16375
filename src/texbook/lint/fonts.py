r"""The font files that a book's class and preamble name, where they can be told for certain.

fontspec's manual, "Font selection": by file name, by name without ending, or by family. Where the
files lie is known for those in the book's folder, and for those that the last build has read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import BookError
from texbook.config.model import Config
from texbook.project import Project
from texbook.texfiles.font import FontFacts, read_font

if TYPE_CHECKING:
    from texbook.lint.book import Book
    from texbook.lint.files import Files


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts of a book.

    Attributes:
        text: of prose; a character that one of them has may be printed.
        code: of listings.
    """

    text: tuple[FontFacts, ...]
    code: tuple[FontFacts, ...]


_SETTING = re.compile(
    r"\\(?P<command>setmainfont|setromanfont|setsansfont|setmonofont|newfontfamily|newfontface"
    r"|setfontfamily|defaultfontfeatures|setCJK\w+|babelfont|fontspec|newCJK\w+)(?![A-Za-z@])\s*"
    r"(?P<family>\\[A-Za-z@]+\s*|\{\\[A-Za-z@]+\}\s*)?(?:\[(?P<options>[^\[\]]*)\]\s*)?\{(?P<name>[^{}]*)\}"
)
_OTHER_MEANS = re.compile(
    r"\\(?:fontspec|setCJK|babelfont|newCJK|foreignlanguage|babelprovide|XeTeXinterchartoks"
    r"|newXeTeXintercharclass)|RawFeature"
    r"|\\(?:usepackage|RequirePackage)\s*(?:\[[^\[\]]*\]\s*)?\{[^{}]*"
    r"(?:xeCJK|ucharclasses|polyglossia|textgreek|fontawesome|emoji|noto)"
)
"""What brings in fonts that cannot be followed."""
_ENDINGS = (".otf", ".ttf", ".ttc", ".otc")
_CODE = frozenset({"setmonofont"})
_MAIN = frozenset({"setmainfont", "setromanfont"})
_TEXT = _MAIN | {"setsansfont"}


def read_fonts(book: Book) -> Fonts | None:
    """Find the fonts of a book; None where any of them cannot be told."""
    main = book.inputs.main
    if book.files is None or main is None:
        return None
    texts = [source.text for source in book.sources]
    if any(_OTHER_MEANS.search(text) for text in texts):
        return None
    built = _built_fonts(book.files, main.source.path)
    text: list[FontFacts] = []
    code: list[FontFacts] = []
    found_main = False
    for found in (found for content in texts for found in _SETTING.finditer(content)):
        if found["command"] == "defaultfontfeatures":
            continue
        font = _find(found["name"].strip(), found["options"] or "", book.files, built)
        found_main |= font is not None and found["command"] in _MAIN
        if font is not None:
            (code if found["command"] in _CODE else text).append(font)
        elif found["command"] not in _TEXT | _CODE:
            return None
    return Fonts(tuple(text) if found_main else (), tuple(code))


def _find(name: str, options: str, files: Files, built: dict[str, Path]) -> FontFacts | None:
    """Find a font's file; of several that a class tries, the build has read only one."""
    ending = next((end for end in _ENDINGS if end[1:] in options and "Extension" in options), "")
    names = [name, f"{name}{ending}"] if name.endswith(_ENDINGS) or ending else []
    for file in names:
        path = built.get(file) or files.root / file
        if files.is_file(path):
            font = read_font(path)
            return font if font.ranges else None
    if not names:
        for path in built.values():
            if files.is_file(path) and read_font(path).name == name:
                return read_font(path)
    return None


def _built_fonts(files: Files, main: Path) -> dict[str, Path]:
    """Give the font files that the last build has read, by name."""
    folder = Project(files.root, main, Config()).work_folder / "state"
    try:
        source = files.read(folder / f"{main.name}.json")
        state = {} if source is None else json.loads(source.text)
        read = (*state.get("system", ()), *state.get("inputs", ()))
    except (ValueError, AttributeError, TypeError, BookError):
        return {}
    return {Path(name).name: Path(name) for name in read if str(name).endswith(_ENDINGS)}
