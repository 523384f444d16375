"""What BibTeX complains of, in plain words and at the line of the ``.bib`` file.

The texts are in ``bibtex.web`` (0.99d); "empty ... in ..." and "to sort, need ..." come from the
styles of Patashnik's family (``plain.bst``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Span
from texbook.messages.entries import Entries, missing_entry, unclosed_first, unexplained
from texbook.messages.tool_output import ToolProblems
from texbook.system.packages import find_package

if TYPE_CHECKING:
    from texbook.messages.tool_output import ToolOutput

_DATABASE = re.compile(r"^Database file #\d+: (.*)$")
_UNOPENED = re.compile(r"^I couldn't open (database|style|auxiliary) file (.*)$")
_PLACE = re.compile(r"^(.*?)---?line (\d+) of file (.*)$")
_NO_ENTRY = re.compile(r"^I didn't find a database entry for \"(.*)\"")
_EMPTY = re.compile(r"^empty (.*) in (\S+)$")
_TO_SORT = re.compile(r"^to sort, need (.*) in (\S+)$")
_TYPE = re.compile(r"^entry type for \"(.*)\" isn't style-file defined")
_STRING = re.compile(r"^string name \"(.*)\" is undefined")
_EXTRA = re.compile(r"^I'm ignoring (.*)'s extra \"(.*)\" field")
_COMMAS = re.compile(r"^Too many commas in name \d+ of \"(.*)\" for entry (\S+)$")
_CROSS = re.compile(r"^A bad cross reference---entry \"(.*)\"$")
_REFERS = re.compile(r"^refers to entry \"(.*)\", which doesn't exist")
_NOT_ENDED = re.compile(r"^I was expecting a `,' or a `}'$")
_AFTERWARDS = ("I found no", "while executing")


def bibtex_problems(output: ToolOutput) -> tuple[Diagnostic, ...]:
    """Read BibTeX's output."""
    reader = _Reader(output.text.splitlines(), Entries(output.folder))
    reader.read()
    if output.status > 1 and not reader.problems:
        reader.problems[unexplained("bibtex", "bibliography", output.status, output.text)] = None
    return unclosed_first(reader.problems, reader.entries, "bibtex")


