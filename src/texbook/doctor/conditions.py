r"""Which commands of a preamble are carried out, as far as can be said without TeX.

The conditions that most classes are made of are understood: tests for the engine, and options that
set a flag (``\newif``, ``\DeclareOption``, ``\ExecuteOptions``). Behind any other condition, and in
any braces, a command is *possible* only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_COMMENT = re.compile(r"(?m)(?<!\\)((?:\\\\)*)(%.*)$")
_STEP = re.compile(
    # A conditional that is named, not begun; a brace that is a character.
    r"\\(?:newif|csname|string|noexpand)\s*\\(?:if[A-Za-z@]*|fi|else)|\\[{}\\]"
    r"|\\let\s*\\[A-Za-z@]+(?:\s*=?\s*\\(?:if[A-Za-z@]*|fi|else))?(?![A-Za-z@])"
    r"|\\(?P<condition>if[A-Za-z@]*)(?![A-Za-z@])(?P<braced>\s*\{)?"
    r"|\\(?P<word>else|or|fi|endinput)(?![A-Za-z@])"
    r"|\\(?P<command>[A-Za-z@]+)|(?P<brace>[{}])"
)
_ENGINE = {
    **dict.fromkeys(("iftrue", "ifxetex", "ifXeTeX", "iftutex", "ifTUTeX"), True),
    **dict.fromkeys(("iffalse", "ifpdftex", "ifPDFTeX", "ifluatex", "ifLuaTeX", "ifpdf"), False),
}
_TEST = re.compile(r"\s*\\(\w+)(?:\s*\\(undefined|@undefined|relax))?")
_FLAG = re.compile(r"\\newif\s*\\(if[A-Za-z@]+)")
_OPTION = re.compile(r"\\DeclareOption\s*\{([^{}]*)\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_EXECUTED = re.compile(r"\\ExecuteOptions\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A command in a text.

    Attributes:
        name: without its backslash.
        end: offset after its name.
        certain: whether it is carried out whenever the text is read.
    """

    name: str
    end: int
    certain: bool


def without_comments(text: str) -> str:
    """Replace comments by spaces, so that offsets stay."""
    return _COMMENT.sub(lambda found: found[1] + " " * len(found[2]), text)


def commands(
    text: str, wanted: Collection[str], options: Collection[str] = ()
) -> Iterator[Occurrence]:
    """Find commands of some names that are carried out, or may be.

    Args:
        text: without comments.
        wanted: names without backslashes.
        options: what the class or package is loaded with.
    """
    nesting = _Nesting({**_ENGINE, **_flags(text, options)})
    for step in _STEP.finditer(text):
        if step["word"] == "endinput":
            if nesting.is_certain:
                return
        elif step["command"]:
            if step["command"] in wanted and nesting.is_possible:
                yield Occurrence(step["command"], step.end(), nesting.is_certain)
        else:
            nesting.take(step)


class _Nesting:
    """The braces and conditionals around a place in a text."""

    def __init__(self, flags: dict[str, bool | None]):
        self._flags = flags
        self._depth = 0
        # For each open conditional: the depth of braces around it, and whether this branch is the
        # one that is taken; None if not known.
        self._open: list[tuple[int, bool | None]] = []

    @property
    def is_possible(self) -> bool:
        return all(taken is not False for _, taken in self._open)

    @property
    def is_certain(self) -> bool:
        return not self._depth and all(taken for _, taken in self._open)

    def take(self, step: re.Match[str]) -> None:
        if step["brace"] == "}":
            self._depth = max(0, self._depth - 1)
            while self._open and self._open[-1][0] > self._depth:
                self._open.pop()
        elif step["brace"] or step["braced"]:
            # \ifthenelse{...}{...}{...} and its like have braces in the place of \fi.
            self._depth += 1
        elif step["condition"]:
            taken = _value(step["condition"], step.string, step.end(), self._flags)
            self._open.append((self._depth, taken))
        elif step["word"] and self._open:
            around, taken = self._open.pop()
            if step["word"] != "fi":
                self._open.append((around, None if taken is None else not taken))


def _value(name: str, text: str, end: int, flags: dict[str, bool | None]) -> bool | None:
    if name not in ("ifdefined", "ifx"):
        return flags.get(name)
    test = _TEST.match(text, end)
    if test is None or (name == "ifx") != bool(test[2]):
        return None
    known = {"XeTeXversion": True, "XeTeXrevision": True}
    known |= dict.fromkeys(("directlua", "luatexversion", "pdftexversion"), False)
    defined = known.get(test[1])
    return defined if name == "ifdefined" or defined is None else not defined


def _flags(text: str, options: Collection[str]) -> dict[str, bool | None]:
    """Give the value of each flag of a class that its options alone decide."""
    setters: dict[str, str] = dict(_OPTION.findall(text))
    chosen = [name.strip() for found in _EXECUTED.findall(text) for name in found.split(",")]
    chosen += options
    rest = _OPTION.sub("", text)
    flags: dict[str, bool | None] = {}
    for flag in _FLAG.findall(text):
        stem = flag.removeprefix("if")
        if f"\\{stem}true" in rest or f"\\{stem}false" in rest:
            flags[flag] = None
            continue
        flags[flag] = False
        for option in chosen:
            found = re.findall(rf"\\{re.escape(stem)}(true|false)", setters.get(option, ""))
            if found:
                flags[flag] = found[-1] == "true"
    return flags
