r"""The commands and environments that a class, a package or a preamble defines.

Commands that define environments themselves are understood: a call of a class's own
``\newmybox{name}{title}`` gives the definitions that its body makes with these arguments.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.defining import DEFINING, Defining, Form
from texbook.latex.parameters import UNKNOWN, Parameters, numbered, patterned, specified
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from texbook.latex.arguments import Argument
    from texbook.latex.tokens import Token, TokenizedText

_COMMAND = re.compile(r"\\([A-Za-z@]+|.)")
_NAME = re.compile(r"[^\\#{}]{1,200}")
_PATTERN = re.compile(r"[^{}]{0,200}")
_PARAMETER = re.compile(r"##|#([1-9])")
_COMMENT = re.compile(r"[^\n]*(?:\n[ \t]*)?")
_DEEPEST_CALL = 3
"""Commands that call others that define; more is nothing that a class does."""
_LONGEST_WRAPPER = 10_000
"""Code points; a longer body or argument is no mere definition of something else."""
_MOST_EXPANDED = 1_000_000
"""Code points that calls of wrappers may come to in one text, which bounds the work."""


class Definition(NamedTuple):
    r"""A definition of a command or an environment.

    Attributes:
        name: without backslash.
        is_environment: whether it defines an environment.
        arguments: as in ``\NewDocumentCommand``: ``m`` mandatory, ``o`` optional, ``s`` a star;
            ``\newcommand{\x}[2][d]{..}`` has ``om``. ``?`` where it cannot be told.
        body: what it stands for, as written; the opening half of an environment; the options of
            a tcolorbox; the title of a theorem; all of ``{title}{options}{prefix}`` for
            ``\newtcbtheorem``, and ``{language}{options}`` for ``\newminted``.
        start: code-point offset of the defining command in its file; ``end`` is exclusive. For
            what a wrapper defines it is the wrapper's call.
        defaults: of each argument, as written; empty for none.
        by: the command that defines it, without backslash: ``newtcolorbox``.
    """

    name: str
    is_environment: bool
    arguments: str
    body: str
    start: int
    end: int
    defaults: tuple[str, ...] = ()
    by: str = ""


def read_definitions(
    tokenized: TokenizedText, known: Sequence[Definition] = ()
) -> tuple[Definition, ...]:
    r"""Read the definitions of a text, in order.

    Args:
        tokenized: a class, a package, a preamble.
        known: what files before it define: their wrappers may be called here.

    >>> from texbook.latex.tokens import tokenize
    >>> text = r"\newcommand\new[1]{\newenvironment{#1}[2][]{}{}} \new{box}"
    >>> [(d.name, d.arguments) for d in read_definitions(tokenize(text))]
    [('new', 'm'), ('box', 'om')]
    """
    wrappers = {item.name: item for item in known if _defines(item, {})}
    return tuple(_Text(tokenized, wrappers, [_MOST_EXPANDED], 0).definitions())


def _defines(definition: Definition, wrappers: dict[str, Definition]) -> bool:
    r"""Say whether a command defines something by itself, but with ``\def``, each time anew."""
    if definition.is_environment or len(definition.body) > _LONGEST_WRAPPER:
        return False
    names = _names(definition.body)
    return not names.isdisjoint(_ANEW) or not (names - {definition.name}).isdisjoint(wrappers)


_ANEW = frozenset(
    name for name, item in DEFINING.items() if item.form not in (Form.PATTERN, Form.HOOK)
)


@lru_cache(maxsize=4096)
def _names(body: str) -> frozenset[str]:
    """Give the commands in a body; the same ones are looked at for each file of a book."""
    return frozenset(found[1] for found in _COMMAND.finditer(body))


class _Reader(ArgumentReader):
    """Reads across blank lines, since a line that is a comment is none."""

    def __init__(self, tokenized: TokenizedText):
        self.matching = tokenized.matching
        self.text = _uncommented(tokenized)

    def skip_space(self, position: int) -> int:
        text = self.text
        while position < len(text) and text[position] in " \t\r\n":
            position += 1
        return position

    def name(self, position: int) -> tuple[str, int] | None:
        r"""Read ``{\x}``, ``\x`` or ``{x}``, and give the offset after it."""
        argument = self.braced(position)
        if argument is None:
            found = _COMMAND.match(self.text, self.skip_space(position))
            return None if found is None else (found[1], found.end())
        text = self.of(argument).strip()
        command = _COMMAND.fullmatch(text)
        if command is None and not _NAME.fullmatch(text):
            return None
        return (command[1] if command else text), argument.end + 1

    def of(self, argument: Argument) -> str:
        """Give the text of an argument, without what is too long to be one."""
        return self.text[argument.start : min(argument.end, argument.start + _LONGEST_WRAPPER)]


def _uncommented(tokenized: TokenizedText) -> str:
    """Fill comments with blanks, the line end and the indentation after them included."""
    text = tokenized.text
    parts: list[str] = []
    position = 0
    for token in tokenized.tokens:
        if token.kind in (Kind.COMMENT, Kind.CODE, Kind.ARGUMENT) and token.start >= position:
            found = _COMMENT.match(text, token.end) if token.kind is Kind.COMMENT else None
            end = found.end() if found else token.end
            parts += (text[position : token.start], " " * (end - token.start))
            position = end
    parts.append(text[position:])
    return "".join(parts)


class _Text:
    """One text that is read for definitions: a file, or what a wrapper stands for."""

    def __init__(
        self,
        tokenized: TokenizedText,
        wrappers: dict[str, Definition],
        budget: list[int],
        depth: int,
    ):
        self.tokenized = tokenized
        self.wrappers = wrappers
        self.budget = budget
        self.depth = depth

    @cached_property
    def reader(self) -> _Reader:
        return _Reader(self.tokenized)

    def definitions(self) -> Iterator[Definition]:
        after = 0
        for token in self.tokenized.tokens:
            if token.kind is not Kind.COMMAND or token.start < after:
                continue
            if (defining := DEFINING.get(token.name)) is not None:
                found = self._definition(token, defining)
                for definition in found:
                    if _defines(definition, self.wrappers):
                        self.wrappers[definition.name] = definition
                    yield definition
                    after = definition.end
            elif token.name in self.wrappers and self.depth < _DEEPEST_CALL:
                yield from self._call(token, self.wrappers[token.name])

    def _definition(self, token: Token, defining: Defining) -> tuple[Definition, ...]:
        if defining.form is Form.MINTED:
            return self._minted(token)
        read = _READERS.get(defining.form)
        if read is None:
            return ()
        reader = self.reader
        position = reader.after_options(token.end)
        named = reader.name(position)
        if named is None or not named[0]:
            return ()
        found = read(reader, named[1])
        if found is None:
            return ()
        parameters, start, stop, end = found
        definition = Definition(
            named[0],
            defining.is_environment,
            parameters.kinds,
            self.tokenized.text[start:stop],
            token.start,
            end,
            parameters.defaults,
            token.name,
        )
        return (definition, *_starred(definition))

    def _minted(self, token: Token) -> tuple[Definition, ...]:
        """Read what minted defines for a language, with its starred form that takes options."""
        reader = self.reader
        option = reader.bracketed(token.end)
        language = reader.braced(token.end if option is None else option.end + 1)
        options = None if language is None else reader.braced(language.end + 1)
        if language is None or options is None:
            return ()
        name = reader.of(option) if option else f"{reader.of(language).strip()}code"
        body = self.tokenized.text[language.start - 1 : options.end + 1]
        place = (body, token.start, options.end + 1)
        return (
            Definition(name, True, "", *place, (), token.name),  # noqa: FBT003
            Definition(f"{name}*", True, "m", *place, ("",), token.name),  # noqa: FBT003
        )

    def _call(self, token: Token, wrapper: Definition) -> Iterator[Definition]:
        """Give the definitions that a call of a wrapper makes."""
        read = self._arguments(wrapper, token.end)
        if read is None:
            return
        values, end = read
        used = sum(len(_value(values, found[1])) for found in _PARAMETER.finditer(wrapper.body))
        self.budget[0] -= len(wrapper.body) + used
        if self.budget[0] < 0:
            return
        text = _substituted(wrapper.body, values)
        inner = _Text(tokenize(text), self.wrappers, self.budget, self.depth + 1)
        for definition in inner.definitions():
            yield definition._replace(start=token.start, end=end)

    def _arguments(self, wrapper: Definition, position: int) -> tuple[list[str], int] | None:
        reader = self.reader
        values: list[str] = []
        for kind, default in zip(wrapper.arguments, wrapper.defaults, strict=True):
            if kind == "s":
                after = reader.star(position)
                values.append("")
                position = after if reader.text[after - 1 : after] == "*" else position
            elif kind == "o":
                option = reader.bracketed(position)
                values.append(
                    _substituted(default, values) if option is None else reader.of(option)
                )
                position = position if option is None else option.end + 1
            elif kind == "m" and (argument := reader.braced(position)) is not None:
                values.append(reader.of(argument))
                position = argument.end + 1
            elif kind == "m" and (command := reader.name(position)) is not None:
                values.append(f"\\{command[0]}")
                position = command[1]
            else:
                return None
        return values, position


def _substituted(text: str, values: Sequence[str]) -> str:
    """Put arguments into a body, as TeX does: ``##1`` becomes ``#1``."""
    return _PARAMETER.sub(lambda found: _value(values, found[1]), text)


