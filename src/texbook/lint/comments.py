"""Reading the comments by which authors silence findings: ``% texbook: ignore[TB504]``.

They are read from what the author wrote, of a template from the template. docs/lint.md says what
each of them covers.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind, TokenizedText, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.latex.specs import VerbatimSpecs

LINE, BEGIN, END, FILE = "ignore", "ignore-begin", "ignore-end", "ignore-file"
DIRECTIVES = (LINE, BEGIN, END, FILE)

_DIRECTIVE = re.compile(
    r"%[ \t]*texbook\b[ \t]*(?P<colon>:?)[ \t]*(?P<word>[a-z-]*)[ \t]*"
    r"(?P<list>\[(?P<rules>[^\[\]%]*)(?P<close>\]?))?(?P<rest>[^%]*)",
    re.IGNORECASE,
)
_BARE_CODE = re.compile(r"[\s:=({]*(TB\d+)", re.IGNORECASE)
_LAST_LINE = 1 << 60
_ELSEWHERE = {
    **dict.fromkeys(("noqa", "nolint", "skip", "suppress", "disable", "disable-line"), LINE),
    **dict.fromkeys(("ignore-line", "ignore-next", "ignore-next-line", "disable-next-line"), LINE),
    **dict.fromkeys(("off", "ignore-start", "disable-begin", "disable-start"), BEGIN),
    **dict.fromkeys(("on", "enable", "ignore-stop", "disable-end", "disable-stop"), END),
    **dict.fromkeys(("ignore-all", "disable-file"), FILE),
}
"""What other linters call the directives."""
_LONGEST = 40
"""Letters of a word that is compared with the directives."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One ``% texbook: ...``; offsets are code points from the file's start.

    Attributes:
        directive: one of `DIRECTIVES`.
        start: offset of its ``%``.
        end: behind its last sign; another comment may follow on the line.
        words: what it names as rules, with the offset of each; empty for all rules.
        rules: the stretch between its brackets; None without brackets.
    """

    directive: str
    start: int
    end: int
    words: tuple[tuple[str, int], ...] = ()
    rules: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CommentFault:
    """A comment that was meant to silence something and cannot."""

    source: SourceFile
    start: int
    end: int
    message: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppression:
    """Lines of a file in which findings of some rules are silent.

    Attributes:
        first: the first line, from 1; 0 for the file as a whole.
        last: the last line.
        comments: the comment, or the two that begin and end a region.
    """

    source: SourceFile
    first: int
    last: int
    comments: tuple[Comment, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What it names as rules; empty for all."""
        return tuple(dict.fromkeys(word for word, _ in self.comments[0].words))


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What the comments of a file, or of several, silence, and those that say it wrongly."""

    suppressions: tuple[Suppression, ...] = ()
    faults: tuple[CommentFault, ...] = ()


def names_rule(word: str, code: str, name: str) -> bool:
    """Say whether a word names a rule: by name, code or the beginning of its code."""
    return word.lower() == name or code.startswith(word.upper())


def matching_word(words: tuple[str, ...], code: str, name: str) -> str | None:
    """Give the word by which a rule is silenced, ``""`` for all rules, None if it is not."""
    if not words:
        return ""
    return next((word for word in words if names_rule(word, code, name)), None)


def read_suppressions(
    source: SourceFile, specs: VerbatimSpecs, tokenized: TokenizedText | None = None
) -> Suppressions:
    """Read the comments of a file; what stands in listings is no comment."""
    if _DIRECTIVE.search(source.text) is None:
        return Suppressions()
    return _Reader(source, tokenized or tokenize(source.text, specs)).read()


@dataclass(slots=True)
class _Reader:
    """Reads the suppressions of one file."""

    source: SourceFile
    tokenized: TokenizedText
    found: list[Suppression] = field(default_factory=list)
    faults: list[CommentFault] = field(default_factory=list)
    regions: dict[int, Comment] = field(default_factory=dict)
    """Those that are open, by the offset of their beginning."""
    by_rules: dict[frozenset[str], list[Comment]] = field(default_factory=dict)
    """Those that were begun and not ended by their own rules, the last one last."""

    def read(self) -> Suppressions:
        covered = self._covered()
        for start, end in self._comments():
            for comment in self._directives(start, end):
                if comment.directive == LINE:
                    line = self._line(comment.start)
                    lines = covered[line] if self._stands_alone(start) else (line, line)
                    self._add(*lines, comment)
                elif comment.directive == FILE:
                    self._add(0, _LAST_LINE, comment)
                elif comment.directive == BEGIN:
                    self.regions[comment.start] = comment
                    self.by_rules.setdefault(_key(comment), []).append(comment)
                else:
                    self._end_region(comment)
        for comment in self.regions.values():
            self._add(self._line(comment.start), _LAST_LINE, comment)
            self._fault(
                (comment.start, comment.end),
                "this region is never ended, so that it lasts to the end of the file",
                f'add "% texbook: {END}{_listed(comment)}", or write "{FILE}" for the whole file',
            )
        return Suppressions(tuple(self.found), tuple(self.faults))

    def _comments(self) -> Iterator[tuple[int, int]]:
        for token in self.tokenized.tokens:
            if token.kind is Kind.COMMENT and self.tokenized.text.startswith("%", token.start):
                yield token.start, token.end

    def _directives(self, start: int, end: int) -> Iterator[Comment]:
        """Read the directives of a comment, most often none or one."""
        text = self.tokenized.text
        for found in _DIRECTIVE.finditer(text, start, end):
            first, last = found.start(), found.start() + len(found[0].rstrip())
            if fault := _fault_of(found):
                self._fault((first, last), *fault)
            elif found["colon"] and found["word"].lower() in DIRECTIVES:
                directive = found["word"].lower()
                if found["list"] is None:
                    yield Comment(directive, first, last)
                    continue
                begin = found.start("rules")
                words = tuple(
                    (item[0], begin + item.start())
                    for item in re.finditer(r"[^\s,]+", found["rules"])
                )
                yield Comment(directive, first, last, words, found.span("rules"))

    def _end_region(self, end: Comment) -> None:
        """Close the innermost region of the same rules; an end that names none closes any."""
        begin = self._innermost(_key(end))
        if begin is not None:
            del self.regions[begin.start]
            self._add(self._line(begin.start), self._line(end.start), begin, end)
            return
        self._fault(
            (end.start, end.end),
            "no region of these rules is open here" if end.words else "no region is open here",
            f'begin it with "% texbook: {BEGIN}{_listed(end)}", or remove this comment',
        )

    def _innermost(self, rules: frozenset[str]) -> Comment | None:
        if not rules:
            return next(reversed(self.regions.values()), None)
        begun = self.by_rules.get(rules, [])
        while begun and begun[-1].start not in self.regions:
            begun.pop()  # ended by an end without rules
        return begun[-1] if begun else None

    def _covered(self) -> dict[int, tuple[int, int]]:
        """Give the first and the last line that a comment alone on its line covers, by its line.

        Comments below it belong to it; a listing is covered whole.
        """
        listings = self._listings()
        commented = {
            self._line(token.start)
            for token in self.tokenized.tokens
            if token.kind is Kind.COMMENT and self._stands_alone(token.start)
        }
        covered: dict[int, tuple[int, int]] = {}
        for line in sorted(commented, reverse=True):
            below = line + 1
            covered[line] = covered.get(below, (below, listings.get(below, below)))
        return covered

    def _listings(self) -> dict[int, int]:
        """Give the last line of each listing by its first, since it can hold no comment."""
        lines: dict[int, int] = {}
        begun = 0
        for token in self.tokenized.tokens:
            if token.kind is Kind.BEGIN:
                begun = token.start
            elif token.kind is Kind.CODE and self.tokenized.text.startswith("\\begin", begun):
                first = self._line(begun)
                if self.tokenized.text.startswith(f"\\end{{{token.name}}}", token.end):
                    lines[first] = max(lines.get(first, first), self._line(token.end))
        return lines

    def _line(self, offset: int) -> int:
        return self.source.position(offset).line

    def _stands_alone(self, offset: int) -> bool:
        text = self.tokenized.text
        return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()

    def _add(self, first: int, last: int, *comments: Comment) -> None:
        self.found.append(Suppression(self.source, first, last, comments))

    def _fault(self, stretch: tuple[int, int], message: str, hint: str) -> None:
        self.faults.append(CommentFault(self.source, *stretch, message, (hint,)))


def _key(comment: Comment) -> frozenset[str]:
    return frozenset(word.upper() for word, _ in comment.words)


def _listed(comment: Comment) -> str:
    return f"[{', '.join(word for word, _ in comment.words)}]" if comment.words else ""


def _fault_of(found: re.Match[str]) -> tuple[str, str] | None:
    """Say what is wrong with a directive, and how it is right; None if it is good, or is prose."""
    word, listed = found["word"].lower(), found["list"] is not None
    if word not in DIRECTIVES:
        return _unknown_directive(found) if found["colon"] else None
    if not found["colon"]:
        missing = (f'"texbook {word}" lacks its colon', f'write "% texbook: {word}[...]"')
        return missing if listed else None
    if listed and not found["close"]:
        return "the list of rules does not end", 'end it with "]"'
    if listed and not found["rules"].strip(" \t,"):
        return "the list of rules is empty", f'name rules, or write "{word}" alone for all of them'
    if not listed and (code := _BARE_CODE.match(found["rest"])):
        return "rules stand in square brackets", f'write "% texbook: {word}[{code[1]}]"'
    return None


def _unknown_directive(found: re.Match[str]) -> tuple[str, str] | None:
    """Tell of a misspelt directive; with brackets, or alone behind the colon, it is no sentence."""
    word = found["word"]
    meant = _ELSEWHERE.get(word.lower())
    if meant is None:
        close = difflib.get_close_matches(word.lower()[:_LONGEST], DIRECTIVES, n=1)
        meant = close[0] if close else None
    code = _BARE_CODE.match(found["rest"]) if meant else None
    if found["list"] is None and (meant is None or (found["rest"].strip() and code is None)):
        return None
    known = ", ".join(f'"{name}"' for name in DIRECTIVES)
    written = f"{meant}[{code[1]}]" if code else meant
    hint = f'did you mean "{written}"?' if meant else f"there are {known}"
    return f'there is no directive "{word}"', hint
