r"""The book's own macros that label, refer or cite, as far as their definitions tell.

``\newcommand{\figref}[1]{Figure~\ref{fig:#1}}`` refers to "fig:#1"; the environment of
``\newtcbtheorem{box}{Box}{}{b}`` sets the label "b:#3". Such a text with parameters is a template.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.references import CITING, LABELLING, REFERRING, read_keys
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from texbook.latex.definitions import Definition
    from texbook.latex.tokens import Token


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


class KeyMacros(NamedTuple):
    """All of them, by name.

    Attributes:
        redefined: commands that the book gives a meaning of its own.
        inner: those of ``commands`` that other macros call.
    """

    commands: Mapping[str, Macro]
    environments: Mapping[str, Macro]
    redefined: frozenset[str]
    inner: frozenset[str] = frozenset()


_ROUNDS = 4
"""Macros that call macros that call ...; more is nothing that a book does."""
_KNOWN = {
    **dict.fromkeys(LABELLING, Role.LABEL),
    **dict.fromkeys(REFERRING, Role.REFERENCE),
    **dict.fromkeys(CITING, Role.CITATION),
}
_CANDIDATE = re.compile(r"label|[rR]ef|[cC]ite")
_OPTION = re.compile(r"(?:^|[\[,{])\s*label\s*=\s*(?:\{([^{}]*)\}|([^,\[\]{}]*))")
_PARAMETER = re.compile(r"#([1-9])")
_ASKS_WHETHER_DEFINED = re.compile(r"\b[rb]@#")
r"""``\ifcsname r@#1\endcsname``: the macro itself knows what to do about a missing label."""
_KEY_DEFINITION = re.compile(
    r"([A-Za-z@][\w@ /.-]{0,60}?)/\.(?:code|style)"
    r"(?: +(?:n +args *= *\{?)?(\d)[^={]{0,8})? *= *(?=\{)"
)
_GROUPS = r"\s*=?\s*((?:\{[^{}]*\}){1,9})"
_GROUP = re.compile(r"\{([^{}]*)\}")
_SEPARATOR = re.compile(r"label separator\s*=\s*(?:\{([^{}]*)\}|([^,\s{}]*))")
_BRACED = re.compile(r"\{([^{}]*)\}\s*\Z")
_TCOLORBOX = frozenset(
    {"newtcolorbox", "renewtcolorbox", "newtcblisting", "renewtcblisting", "NewTColorBox"}
    | {"DeclareTColorBox", "NewTCBListing", "DeclareTCBListing"}
)
_THEOREM = frozenset({"newtcbtheorem", "renewtcbtheorem", "NewTcbTheorem", "DeclareTcbTheorem"})


def read_key_macros(
    definitions: Sequence[Definition],
    texts: Iterable[str],
    aliases: Iterable[tuple[str, str]] = (),
) -> KeyMacros:
    r"""Find the macros that make keys.

    Args:
        definitions: of the whole book.
        texts: class, packages and preambles, which may define keys of pgfkeys.
        aliases: new and old name of each ``\let``.
    """
    found = _Found({}, {}, {})
    option_keys = [item for text in texts for item in _option_keys(text)]
    for alias, name in aliases:
        if name in _KNOWN:
            form = LABELLING.get(name) or REFERRING.get(name) or CITING[name]
            if not form.in_option and form.arguments == 1:
                template = Template(_KNOWN[name], "#2", form.is_list)
                found.commands[alias] = Macro("om", (template,))
    for _ in range(_ROUNDS):
        before = found.size
        for name, count, body in option_keys:
            templates = tuple(_templates(body, found, certain=True))
            if templates:
                found.options[name] = Macro("m" * count, templates)
        for definition in definitions:
            if found.concerns(definition.body) or definition.by in _THEOREM:
                found.add(definition)
        if found.size == before:
            break
    redefined = frozenset(item.name for item in definitions if not item.is_environment)
    bodies = [(name, body) for name, _, body in option_keys]
    bodies += [(item.name, item.body) for item in definitions]
    inner = frozenset(
        command
        for command in found.commands
        if "@" in command
        and any(f"\\{command}" in body for name, body in bodies if name != command)
    )
    return KeyMacros(found.commands, found.environments, redefined, inner)


class _Found(NamedTuple):
    """What is known so far."""

    commands: dict[str, Macro]
    environments: dict[str, Macro]
    options: dict[str, Macro]

    @property
    def size(self) -> int:
        return len(self.commands) + len(self.environments) + len(self.options)

    def concerns(self, body: str) -> bool:
        return (
            _CANDIDATE.search(body) is not None
            or any(f"\\{name}" in body for name in self.commands)
            or any(f"{{{name}}}" in body for name in self.environments)
            or any(name in body for name in self.options)
        )

    def add(self, definition: Definition) -> None:
        if definition.by in _THEOREM:
            templates = tuple(_of_theorem(definition))
        else:
            certain = definition.by in _TCOLORBOX or "\\tcbset" in definition.body
            found = dict.fromkeys(_templates(definition.body, self, certain=certain))
            # What a definition within the definition takes is its own affair.
            templates = tuple(template for template in found if "##" not in template.text)
        if not templates:
            return
        table = self.environments if definition.is_environment else self.commands
        table[definition.name] = Macro(definition.arguments, templates, definition.defaults)


