"""Keys that macros make of their arguments: templates, and what becomes of them in a use."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.latex.arguments import ArgumentReader
    from texbook.latex.tokens import Token

_PARAMETER = re.compile(r"#([1-9])")


class Role(Enum):
    """What a key is there for."""

    LABEL = "label"
    POSSIBLE_LABEL = "possible label"
    """The value of some option ``label``: of a listing it is one, of a list it is none."""
    REFERENCE = "reference"
    CITATION = "citation"


class Template(NamedTuple):
    """A key that a macro makes: ``text`` holds ``#1`` and so on."""

    role: Role
    text: str
    is_list: bool = False


class Macro(NamedTuple):
    """A command or environment of the book that makes keys.

    Attributes:
        arguments: as `Definition.arguments`.
    """

    arguments: str
    templates: tuple[Template, ...]
    defaults: tuple[str, ...] = ()


class Value(NamedTuple):
    """An argument of a macro: its text, and where it stands (code points, end exclusive)."""

    text: str
    start: int
    end: int


class Made(NamedTuple):
    """A key that a use of a macro makes.

    Attributes:
        parameter: number of the argument that it is made from; 0 for none.
    """

    role: Role
    text: str
    parameter: int


def instantiate(macro: Macro, values: Sequence[str]) -> Iterator[Made]:
    """Put values in the place of the parameters; a blank one makes no key."""
    for template in macro.templates:
        used = [int(found[1]) for found in _PARAMETER.finditer(template.text)]
        if any(number > len(values) or not values[number - 1].strip() for number in used):
            continue
        text = _PARAMETER.sub(lambda found: values[int(found[1]) - 1].strip(), template.text)
        for part in text.split(",") if template.is_list else (text,):
            if part.strip():
                yield Made(template.role, part.strip(), used[0] if used else 0)


def read_values(reader: ArgumentReader, token: Token, macro: Macro) -> tuple[Value, ...] | None:
    """Read the arguments of a macro where it is used; None where they cannot be told."""
    values: list[Value] = []
    position = token.end
    for number, kind in enumerate(macro.arguments):
        if kind == "s":
            position = reader.star(position)
            values.append(Value("", position, position))
            continue
        if kind not in "om":
            return None
        argument = reader.bracketed(position) if kind == "o" else reader.braced(position)
        if argument is None:
            if kind == "m":
                return None
            default = macro.defaults[number] if number < len(macro.defaults) else ""
            values.append(Value(default, token.start, token.end))
            continue
        values.append(Value(reader.text[argument.start : argument.end], *argument))
        position = argument.end + 1
    return tuple(values)
