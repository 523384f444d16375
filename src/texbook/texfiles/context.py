r"""Read the context that TeX shows below an error: what it was reading, from the inside out.

Each level has two lines (tex.web sections 311 to 318): what was read, and, indented by the width
of the first, what was still to come. Either may be cut with ``...``::

    \mymac #1->x \foo
                      #1
    l.4 text \mymac{a}
                       text
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVEL = re.compile(
    r"(?P<label>l\.\d+|<[a-z*][\w *]*>)(?: |$)|(?P<macro>\\(?:[^\W\d_]|[@_:])+|\\\S) ?"
)
_ARROW = "->"
_CUT = "..."
_CONTROL_SEQUENCE = re.compile(r"(\\(?:(?:[^\W\d_]|[@_:])+|.)) ?$")


@dataclass(frozen=True, slots=True)
class ContextLevel:
    r"""One level of what TeX was reading.

    Attributes:
        label: ``l.4`` for a line of a file, ``<argument>`` and the like, ``\name`` for a macro.
        before: what was read, to the place where TeX stopped.
        after: what was to come.
        is_cut: whether the beginning of ``before`` is left out.
        is_cut_after: whether the end of ``after`` is left out.
    """

    label: str
    before: str
    after: str
    is_cut: bool = False
    is_cut_after: bool = False

    @property
    def line(self) -> int | None:
        """The number of the line, from 1, if the level is a file's."""
        return int(self.label[2:]) if self.label.startswith("l.") else None

    @property
    def is_macro(self) -> bool:
        """Whether the level is the expansion of a macro."""
        return self.label.startswith("\\")

    @property
    def last_command(self) -> str | None:
        r"""The control sequence that was read last (``\foo``), if one was."""
        found = _CONTROL_SEQUENCE.search(self.before)
        return found[1] if found else None


def read_context(lines: Sequence[str]) -> tuple[ContextLevel, ...]:
    r"""Read the levels, innermost first; lines of help between them are left out.

    >>> [level.before for level in read_context(["<argument> \\foo ", "", "l.4 a", "    b"])]
    ['\\foo ', 'a']
    """
    levels: list[ContextLevel] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        found = _LEVEL.match(line)
        if found is None:
            continue
        text = line[found.end() :]
        label = found["label"]
        if label is None:
            _parameters, arrow, text = line[found.end("macro") :].partition(_ARROW)
            if not arrow:
                continue
            label = found["macro"]
        after = ""
        if at < len(lines) and (not lines[at].strip() or lines[at].startswith(" " * 4)):
            after = lines[at].strip()
            at += 1
        is_cut = text.startswith(_CUT)
        levels.append(
            ContextLevel(
                label,
                text.removeprefix(_CUT) if is_cut else text,
                after.removesuffix(_CUT).removesuffix("\\ETC."),
                is_cut,
                after.endswith((_CUT, "\\ETC.")),
            )
        )
    return tuple(levels)
