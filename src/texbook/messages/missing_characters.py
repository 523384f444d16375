r"""Characters that a font does not have, which TeX leaves out in silence.

TeX names character and font and no line (XeTeX.web, ``char_warning``), so the sources are searched.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.messages.replacements import replacement
from texbook.texfiles.font import read_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.messages.search import SourceSearch
    from texbook.texfiles.engine_log import LogMessage

# (U+2713) from the sign's own code; ("DF) or (U+DF) for fonts of TeX's own kind.
_CODE = re.compile(r"\((?:U\+|\")([0-9A-Fa-f]+)\)$")
_FONT_FILE = re.compile(r"^\"?\[([^\]]+)\]")
_MOST_PLACES = 4
_MOST_EACH = 3
_MOST_NAMED = 6
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me", "Mc", "Zs", "Zl", "Zp", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class _Lack:
    """A character that a font does not have, the file that was being read first, and how often."""

    character: str
    font: str
    file: str | None
    count: int


def missing_characters(
    messages: Iterable[LogMessage],
    search: SourceSearch,
    fonts: Sequence[Path] = (),
    bibliographies: Sequence[str] = (),
) -> Iterator[Diagnostic]:
    """Give a finding for each character and font, however often it was met.

    Args:
        messages: those about missing characters.
        search: over the texts of the run.
        fonts: the font files in the pages.
        bibliographies: ``.bib`` files as the engine would name them; searched when no text has it.
    """
    files: dict[tuple[str, str], str | None] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for message in messages:
        sign, _, font = message.text.partition("\0")
        key = (_character(sign), font)
        counts[key] += message.count
        files.setdefault(key, message.file)
    groups: dict[tuple[str, str], list[_Lack]] = {}
    for (character, font), file in files.items():
        lack = _Lack(character, font, file, counts[character, font])
        groups.setdefault((font, replacement(character)), []).append(lack)
    for lacks in groups.values():
        if len(lacks) > _MOST_EACH:
            yield _together(lacks, search, fonts, bibliographies)
        else:
            yield from (_finding(lack, search, fonts, bibliographies) for lack in lacks)


def _character(text: str) -> str:
    """Read ``漢 (U+6F22)``; what is no single character stays as it is."""
    found = _CODE.search(text)
    if found and int(found[1], 16) <= 0x10FFFF:  # noqa: PLR2004
        return chr(int(found[1], 16))
    return text.partition(" ")[0] or " "


def _finding(
    lack: _Lack,
    search: SourceSearch,
    fonts: Sequence[Path],
    bibliographies: Sequence[str],
) -> Diagnostic:
    places = _places(lack, search, bibliographies)
    often = "" if lack.count == 1 else f", {lack.count} times"
    message = f"the font {_font_words(lack.font, fonts)} has no {_shown(lack.character)}"
    hints = [replacement(lack.character)]
    others = _fonts_with(lack, fonts)
    if others:
        hints.insert(0, f"{others} of this document has it")
    related: tuple[Related, ...] = ()
    if len(places) > lack.count:
        hints.append(f"it stands in {len(places)} places; TeX does not tell which it left out")
    else:
        shown = places[1:_MOST_PLACES]
        related = tuple(Related(place, "and here") for place in shown)
    return Diagnostic(
        "missing-character",
        Severity.WARNING,
        f"{message}: it is left out{often}",
        places[0] if places else search.locator.span(lack.file),
        hints=tuple(hints),
        related=related,
        source="engine",
    )


def _together(
    lacks: Sequence[_Lack],
    search: SourceSearch,
    fonts: Sequence[Path],
    bibliographies: Sequence[str],
) -> Diagnostic:
    """Tell once of many characters for which the same can be done: those of a script, say."""
    first = lacks[0]
    named = " ".join(_sign(lack.character) for lack in lacks[:_MOST_NAMED])
    more = f" and {len(lacks) - _MOST_NAMED} more" if len(lacks) > _MOST_NAMED else ""
    places = _places(first, search, bibliographies)
    others = _fonts_with(first, fonts)
    hints = (f"{others} of this document has the first of them",) if others else ()
    return Diagnostic(
        "missing-character",
        Severity.WARNING,
        f"the font {_font_words(first.font, fonts)} has none of {named}{more}: they are left out, "
        f"{sum(lack.count for lack in lacks)} times",
        places[0] if places else search.locator.span(first.file),
        hints=(*hints, replacement(first.character)),
        source="engine",
    )


def _sign(character: str) -> str:
    if unicodedata.category(character[0]) in _INVISIBLE:
        return f"U+{ord(character[0]):04X}"
    return f'"{character}"'


def _places(lack: _Lack, search: SourceSearch, bibliographies: Sequence[str]) -> Sequence[Span]:
    if lack.character.isascii():
        return ()
    for form in dict.fromkeys((lack.character, unicodedata.normalize("NFD", lack.character))):
        wanted = re.compile(re.escape(form))
        if lack.file is not None and (found := search.within(wanted, lack.file)):
            return found
        if found := search.everywhere(wanted) or search.everywhere(wanted, bibliographies):
            return found
    return ()


def _shown(character: str) -> str:
    """Write a character so that it can be told from others: ``"✓" (U+2713, check mark)``."""
    if len(character) > 1:
        return f'"{character}"'
    name = unicodedata.name(character, "no name").lower()
    code = f"U+{ord(character):04X}"
    if unicodedata.category(character) in _INVISIBLE:
        return f"{code} ({name})"
    return f'"{character}" ({code}, {name})'


def _font_words(font: str, fonts: Sequence[Path]) -> str:
    """Name a font as people do, and its file."""
    found = _FONT_FILE.match(font)
    if found is None:
        return f'"{re.split("[/:]", font.strip(chr(34)))[0]}"'
    file = found[1].rpartition("/")[2]
    path = next((path for path in fonts if file in {path.name, path.stem}), None)
    name = read_font(path).name if path else ""
    return f'"{name}" ({file})' if name else f'"{file}"'


def _fonts_with(lack: _Lack, fonts: Sequence[Path]) -> str:
    if len(lack.character) > 1:
        return ""
    facts = [read_font(path) for path in fonts]
    names = dict.fromkeys(item.name or item.path.name for item in facts if item.has(lack.character))
    return " or ".join(f'"{name}"' for name in list(names)[:2])