def _of_theorem(definition: Definition) -> Iterator[Template]:
    r"""Give the label of a ``\newtcbtheorem``: its prefix, a separator, its last argument.

    Source: tcolorbox manual, "Library 'theorems'"; the starred environment sets none.
    """
    prefix = _BRACED.search(definition.body)
    if prefix is None or definition.name.endswith("*") or not definition.arguments.endswith("mm"):
        return
    separator = _SEPARATOR.search(definition.body)
    sign = ":" if separator is None else separator[1] or separator[2] or ""
    yield Template(Role.LABEL, f"{prefix[1]}{sign}#{len(definition.arguments)}")


def _templates(body: str, found: _Found, *, certain: bool) -> Iterator[Template]:
    """Give the keys that a macro's body makes."""
    yield from _of_commands(body, found)
    for option in _OPTION.finditer(body):
        text = (option[1] or option[2] or "").strip()
        if text and "\\" not in text:
            yield Template(Role.LABEL if certain else Role.POSSIBLE_LABEL, text)
    for name, macro in found.options.items():
        if name in body:
            for call in re.finditer(rf"(?:^|[\[,{{])\s*{re.escape(name)}{_GROUPS}", body):
                for made in instantiate(macro, _GROUP.findall(call[1])):
                    yield Template(made.role, made.text)


def _of_commands(body: str, found: _Found) -> Iterator[Template]:
    tokenized = tokenize(body)
    reader = ArgumentReader(tokenized)
    asks = _ASKS_WHETHER_DEFINED.search(body) is not None
    for token in tokenized.tokens:
        if token.kind is Kind.BEGIN:
            yield from _called(reader, token, found.environments)
        elif token.kind is not Kind.COMMAND:
            continue
        elif token.name in found.commands:
            yield from _called(reader, token, found.commands)
        elif token.name in _KNOWN and not (asks and _KNOWN[token.name] is not Role.LABEL):
            yield from _known(reader, token)


def _known(reader: ArgumentReader, token: Token) -> Iterator[Template]:
    form = LABELLING.get(token.name) or REFERRING.get(token.name) or CITING[token.name]
    for key in read_keys(reader, token, form) or ():
        yield Template(_KNOWN[token.name], key.name, form.is_list)


def _called(reader: ArgumentReader, token: Token, table: Mapping[str, Macro]) -> Iterator[Template]:
    macro = table.get(token.name)
    values = None if macro is None else read_values(reader, token, macro)
    if macro is not None and values is not None:
        for made in instantiate(macro, [value.text for value in values]):
            yield Template(made.role, made.text)


def _option_keys(text: str) -> Iterator[tuple[str, int, str]]:
    """Give name, number of arguments and body of the keys of pgfkeys that a text defines."""
    if "/.code" not in text and "/.style" not in text:
        return
    for found in _KEY_DEFINITION.finditer(text):
        end = _closing(text, found.end())
        body = text[found.end() + 1 : end]
        if "label" in body:
            yield found[1].strip(), int(found[2] or 1), body


def _closing(text: str, opened: int) -> int:
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, opened, opened + 3000):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return opened + 1


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


_MADE = re.compile(r"(?:\\[A-Za-z@]+\*?(?:\{[^{}]*\})*|\\.|#+[1-9]?|[{}~$\s])+", re.DOTALL)


class MadeNames:
    r"""Names that macros make: what is known of each is the text between the macros.

    >>> names = MadeNames()
    >>> names.add(r"fig:\x-a")
    >>> "fig:7-a" in names, "fig:7-b" in names
    (True, False)
    """

    def __init__(self) -> None:
        self._by_start: dict[str, set[tuple[str, ...]]] = {}
        self._lengths: set[int] = set()

    def add(self, text: str) -> None:
        """Take a name with macros or parameters in it."""
        start, *rest = _MADE.split(text)
        kept = self._by_start.setdefault(start, set())
        self._lengths.add(len(start))
        kept.add(tuple(rest) if len(kept) < _MOST_OF_A_START else ("",))

    def __contains__(self, name: str) -> bool:
        """Say whether a name may be one of them."""
        return any(
            _fits(name[length:], rest)
            for length in self._lengths
            for rest in self._by_start.get(name[:length], ())
        )


_MOST_OF_A_START = 50
"""Where more names begin alike, any name that begins so may be one of them."""


def _fits(name: str, parts: tuple[str, ...]) -> bool:
    """Say whether a text is made of the parts, with anything before each of them."""
    if not parts:
        return not name
    position = 0
    for part in parts[:-1]:
        position = name.find(part, position) + len(part)
        if position < len(part):
            return False
    return len(name) - position >= len(parts[-1]) and name.endswith(parts[-1])
