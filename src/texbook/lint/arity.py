r"""What environments take, and what a ``\begin`` gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.latex.arguments import Argument
from texbook.latex.defining import DEFINING, Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.base.source import SourceFile
    from texbook.latex.arguments import ArgumentReader
    from texbook.latex.definitions import Definition

_WELL_KNOWN = {
    **dict.fromkeys(("tabular", "array", "longtable"), "om"),
    **dict.fromkeys(("tabular*", "tabularx", "tabulary"), "mom"),
    **dict.fromkeys(("multicols", "multicols*", "thebibliography", "adjustbox"), "m"),
    **dict.fromkeys(("alignat", "alignat*"), "m"),
    "minipage": "ooom",
    "list": "mm",
    "wrapfigure": "omom",
}
"""From the kernel, amsmath and the packages of the same names. Of these only what is missing is
sure: a group that follows may belong to the text."""

_CLOSED_FORMS = frozenset({Form.BOX, Form.DOCUMENT_BOX, Form.THEOREM_BOX, Form.THEOREM})
_CLOSED_BY = frozenset({"newmdenv", "renewmdenv", "declaretheorem"})
"""Definitions after whose arguments the text begins for sure."""
_LAST = re.compile(
    r"\\(?:ignorespaces|par|noindent|relax|itshape|bfseries|sffamily|ttfamily|upshape|slshape"
    r"|small|footnotesize|normalsize|large|Large|centering|raggedright|em"
    r"|begin\{(?:quote|quotation|center|flushleft|flushright|itemize|enumerate)\}"
    r"|(?:textbf|textit|textsc|textsf|emph|vspace\*?|hspace\*?)\{[^{}]{0,200}\})\s*"
)
r"""How the opening half of ``\newenvironment`` ends if nothing in it can take a further group."""
_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n[ \t]*)?")
_REACH = 300
"""Code points of a body's end that are looked at."""


@dataclass(frozen=True, slots=True)
class Arity:
    r"""What an environment takes.

    Attributes:
        kinds: as `Definition.arguments`.
        is_closed: whether the text begins after these arguments for sure.
        definition: where it is defined, unless it is well known.
        source: the file of the definition.
    """

    kinds: str
    is_closed: bool = False
    definition: Definition | None = None
    source: SourceFile | None = None


@dataclass(frozen=True, slots=True)
class Given:
    r"""What a ``\begin`` gives.

    Attributes:
        braced: the arguments in braces that it takes.
        options: the arguments in brackets.
        extra: groups behind the last argument that it takes.
        missing: arguments in braces that are not there.
        end: code-point offset after all of them.
    """

    braced: tuple[Argument, ...]
    options: tuple[Argument, ...]
    extra: tuple[Argument, ...]
    missing: int
    end: int


def arities(defined: Sequence[tuple[SourceFile, Definition]]) -> dict[str, Arity]:
    """Give what environments take for which that is sure: defined once, or the same each time."""
    found: dict[str, Arity] = {}
    doubtful: set[str] = set()
    for source, item in defined:
        before = found.get(item.name)
        if not item.is_environment:
            doubtful |= {item.name, item.name.removeprefix("end")}
        elif set(item.arguments) - set("oms") or (before and before.kinds != item.arguments):
            doubtful.add(item.name)
        else:
            is_closed = _is_closed(item) and (before is None or before.is_closed)
            found[item.name] = Arity(item.arguments, is_closed, item, source)
    well_known = {name: Arity(kinds) for name, kinds in _WELL_KNOWN.items()}
    return {name: arity for name, arity in (well_known | found).items() if name not in doubtful}


def _is_closed(definition: Definition) -> bool:
    form = DEFINING[definition.by].form
    if form in _CLOSED_FORMS or definition.by in _CLOSED_BY:
        return True
    if form not in (Form.ENVIRONMENT, Form.DOCUMENT_ENVIRONMENT):
        return False
    tail = _COMMENT.sub("", definition.body[-_REACH:])
    return any(found.end() == len(tail) for found in _LAST.finditer(tail))


def read_given(reader: ArgumentReader, position: int, arity: Arity) -> Given | None:
    r"""Read what stands behind ``\begin{name}``; None if that cannot be told."""
    text = reader.text
    braced: list[Argument] = []
    options: list[Argument] = []
    for index, kind in enumerate(arity.kinds):
        after = reader.skip_space(position)
        if kind == "s":
            position = reader.star(position) if text.startswith("*", after) else position
        elif kind == "o" and text.startswith("[", after):
            option = reader.bracketed(position)
            if option is None:
                return None
            options.append(option)
            position = option.end + 1
        elif kind == "m":
            argument = reader.braced(position)
            if argument is None:
                missing = arity.kinds[index:].count("m")
                return Given(tuple(braced), tuple(options), (), missing, position)
            braced.append(argument)
            position = argument.end + 1
    extra: list[Argument] = []
    while text.startswith("{", position) and position in reader.matching:
        extra.append(Argument(position + 1, reader.matching[position]))
        position = extra[-1].end + 1
    return Given(tuple(braced), tuple(options), tuple(extra), 0, position)
