r"""References, citations and labels that do not match, as findings at the author's words.

The texts are those of ``latex.ltx`` (``\@setref``, ``\@newl@bel``), natbib 8.31 and biblatex 3.18;
hyperref says "Hyper reference", and cleveref speaks as LaTeX does but knows a second label
``<name>@cref``.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.texfiles.aux import label_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.messages.search import SourceSearch
    from texbook.texfiles.engine_log import LogMessage

_UNDEFINED = re.compile(
    r"^(Reference|Citation|Hyper reference) [`'](.*)' (?:on page \S+ )?undefined\b"
)
_NOT_FOUND = re.compile(r"^The following entry could not be found in the database: (\S+)")
_MULTIPLE = re.compile(r"^(Label|Citation) [`'](.+)' multiply defined$")
_ENTRY = re.compile(r"@(\w+)\s*[{(]\s*([^\s,{}()]+)\s*,")
_NO_ENTRIES = frozenset({"comment", "string", "preamble"})
_TWIN = "@cref"
_MOST_PLACES = 5


@dataclass(slots=True)
class References:
    """Explains messages about references; gather them with `take`, then ask for `findings`.

    Attributes:
        search: over the texts of the run.
        bibliographies: the ``.bib`` files of the book, for names that come close.
    """

    search: SourceSearch
    bibliographies: tuple[Path, ...] = ()
    _undefined: list[tuple[str, str, LogMessage]] = field(default_factory=list)
    _multiple: dict[str, None] = field(default_factory=dict)
    _absent: dict[str, None] = field(default_factory=dict)

    def take(self, message: LogMessage) -> bool:
        """Take a warning if it is about a reference, a citation or a label."""
        if found := _UNDEFINED.match(message.text):
            # biblatex names the empty key besides the real one.
            if found[2]:
                self._undefined.append((found[1], found[2], message))
        elif found := _NOT_FOUND.match(message.text):
            self._absent[found[1]] = None
        elif found := _MULTIPLE.match(message.text):
            if found[1] == "Label" and not found[2].endswith(_TWIN):
                self._multiple[found[2]] = None
            return found[1] == "Label"
        else:
            return False
        return True

    def take_absent(self, keys: Iterable[str]) -> None:
        """Take citation keys that biber or BibTeX have not found."""
        self._absent.update(dict.fromkeys(keys))

    def findings(self) -> Iterator[Diagnostic]:
        """Give a finding for each place of each name."""
        met: Counter[tuple[str, str | None, int | None]] = Counter()
        for kind, name, message in self._undefined:
            place = (name, message.file, message.line)
            for _ in range(message.count):
                span = self.search.near(_key(name), message.file, message.line, skip=met[place])
                met[place] += 1
                yield self._finding(kind, name, span or self.search.locator.place(message))
        cited = {name for kind, name, _ in self._undefined if kind == "Citation"}
        for name in self._absent.keys() - cited:
            spans = self.search.everywhere(_citing(name))
            yield self._finding("Citation", name, spans[0] if spans else None)
        yield from map(self._duplicate, self._multiple)

    def _finding(self, kind: str, name: str, span: Span | None) -> Diagnostic:
        is_citation = kind == "Citation"
        known = self._keys() if is_citation else self._labels()
        if kind == "Hyper reference":
            message = f'the link leads nowhere: there is no label "{name}"'
            hint = "the words are printed, but nothing happens at a click"
        elif is_citation and name in known:
            message = f'the citation "{name}" is not defined, though the entry is there'
            hint = "biber or BibTeX left it out: see what is said of the entry itself"
        elif is_citation:
            message = f'the citation "{name}" is not defined: no bibliography file has this entry'
            hint = "the PDF shows the key or a question mark in its place"
        else:
            message = f'the reference "{name}" is not defined: there is no such label'
            hint = "the PDF shows two question marks in its place"
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.7)
        if close and name not in close:
            hint = f"did you mean {' or '.join(quoted(close))}?"
        code = "undefined-citation" if is_citation else "undefined-reference"
        return Diagnostic(code, Severity.WARNING, message, span, (hint,), source="engine")

    def _labels(self) -> tuple[str, ...]:
        folder = self.search.locator.folder
        contents = (path.read_bytes() for path in sorted(folder.rglob("*.aux")) if path.is_file())
        return tuple(dict.fromkeys(name for content in contents for name in label_names(content)))

    def _keys(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for path in self.bibliographies:
            text = path.read_text("utf-8", "replace") if path.is_file() else ""
            entries = _ENTRY.findall(text)
            found.update((key, None) for kind, key in entries if kind.lower() not in _NO_ENTRIES)
        return tuple(found)

    def _duplicate(self, name: str) -> Diagnostic:
        label = re.compile(
            rf"(?:\\label\s*\{{|\blabel\s*=\s*\{{?)({re.escape(name)})(?=[\s,}}\]]|$)"
        )
        spans = self.search.everywhere(label)
        hints = ["references lead to the last one; give each label a name of its own"]
        if not spans:
            # A macro or an environment makes the name out of parts: amznotes' boxes, for example.
            tail = name.rpartition(":")[2]
            spans = self.search.everywhere(re.compile(rf"\{{\s*({re.escape(tail)})\s*\}}"))
            spans = spans if 1 < len(spans) <= _MOST_PLACES else ()
        if len(spans) < 2:  # noqa: PLR2004
            hints.append("a macro or an environment may set it: look for one that is used twice")
        return Diagnostic(
            "duplicate-label",
            Severity.WARNING,
            f'the label "{name}" is defined more than once',
            spans[-1] if spans else None,
            hints=tuple(hints),
            related=tuple(Related(place, "also defined here") for place in spans[:-1]),
            source="engine",
        )


def quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Put each name in double quotes."""
    return tuple(f'"{name}"' for name in names)


def _key(name: str) -> re.Pattern[str]:
    """Match a key where it stands in a list in braces."""
    return re.compile(rf"(?<=[{{,\s\[]){re.escape(name)}(?=\s*[,}}\]])")


def _citing(name: str) -> re.Pattern[str]:
    r"""Match a key in the argument of ``\\nocite``, ``\\parencite`` and their like."""
    return re.compile(
        rf"\\\w*[Cc]it\w*\*?\s*(?:\[[^\]]*\]\s*)*\{{[^}}]*?(?<=[{{,\s])({re.escape(name)})"
        rf"(?=\s*[,}}])"
    )
