r"""Reading what stands behind a defining command: parameters and body, by its `Form`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.arguments import ArgumentReader
from texbook.latex.defining import Form
from texbook.latex.parameters import UNKNOWN, Parameters, numbered, patterned, specified
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.latex.arguments import Argument
    from texbook.latex.tokens import TokenizedText

COMMAND = re.compile(r"\\([A-Za-z@]+|.)")
_NAME = re.compile(r"[^\\#{}]{1,200}")
_PATTERN = re.compile(r"[^{}]{0,200}")
_COMMENT = re.compile(r"[^\n]*(?:\n[ \t]*)?")
LONGEST = 10_000
"""Code points; a longer body or argument is no mere definition of something else."""


class DefinitionReader(ArgumentReader):
    """Reads across blank lines, since a line that is a comment is none."""

    def __init__(self, tokenized: TokenizedText):
        self.matching = tokenized.matching
        self.text = _uncommented(tokenized)

    def skip_space(self, position: int) -> int:
        """Give the offset after any white space."""
        text = self.text
        while position < len(text) and text[position] in " \t\r\n":
            position += 1
        return position

    def name(self, position: int) -> tuple[str, int] | None:
        r"""Read ``{\x}``, ``\x`` or ``{x}``, and give the offset after it."""
        argument = self.braced(position)
        if argument is None:
            found = COMMAND.match(self.text, self.skip_space(position))
            return None if found is None else (found[1], found.end())
        text = self.of(argument).strip()
        command = COMMAND.fullmatch(text)
        if command is None and not _NAME.fullmatch(text):
            return None
        return (command[1] if command else text), argument.end + 1

    def of(self, argument: Argument) -> str:
        """Give the text of an argument, without what is too long to be one."""
        return self.text[argument.start : min(argument.end, argument.start + LONGEST)]


def _uncommented(tokenized: TokenizedText) -> str:
    r"""Fill comments with blanks, the line end and the indentation after them included.

    Behind the ``\fi`` of a comment in a conditional the line goes on.
    """
    text = tokenized.text
    parts: list[str] = []
    position = 0
    for token in tokenized.tokens:
        if token.kind in (Kind.COMMENT, Kind.CODE, Kind.ARGUMENT) and token.start >= position:
            has_sign = token.kind is Kind.COMMENT and text.startswith("%", token.start)
            found = _COMMENT.match(text, token.end) if has_sign else None
            end = found.end() if found else token.end
            parts += (text[position : token.start], " " * (end - token.start))
            position = end
    parts.append(text[position:])
    return "".join(parts)


_Read = tuple[Parameters, int, int, int]
"""Parameters, start and end of the body, end of the definition."""


def _counted(reader: DefinitionReader, position: int) -> tuple[Parameters, int]:
    """Read ``[n][default]``."""
    count = reader.bracketed(position)
    if count is None:
        return numbered("", None), position
    default = reader.bracketed(count.end + 1)
    end = (default or count).end + 1
    return numbered(reader.of(count), None if default is None else reader.of(default)), end


def _groups(
    reader: DefinitionReader,
    parameters: Parameters,
    position: int,
    last: int,
    *,
    whole: bool = False,
) -> _Read | None:
    """Read so many braced groups; the body is the first, or all of them."""
    first = argument = reader.braced(position)
    for _ in range(last - 1):
        argument = None if argument is None else reader.braced(argument.end + 1)
    if first is None or argument is None:
        return None
    if whole:
        return parameters, first.start - 1, argument.end + 1, argument.end + 1
    return parameters, first.start, first.end, argument.end + 1


def _command(reader: DefinitionReader, position: int) -> _Read | None:
    return _groups(reader, *_counted(reader, position), 1)


def _pattern(reader: DefinitionReader, position: int) -> _Read | None:
    found = _PATTERN.match(reader.text, position)
    end = found.end() if found else position
    return _groups(reader, patterned(reader.text[position:end].strip()), end, 1)


def _operator(reader: DefinitionReader, position: int) -> _Read | None:
    return _groups(reader, numbered("", None), position, 1)


def _delimiter(reader: DefinitionReader, position: int) -> _Read | None:
    return _groups(reader, specified("som"), position, 2, whole=True)


def _document(reader: DefinitionReader, position: int, halves: int = 1) -> _Read | None:
    specification = reader.braced(position)
    if specification is None:
        return None
    parameters = specified(reader.of(specification))
    return _groups(reader, parameters, specification.end + 1, halves)


def _box_command(reader: DefinitionReader, position: int) -> _Read | None:
    parameters, position = _counted(reader, position)
    if parameters != UNKNOWN:
        parameters = Parameters(f"{parameters.kinds}m", (*parameters.defaults, ""))
    return _groups(reader, parameters, position, 1)


def _environment(reader: DefinitionReader, position: int) -> _Read | None:
    parameters, position = _counted(reader, position)
    found = _groups(reader, parameters, position, 2)
    return found or _groups(reader, parameters, position, 1)  # \NewEnviron has one half


def _theorem(reader: DefinitionReader, position: int) -> _Read | None:
    counter = reader.bracketed(position)
    position = position if counter is None else counter.end + 1
    return _groups(reader, specified("o"), position, 1)


def _theorem_box(reader: DefinitionReader, position: int) -> _Read | None:
    return _groups(reader, specified("omm"), position, 3, whole=True)


def _optional(_: DefinitionReader, position: int) -> _Read:
    return specified("o"), position, position, position


def _out_of_sight(_: DefinitionReader, position: int) -> _Read:
    return UNKNOWN, position, position, position


FORMS: dict[Form, Callable[[DefinitionReader, int], _Read | None]] = {
    Form.COMMAND: _command,
    Form.PATTERN: _pattern,
    Form.OPERATOR: _operator,
    Form.DELIMITER: _delimiter,
    Form.DOCUMENT_COMMAND: _document,
    Form.BOX_COMMAND: _box_command,
    Form.ENVIRONMENT: _environment,
    Form.DOCUMENT_ENVIRONMENT: lambda reader, position: _document(reader, position, 2),
    Form.BOX: _command,
    Form.DOCUMENT_BOX: _document,
    Form.THEOREM: _theorem,
    Form.THEOREM_BOX: _theorem_box,
    Form.OPTIONAL: _optional,
    Form.OUT_OF_SIGHT: _out_of_sight,
}