@dataclass(slots=True)
class _Reader(ToolProblems):
    """Walks through the lines; ``at`` is the next one.

    Attributes:
        lacking: the fields that are empty, by the key of the entry.
    """

    program: ClassVar[str] = "bibtex"
    lines: list[str]
    entries: Entries
    at: int = 0
    problems: dict[Diagnostic, None] = field(default_factory=dict)
    lacking: dict[str, list[str]] = field(default_factory=dict)

    def read(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if found := _DATABASE.match(line):
                self.entries.of(found[1])
            elif found := _UNOPENED.match(line):
                self.unopened(found[1], found[2])
            elif line.startswith("Warning--"):
                self.warning(line.removeprefix("Warning--"))
            elif found := _COMMAS.match(line):
                self.commas(found[1], found[2])
            elif found := _CROSS.match(line):
                self.cross_reference(found[1])
            elif not line.startswith(_AFTERWARDS) and (found := _PLACE.match(line)):
                self.error(found[1], int(found[2]), found[3])
        for key, fields in self.lacking.items():
            names = " and ".join(filter(None, (", ".join(fields[:-1]), fields[-1])))
            message = f'the entry "{key}" lacks {names}'
            self.add("bibliography", Severity.INFORMATION, message, self.entries.place(key))

    def unopened(self, kind: str, name: str) -> None:
        what = {"database": "bibliography", "style": "bibliography style"}.get(kind, kind)
        command = {"database": "\\bibliography", "style": "\\bibliographystyle"}.get(kind)
        hint = f"correct the name in {command}, or bring the file"
        package = find_package(name)
        hints = package.hints if package else (hint,) if command else ()
        self.add("missing-file", Severity.ERROR, f'there is no {what} file "{name}"', None, *hints)
        if self.at < len(self.lines) and self.lines[self.at].startswith("---line"):
            self.at += 1

    def warning(self, text: str) -> None:
        place = self.place()
        if found := _NO_ENTRY.match(text):
            self.problems[missing_entry(found[1], "bibtex")] = None
        elif found := _EMPTY.match(text):
            self.lacking.setdefault(found[2], []).append(f'"{found[1]}"')
        elif found := _TO_SORT.match(text):
            self.lacking.setdefault(found[2], []).append(f"what it is sorted by ({found[1]})")
        elif found := _TYPE.match(text):
            entry = next(iter(self.entries.named(found[1])), None)
            kind = f'"@{entry.kind}"' if entry else f'of the entry "{found[1]}"'
            message = f"the bibliography style knows no type {kind}"
            hint = "most styles treat it as @misc; check the spelling of the type"
            self.add(
                "bibliography", Severity.WARNING, message, entry.span if entry else place, hint
            )
        elif found := _STRING.match(text):
            message = f'no "@string" says what "{found[1]}" stands for'
            hint = "put the value in braces, or define the name"
            self.add("bibliography-syntax", Severity.WARNING, message, place, hint)
        elif found := _EXTRA.match(text):
            message = (
                f'the entry "{found[1]}" has the field "{found[2]}" twice: the first one counts'
            )
            self.add("bibliography", Severity.WARNING, message, place)
        else:
            message = text[:1].lower() + text[1:]
            self.add("bibliography", Severity.INFORMATION, f"bibtex: {message}", place)

    def place(self) -> Span | None:
        """Take the line ``--line 3 of file main.bib`` that may follow."""
        found = _PLACE.match(self.lines[self.at]) if self.at < len(self.lines) else None
        if found is None or found[1]:
            return None
        self.at += 1
        return Span.at(self.entries.folder / found[3], int(found[2]))

    def commas(self, name: str, key: str) -> None:
        self.add(
            "bibliography",
            Severity.ERROR,
            f'a name in the entry "{key}" has too many commas: "{name}"',
            self.entries.place(key),
            'names are divided by "and": "Knuth, Donald and Lamport, Leslie"',
        )

    def cross_reference(self, key: str) -> None:
        found = _REFERS.match(self.lines[self.at]) if self.at < len(self.lines) else None
        other = found[1] if found else ""
        message = f'the entry "{key}" refers to "{other}", which does not exist'
        hint = 'correct its field "crossref"'
        self.add("bibliography", Severity.ERROR, message, self.entries.place(key), hint)

    def error(self, text: str, line: int, file: str) -> None:
        here = Span.at(self.entries.folder / file, line)
        begun = [] if self.at >= len(self.lines) else self.lines[self.at : self.at + 2]
        at_an_entry = any(re.match(r"^ : *@", shown) for shown in begun[1:])
        if text == "Repeated entry":
            self.repeated(file, line)
        elif _NOT_ENDED.match(text) and at_an_entry and (before := self.entries.before(file, line)):
            self.add(
                "bibliography-syntax",
                Severity.ERROR,
                f'the entry "{before.key}" is not closed',
                before.span,
                'look for a "}" or a quotation mark that is missing in this entry',
                related=(Related(here, "the next entry begins here"),),
            )
        else:
            entry = self.entries.with_key(file, line)
            inside = f' in the entry "{entry.key}"' if entry else ""
            words = "a comma or a closing brace is missing" if _NOT_ENDED.match(text) else text
            message = words[:1].lower() + words[1:] + inside
            self.add("bibliography-syntax", Severity.ERROR, message, here)

    def repeated(self, file: str, line: int) -> None:
        entry = self.entries.with_key(file, line)
        key = entry.key if entry else ""
        first = next(
            (item for item in self.entries.of(file) if item.key.lower() == key.lower()), None
        )
        self.add(
            "bibliography",
            Severity.WARNING,
            f'the key "{key}" is used twice: the first entry counts',
            entry.span if entry else Span.at(self.entries.folder / file, line),
            "give one of them another key, or delete it",
            related=(Related(first.span, "first used here"),)
            if first and first is not entry
            else (),
        )
