r"""From what the author writes to what Jinja reads, line for line.

The author's delimiters live well with LaTeX but badly with Jinja's lexer: a sign after ``\VAR{``
would be whitespace control, a backslash in a string an escape, every ``%%`` a statement. Here they
are found by our own rules and replaced by private-use characters, which nobody can type.

* ``%% keyword ...`` at the start of a line is a statement; any other ``%%`` is LaTeX's comment.
* ``\BLOCK{...}`` is a statement within a line; alone on its line it leaves no line behind.
* ``\VAR{...}`` is an expression; it ends at its closing brace; those in strings do not count.
* A line that begins with ``%`` is a comment and is not looked into, not in a listing either.
* The line end before ``%% endmacro`` (and ``endcall``, ``endset``) is not part of the value.
* Strings in expressions have no escapes: ``"\rho"`` is a backslash and three letters.
* Between ``%% raw`` and ``%% endraw`` nothing is replaced, so that a listing can show ``\VAR{x}``.
"""

from __future__ import annotations

import re

from texbook.base.source import SourceFile
from texbook.render.faults import TemplateFault
from texbook.render.frontmatter import front_matter_lines
from texbook.render.marks import (
    BLOCK_END,
    BLOCK_START,
    COMMENT_END,
    COMMENT_START,
    RESERVED,
    VARIABLE_END,
    VARIABLE_START,
)

KEYWORDS = (
    *("block", "endblock", "extends", "include", "import", "from", "macro", "endmacro"),
    *("call", "endcall", "filter", "endfilter", "set", "endset", "for", "endfor"),
    *("if", "elif", "else", "endif", "with", "endwith", "raw", "endraw", "print"),
)
"""What after ``%%`` makes a line a statement."""

_ENDS_OF_VALUES = ("endmacro", "endcall", "endset")

_NEXT = re.compile(
    rf"""
    ^[ \t]*%%[ \t]*(?P<statement>(?:{"|".join(KEYWORDS)})\b)
  | (?P<comment>^[ \t]*%[^\n]*)
  | (?P<escaped>\\\\)
  | (?P<variable>\\VAR\{{)
  | (?P<block>\\BLOCK\{{)
    """,
    re.MULTILINE | re.VERBOSE,
)
_END_RAW = re.compile(r"^[ \t]*%%[ \t]*endraw[ \t]*$|\\BLOCK\{[ \t]*endraw[ \t]*\}", re.MULTILINE)
_TOKEN = re.compile(r""""[^"\n]*"|'[^'\n]*'|[\[\](){}"']|\n[ \t]*(?=\n)|\n""")
_RAW_BLOCK = re.compile(r"\\BLOCK\{[ \t]*raw[ \t]*\}")


def preprocess(source: SourceFile) -> str:
    """Give the text for Jinja's lexer; it has exactly as many lines.

    Raises:
        TemplateFault: when a delimiter or a string is not closed, or a character is reserved.
    """
    plain = source
    if "\r\n" in source.text:
        plain = SourceFile(source.path, source.text.replace("\r\n", "\n"))
    _refuse_characters(plain)
    return _Preprocessor(plain).run()


def is_statement(line: str) -> bool:
    """Say whether a line of a template is a statement, and not a comment.

    >>> is_statement("%% endif"), is_statement("%% by the way"), is_statement("%%%% if")
    (True, False, False)
    """
    found = _NEXT.match(line)
    return found is not None and found["statement"] is not None


def _refuse_characters(source: SourceFile) -> None:
    found = RESERVED.search(source.text)
    if found:
        raise TemplateFault(
            f"the private-use character U+{ord(found[0]):X} is reserved for texbook",
            hints=("use another character; no font has a glyph for this one",),
            span=source.span(found.start(), found.end()),
        )
    carriage_return = source.text.find("\r")
    if carriage_return >= 0:
        raise TemplateFault(
            "a carriage return stands within a line",
            hints=("save the file with the line ends of Unix or Windows",),
            span=source.span(carriage_return),
        )


