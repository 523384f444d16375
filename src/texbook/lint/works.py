"""Works of the bibliography: what a book cites, read from its .bib files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from texbook.base.span import Position
from texbook.lint.identifiers import Identifier, find_identifiers
from texbook.texfiles.bib_braces import entry_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.lint.book import Book
    from texbook.texfiles.bib import BibliographyEntry

_CITING = r"\\([A-Za-z]*[cC]ite[a-z]*{more})\*?(?![A-Za-z@])[ \t]*(?:\[[^\]\n]*\])*"
_KEYS = re.compile(r"[ \t\r\n]{0,9}\{([^{}\\]{1,2000})\}")


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of a .bib file that the book cites."""

    entry: BibliographyEntry
    source: SourceFile

    def span(self) -> Span:
        """Give the place of its key."""
        text = self.source.text
        start = self.source.offset(Position(self.entry.line, 1))
        key = text.find(self.entry.key, max(start, text.find("{", start)))
        return self.source.span(start if key < 0 else key, max(start, key) + len(self.entry.key))

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return shortened(re.sub(r"[{}]", "", self.entry.title) or self.entry.key)

    def identifiers(self) -> list[Identifier]:
        """Give its arXiv numbers and DOIs, wherever they stand; offsets mean nothing."""
        entry = self.entry
        texts = [f"doi:{entry.doi}" if entry.doi else "", entry.url]
        if entry.eprint and entry.eprinttype in ("arxiv", ""):
            texts.append(f"arXiv:{entry.eprint}")
        texts += [entry.fields.get(name, "") for name in ("note", "howpublished", "journal")]
        return [item for text in texts for item in find_identifiers(text)]


def read_works(book: Book, keys: Collection[str]) -> dict[str, Work]:
    """Read the works of some keys, all if one is ``*``, from the files of the bibliography."""
    from texbook.texfiles.bib import parse_bibliography  # noqa: PLC0415  (the parser: 20 ms)

    found: dict[str, Work] = {}
    for source in book.bibliography.files:
        text = source.text if "*" in keys else _only(source.text, keys)
        for key, entry in parse_bibliography(source.path, text).entries.items():
            found.setdefault(key, Work(entry, source))
    return found


def cited_keys(text: str, commands: tuple[str, ...] = ()) -> Iterator[str]:
    r"""Give the keys that ``\cite`` and its like name, and those of further commands.

    >>> list(cited_keys(r"\citep[p.~3]{a, b}, \nocite{c} and \paper{d}", ("paper",)))
    ['a', 'b', 'c', 'd']
    """
    for found in _citing(commands).finditer(text):
        position = found.end()
        while keys := _KEYS.match(text, position):
            yield from (key.strip() for key in keys[1].split(",") if key.strip())
            position = keys.end()
            if not found[1].endswith("s"):
                break


@cache
def _citing(commands: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        _CITING.replace("{more}", "".join(f"|{re.escape(name)}" for name in commands))
    )


def _only(text: str, keys: Collection[str]) -> str:
    """Blank the entries of a .bib file that have none of some keys; lines stay where they are."""
    starts = [(text.rfind("@", 0, offset), key) for key, offset in entry_keys(text)]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    parts = [text[: starts[0][0]] if starts else text]
    for (start, key), end in zip(starts, ends, strict=True) if starts else ():
        block = text[start:end]
        parts.append(block if key in keys else "\n" * block.count("\n"))
    return "".join(parts)


def shortened(text: str) -> str:
    """Cut a title so that a message stays on a line."""
    longest = 60
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " ..."
