"""What biber complains of, in plain words and at the line of the ``.bib`` file.

Texts as written by biber 2.18 (``Biber.pm``, ``Biber/Input/file/bibtex.pm``) and by btparse, its
reader of BibTeX files ("BibTeX subsystem").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Span
from texbook.messages.entries import Entries, missing_entry, unclosed_first, unexplained
from texbook.messages.tool_output import ToolProblems

if TYPE_CHECKING:
    from texbook.messages.tool_output import ToolOutput

_LINE = re.compile(r"^(ERROR|WARN) - (.*)$")
_SOURCE = re.compile(r"^INFO - Found BibTeX data source '(.*)'")
_LOOKING = re.compile(r"^INFO - Looking for bibtex file '(.*?)'")
_READER = re.compile(
    r"^BibTeX subsystem: (?:.*?, line (?P<line>\d+)|[^,]*), (?P<kind>[\w ]+): (?P<text>.*)$"
)
_EXPECTED = re.compile(r"^found \"(?P<found>.*?)\", expected (?P<expected>.*?)(?: \(skipping.*)?$")
_MACRO = re.compile(r'^undefined macro "(.*)"$')
_NO_ENTRY = re.compile(r"^I didn't find a database entry for '([^']*)'")
_NO_OTHER = re.compile(
    r"^I didn't find a database entry for (\w+) entry '([^']*)' in entry '([^']*)'"
)
_FOLLOWS = re.compile(
    r"is cited and found but not created|references XDATA entry '.*' which does not exist"
    r"|^Invalid or undefined BibTeX entry key"
)
_DUPLICATE = re.compile(r"^Duplicate entry key: '(.*?)' in file '(.*?)'")
_ABOUT = re.compile(r"\b(?:[Ee]ntry|[Kk]ey) '([^']*)'")
_NO_BRACE = 'look for a "}" or a quotation mark that is missing in this entry'

# What is found, how it weighs, our words, and a hint; {0}, {1}... are the parts found.
_KNOWN: tuple[tuple[re.Pattern[str], Severity, str, str], ...] = (
    (
        re.compile(r"^Name \"(.*)\" has too many commas, skipping entry '(.*)'"),
        Severity.ERROR,
        'a name in the entry "{1}" has too many commas: "{0}"',
        'names are divided by "and": "Knuth, Donald and Lamport, Leslie"',
    ),
    (
        re.compile(r"^Name in key '(.*)' is empty"),
        Severity.WARNING,
        'the entry "{0}" has an empty name and is left out',
        'look for an "and" that follows another one, or ends the field',
    ),
    (
        re.compile(r"^Name \"(.*)\" (?:is malformed|.*malformed).*'(.*)'"),
        Severity.WARNING,
        'a name in the entry "{1}" is malformed: "{0}"',
        'write it as "Last, First"',
    ),
    (
        re.compile(r"^Possible typo \(case mismatch\).*?: '(.*?)' and '(.*?)'"),
        Severity.INFORMATION,
        'two keys differ in capital letters only: "{0}" and "{1}"',
        "give one of them another name",
    ),
    (
        re.compile(r"^Entry '(.*?)' \(.*?\): Invalid format '(.*?)' of date field '(.*?)'"),
        Severity.WARNING,
        'the field "{2}" of the entry "{0}" is no date: "{1}"',
        'write it as "2024-05-31", "2024-05" or "2024"',
    ),
    (
        re.compile(r"^legacy year field '(.*?)' in entry '(.*?)' is not an integer"),
        Severity.INFORMATION,
        'the year of the entry "{1}" is no number: "{0}"',
        "it is printed as it stands, but may be sorted wrongly",
    ),
    (
        re.compile(r"^(IS[A-Z]N) '(.*?)' in entry '(.*?)' is invalid"),
        Severity.INFORMATION,
        'the {0} of the entry "{2}" is wrong: "{1}"',
        "compare it with the book; its last digit is computed from the others",
    ),
    (
        re.compile(r"^Data source '(.*)' is empty"),
        Severity.WARNING,
        'the bibliography file "{0}" is empty',
        "",
    ),
    (
        re.compile(r"^Data file '(.*?)' cannot be read in encoding '(.*?)'"),
        Severity.ERROR,
        'the bibliography file "{0}" is not in the encoding {1}',
        'save it as UTF-8, for example with "iconv -f latin1 -t utf-8 {0}"',
    ),
    (
        re.compile(
            r"^(?:Error: )?Found biblatex control file version (\S+), expected version ([\d.]+)"
        ),
        Severity.ERROR,
        "biber and the package biblatex are of different times (control file {0}, expected {1})",
        "install both from one source: all from the distribution, or all with tlmgr",
    ),
)


def biber_problems(output: ToolOutput) -> tuple[Diagnostic, ...]:
    """Read biber's output."""
    reader = _Reader(Entries(output.folder))
    for line in output.text.splitlines():
        if found := _SOURCE.match(line) or _LOOKING.match(line):
            reader.source = found[1]
            reader.entries.of(found[1])
        elif found := _LINE.match(line):
            reader.read(Severity.ERROR if found[1] == "ERROR" else Severity.WARNING, found[2])
    if output.status != 0 and not any(i.severity is Severity.ERROR for i in reader.problems):
        reader.problems[unexplained("biber", "bibliography", output.status, output.text)] = None
    return unclosed_first(reader.problems, reader.entries, "biber")