def _value(values: Sequence[str], number: str | None) -> str:
    if number is None:
        return "#"
    return values[int(number) - 1] if int(number) <= len(values) else ""


def _starred(definition: Definition) -> tuple[Definition, ...]:
    """Give the starred environment that is defined along with another."""
    kinds = _STARRED.get(definition.by)
    if kinds is None:
        return ()
    name, defaults = f"{definition.name}*", ("",) * len(kinds)
    return (definition._replace(name=name, arguments=kinds, defaults=defaults),)


_STARRED = {"newtcbtheorem": "om", "renewtcbtheorem": "om", "mdtheorem": "o"}
"""What the starred environment takes: a theorem box without its label, for it has no number."""

_Read = tuple[Parameters, int, int, int]
"""Parameters, start and end of the body, end of the definition."""


def _counted(reader: _Reader, position: int) -> tuple[Parameters, int]:
    """Read ``[n][default]``."""
    count = reader.bracketed(position)
    if count is None:
        return numbered("", None), position
    default = reader.bracketed(count.end + 1)
    end = (default or count).end + 1
    return numbered(reader.of(count), None if default is None else reader.of(default)), end


def _groups(
    reader: _Reader, parameters: Parameters, position: int, last: int, *, whole: bool = False
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


def _command(reader: _Reader, position: int) -> _Read | None:
    return _groups(reader, *_counted(reader, position), 1)


def _pattern(reader: _Reader, position: int) -> _Read | None:
    found = _PATTERN.match(reader.text, position)
    end = found.end() if found else position
    return _groups(reader, patterned(reader.text[position:end].strip()), end, 1)


def _operator(reader: _Reader, position: int) -> _Read | None:
    return _groups(reader, numbered("", None), position, 1)


def _delimiter(reader: _Reader, position: int) -> _Read | None:
    return _groups(reader, specified("som"), position, 2, whole=True)


def _document(reader: _Reader, position: int, halves: int = 1) -> _Read | None:
    specification = reader.braced(position)
    if specification is None:
        return None
    parameters = specified(reader.of(specification))
    return _groups(reader, parameters, specification.end + 1, halves)


def _box_command(reader: _Reader, position: int) -> _Read | None:
    parameters, position = _counted(reader, position)
    if parameters != UNKNOWN:
        parameters = Parameters(f"{parameters.kinds}m", (*parameters.defaults, ""))
    return _groups(reader, parameters, position, 1)


def _environment(reader: _Reader, position: int) -> _Read | None:
    parameters, position = _counted(reader, position)
    found = _groups(reader, parameters, position, 2)
    return found or _groups(reader, parameters, position, 1)  # \NewEnviron has one half


def _theorem(reader: _Reader, position: int) -> _Read | None:
    counter = reader.bracketed(position)
    position = position if counter is None else counter.end + 1
    return _groups(reader, specified("o"), position, 1)


def _theorem_box(reader: _Reader, position: int) -> _Read | None:
    return _groups(reader, specified("omm"), position, 3, whole=True)


def _optional(_: _Reader, position: int) -> _Read:
    return specified("o"), position, position, position


def _out_of_sight(_: _Reader, position: int) -> _Read:
    return UNKNOWN, position, position, position


_READERS: dict[Form, Callable[[_Reader, int], _Read | None]] = {
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
