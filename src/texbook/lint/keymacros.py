r"""The book's own macros that label, refer or cite, as far as their definitions tell.

``\newcommand{\figref}[1]{Figure~\ref{fig:#1}}`` refers to "fig:#1"; the environment of
``\newtcbtheorem{box}{Box}{}{b}`` sets the label "b:#3". Such a text with parameters is a template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.defining import DEFINING, Form
from texbook.latex.references import CITING, LABELLING, REFERRING, KeyForm, read_keys
from texbook.latex.tokens import Kind, tokenize
from texbook.lint.branches import Branches
from texbook.lint.key_templates import Macro, Role, Template, instantiate, read_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from texbook.latex.definitions import Definition
    from texbook.latex.tokens import Token


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
KEY_COMMANDS: dict[str, tuple[Role, KeyForm]] = {
    **{name: (Role.LABEL, form) for name, form in LABELLING.items()},
    **{name: (Role.REFERENCE, form) for name, form in REFERRING.items()},
    **{name: (Role.CITATION, form) for name, form in CITING.items()},
}
"""What the commands of LaTeX and its packages name keys for, and where they have them."""
_CANDIDATE = re.compile(r"label|[rR]ef|[cC]ite")
_OPTION = re.compile(r"(?:^|[\[,{])\s*label\s*=\s*(?:\{([^{}]*)\}|([^,\[\]{}]*))")
_COMMAND = re.compile(r"\\([A-Za-z@]+)")
_BEGIN = re.compile(r"\\begin[ \t]*\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")
_LONGEST_BODY = 3000
"""Code points of the code of a key; longer ones are none that only sets a label."""
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
_BOXES = frozenset(
    name for name, item in DEFINING.items() if item.form in (Form.BOX, Form.DOCUMENT_BOX)
)
_THEOREMS = frozenset(name for name, item in DEFINING.items() if item.form is Form.THEOREM_BOX)


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
    found.commands.update(_aliased(aliases))
    option_keys = [item for text in texts for item in _option_keys(text)]
    for _ in range(_ROUNDS):
        before = found.size
        for name, count, body in option_keys:
            templates = tuple(_templates(body, found, certain=True))
            if templates:
                found.options[name] = Macro("m" * count, templates)
        for definition in definitions:
            if found.concerns(definition.body) or definition.by in _THEOREMS:
                found.add(definition)
        if found.size == before:
            break
    bodies = [(name, body) for name, _, body in option_keys]
    bodies += [(item.name, item.body) for item in definitions]
    called = {call for name, body in bodies for call in _COMMAND.findall(body) if call != name}
    return KeyMacros(
        found.commands,
        found.environments,
        redefined=frozenset(item.name for item in definitions if not item.is_environment),
        inner=frozenset(name for name in called & found.commands.keys() if "@" in name),
    )


def _aliased(aliases: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Macro]]:
    """Give the macros that are another name of a known command."""
    for alias, name in aliases:
        if name in KEY_COMMANDS:
            role, form = KEY_COMMANDS[name]
            if not form.in_option and form.arguments == 1:
                yield alias, Macro("om", (Template(role, "#2", form.is_list),))


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
            or not self.commands.keys().isdisjoint(_COMMAND.findall(body))
            or not self.environments.keys().isdisjoint(_BEGIN.findall(body))
            or any(name in body for name in self.options)
        )

    def add(self, definition: Definition) -> None:
        if definition.by in _THEOREMS:
            templates = tuple(_of_theorem(definition))
        else:
            certain = definition.by in _BOXES or "\\tcbset" in definition.body
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
    branches = Branches(tokenized)
    for token in tokenized.tokens:
        made: Iterator[Template] = iter(())
        if token.kind is Kind.BEGIN:
            made = _called(reader, token, found.environments)
        elif token.kind is not Kind.COMMAND:
            continue
        elif token.name in found.commands:
            made = _called(reader, token, found.commands)
        elif token.name in KEY_COMMANDS:
            role, form = KEY_COMMANDS[token.name]
            if role is Role.LABEL or not asks:
                keys = read_keys(reader, token, form) or ()
                made = (Template(role, key.name, form.is_list) for key in keys)
        for template in made:
            if template.role is Role.LABEL and branches.hold(token.start):
                yield template._replace(role=Role.POSSIBLE_LABEL)
            else:
                yield template


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
    """Give the offset of the brace that closes another; the next one if it is too far away."""
    depth = 0
    for found in _BRACE.finditer(text, opened, opened + _LONGEST_BODY):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return opened + 1
