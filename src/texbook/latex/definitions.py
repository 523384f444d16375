r"""The commands and environments that a class, a package or a preamble defines.

Commands that define environments themselves are understood: a call of a class's own
``\newmybox{name}{title}`` gives the definitions that its body makes with these arguments.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.defining import DEFINING, Defining, Form
from texbook.latex.forms import COMMAND, FORMS, LONGEST, DefinitionReader
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from texbook.latex.tokens import Token, TokenizedText

_PARAMETER = re.compile(r"##|#([1-9])")
_DEEPEST_CALL = 3
"""Commands that call others that define; more is nothing that a class does."""
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
        known: what files before it define, or the wrappers among it: they may be called here.

    >>> from texbook.latex.tokens import tokenize
    >>> text = r"\newcommand\new[1]{\newenvironment{#1}[2][]{}{}} \new{box}"
    >>> [(d.name, d.arguments) for d in read_definitions(tokenize(text))]
    [('new', 'm'), ('box', 'om')]
    """
    wrappers = {item.name: item for item in wrappers_among(known)}
    return tuple(_Text(tokenized, wrappers, [_MOST_EXPANDED], 0).definitions())


def wrappers_among(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Give the commands that define others where they are called, by name the last one each."""
    wrappers: dict[str, Definition] = {}
    for item in definitions:
        if _defines(item, wrappers):
            wrappers[item.name] = item
    return tuple(wrappers.values())


def _defines(definition: Definition, wrappers: dict[str, Definition]) -> bool:
    r"""Say whether a command defines something by itself, but with ``\def``, each time anew."""
    if definition.is_environment or len(definition.body) > LONGEST:
        return False
    names = _names(definition.body)
    return not names.isdisjoint(_ANEW) or not (names - {definition.name}).isdisjoint(wrappers)


_ANEW = frozenset(
    name for name, item in DEFINING.items() if item.form not in (Form.PATTERN, Form.HOOK)
)


@lru_cache(maxsize=4096)
def _names(body: str) -> frozenset[str]:
    """Give the commands in a body; the same ones are looked at for each file of a book."""
    return frozenset(found[1] for found in COMMAND.finditer(body))


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
    def reader(self) -> DefinitionReader:
        return DefinitionReader(self.tokenized)

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
        read = FORMS.get(defining.form)
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
                values.append("")
                position = reader.star(position)
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
