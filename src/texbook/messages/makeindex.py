r"""What makeindex complains of, in plain words and at the ``\\index`` command.

Messages as in ``mkind.h`` of makeindex 2.16, which writes them into its own log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.messages.entries import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from texbook.messages.search import SourceSearch
    from texbook.messages.tool_output import ToolOutput

# What comes first may stand behind "Scanning input file a.idx...".
_PROBLEM = re.compile(
    r"(?P<kind>!! (?:Input index error|Scanning error)|## Warning|\*\* Input style error) "
    r"\((?:file|input) = (?P<file>.*?), line = (?P<line>\d+).*\):\n\s*-- (?P<text>.*)$",
    re.MULTILINE,
)
_ENTRY = re.compile(r"^\\\w+\s*\{(.*)\}\s*\{[^{}]*\}\s*$")
# hyperref adds it to each entry, to make the page number a link.
_LINK = re.compile(r"\|hyper(?:page|indexformat\{.*\})$")
_NO_STYLE = re.compile(r"^Index style file (.*) not found\.$", re.MULTILINE)
_QUOTED = re.compile(r'^index entry "(.*)": ')

_WORDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"^Extra `!'"),
        'it has more than three levels, or a "!" that is meant as such',
        'at most two "!" divide it; before one to be printed put a quotation mark',
    ),
    (
        re.compile(r"^Extra `@'"),
        'it has a second "@"',
        'one "@" divides sorting from print; before one to be printed put a quotation mark',
    ),
    (
        re.compile(r"^Extra `\|'"),
        'it has a second "|"',
        'one "|" comes before the form of the page; before one to be printed put a quotation mark',
    ),
    (
        re.compile(r"^Illegal null field"),
        "one of its parts is empty",
        'there must be words before and after each "!" and "@"',
    ),
    (
        re.compile(r"^Incomplete first argument"),
        "its braces do not match",
        'add the missing "}"',
    ),
    (
        re.compile(r"^Unmatched range opening"),
        'its range of pages is opened with "|(" and never closed',
        'say "|)" with the same words where the range ends',
    ),
    (
        re.compile(r"^Unmatched range closing"),
        'its range of pages is closed with "|)" but was not opened',
        'say "|(" with the same words where the range begins',
    ),
    (
        re.compile(r"^Extra range opening"),
        "its range of pages is opened a second time",
        'close the first range with "|)" before',
    ),
    (
        re.compile(r"^Conflicting entries: multiple encaps"),
        "its page number is wanted in two forms on one page",
        "",
    ),
    (
        re.compile(r"^Inconsistent page encapsulator"),
        "its page number has another form inside its range of pages",
        "",
    ),
)


@dataclass(frozen=True, slots=True)
class MakeindexLog:
    """Reads makeindex's problems from its log of this name."""

    name: str

    def __call__(self, output: ToolOutput) -> tuple[Diagnostic, ...]:
        """Give the problems of a run."""
        if absent := _NO_STYLE.search(output.text):
            message = f'there is no index style file "{absent[1]}"'
            hints = ("correct the name, or bring the file",)
            return (
                Diagnostic(
                    "missing-file", Severity.ERROR, message, hints=hints, source="makeindex"
                ),
            )
        path = output.folder / self.name
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        problems = makeindex_problems(text, output.folder)
        if output.status == 0 or problems:
            return problems
        return (unexplained("makeindex", "index", output.status, output.text),)


def makeindex_problems(log: str, folder: Path) -> tuple[Diagnostic, ...]:
    r"""Read makeindex's log.

    It knows no line of the author's, so each finding quotes the ``\\index`` entry it is about, for
    `placed_entries` to look for.
    """
    problems = []
    for found in _PROBLEM.finditer(log):
        words, hint = _explained(found["text"].strip().rstrip("."))
        span = None
        if found["kind"].startswith("**"):
            if not (folder / found["file"]).is_relative_to(folder):
                continue  # a style of TeX Live, which the author will not mend
            span = Span.at(folder / found["file"], int(found["line"]))
            words = f"index style: {words}"
        elif entry := _entry(folder / found["file"], int(found["line"])):
            if found["text"].lstrip().startswith("Conflicting") and _refers(
                folder / found["file"], entry
            ):
                continue
            words = f'index entry "{entry}": {words}'
        is_hard = not words.endswith("on one page")
        problems.append(
            Diagnostic(
                "index",
                Severity.WARNING if is_hard else Severity.INFORMATION,
                words,
                span,
                hints=(hint,) if hint else (),
                source="makeindex",
            )
        )
    return tuple(dict.fromkeys(problems))


def placed_entries(findings: Iterable[Diagnostic], search: SourceSearch) -> tuple[Diagnostic, ...]:
    r"""Move what makeindex says of an entry to its ``\\index`` command."""
    return tuple(
        replace(item, span=_place(found[1], search))
        if item.source == "makeindex" and (found := _QUOTED.match(item.message))
        else item
        for item in findings
    )


def _place(entry: str, search: SourceSearch) -> Span | None:
    words = r"\s+".join(map(re.escape, entry.split()))
    command = re.compile(rf"\\\w*index\w*\s*(?:\[[^\]]*\]\s*)?\{{\s*({words})(?=\s*\}})")
    # Else it may stand in the argument of a command that makes the entry.
    for wanted in (command, re.compile(rf"\{{\s*({words})(?=\s*\}})")):
        if places := search.everywhere(wanted):
            return places[0]
    return None


def _explained(text: str) -> tuple[str, str]:
    for pattern, words, hint in _WORDS:
        if pattern.match(text):
            return words, hint
    return text[:1].lower() + text[1:], ""


def _refers(path: Path, entry: str) -> bool:
    """Say whether a cross-reference stands under the same key: that prints no page number."""
    text = path.read_text("utf-8", "replace")
    return f"{{{entry.partition('|')[0]}|see" in text


def _entry(path: Path, line: int) -> str:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    found = _ENTRY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    return _LINK.sub("", found[1]) if found else ""
