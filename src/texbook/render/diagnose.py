"""From what went wrong inside Jinja to a finding on the author's own line."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS

from texbook.base.diagnostic import Related
from texbook.base.span import Position, Span
from texbook.render.faults import TemplateFault, template_error
from texbook.render.filters import FILTERS
from texbook.render.marks import RESERVED, strip_marks
from texbook.render.packaged import is_packaged
from texbook.render.preprocess import KEYWORDS, comment_hint, is_statement

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.render.environment import TemplateLoader

_PLAIN_WORDS: dict[type[Exception], str] = {
    RecursionError: "a template or macro calls itself without end",
    ZeroDivisionError: "this expression divides by zero",
}

_NO_ENGLISH = frozenset(("block", "endblock", "extends", "macro", "elif")) | frozenset(
    word for word in KEYWORDS if word.startswith("end")
)
"""Statements that nobody writes who means a comment."""

_FILTER = re.compile(r'no filter named "(\w+)"')
_EXPRESSION = re.compile(r"\\VAR\{[^{}]*\}")


def diagnose(error: Exception, template: Path, finder: TemplateLoader) -> Diagnostic:
    """Turn any exception of a rendering into a finding.

    Args:
        error: what was raised.
        template: the template that was asked for; the place of last resort.
        finder: the loader, for the sources that were read.
    """
    if isinstance(error, TemplateSyntaxError):
        return _syntax_error(error, template, finder)
    span, callers = _place(error, template, finder)
    message, hints, code = _words(error, finder)
    source = finder.sources.get(str(span.path))
    if source is not None:
        named = isinstance(error, UndefinedError)
        span = _narrowed(span, source, message) if named else _only_expression(span, source)
    finding = template_error(code, message, span, hints)
    if isinstance(error, TemplateFault):
        finding = error.diagnostic(span)
        if error.span is not None and error.span.path != span.path:
            callers = (*callers, span)
    return finding.moved(finding.span, tuple(Related(s, "expanded from here") for s in callers))


def _place(
    error: Exception, template: Path, finder: TemplateLoader
) -> tuple[Span, tuple[Span, ...]]:
    """Find the innermost line of the author's in the traceback, and those that led there."""
    spans: list[Span] = []
    traceback = error.__traceback__
    while traceback is not None:
        source = finder.sources.get(traceback.tb_frame.f_code.co_filename)
        if source is not None and not is_packaged(source.path):
            span = Span.at(source.path, traceback.tb_lineno)
            if span not in spans:
                spans.append(span)
        traceback = traceback.tb_next
    if not spans:
        return Span.at(template, _extends_line(template, finder)), ()
    # Every block is rendered from the line of "extends": that says nothing.
    extends = Span.at(template, _extends_line(template, finder))
    return spans[-1], tuple(span for span in spans[:-1] if span != extends)


def _extends_line(template: Path, finder: TemplateLoader) -> int:
    """Give the line that calls the parent, for a fault that the parent alone has seen."""
    source = finder.sources.get(str(template))
    lines = range(1, 0 if source is None else source.line_count + 1)
    return next((n for n in lines if source and re.match(r"\s*%%\s*extends\b", source.line(n))), 1)


def _words(error: Exception, finder: TemplateLoader) -> tuple[str, tuple[str, ...], str]:
    """Give message, hints and code of an exception."""
    if isinstance(error, TemplateFault):
        return error.message, error.hints, error.code
    if isinstance(error, SecurityError):
        return f"the sandbox does not allow this: {_clean(error)}", (), "template-error"
    if isinstance(error, UndefinedError):
        message, *hints = strip_marks(str(error)).split("\n")
        return message, tuple(hints), "template-undefined"
    if isinstance(error, TemplateNotFound):
        name = str(error.name)
        close = difflib.get_close_matches(name, finder.list_templates(), n=1)
        hints = [f'did you mean "{close[0]}"?'] if close else []
        hints.append("templates are looked for in the book's templates folder and in texbook")
        return f'there is no template "{name}"', tuple(hints), "template-error"
    plain = _PLAIN_WORDS.get(type(error), f"this expression fails: {_clean(error)}")
    return plain, (), "template-error"


def _clean(error: Exception) -> str:
    text = RESERVED.sub("", str(error)).rstrip(".") or type(error).__name__
    return text[:1].lower() + text[1:]


