r"""The number of a section, figure, table or equation is typed by hand.

## What it does
Finds "Section 3.2", "Chapter 5", "Figure 2.1", "Table 1", "Eq. (4)" in English text, and says what
has this number now. Chapters and sections are counted in the text as it stands, where the class is
a known one and nothing changes its numbering; figures, tables and equations have the numbers of the
last build.

It is an error where the sentence itself names a title or a label that has another number. Otherwise
it is a heuristic, and a warning. A sentence that cites something, or speaks of a paper, a manual or
a standard, is left alone: the number may be one of that work's. So is a heading: "Question 3" may
be its own name.

## Why
One new section in front of it, and the number leads somewhere else. Nobody warns of that.

## Instead
Set a label and write `\cref{label}`, or `Section~\ref{label}`.

## Example
```latex
As Section 3.2 has shown, ...
```
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.lint.numbers import read_numbers
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.lint.book import Book
    from texbook.lint.numbers import Numbered, Numbers
    from texbook.lint.passage import Passage

_TYPED = re.compile(
    r"(?<![\w-])(?P<word>(?:[Ss]ub)*[Ss]ection|Sect?\.|[Ss]ec\.|§|[Cc]hapter|Chap?\.|[Aa]ppendix|[Qq]uestion"
    r"|[Ff]igure|[Ff]ig\.|[Tt]able|Tab\.|[Ee]quation|[Ee]qn?\.)"
    r"(?P<space>[ \t~]{0,3}(?:\r?\n[ \t]*)?)"
    r"(?P<number>\(\d+(?:\.\d+)*\)|[A-Z](?:\.\d+)*(?![\w])|\d+(?:\.\d+)*)(?![\w%]|[.,:]\d|-\d|/\d)"
)
_KINDS = {
    **dict.fromkeys(("section", "subsection", "subsubsection", "sect", "sec"), "section"),
    **dict.fromkeys(("§", "question"), "section"),
    **dict.fromkeys(("chapter", "ch", "chap", "appendix"), "chapter"),
    **dict.fromkeys(("figure", "fig"), "figure"),
    **dict.fromkeys(("table", "tab"), "table"),
    **dict.fromkeys(("equation", "eq", "eqn"), "equation"),
}
_OF_ANOTHER = re.compile(
    r"[\s~]*,?[\s~]*\(?(?:of|in|from|by|to the|at)\b(?!\s+course\b|\s+this\s+(?:book|document))"
)
_OTHER_WORK = re.compile(
    r"\\[A-Za-z]*[cC]ite|\\(?:url|href|textsc)\b|et[~ ]al|\(\s*\d{4}\s*\)|\[\d+\]"
    r"|https?:|\b(?:RFC|ISO|IEEE|ANSI|DIN|GDPR|ibid|op\.|paper|article|authors?|manuals?|documentation"
    r"|guide|standards?|specification|textbooks?|volume|vol\.|edition|act|law|treaty|code|bible"
    r"|license|licence|bankruptcy|thesis|dissertation|report|handbook|book|his|her|their)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?:'s?|\u2019s?)[\s~]*\Z")
_ENDS = re.compile(rf"[.!?]['\u2019\")]*\s|{BREAK}|\n\s*\n")
_REACH = 400
"""Code points of a sentence that are looked at, before and after the number."""

_HEADING = re.compile(
    r"\\(?:part|chapter|(?:sub)*section|(?:sub)?paragraph|addchap|addsec)\*?\s*[\[{]"
)

_CLOSE = 4
"""Code points between a number and a title that stands behind it, in brackets and quotes."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each number that was typed."""
    if book.facts.language != "en" or not book.inputs.is_whole:
        return
    numbers: Numbers | None = None
    for document, offset, passage in book.passages:
        for start in passage.remembered(RULE.code, _places):
            found = _TYPED.match(passage.prose, start)
            assert found is not None
            numbers = read_numbers(book) if numbers is None else numbers
            typed = _Typed(document.source, passage, offset, found)
            if not (typed.is_of_another_work or typed.is_a_letter or typed.is_in_a_heading):
                yield from typed.findings(numbers)


def _places(passage: Passage) -> list[int]:
    """Give where typed numbers begin."""
    if not _may_hold(passage.text):
        return []
    return [found.start() for found in _TYPED.finditer(passage.prose)]


def _may_hold(text: str) -> bool:
    return any(
        word in text
        for word in ("ection", "hapter", "ec", "ig", "able", "ab", "quation", "q.", "ppendix", "§")
    )


