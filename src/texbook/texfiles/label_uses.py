r"""What a part of a book takes from labels: which ones, and which half of each.

A part that prints the page of a label must be typeset again if the label moves, one that prints its
number must not. So a label has two values: its page, for ``\pageref``, and the rest, for ``\ref``
and its kin.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from texbook.texfiles.contents import read_group

# With the line's end and the blanks of the next line, which TeX skips (The TeXbook, chapter 8).
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*\n?[ \t]*")
_COMMAND = re.compile(
    r"\\(?P<name>[A-Za-z@]*(?:[rR]ef(?:s|number|bykeydefault)?|range))(?![A-Za-z@])\*?"
    r"(?P<options>(?:\s*\[[^\[\]]*\])*)"
    r"(?P<names>(?:\s*\{[^{}]*\}){0,2})"
)
_ARGUMENT = re.compile(r"[\[{]([^\[\]{}]*)[\]}]")
_PRINTED = frozenset("\\#")  # of a name that a macro makes, not of one that stands there


class LabelValue(NamedTuple):
    r"""The two halves of a label.

    Attributes:
        page: the page as printed; for cleveref's ``x@cref`` the whole group that ``\cpageref``
            reads, ``[1][45][]45``.
        rest: the content with nothing where the page stood.
    """

    page: str
    rest: str


def label_value(content: str) -> LabelValue:
    r"""Part a label's page from the rest of it.

    The page is the second group (latex.ltx, ``\label``), in cleveref's label too (cleveref.sty,
    ``\cpageref@getref``). The rest keeps an anchor that holds a page (``page.12``, of
    ``LastPage``), since links lead there.

    Args:
        content: the second argument of its ``\newlabel``. If it is no row of groups, as in
            ``\newlabel{tocindent1}{17pt}`` of the AMS classes, it is all rest.

    >>> label_value("{2.3}{45}{Title}{section.2.3}{}")
    LabelValue(page='45', rest='{2.3}{}{Title}{section.2.3}{}')
    >>> label_value("{[section][3][2]2.3}{[1][45][]45}")
    LabelValue(page='[1][45][]45', rest='{[section][3][2]2.3}{}')
    """
    _, start = read_group(content, 0)
    page, end = read_group(content, start)
    if end == start:
        return LabelValue("", content)
    return LabelValue(page, f"{content[:start]}{{}}{content[end:]}")


def referenced_names(text: str) -> frozenset[str]:
    r"""Find the labels that stand literally in commands that refer to one.

    These are the commands whose name ends in ``ref`` or ``Ref``, with the ``*`` or without, those
    of a range, which take two labels, and the expandable ones of refcount. ``\hyperref`` has its
    label in brackets. A name that a macro makes is left out, and so is all that a ``%`` hides, even
    where TeX would print it: what an engine used it tells itself, this adds what it cannot tell,
    labels that are not there yet.

    Args:
        text: LaTeX source.

    >>> sorted(referenced_names("\\ref{a} % \\ref{b}\n\\cref{c, d} \\hyperref[e]{text}"))
    ['a', 'c', 'd', 'e']
    """
    return frozenset(
        name
        for found in _COMMAND.finditer(_COMMENT.sub(r"\1", text))
        for argument in _label_arguments(found)
        for part in argument.split(",")
        if (name := " ".join(part.split())) and _PRINTED.isdisjoint(name)
    )


def _label_arguments(found: re.Match[str]) -> list[str]:
    command: str = found["name"]
    if command == "href":
        return []
    if command == "hyperref":
        return _ARGUMENT.findall(found["options"])
    return _ARGUMENT.findall(found["names"])[: 2 if command.endswith("range") else 1]