def _syntax_error(error: TemplateSyntaxError, template: Path, finder: TemplateLoader) -> Diagnostic:
    source = finder.sources.get(error.filename or "") or finder.sources.get(str(template))
    path = template if source is None else source.path
    number, hints = error.lineno, list[str]()
    text = _plain_syntax(error.message or "syntax error")
    opened = re.search(r"the innermost block that needs to be closed is \"(\w+)\"", text)
    if opened and source:
        text = f'"{opened[1]}" is never closed by "end{opened[1]}"'
        number = _opened_at(source, opened[1]) or number
    line = source.line(number) if source else ""
    found = re.match(r"\s*%%\s*(\w+)", line) if is_statement(line) else None
    if found and found[1] not in _NO_ENGLISH:
        hints.append(comment_hint(found[1]))
    hints += _close_name(text) + (_misspelt(source) if source else [])
    span = _trimmed_line(path, line, number)
    if source and (unknown := _FILTER.search(text)):
        span = _narrowed(Span.at(path, number), source, unknown[0])
    return template_error("template-syntax", text, span, tuple(hints))


def _plain_syntax(message: str) -> str:
    """Put a message of Jinja's into our form."""
    text = RESERVED.sub("", re.sub(r" at \d+$", "", message)).rstrip(".")
    text = text.replace("'end of print statement'", "the end of \\VAR{...}")
    text = text.replace("'end of statement block'", "the end of the statement")
    text = re.sub(r"'([^']*)'", r'"\1"', text[:1].lower() + text[1:])
    text = text.replace("expected token ", "expected ").replace("The innermost", "the innermost")
    return re.sub(r'^encountered unknown tag "(end\w+)".*', r'"\1" closes nothing', text)


def _close_name(text: str) -> list[str]:
    """Suggest a statement or a filter for one that Jinja does not know."""
    tag = re.search(r'unknown tag "(\w+)"', text)
    filter_name = _FILTER.search(text)
    if tag:
        close = difflib.get_close_matches(tag[1], KEYWORDS, n=1)
    elif filter_name:
        close = difflib.get_close_matches(filter_name[1], [*FILTERS, *JINJA_FILTERS], n=1)
    else:
        return []
    return [f'did you mean "{name}"?' for name in close]


def _opened_at(source: SourceFile, keyword: str) -> int | None:
    """Find the line of the last statement of a kind that has no end; None if it is not plain."""
    pattern = re.compile(rf"(?:^[ \t]*%%[ \t]*|\\BLOCK\{{[ \t]*)(end)?{keyword}\b", re.MULTILINE)
    open_lines: list[int] = []
    for number in range(1, source.line_count + 1):
        for found in pattern.finditer(source.line(number)):
            if not found[1]:
                open_lines.append(number)
            elif open_lines:
                open_lines.pop()
    return open_lines[-1] if open_lines else None


def _trimmed_line(path: Path, line: str, number: int) -> Span:
    """Give the span of a line without the blanks around it."""
    if not line.strip():
        return Span.at(path, number)
    start = len(line) - len(line.lstrip()) + 1
    return Span(path, Position(number, start), Position(number, len(line.rstrip()) + 1))


def _misspelt(source: SourceFile) -> list[str]:
    """Point to comments that look like misspelt statements, such as ``%% endblok``."""
    hints = []
    for number in range(1, source.line_count + 1):
        found = re.match(r"\s*%%[ \t]*([a-z]{4,})", source.line(number))
        if found is None or found[1] in KEYWORDS:
            continue
        close = difflib.get_close_matches(found[1], KEYWORDS, n=1, cutoff=0.8)
        if close:
            hints.append(
                f'line {number}, "%% {found[1]}", is a comment: did you mean "{close[0]}"?'
            )
    return hints[:3]


def _narrowed(span: Span, source: SourceFile, message: str) -> Span:
    """Point at the first word of the line that the message speaks of."""
    word = re.search(r'"(\w+)"', message)
    if span.start is None or word is None:
        return span
    found = re.search(rf"\b{re.escape(word[1])}\b", source.line(span.start.line))
    if found is None:
        return span
    line = span.start.line
    return Span(span.path, Position(line, found.start() + 1), Position(line, found.end() + 1))


def _only_expression(span: Span, source: SourceFile) -> Span:
    """Point at the expression of a line, if it has only one."""
    if span.start is None or span.start.column is not None:
        return span
    line = span.start.line
    found = list(_EXPRESSION.finditer(source.line(line)))
    if len(found) != 1:
        return span
    start, end = found[0].span()
    return Span(span.path, Position(line, start + 1), Position(line, end + 1))