class _Preprocessor:
    """Walks once through a template."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._text = source.text
        self._out: list[str] = []

    def run(self) -> str:
        position = self._front_matter()
        while found := _NEXT.search(self._text, position):
            self._out.append(self._text[position : found.start()])
            if found["variable"]:
                position = self._variable(found)
            elif found["block"]:
                position = self._block(found)
            elif found["statement"]:
                position = self._statement(found)
            else:
                self._out.append(found[0])
                position = found.end()
        self._out.append(self._text[position:])
        return "".join(self._out)

    def _front_matter(self) -> int:
        """Hide the front matter from Jinja; give the offset behind it."""
        bounds = front_matter_lines(self._source)
        if bounds is None or not bounds[1]:
            return 0
        lines = self._text.split("\n")
        before, block = lines[: bounds[0] - 1], lines[bounds[0] - 1 : bounds[1]]
        self._out += [line + "\n" for line in before]
        self._out += [COMMENT_START, "\n".join(block), COMMENT_END]
        return len("\n".join(before + block))

    def _variable(self, found: re.Match[str]) -> int:
        # The blanks keep "-x" and "x-" from Jinja's whitespace control.
        body, end = self._expression(found.end(), found)
        self._out += [VARIABLE_START, " ", body, " ", VARIABLE_END]
        return end + 1

    def _block(self, found: re.Match[str]) -> int:
        if raw := _RAW_BLOCK.match(self._text, found.start()):
            return self._raw(found, raw.end())
        body, end = self._expression(found.end(), found)
        after = end + 1
        rest = re.compile(r"[ \t]*(?:\n|\Z)").match(self._text, after)
        line_start = self._text.rfind("\n", 0, found.start()) + 1
        if rest and not self._text[line_start : found.start()].strip():
            self._drop_indent()
            self._add_statement(body.split()[0] if body.strip() else "", body)
            return rest.end() - rest[0].count("\n")
        # "+" keeps the line end, which Jinja would otherwise drop after a statement (trim_blocks).
        self._out += [BLOCK_START, " ", body, " +", BLOCK_END]
        return after

    def _statement(self, found: re.Match[str]) -> int:
        start = found.start("statement")
        if found["statement"] == "raw":
            line_end = self._text.find("\n", start)
            return self._raw(found, len(self._text) if line_end < 0 else line_end)
        if found["statement"] == "endraw":
            raise self._fault('"endraw" without a "raw" before it', found)
        body, end = self._expression(start, found)
        self._add_statement(found["statement"], body)
        return end

    def _add_statement(self, keyword: str, body: str) -> None:
        """Add a statement that has a line to itself; trim_blocks drops the end of that line."""
        blank = self._take_line_end() if keyword in _ENDS_OF_VALUES else " "
        # What a call gives stands where the statement stands, so that line keeps its end ("+").
        sign = "+" if keyword == "endcall" else ""
        self._out += [BLOCK_START, blank, body, " ", sign, BLOCK_END]

    def _take_line_end(self) -> str:
        """Take back the line end before a statement, so that it can stand inside its delimiters.

        What a macro gives is put on a line that has an end already; another one would be a blank
        line, which is a new paragraph to TeX.
        """
        while self._out and not self._out[-1]:
            self._out.pop()
        if not self._out or not self._out[-1].endswith("\n"):
            return " "
        self._out[-1] = self._out[-1][:-1]
        return "\n"

    def _raw(self, found: re.Match[str], start: int) -> int:
        """Copy what stands between raw and endraw; give the offset behind."""
        end = _END_RAW.search(self._text, start)
        if end is None:
            raise self._fault('"raw" is never closed by "endraw"', found)
        inside = self._text[start : end.start()]
        if found["statement"]:
            # An empty Jinja comment takes the place of the line; trim_blocks drops its line end.
            inside = COMMENT_START + COMMENT_END + inside
        tail = COMMENT_START + COMMENT_END if end[0].lstrip().startswith("%%") else ""
        self._out += [inside, tail]
        return end.end()

    def _expression(self, start: int, opening: re.Match[str]) -> tuple[str, int]:
        """Copy an expression with its backslashes doubled; give it and the offset of its end."""
        statement = opening["statement"] is not None
        depth = 0
        pieces: list[str] = []
        position = start
        for token in _TOKEN.finditer(self._text, start):
            kind = token[0]
            pieces.append(self._text[position : token.start()])
            position = token.start()
            if depth <= 0 and kind[0] == ("\n" if statement else "}"):
                return "".join(pieces).rstrip(" \t"), position
            if kind[0] == "\n" and self._blank_line_follows(token):
                raise self._not_closed(opening)
            if kind in ('"', "'"):
                raise TemplateFault(
                    "this string is never closed",
                    code="template-syntax",
                    hints=self._string_hints(opening),
                    span=self._source.span(token.start()),
                )
            depth += (kind in "([{") - (kind in ")]}")
            pieces.append(kind.replace("\\", "\\\\") if kind[0] in "\"'" else kind)
            position = token.end()
        if statement and depth <= 0:
            return "".join([*pieces, self._text[position:]]).rstrip(" \t"), len(self._text)
        raise self._not_closed(opening)

    def _blank_line_follows(self, token: re.Match[str]) -> bool:
        return self._text.startswith("\n", token.end())

    def _drop_indent(self) -> None:
        if self._out:
            self._out[-1] = self._out[-1].rstrip(" \t")

    def _not_closed(self, opening: re.Match[str]) -> TemplateFault:
        if opening["statement"]:
            return self._fault("a bracket of this statement is never closed", opening)
        return self._fault(
            f'"{opening[0]}" is never closed',
            opening,
            "every bracket in the expression needs its partner before the next blank line",
        )

    def _string_hints(self, opening: re.Match[str]) -> tuple[str, ...]:
        if opening["statement"]:
            return (comment_hint(opening["statement"]),)
        return (
            "a string ends on its line at the next quote of its kind; a backslash does not escape",
        )

    def _fault(self, message: str, opening: re.Match[str], *hints: str) -> TemplateFault:
        start = opening.start() + len(opening[0]) - len(opening[0].lstrip())
        span = self._source.span(start, opening.end())
        return TemplateFault(message, hints=hints, code="template-syntax", span=span)


def comment_hint(keyword: str) -> str:
    """Tell how to write a comment that happens to begin with a word of Jinja's."""
    return f'if the line is a comment, begin it with one "%": "%% {keyword}" is a statement'
