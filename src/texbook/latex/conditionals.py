r"""The commands that begin a conditional of TeX, which ``\fi`` ends."""

from __future__ import annotations

import re

_MACRO = re.compile(
    r"if(?:f|thenelse|str\w+|blank|bool|toggle|def\w+|undef|cs\w+|num\w*|dim\w*|empty|value)\Z"
)
"""Macros of ifthen, amsmath and etoolbox, which take what they choose from as arguments."""
_PRIMITIVES = frozenset({"ifdefined", "ifcsname", "ifnum", "ifdim"})
"""Of e-TeX and TeX, though they look like some of these."""


def begins_conditional(name: str) -> bool:
    r"""Say whether a command, given without its backslash, begins a conditional.

    >>> [name for name in ("ifdraft", "ifnum", "ifnumequal", "fi") if begins_conditional(name)]
    ['ifdraft', 'ifnum']
    """
    return name.startswith("if") and (name in _PRIMITIVES or not _MACRO.match(name))
