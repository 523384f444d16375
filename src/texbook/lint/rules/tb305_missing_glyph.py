r"""A character is left out in print: no font of the book has it.

## What it does
Looks up each uncommon character of the text in the fonts that class and preamble set with fontspec,
and each one in a listing in the font for code. The fonts are found where the last build has read
them, or in the book's folder. If any of them cannot be told, if the book brings in fonts by other
means (xeCJK, `\babelfont`), or was never built, nothing is said. Characters that the book defines
(`\newunicodechar`) are left alone.

## Why
XeTeX leaves the character out, and says so only in its log.

## Instead
Write a command for it, or set a font that has it.

## Example
```latex
The test passed ✓, and 2 → 3.
```
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.latex.specs import NOT_PRINTED
from texbook.latex.tokens import Kind
from texbook.lint.fonts import Fonts, read_fonts
from texbook.lint.rule import Rule
from texbook.messages.replacements import replacement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from texbook.base.source import SourceFile
    from texbook.lint.book import Book, Document
    from texbook.lint.passage import Passage
    from texbook.texfiles.font import FontFacts

_UNCOMMON = re.compile(
    rf"[^\x00-\u017f\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u20ac\u2122{THING}{NOTHING}{BREAK}]"
)
"""Every font for text has the letters of Latin-1 and Latin Extended-A, and the common signs."""
_DEFINED = re.compile(r"\\newunicodechar\s*\{(.)\}|\\DeclareUnicodeCharacter\s*\{([0-9A-Fa-f]+)\}")
_ACTIVE = re.compile(r"\\catcode\s*`\\?(.)\s*=?\s*(?:13|\\active)")
_MARKS = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cn", "Cs"})
"""Categories of what is combined with a letter or cannot be seen: the engine may do without."""
_IN_CODE = "write the code without it, or set a font for code that has it (\\setmonofont)"
_MOST_PLACES = 4


class _Place(NamedTuple):
    character: str
    offset: int
    in_code: bool


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each character that is missing, in each document."""
    passages: dict[Path, list[tuple[int, Passage]]] = {}
    for document, start, passage in book.passages:
        passages.setdefault(document.source.path, []).append((start, passage))
    places = [
        (document, list(_places(book, document, passages.get(document.source.path, ()))))
        for document in book.documents
    ]
    if not any(found for _, found in places):
        return
    fonts = read_fonts(book)
    if fonts is None:
        return
    defined = _defined(book)
    known: dict[tuple[str, bool], bool] = {}
    for document, found in places:
        missing: dict[tuple[str, bool], list[_Place]] = {}
        for place in found:
            key = (place.character, place.in_code)
            if key not in known:
                known[key] = place.character in defined or _is_printed(fonts, place)
            if not known[key]:
                missing.setdefault(key, []).append(place)
        for same in missing.values():
            yield _finding(fonts, document.source, same)


def _places(
    book: Book, document: Document, passages: Iterable[tuple[int, Passage]]
) -> Iterator[_Place]:
    """Give the uncommon characters that are printed as text or as code."""
    source = document.source
    if source.text.isascii():
        return
    for start, passage in passages:
        if not passage.text.isascii():
            for found in _UNCOMMON.finditer(passage.prose):
                yield _Place(found[0], start + found.start(), in_code=False)
    for token in book.tokenized[source.path].tokens:
        is_code = token.kind is Kind.CODE and not token.name.startswith("lst")
        if is_code and token.name not in NOT_PRINTED:
            for found in _UNCOMMON.finditer(source.text, token.start, token.end):
                yield _Place(found[0], found.start(), in_code=True)


def _defined(book: Book) -> frozenset[str]:
    """Give the characters that the book says how to print."""
    characters: set[str] = set()
    for source in book.sources:
        for found in _DEFINED.finditer(source.text):
            characters.add(found[1] or chr(min(int(found[2], 16), 0x10FFFF)))
        characters.update(_ACTIVE.findall(source.text))
    return frozenset(characters)


def _is_printed(fonts: Fonts, place: _Place) -> bool:
    own = fonts.code if place.in_code else fonts.text
    if not own or unicodedata.category(place.character) in _MARKS:
        return True
    return any(font.has(place.character) for font in own)


def _finding(fonts: Fonts, source: SourceFile, places: Sequence[_Place]) -> Diagnostic:
    first = places[0]
    code = f"U+{ord(first.character):04X}"
    name = unicodedata.name(first.character, "").lower()
    shown = f'"{first.character}" ({", ".join(part for part in (code, name) if part)})'
    own = fonts.code if first.in_code else fonts.text
    often = "" if len(places) == 1 else f", {len(places)} times"
    return RULE.diagnostic(
        f"{_named(own)} {shown}: it is left out{often}",
        source.span(first.offset, first.offset + 1),
        hints=(_IN_CODE if first.in_code else replacement(first.character),),
        related=tuple(
            Related(source.span(place.offset, place.offset + 1), "and here")
            for place in places[1:_MOST_PLACES]
        ),
    )


def _named(fonts: Sequence[FontFacts]) -> str:
    names = list(dict.fromkeys(font.name or font.path.name for font in fonts))
    if len(names) == 1:
        return f'the font "{names[0]}" has no'
    return f"none of the fonts {', '.join(chr(34) + name + chr(34) for name in names)} has"


RULE = Rule("TB305", "missing-glyph", Severity.ERROR, check)