@dataclass(slots=True)
class _Reader(ToolProblems):
    """Explains one complaint after the other.

    Attributes:
        source: the file that biber reads; its own copy of it keeps the line numbers.
    """

    program: ClassVar[str] = "biber"
    entries: Entries
    source: str = ""
    problems: dict[Diagnostic, None] = field(default_factory=dict)

    def read(self, severity: Severity, text: str) -> None:
        if found := _READER.match(text):
            self.syntax(severity, found)
        elif found := re.match(r"^Cannot find '(.*)'!?$", text):
            self.add(
                "missing-file",
                severity,
                f'there is no bibliography file "{found[1]}"',
                None,
                "correct the name in \\addbibresource, or create the file",
            )
        elif found := _NO_OTHER.match(text):
            kind, key, entry = found.groups()
            message = f'the entry "{entry}" names "{key}" as its {kind} entry, which does not exist'
            self.add("bibliography", Severity.WARNING, message, self.entries.place(entry))
        elif found := _NO_ENTRY.match(text):
            self.problems[missing_entry(found[1], "biber")] = None
        elif found := _DUPLICATE.match(text):
            self.duplicate(found[1], found[2])
        elif not _FOLLOWS.search(text):
            self.other(severity, text)

    def other(self, severity: Severity, text: str) -> None:
        about = _ABOUT.search(text)
        span = self.entries.place(about[1]) if about else None
        for pattern, weight, words, hint in _KNOWN:
            if found := pattern.match(text):
                parts = found.groups()
                hints = (hint.format(*parts),) if hint else ()
                self.add("bibliography", weight, words.format(*parts), span, *hints)
                return
        message = (text[:1].lower() + text[1:] if text[1:2].islower() else text).rstrip(" .")
        weight = severity if severity is Severity.ERROR else Severity.INFORMATION
        self.add("bibliography", weight, f"biber: {message}", span)

    def duplicate(self, key: str, file: str) -> None:
        first, *others = self.entries.named(key, file) or (None,)
        self.add(
            "bibliography",
            Severity.WARNING,
            f'the key "{key}" is used twice: the first entry counts',
            others[0].span if others and others[0] else None,
            "give one of them another key, or delete it",
            related=(Related(first.span, "first used here"),) if first else (),
        )

    def syntax(self, severity: Severity, found: re.Match[str]) -> None:
        """Explain what btparse stumbled over; an entry that is not closed is named itself."""
        text = found["text"]
        if found["line"] is None:
            if text == "empty substring":  # of a list of names, which is told with its entry
                return
            self.add("bibliography", Severity.INFORMATION, f"biber: {text}", None)
            return
        line = int(found["line"])
        here = Span.at(self.entries.folder / self.source, line) if self.source else None
        entry = self.entries.with_key(self.source, line)
        if macro := _MACRO.match(text):
            message = f'no "@string" says what "{macro[1]}" stands for'
            hint = "put the value in braces, or define the name"
            self.add("bibliography-syntax", Severity.WARNING, message, here, hint)
            return
        at_end = text.startswith("at end of input")
        expected = _EXPECTED.match(text)
        if at_end or (expected and expected["found"].startswith("@")):
            self.not_closed(severity, line, here, at_end=at_end)
            return
        inside = f' in the entry "{entry.key}"' if entry and entry.key else ""
        if expected and expected["expected"].startswith("end of entry"):
            message = f'a comma is missing before "{expected["found"]}"{inside}'
            self.add("bibliography-syntax", severity, message, here, "fields end with a comma")
        elif expected and expected["expected"] == '","':
            message = f'a comma is missing after the key, before "{expected["found"]}"'
            self.add("bibliography-syntax", severity, message, here)
        else:
            self.add("bibliography-syntax", severity, f"{text}{inside}", here, _NO_BRACE)

    def not_closed(self, severity: Severity, line: int, here: Span | None, *, at_end: bool) -> None:
        """Name the entry that runs into the next one, or into the end of the file."""
        entry = self.entries.with_key(self.source, line) if at_end else None
        entry = entry or self.entries.before(self.source, line)
        name = f'the entry "{entry.key}"' if entry else "an entry"
        self.add(
            "bibliography-syntax",
            severity,
            f"{name} is not closed",
            entry.span if entry else here,
            _NO_BRACE,
            related=(Related(here, "the next entry begins here"),)
            if here and entry and not at_end
            else (),
        )
