r"""The names that a run really could know, for "did you mean".

They are read from the definitions in the files that the recorder lists (class, packages, the
book's own sources) and in the sources of the format, which the recorder does not list because the
engine loads it whole: ``latex.ltx`` and the font tables beside the classes, and the engine's
primitives as ``expl3-code.tex`` names them. Nothing is read before an error asks for it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from texbook.base.errors import TexbookError
from texbook.base.regular import read_regular
from texbook.messages.providers import COMMON, COMMONEST
from texbook.texfiles.fls import read_recorder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DEFINITIONS = re.compile(
    r"\\(?:[gex]?def|let|long\\def|protected\\def|newcommand|renewcommand|providecommand"
    r"|DeclareRobustCommand|(?:New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand"
    r"|newrobustcmd|DeclareMathOperator|DeclareMathSymbol|DeclareMathAccent|DeclareMathDelimiter"
    r"|DeclareMathAlphabet|SetMathAlphabet|DeclareSymbolFontAlphabet|DeclareMathRadical"
    r"|DeclareTextSymbol(?:Default)?|DeclareTextCommand(?:Default)?|DeclareTextFontCommand"
    r"|DeclareTextAccentDefault|DeclareOldFontCommand|newlength|newskip|newdimen|newcount|newtoks"
    r"|newbox|newsavebox|newif|chardef|mathchardef|DeclarePairedDelimiter|newtheorem"
    r"|new@mathgroup|DeclareSIUnit|DeclareSIPrefix|newcolumntype|NewDocumentMacro"
    r"|cs_(?:new|set|gset)\w*:N\w*|cs_(?:new|set|gset)_eq:NN|__kernel_primitive:NN)"
    r"\*?\s*\{?\s*\\([A-Za-z]{2,})(?![A-Za-z@:_])"
    r"|\\UnicodeMathSymbol\s*\{[^{}]*\}\s*\{\\([A-Za-z]+)"
    r"|\\@namedef\s*\{([A-Za-z]{2,})\}"
)
_ENVIRONMENTS = re.compile(
    r"\\(?:(?:re)?newenvironment|(?:New|Renew|Provide|Declare)DocumentEnvironment|newtcolorbox"
    r"|newtcblisting|NewTColorBox|DeclareTColorBox|newtheorem|newmdenv|DefineVerbatimEnvironment"
    r"|lstnewenvironment|newlist|newfloat|newamzbox|DeclareFloatingEnvironment|NewTotalTColorBox)"
    r"\*?\s*(?:\[[^\]]*\])?\s*\{\s*([A-Za-z][\w*-]*)\s*\}"
    r"|\\(?:@namedef\s*\{|[gex]?def\\|let\s*\\)end([A-Za-z]+\*?)(?![A-Za-z@])"
)
_COUNTERS = re.compile(
    r"\\(?:newcounter|@definecounter|newtheorem)\*?\s*\{\s*([A-Za-z]\w*)\s*\}"
    r"|\\csname\s+c@(\w+)\\endcsname"
)
_COLOURS = re.compile(
    r"\\(?:definecolor|colorlet|providecolor|definecolorset)\s*(?:\[[^\]]*\])?\{\s*([\w!.-]+)\s*\}"
)
_COLOUR_SETS = re.compile(r"(?:^|[;{])\s*([A-Za-z]+)(?:,[\d.]+)+(?=[;}%/])", re.MULTILINE)
_KEYS = re.compile(
    r"\\(?:define@\w*key\w*|DeclareKey\w*)\s*(?:\[[^\]]*\])?\{\s*[\w@/.-]*\s*\}"
    r"\s*\{\s*([\w -]+?)\s*\}"
    r"|\\define@(?:boolean|choice)?key\{[^}]*\}\{([\w -]+)\}"
    r"|(?<![\w/])/?(?:\w+/)*([A-Za-z][\w -]*[A-Za-z])/\.[a-z]"
    r"|\\enitkv@key\{[^}]*\}\{([\w-]+\*?)\}|\\lst@Key\{?([\w ]+?)\}?\s*(?:\\relax|\{)"
    r"|\\DeclareStringOption(?:\[[^\]]*\])?\{([\w-]+)\}|\\DeclareBoolOption(?:\[[^\]]*\])?\{([\w-]+)\}"
)
_OPTIONS = re.compile(
    r"\\(?:DeclareOption\*?|DeclareVoidOption|DeclareBoolOption|DeclareStringOption|@onelevel@sanitize)"
    r"\s*(?:\[[^\]]*\])?\{\s*([\w+-]+)\s*\}|\\define@key\{[^}]*\}\{([\w+-]+)\}"
)

_KERNEL = ("base/latex.ltx", "base/fontmath.ltx", "base/fonttext.ltx", "l3kernel/expl3-code.tex")
_READ_ENDINGS = frozenset({".sty", ".cls", ".def", ".tex", ".clo", ".ltx", ".cfg", ".ldf", ".cbx"})
_LARGEST = 3_000_000
"""Bytes of one file, for the time it takes: such a file is a table, not definitions."""
_SHORT = 3
_FOUR = 4
_SUGGESTIONS = 3
_CLOSENESS = 0.8


def close_names(name: str, names: Iterable[str], *, most: int = 1) -> tuple[str, ...]:
    """Give the known names that somebody may have meant, the closest first.

    A short name is like too many others: only its capitals or its order may differ, or it may be a
    common one without a letter. One of four letters may be a common one with one letter wrong.

    >>> close_names("secton", ["section", "subsection", "item"])
    ('section',)
    >>> close_names("foo", ["fbox", "footnote"])
    ()
    """
    pool = set(names) - {name}
    plain = name.lower()
    same = sorted(other for other in pool if other.lower() == plain)
    if same or len(name) < _SHORT:
        return tuple(same[:most])
    swapped = sorted(other for other in pool if _is_swap(plain, other.lower()))
    found: list[str] = []
    slips = _one_wrong(name, pool & COMMON) if len(name) == _FOUR else []
    near = [other for other in pool if abs(len(other) - len(name)) <= 1 + len(name) // 5]
    if len(name) == _SHORT:
        near = [other for other in near if other in COMMON and len(other) > len(name)]
    if near:
        found = difflib.get_close_matches(name, near, n=_SUGGESTIONS, cutoff=_CLOSENESS)
        # A slip of the keyboard seldom hits the first letter; the sort is stable.
        found.sort(key=lambda other: other[0].lower() != plain[0])
    whole = list(dict.fromkeys((*swapped, *found, *slips)))
    whole.sort(key=lambda other: (other not in COMMON, other.islower() != name.islower()))
    return tuple(whole[:most])


def _one_wrong(name: str, common: Iterable[str]) -> list[str]:
    """Give the one common name that differs in one letter; none where it is a matter of taste."""
    found = [
        other
        for other in common
        if len(other) == len(name) and sum(a != b for a, b in zip(name, other, strict=True)) == 1
    ]
    if len(found) > 1:
        found = [other for other in found if other in COMMONEST]
    return found if len(found) == 1 else []


def _is_swap(name: str, other: str) -> bool:
    """Say whether two neighbouring letters have changed places."""
    if len(name) != len(other):
        return False
    differing = [at for at in range(len(name)) if name[at] != other[at]]
    return (
        len(differing) == len("ab")
        and differing[1] == differing[0] + 1
        and name[differing[0]] == other[differing[1]]
        and name[differing[1]] == other[differing[0]]
    )


@dataclass
class KnownNames:
    """Reads the names of one run when they are asked for.

    Attributes:
        recorder: the run's ``.fls`` file; None if there is none.
    """

    recorder: Path | None = None
    _texts: dict[Path, str] = field(default_factory=dict)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The files of macros that the run read, and those of the format."""
        if self.recorder is None or not self.recorder.is_file():
            return ()
        try:
            inputs = read_recorder(self.recorder).inputs
        except TexbookError:
            return ()
        read = [path for path in inputs if path.suffix in _READ_ENDINGS]
        return tuple(dict.fromkeys((*read, *_kernel_files(inputs))))

    @cached_property
    def macros(self) -> frozenset[str]:
        """Macros, without their backslash; names with ``@`` are nobody's to type."""
        found = self._all(_DEFINITIONS)
        found = {item for item in found if not item.startswith("end")} | {"begin", "end"}
        conditionals = {name[2:] for name in found if name.startswith("if")}
        return frozenset(found | {f"{name}true" for name in conditionals})

    @cached_property
    def environments(self) -> frozenset[str]:
        """Environments."""
        return frozenset(self._all(_ENVIRONMENTS))

    @cached_property
    def counters(self) -> frozenset[str]:
        """Counters."""
        return frozenset(self._all(_COUNTERS))

    @cached_property
    def colours(self) -> frozenset[str]:
        """Names of colours, those of xcolor's tables among them."""
        tables = [
            path for path in self.files if path.name.startswith(("xcolor", "svgnam", "dvipsnam"))
        ]
        named = {found[1] for path in tables for found in _COLOUR_SETS.finditer(self._text(path))}
        return frozenset(self._all(_COLOURS) | named)

    def has_package(self, *names: str) -> bool:
        """Say whether one of these packages was loaded."""
        return any(path.suffix == ".sty" and path.stem in names for path in self.files)

    def keys(self, package: str) -> frozenset[str]:
        """Give the keys and options that the files of a package define.

        Args:
            package: the beginning of the files' names (``graphicx``, ``tcb``); empty for all.
        """
        paths = [path for path in self.files if path.name.lower().startswith(package.lower())]
        found: set[str] = set()
        for path in paths:
            for pattern in (_KEYS, _OPTIONS):
                for match in pattern.finditer(self._text(path)):
                    found.update(group.strip() for group in match.groups() if group)
        return frozenset(found)

    def _all(self, pattern: re.Pattern[str]) -> set[str]:
        found: set[str] = set()
        for path in self.files:
            for match in pattern.finditer(self._text(path)):
                found.update(group for group in match.groups() if group)
        return found

    def _text(self, path: Path) -> str:
        if path not in self._texts:
            try:
                content = read_regular(path, _LARGEST)
            except OSError:
                content = b""
            self._texts[path] = content.decode("utf-8", "replace")
        return self._texts[path]


def _kernel_files(inputs: Iterable[Path]) -> list[Path]:
    """Find the format's sources beside any file of the same tree (TDS: ``tex/latex/base``)."""
    for path in inputs:
        parts = path.parts
        if path.parent.parent.name == "latex" and "tex" in parts:
            tree = path.parent.parent
            found = [tree / name for name in _KERNEL if (tree / name).is_file()]
            if found:
                return found
    return []