class _Typed:
    """A number that was typed, in its sentence."""

    def __init__(self, source: SourceFile, passage: Passage, offset: int, found: re.Match[str]):
        prose = passage.prose
        self.source = source
        self.offset = offset
        self.found = found
        self.word = found["word"]
        self.number = found["number"].strip("()")
        self.kind = _KINDS[self.word.lower().rstrip(".")]
        before = [
            end.end()
            for end in _ENDS.finditer(prose, max(0, found.start() - _REACH), found.start())
        ]
        after = _ENDS.search(prose, found.end(), found.end() + _REACH)
        self.start = before[-1] if before else max(0, found.start() - _REACH)
        self.end = after.start() + 1 if after else min(len(prose), found.end() + _REACH)
        self.before = prose[self.start : found.start()]
        self.after = prose[found.end() : self.end]
        start = max(passage.text.rfind("\n", 0, found.start()) + 1, found.start() - _REACH)
        self.before_on_line = passage.text[start : found.start()]
        self.raw = passage.arguments.text[self.start : self.end]
        self.text = prose[self.start : self.end].replace(NOTHING, "")

    @property
    def is_of_another_work(self) -> bool:
        return (
            _OF_ANOTHER.match(self.after) is not None
            or _POSSESSIVE.search(self.before) is not None
            or _OTHER_WORK.search(self.raw.replace(self.found[0], "", 1)) is not None
            or self.after.startswith((THING, NOTHING))
        )

    @property
    def is_a_letter(self) -> bool:
        """Whether it is "section A" or "Table I", which may mean anything."""
        return self.number.isalpha() and not self.word.lower().startswith("app")

    @property
    def is_in_a_heading(self) -> bool:
        """Whether a sectioning command stands before it on its line, without its end."""
        line = self.before_on_line
        heading = _HEADING.search(line)
        return heading is not None and line.count("{", heading.start()) > line.count(
            "}", heading.start()
        )

    def findings(self, numbers: Numbers) -> Iterator[Diagnostic]:
        if numbers.named_in(self._shown, self.kind):
            return  # a heading has this very title
        target = numbers.targets.get((self.kind, self.number))
        meant = self._meant(numbers)
        if meant is not None and meant.number != self.number:
            yield self._wrong(target, meant)
        elif target is not None:
            yield self._right(target)
        elif self._is_gone(numbers):
            yield self._gone()

    def _meant(self, numbers: Numbers) -> Numbered | None:
        """Give what the sentence names besides the number: by its title, or by its label."""
        if not numbers.are_counted:
            return None
        for name in re.findall(r"\\(?:nameref|cref|Cref|ref)\*?\{([^{}]*)\}", self.raw):
            target = numbers.by_label.get(name)
            if target is not None and target.kind == self.kind and "(" in self.after[:4]:
                return target
        after = self.after.replace(NOTHING, "")
        # With several numbers in a sentence, a title belongs to the one that it stands behind.
        alone = len(_TYPED.findall(self.text)) == 1 and "ref{" not in self.raw
        named = numbers.named_in(self.text if alone else after[:_REACH], self.kind)
        if not alone:
            words = " ".join(after.split())
            named = [item for item in named if 0 <= words.find(item.title) <= _CLOSE]
        if any(target.number == self.number for target in named):
            return None
        return named[0] if len({target.title for target in named}) == 1 else None

    def _wrong(self, target: Numbered | None, meant: Numbered) -> Diagnostic:
        is_now = f'is "{target.title}"' if target else "does not exist"
        return RULE.diagnostic(
            f'"{self._shown}" {is_now}, but "{meant.title}" is {meant.number}',
            self._span,
            hints=(self._hint(meant),),
            related=self._related(meant),
            fix=self._fix(meant),
        )

    def _is_gone(self, numbers: Numbers) -> bool:
        """Say whether such numbers are counted, and this one is none of them."""
        depth = self.number.count(".")
        if not self.word[0].isupper() or self.number[-1] == "0" or not self.number[0].isdigit():
            return False
        return numbers.are_counted and (self.kind, depth) in numbers.depths

    def _gone(self) -> Diagnostic:
        finding = RULE.diagnostic(
            f'no {self.kind} of this book has the number of "{self._shown}"',
            self._span,
            hints=("set a label where it leads to, and refer to that",),
        )
        return replace(finding, severity=Severity.WARNING)

    def _right(self, target: Numbered) -> Diagnostic:
        title = f', now "{target.title}",' if target.title else ""
        finding = RULE.diagnostic(
            f'the number of "{self._shown}"{title} is typed by hand',
            self._span,
            hints=(self._hint(target),),
            related=self._related(target),
            fix=self._fix(target),
        )
        return replace(finding, severity=Severity.WARNING)

    @property
    def _shown(self) -> str:
        return " ".join(self.found[0].replace("~", " ").split())

    @property
    def _span(self) -> Span:
        return self.source.span(self.offset + self.found.start(), self.offset + self.found.end())

    def _hint(self, target: Numbered) -> str:
        if target.label:
            return f'write "{self.word}~{self._reference(target)}" or "\\cref{{{target.label}}}"'
        return f"set a label there, and write {self.word}~\\ref{{...}}"

    def _reference(self, target: Numbered) -> str:
        in_brackets = self.found["number"].startswith("(")
        return f"\\{'eqref' if in_brackets else 'ref'}{{{target.label}}}"

    def _related(self, target: Numbered) -> tuple[Related, ...]:
        heading = target.heading
        if heading is None:
            return ()
        place = heading.source.span(heading.start, heading.end)
        return (Related(place, f'{target.number} is "{target.title}"'),)

    def _fix(self, target: Numbered) -> Fix | None:
        if not target.label:
            return None
        start = self.offset + self.found.end("word")
        edit = Edit(start, self.offset + self.found.end(), f"~{self._reference(target)}")
        return Fix(f'refer to the label "{target.label}"', (edit,), safe=False)


RULE = Rule("TB303", "hardcoded-reference", Severity.ERROR, check, fixes=Fixes.UNSAFE)
