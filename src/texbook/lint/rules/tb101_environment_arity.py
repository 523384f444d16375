r"""An environment gets more or fewer arguments than its definition takes.

## What it does
Reads what environments take from class, packages and preamble: `\newenvironment`,
`\NewDocumentEnvironment`, `\newtcolorbox`, `\newtcbtheorem`, `\newtheorem`, `\newmdenv` and their
like, and commands of the class that use these. It reports

- a group in braces right behind the last argument that an environment takes;
- an argument that is not there, so that TeX takes the first letter or command of the text for it;
  this also for `tabular`, `array`, `minipage`, `multicols` and a few others that all have.

It is silent where an environment is defined in two ways, or where its definition may read more
arguments than it declares, and about groups that look like a part of the text: `{\bfseries ..}`.

## Why
An argument too many is printed as text. One too few swallows the first letter of the body, or
whatever stands there, and no engine calls that an error.

## Instead
Give each argument that the definition takes, an empty one as `{}`. The fix of `--unsafe-fixes`
adds the empty ones, puts the group behind an environment with one optional argument in brackets
(as the title, if that argument is options of tcolorbox), and removes a group too many that looks
like a label.

## Example
```latex
\newtcolorbox{rulebox}[2][]{title={#2},#1}
\begin{rulebox}{Always Test}{rule:test}   % prints "rule:test"
\begin{rulebox} Always test.              % the title is "A"
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.arguments import ArgumentReader
from texbook.latex.defining import DEFINING, Form
from texbook.latex.tokens import Kind
from texbook.lint.arity import Arity, Given, arities, read_given
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.lint.book import Book

_LONGEST = 200
"""Code points; a longer group is a part of the text."""
_SHOWN = 40
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LABEL = re.compile(r"[A-Za-z][\w:./-]*")
_SURELY_TEXT = re.compile(
    r"[^\W\d_]{2}|\$|\\[\[(]|\\(?:begin|end|item|label|caption|centering|hline|toprule"
    r"|section|subsection|paragraph|textbf|textit|emph|includegraphics|noindent)(?![A-Za-z@])"
)
"""What stands where an argument is missing, and is surely no argument of one token."""
_ONE_LETTER_WORD = re.compile(r"[^\W\d_][ \t]+[^\W\d_]")
_TOKEN = re.compile(r"\\[A-Za-z@]+|\\.|\S", re.DOTALL)
_SPACE = re.compile(r"\s*")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


@dataclass(frozen=True, slots=True)
class _Begin:
    r"""One ``\begin``, with what the environment takes and what is given."""

    source: SourceFile
    reader: ArgumentReader
    start: int
    name: str
    arity: Arity
    given: Given


def check(book: Book) -> Iterator[Diagnostic]:
    r"""Yield one finding for each ``\begin`` with too many or too few arguments."""
    known = {n: a for n, a in arities(book.defined).items() if not book.specs.is_verbatim(n)}
    for document in book.documents:
        tokenized = book.tokenized[document.source.path]
        reader: ArgumentReader | None = None
        for token in tokenized.tokens:
            if token.kind is not Kind.BEGIN or token.name not in known:
                continue
            if tokenized.in_definition(token.start):
                continue
            reader = reader or ArgumentReader(tokenized)
            arity = known[token.name]
            given = read_given(reader, token.end, arity)
            if given is not None:
                begin = _Begin(document.source, reader, token.start, token.name, arity, given)
                yield from _missing(begin) if given.missing else _extra(begin)


def _missing(begin: _Begin) -> Iterator[Diagnostic]:
    text = begin.reader.text
    position = begin.given.end
    space = _SPACE.match(text, position)
    after = space.end() if space else position
    if not _SURELY_TEXT.match(text, after) and not (
        after > position and _ONE_LETTER_WORD.match(text, after)
    ):
        return
    token = _TOKEN.match(text, after)
    if token is None:
        return
    taken = f'"{token[0]}"'
    if _BLANK_LINE.search(begin.source.text, position, after):
        taken = "the blank line"
    empty = "{}" * begin.given.missing
    fix = Fix(f"add {empty}", (Edit(position, position, empty),), safe=False)
    yield RULE.diagnostic(
        f'"{begin.name}" takes {_takes(begin.arity)}, {_here(len(begin.given.braced))}: '
        f"TeX takes {taken} of what follows for it",
        begin.source.span(begin.start, position),
        hints=(f"add {empty}, with what it is about between the braces",),
        related=_definition(begin.arity),
        fix=None if begin.arity.definition is None else fix,  # \begin{tabular}{} is no help
    )


def _extra(begin: _Begin) -> Iterator[Diagnostic]:
    given = begin.given
    if not given.extra or not begin.arity.is_closed:
        return
    text = begin.reader.text
    groups = [text[group.start : group.end] for group in given.extra]
    if not _is_argument(groups[0]) or text[given.end : given.end + 1].isalnum():
        return
    shown = "".join(f"{{{group}}}" for group in groups)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}.."
    count = len(given.braced) + len(given.extra)
    yield RULE.diagnostic(
        f'"{begin.name}" takes {_takes(begin.arity)}, {_here(count)}: "{shown}" would be printed',
        begin.source.span(given.extra[0].start - 1, given.extra[-1].end + 1),
        hints=(_hint(begin),),
        related=_definition(begin.arity),
        fix=_without_extra(begin, groups),
    )


def _hint(begin: _Begin) -> str:
    if "o" in begin.arity.kinds and not begin.given.options and not begin.given.braced:
        return "an optional argument stands in brackets: [..]"
    return "remove it, or move it into the text"


def _is_argument(group: str) -> bool:
    """Say whether a group looks like an argument and not like a part of the text."""
    return (
        len(group) <= _LONGEST
        and not group.lstrip().startswith(("\\", "["))
        and _LETTERS.search(group) is not None
        and _BLANK_LINE.search(group) is None
    )


def _without_extra(begin: _Begin, groups: list[str]) -> Fix | None:
    given = begin.given
    start, end = given.extra[0].start - 1, given.extra[-1].end + 1
    if begin.arity.kinds == "o" and len(groups) == 1:
        return _as_option(begin, groups[0], start, end)
    if given.braced and all(_LABEL.fullmatch(group) for group in groups):
        return Fix("remove it", (Edit(start, end, ""),), safe=False)
    return None


def _as_option(begin: _Begin, group: str, start: int, end: int) -> Fix | None:
    """Make the group behind an environment with one optional argument that argument."""
    definition, options = begin.arity.definition, begin.given.options
    form = None if definition is None else DEFINING[definition.by].form
    if definition is None or form not in (Form.BOX, Form.DOCUMENT_BOX, Form.THEOREM):
        return None
    takes_keys = form is not Form.THEOREM and definition.body.rstrip(", \t\r\n").endswith("#1")
    if takes_keys and options:
        at = options[0].end
        comma = "," if begin.reader.text[options[0].start : at].strip() else ""
        edits = (Edit(at, at, f"{comma}title={{{group}}}"), Edit(start, end, ""))
        return Fix("make it the title", edits, safe=False)
    if takes_keys:
        return Fix("make it the title", (Edit(start, end, f"[title={{{group}}}]"),), safe=False)
    if options or "]" in group:
        return None
    return Fix("put it in brackets", (Edit(start, end, f"[{group}]"),), safe=False)


def _definition(arity: Arity) -> tuple[Related, ...]:
    if arity.definition is None or arity.source is None:
        return ()
    span = arity.source.span(arity.definition.start, arity.definition.end)
    return (Related(span, "it is defined here"),)


def _takes(arity: Arity) -> str:
    count = arity.kinds.count("m")
    if not count:
        return "no argument but an optional one" if "o" in arity.kinds else "no argument"
    number = f"{count} argument{'s' if count > 1 else ''}"
    meanings = [_meaning(arity, index + 1) for index, kind in enumerate(arity.kinds) if kind == "m"]
    if not all(meanings):
        return number
    return f"{' and '.join(meanings)} ({number})"


def _meaning(arity: Arity, number: int) -> str:
    """Say what an argument of a box is, as far as its definition tells."""
    definition = arity.definition
    form = None if definition is None else DEFINING[definition.by].form
    if definition is None or form not in (Form.BOX, Form.DOCUMENT_BOX, Form.THEOREM_BOX):
        return ""
    if form is Form.THEOREM_BOX:
        return "a label" if number == len("omm") else "a title"
    found = re.search(rf"([A-Za-z/ ]{{1,40}})=[^,=]{{0,200}}#{number}", definition.body)
    key = found[1] if found else ""
    return next((f"a {word}" for word in ("title", "label") if word in key), "")


def _here(count: int) -> str:
    if not count:
        return "here is none"
    return "here is 1" if count == 1 else f"here are {count}"


RULE = Rule("TB101", "environment-arity", Severity.ERROR, check, fixes=Fixes.UNSAFE)
