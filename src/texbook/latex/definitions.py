r"""The commands and environments that a class, a package or a preamble defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from texbook.latex.tokens import TokenizedText


class Definition(NamedTuple):
    r"""A definition of a command or an environment.

    Attributes:
        name: without backslash.
        is_environment: whether it defines an environment.
        arguments: as in ``\NewDocumentCommand``: ``m`` mandatory, ``o`` optional, ``s`` a star;
            ``\newcommand{\x}[2][d]{..}`` has ``om``. ``?`` where it cannot be told.
        body: what it stands for, as written; the opening half of an environment.
        start: code-point offset of the defining command in its file; ``end`` is exclusive.
    """

    name: str
    is_environment: bool
    arguments: str
    body: str
    start: int
    end: int


def read_definitions(tokenized: TokenizedText) -> tuple[Definition, ...]:
    """Read the definitions of a text, in order."""
    return ()
